"""Attempts that are being taken at this moment, for whoever watches over a quiz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learn.quizzes.attempts.many_steps import select_steps
from learn.quizzes.models import ANSWER, OPEN, Attempt, Step

SHOWN = 200


@dataclass(frozen=True)
class Running:
    """One open attempt: how many questions have been answered, and when something was last done."""

    id: str
    person_id: int
    number: int
    version_id: str
    started_at: datetime
    expires_at: datetime | None
    answered: int
    last_at: datetime


def running_attempts(
    session: Session, course: str, quiz: str, who: ColumnElement[bool]
) -> list[Running]:
    """Return the open attempts of the people that `who` lets through, the newest first.

    There is one more than `SHOWN` when there are more than that.
    """
    query = (
        select(Attempt)
        .where(Attempt.course == course, Attempt.quiz == quiz, Attempt.state == OPEN, who)
        .order_by(Attempt.started_at.desc(), Attempt.person_id)
        .limit(SHOWN + 1)
    )
    attempts = session.scalars(query).all()
    done = _done(session, attempts)
    return [_running(attempt, done.get(attempt.id)) for attempt in attempts]


def _done(session: Session, attempts: Sequence[Attempt]) -> dict[str, Any]:
    if not attempts:
        return {}
    query = select_steps(
        attempts,
        Step.attempt_id,
        func.count(Step.question.distinct()).filter(Step.kind == ANSWER).label("answered"),
        func.max(Step.at).label("last_at"),
    ).group_by(Step.attempt_id)
    return {row.attempt_id: row for row in session.execute(query)}


def _running(attempt: Attempt, done: Any) -> Running:
    return Running(
        id=attempt.id,
        person_id=attempt.person_id,
        number=attempt.number,
        version_id=attempt.version_id,
        started_at=attempt.started_at,
        expires_at=attempt.expires_at,
        answered=done.answered if done else 0,
        last_at=done.last_at if done else attempt.started_at,
    )
