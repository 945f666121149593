"""Evidence to level, gap, and job-person match: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from learn.competencies.framework.catalogue import (
    HIGHEST,
    LOWEST,
    Band,
    Bands,
    Mandatory,
    load_framework,
)

Reason = Literal["lapsed", "suspended", "withdrawn"]
EVERY = "*"


@dataclass(frozen=True)
class Piece:
    """One piece of evidence for one competency.

    `source` is what it was earned on: a course key, or the very thing of another `kind`. `valid_until` is
    the last day on which it counts; on the days of a suspension, the first and the last included, it does
    not.
    """

    level: int
    source: str
    valid_until: date | None = None
    withdrawn: bool = False
    kind: str = "course"
    suspended_from: date | None = None
    suspended_until: date | None = None

    def fault(self, on: date) -> Reason | None:
        """Return why the piece does not count on the day `on`, or None when it counts."""
        if self.withdrawn:
            return "withdrawn"
        if self.valid_until is not None and self.valid_until < on:
            return "lapsed"
        return "suspended" if suspended(self.suspended_from, self.suspended_until, on) else None

    @property
    def names(self) -> frozenset[str]:
        """What mandatory evidence may be called to be met by this piece.

        A course by its key; anything else by its kind, a colon and what it is, or ``*`` for any of the
        kind: ``confirmation:*``.
        """
        if self.kind == "course":
            return frozenset({self.source})
        return frozenset({f"{self.kind}:{self.source}", f"{self.kind}:{EVERY}"})

    def turns(self) -> Iterator[date]:
        """Yield the days from which it counts or no longer counts."""
        if self.withdrawn:
            return
        yield from (each for each in (self.suspended_from,) if each)
        for last_day in (self.valid_until, self.suspended_until):
            if last_day is not None and last_day < date.max:
                yield last_day + timedelta(days=1)


def suspended(begins: date | None, ends: date | None, on: date) -> bool:
    """Return whether a suspension from `begins` to `ends` (None: until further notice) covers a day."""
    return begins is not None and begins <= on and (ends is None or on <= ends)


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


def holds_until(
    pieces: Iterable[Piece], mandatory: Iterable[Mandatory] = (), *, on: date
) -> date | None:
    """Return the last day on which the level of the day `on` holds if nothing happens; None: for ever."""
    held, needed = tuple(pieces), tuple(mandatory)
    level = learned_level(held, needed, on=on)
    for day in sorted({turn for piece in held for turn in piece.turns() if turn > on}):
        if learned_level(held, needed, on=day) != level:
            return day - timedelta(days=1)
    return None


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
    sources = {name for piece in by for name in piece.names}
    missing = tuple(
        each.source for each in mandatory if each.level == level and each.source not in sources
    )
    return LevelStep(level, by, missing, blocked_by)
