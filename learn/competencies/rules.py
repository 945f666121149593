"""Evidence to level, gap, and job-person match: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from learn.competencies.framework import HIGHEST, LOWEST, Band, Bands, Mandatory, load_framework

Reason = Literal["lapsed", "withdrawn"]


@dataclass(frozen=True)
class Piece:
    """One piece of evidence for one competency.

    `source` is what it was earned on (a course key), `valid_until` the last day on which it counts.
    """

    level: int
    source: str
    valid_until: date | None = None
    withdrawn: bool = False

    def fault(self, on: date) -> Reason | None:
        """Return why the piece does not count on the day `on`, or None when it counts."""
        if self.withdrawn:
            return "withdrawn"
        return "lapsed" if self.valid_until is not None and self.valid_until < on else None


@dataclass(frozen=True)
class LevelStep:
    """Whether one level is held, by which pieces, and what it still lacks.

    `missing` are the mandatory sources without a valid piece; `needs_piece` says that no valid
    piece reaches this level; `blocked_by` is the first lower level that is not held.
    """

    level: int
    by: tuple[Piece, ...]
    missing: tuple[str, ...]
    blocked_by: int | None = None

    @property
    def needs_piece(self) -> bool:
        """Whether no valid piece reaches this level."""
        return not self.by

    @property
    def held(self) -> bool:
        """Whether the level is held."""
        return not (self.needs_piece or self.missing or self.blocked_by)


@dataclass(frozen=True)
class LevelExplanation:
    """Why somebody holds `level`: a step for each level, and the pieces that do not count."""

    level: int
    steps: tuple[LevelStep, ...]
    not_counted: tuple[tuple[Piece, Reason], ...]

    @property
    def next_step(self) -> LevelStep | None:
        """The step to the next level with what it lacks; None at the highest level."""
        return self.steps[self.level] if self.level < HIGHEST else None


@dataclass(frozen=True)
class Gap:
    """One competency whose attained level is below the required one."""

    competency: str
    required: int
    attained: int

    @property
    def size(self) -> int:
        """How many levels are to be developed."""
        return gap(self.required, self.attained)


@dataclass(frozen=True)
class Match:
    """The job-person match (JPM) over the required competencies.

    `gaps` are largest first.  A post that requires nothing has no share and no bands.
    """

    attained: int
    required: int
    gaps: tuple[Gap, ...]
    selection: Band | None
    mapping: Band | None

    @property
    def share(self) -> float | None:
        """Attained by required, not rounded; above 1 when more is attained than required."""
        return self.attained / self.required if self.required else None

    @property
    def percent(self) -> Decimal | None:
        """The share in percent with two decimals: to be shown, never to be compared."""
        if not self.required:
            return None
        exact = Decimal(100 * self.attained) / Decimal(self.required)
        return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def learned_level(pieces: Iterable[Piece], mandatory: Iterable[Mandatory] = (), *, on: date) -> int:
    """Return the level from 0 to 5 that the pieces of one competency are worth on the day `on`.

    A piece at level L is evidence for L and every level below it, and one valid piece suffices
    unless mandatory evidence is named; no level is skipped.  Lapsed and withdrawn pieces do not count.
    """
    return explain_level(pieces, mandatory, on=on).level


def explain_level(
    pieces: Iterable[Piece], mandatory: Iterable[Mandatory] = (), *, on: date
) -> LevelExplanation:
    """Return the learned level with what gives it, what does not count, and what is missing."""
    faults = [(piece, piece.fault(on)) for piece in pieces]
    valid = [piece for piece, fault in faults if fault is None]
    required = tuple(mandatory)
    steps: list[LevelStep] = []
    for level in range(LOWEST, HIGHEST + 1):
        blocked_by = next((step.level for step in steps if not step.held), None)
        steps.append(_step(level, valid, required, blocked_by))
    return LevelExplanation(
        level=sum(step.held for step in steps),
        steps=tuple(steps),
        not_counted=tuple((piece, fault) for piece, fault in faults if fault is not None),
    )


def gap(required: int, attained: int) -> int:
    """Return required minus attained: positive is to be developed, negative is a surplus."""
    return required - attained


def job_person_match(
    attained: Mapping[str, int], required: Mapping[str, int], *, bands: Bands | None = None
) -> Match:
    """Return sum attained / sum required over the required competencies, with bands and gaps.

    A competency missing in `attained` counts as level 0; one that is not required counts nothing.
    A surplus in one competency makes up for a gap in another in this sum, so show the gaps beside.
    `bands` are those of the framework unless given.
    """
    chosen = bands or load_framework().bands
    levels = {code: attained.get(code, 0) for code in required}
    total, wanted = sum(levels.values()), sum(required.values())
    gaps = [
        Gap(code, level, levels[code]) for code, level in required.items() if level > levels[code]
    ]
    return Match(
        attained=total,
        required=wanted,
        gaps=tuple(sorted(gaps, key=lambda each: -each.size)),
        selection=band_of(total, wanted, chosen.selection),
        mapping=band_of(total, wanted, chosen.mapping),
    )


def band_of(attained: int, required: int, bands: Iterable[Band]) -> Band | None:
    """Return the first band whose bound is reached; in whole numbers, so that nothing is rounded."""
    if not required:
        return None
    return next((band for band in bands if 100 * attained >= band.minimum_percent * required), None)


def _step(
    level: int, valid: Iterable[Piece], mandatory: Iterable[Mandatory], blocked_by: int | None
) -> LevelStep:
    by = tuple(piece for piece in valid if piece.level >= level)
    sources = {piece.source for piece in by}
    missing = tuple(
        each.source for each in mandatory if each.level == level and each.source not in sources
    )
    return LevelStep(level, by, missing, blocked_by)
