"""Deciding whether courses are completed now that something came from elsewhere: hours, an approval."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.courses.version import CourseVersion
from learn.progress.models import Completion, Enrolment
from learn.progress.rules import parse_rule
from learn.progress.services import settle


def settle_open(
    session: Session,
    person_id: int,
    versions: Iterable[CourseVersion],
    *,
    settings: Settings,
    now: datetime,
) -> list[Completion]:
    """Settle the person's open cycles of those courses whose rules ask other domains for facts.

    Courses that ask for nothing from elsewhere cost no statement.
    """
    asking = {each.course: each for each in versions if parse_rule(each.complete).asking()}
    if not asking:
        return []
    open_ones = session.scalars(
        select(Enrolment)
        .outerjoin(
            Completion,
            (Completion.person_id == Enrolment.person_id)
            & (Completion.course == Enrolment.course)
            & (Completion.cycle == Enrolment.cycle),
        )
        .where(
            Enrolment.person_id == person_id, Enrolment.course.in_(asking),
            Completion.person_id.is_(None),
        )
        .order_by(Enrolment.course, Enrolment.cycle)
    ).all()  # fmt: skip
    newest = {each.course: each for each in open_ones}
    made = (
        settle(session, each, asking[course], settings=settings, now=now)
        for course, each in newest.items()
    )
    return [each for each in made if each is not None]
