"""Reading the competency record: levels on a day, with the evidence behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, null, or_, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Competency, Framework, load_framework
from learn.competencies.models import Assessment, CompetencyLevel, Evidence
from learn.competencies.requirements.reading import required_levels_of_many
from learn.competencies.rules import (
    LevelExplanation,
    Piece,
    Reason,
    explain_level,
    gap,
    holds_until,
    suspended,
)

AssessedState = Literal["none", "valid", "suspended", "lapsed"]


@dataclass(frozen=True)
class Held:
    """A row of evidence and what it is worth for a competency; `fault` says why it does not count."""

    row: Evidence
    piece: Piece
    fault: Reason | None


@dataclass(frozen=True)
class Standing:
    """One person in one competency on a day: learned, assessed and required level, and why.

    The levels stand side by side and are never merged. `assessed_level` is none where nobody assessed,
    or where what was found has lapsed or is suspended, as `assessed_state` says.
    """

    competency: Competency
    on: date
    learned_level: int
    assessed_level: int | None
    assessed_state: AssessedState
    level: CompetencyLevel | None
    required_level: int | None
    explanation: LevelExplanation
    held: tuple[Held, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The rows of evidence, the oldest first."""
        return tuple(each.row for each in self.held)

    @property
    def gap(self) -> int | None:
        """How many levels the learned one is short of the required one; None where none is required."""
        return _gap(self.required_level, self.learned_level)

    @property
    def assessed_gap(self) -> int | None:
        """How many levels the assessed one is short; None where none is required or assessed."""
        known = self.assessed_level
        return None if known is None else _gap(self.required_level, known)

    @property
    def learned_until(self) -> date | None:
        """The last day on which the learned level holds if nothing happens; None: for ever."""
        pieces = [each.piece for each in self.held]
        return holds_until(pieces, self.competency.mandatory, on=self.on)

    @property
    def assessed_until(self) -> date | None:
        """The last day of the assessment, also of one that has lapsed; None: for ever, or none."""
        return self.level.assessed_until if self.level else None

    @property
    def suspended(self) -> bool:
        """Whether evidence or the assessment is suspended on the day."""
        return self.assessed_state == "suspended" or any(
            each.fault == "suspended" for each in self.held
        )


def _gap(required: int | None, attained: int) -> int | None:
    return None if required is None else max(0, gap(required, attained))


def piece_of(row: Evidence, level: int | None = None) -> Piece:
    """Return what the rules need of a row of evidence, at another level where a mapping says so."""
    until = row.valid_until.date() if row.valid_until else None
    return Piece(
        level or row.level, row.course if row.source == "course" and row.course else row.ref, until,
        row.withdrawn_at is not None, row.source, row.suspended_from, row.suspended_until,
    )  # fmt: skip


def standings_of(session: Session, person_id: int, *, on: date) -> list[Standing]:
    """Return the person's standing in every competency of the framework, in its order."""
    return standings_of_many(session, [person_id], on=on)[person_id]


def standings_of_many(
    session: Session, person_ids: Collection[int], *, on: date
) -> dict[int, list[Standing]]:
    """Return the standings of several people, in five statements whatever their number.

    What is required is what the post held that day requires. Evidence and assessments on codes of earlier
    versions count as the framework in force says.
    """
    framework = load_framework()
    pieces = _pieces(session, framework, person_ids, on)
    required = required_levels_of_many(session, person_ids, on=on, framework=framework)
    levels: dict[int, dict[str, CompetencyLevel]] = defaultdict(dict)
    for row in session.scalars(
        select(CompetencyLevel).where(CompetencyLevel.person_id.in_(person_ids))
    ):
        levels[row.person_id][row.competency] = row
    return {
        person_id: [
            _standing(
                competency,
                required.get(person_id, {}).get(competency.code),
                pieces.get((person_id, competency.code), ()),
                _assessed(framework, competency.code, levels[person_id]),
                on,
            )
            for competency in framework.competencies
        ]
        for person_id in person_ids
    }


def _pieces(
    session: Session, framework: Framework, people: Iterable[int], on: date
) -> dict[tuple[int, str], list[Held]]:
    found: dict[tuple[int, str], list[Held]] = defaultdict(list)
    for row in session.scalars(
        select(Evidence)
        .where(Evidence.person_id.in_(people))
        .order_by(Evidence.person_id, Evidence.seq)
    ):
        for code, level in framework.counts_as(row.competency, row.level).items():
            piece = piece_of(row, level)
            found[row.person_id, code].append(Held(row, piece, piece.fault(on)))
    return found


def _assessed(
    framework: Framework, code: str, levels: Mapping[str, CompetencyLevel]
) -> tuple[CompetencyLevel, int] | None:
    """Return the row with the newest assessment, and the level at which it counts today."""
    rows = [levels[each] for each in framework.codes_read_for(code) if each in levels]
    assessed = [row for row in rows if row.assessed_level is not None]
    newest = max(assessed, key=lambda row: row.assessed_on or date.min, default=None)
    if newest is None:
        return (levels[code], 0) if code in levels else None
    return newest, framework.counts_as(newest.competency, newest.assessed_level or 0).get(code, 0)


def _standing(
    competency: Competency,
    required: int | None,
    held: Sequence[Held],
    assessed: tuple[CompetencyLevel, int] | None,
    on: date,
) -> Standing:
    explanation = explain_level([each.piece for each in held], competency.mandatory, on=on)
    row, level = assessed or (None, 0)
    state = _state(row, on) if row and level else "none"
    return Standing(
        competency, on, explanation.level, level if state == "valid" else None, state, row,
        required, explanation, tuple(held),
    )  # fmt: skip


def _state(row: CompetencyLevel, on: date) -> AssessedState:
    if row.assessed_until is not None and row.assessed_until < on:
        return "lapsed"
    if suspended(row.assessed_suspended_from, row.assessed_suspended_until, on):
        return "suspended"
    return "valid"


def assessments_of(session: Session, person_id: int, codes: Sequence[str]) -> list[Assessment]:
    """Return all assessments on these codes, the one that counts first, those it replaced after it."""
    return list(
        session.scalars(
            select(Assessment)
            .where(Assessment.person_id == person_id, Assessment.competency.in_(codes))
            .order_by(Assessment.assessed_on.desc(), Assessment.seq.desc())
        )
    )


def assessed_level_on(on: date) -> ColumnElement[int | None]:
    """Return the assessed level that counts on a day, as SQL on `CompetencyLevel`; null: none."""
    level = CompetencyLevel
    lapsed = level.assessed_until < on
    is_suspended = and_(
        level.assessed_suspended_from <= on,
        or_(
            level.assessed_suspended_until.is_(None),
            level.assessed_suspended_until >= on,
        ),
    )
    return case((or_(lapsed, is_suspended), null()), else_=level.assessed_level)
