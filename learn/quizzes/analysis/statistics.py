"""What graded attempts say about quizzes at a glance, and who made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, literal, select, tuple_
from sqlalchemy.orm import Session

from learn.quizzes.models import GRADED, Attempt

SHOWN = 50


@dataclass(frozen=True)
class QuizFigures:
    """The graded attempts at one quiz, in all versions: shares are from 0 to 1."""

    quiz: str
    attempts: int
    people: int
    mean: float
    pass_share: float


@dataclass(frozen=True)
class GradedLine:
    """One graded attempt in a list."""

    id: str
    person_id: int
    cycle: int
    number: int
    submitted_at: datetime | None
    score: float | None
    passed: bool | None


def quiz_figures(session: Session, course: str, who: ColumnElement[bool]) -> dict[str, QuizFigures]:
    """Return the figures of all quizzes of a course by key, of the people that `who` lets through."""
    query = _graded(
        select(
            Attempt.quiz,
            func.count(),
            func.count(Attempt.person_id.distinct()),
            func.avg(Attempt.score),
            func.avg(cast(Attempt.passed, Integer)),
        ),
        course,
        who,
    ).group_by(Attempt.quiz)
    return {
        quiz: QuizFigures(quiz, attempts, people, float(mean or 0), float(share or 0))
        for quiz, attempts, people, mean, share in session.execute(query)
    }


def graded_lines(
    session: Session, course: str, quiz: str, who: ColumnElement[bool],
    *, after: tuple[int, int, int] | None = None,
) -> Sequence[GradedLine]:  # fmt: skip
    """Return graded attempts of one quiz, person by person; one more than `SHOWN` when there are more.

    Parameters
    ----------
    after
        Person, cycle and number of the last line that was shown.
    """
    place = (Attempt.person_id, Attempt.cycle, Attempt.number)
    query = _graded(
        select(
            Attempt.id, Attempt.person_id, Attempt.cycle, Attempt.number, Attempt.submitted_at,
            Attempt.score, Attempt.passed,
        ),
        course, who,
    ).where(Attempt.quiz == quiz)  # fmt: skip
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*map(literal, after)))
    rows = session.execute(query.order_by(*place).limit(SHOWN + 1))
    return [GradedLine(*row) for row in rows]


def _graded(query: Any, course: str, who: ColumnElement[bool]) -> Any:
    return query.where(Attempt.course == course, Attempt.state == GRADED, who)
