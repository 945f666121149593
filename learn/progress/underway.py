"""Who is in the middle of a course: what somebody should know who is about to change it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from learn.progress.models import Completion, Enrolment
from learn.quizzes.models import OPEN, Attempt


@dataclass(frozen=True)
class Underway:
    """How many people have begun a course and not completed it, and how many attempts are open."""

    people: int
    open_attempts: int


def underway(session: Session, course: str) -> Underway:
    """Count who is in the middle of a course, in all its versions."""
    same = and_(
        Completion.person_id == Enrolment.person_id,
        Completion.course == Enrolment.course,
        Completion.cycle == Enrolment.cycle,
    )
    people = (
        select(func.count())
        .select_from(Enrolment)
        .outerjoin(Completion, same)
        .where(Enrolment.course == course, Completion.person_id.is_(None))
    )
    attempts = select(func.count()).where(Attempt.course == course, Attempt.state == OPEN)
    return Underway(session.scalar(people) or 0, session.scalar(attempts) or 0)
