"""Reading the competency record: levels on a day, with the evidence behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework import Competency, load_framework
from learn.competencies.models import CompetencyLevel, Evidence
from learn.competencies.rules import LevelExplanation, Piece, explain_level


@dataclass(frozen=True)
class Standing:
    """One person in one competency on a day: learned, assessed and required level, and why."""

    competency: Competency
    learned_level: int
    assessed_level: int | None
    required_level: int | None
    explanation: LevelExplanation
    evidence: tuple[Evidence, ...]

    @property
    def gap(self) -> int | None:
        """How many levels are missing to the required one; None where none is required."""
        return (
            None
            if self.required_level is None
            else max(0, self.required_level - self.learned_level)
        )


def piece_of(row: Evidence) -> Piece:
    """Return what the rules need of a row of evidence."""
    until = row.valid_until.date() if row.valid_until else None
    return Piece(
        row.level, row.course if row.source == "course" and row.course else row.ref, until,
        row.withdrawn_at is not None, row.source, row.suspended_from, row.suspended_until,
    )  # fmt: skip


def standings_of(
    session: Session, person_id: int, post_class: str | None, *, on: date
) -> list[Standing]:
    """Return the person's standing in every competency of the framework, in its order."""
    return standings_of_many(session, [(person_id, post_class)], on=on)[person_id]


def standings_of_many(
    session: Session, people: Iterable[tuple[int, str | None]], *, on: date
) -> dict[int, list[Standing]]:
    """Return the standings of several people, in two statements whatever their number."""
    classes = dict(people)
    evidence: dict[tuple[int, str], list[Evidence]] = defaultdict(list)
    for row in session.scalars(
        select(Evidence)
        .where(Evidence.person_id.in_(classes))
        .order_by(Evidence.person_id, Evidence.seq)
    ):
        evidence[row.person_id, row.competency].append(row)
    levels = {
        (row.person_id, row.competency): row
        for row in session.scalars(
            select(CompetencyLevel).where(CompetencyLevel.person_id.in_(classes))
        )
    }
    return {
        person_id: [
            _standing(
                competency,
                post_class,
                evidence.get((person_id, competency.code), ()),
                levels.get((person_id, competency.code)),
                on,
            )
            for competency in load_framework().competencies
        ]
        for person_id, post_class in classes.items()
    }


def _standing(
    competency: Competency,
    post_class: str | None,
    rows: Sequence[Evidence],
    level: CompetencyLevel | None,
    on: date,
) -> Standing:
    explanation = explain_level([piece_of(row) for row in rows], competency.mandatory, on=on)
    required = load_framework().required_level(post_class, competency.code) if post_class else None
    assessed = level.assessed_level if level else None
    if level and level.assessed_until and level.assessed_until < on:
        assessed = None
    return Standing(competency, explanation.level, assessed, required, explanation, tuple(rows))
