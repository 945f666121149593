"""Enrolling somebody else: by an office, perhaps many at once, and taken back while nothing was begun."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Conflict, Message, NotFound
from learn.ledger import Entry, append, lock, project
from learn.progress.models import Completion, Enrolment, ItemState
from learn.progress.projections import ENROLLED
from learn.progress.queries import newest_enrolment
from learn.progress.services import is_renewable

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

ENROLMENT_WITHDRAWN = "enrolment_withdrawn"


@project(ENROLMENT_WITHDRAWN)
def end_cycle(session: Session, entry: Entry) -> None:
    """A cycle in which nothing was done is no more."""
    place = (entry.person_id, entry.data["course"], entry.data["cycle"])
    enrolment = session.get(Enrolment, place)
    if enrolment is not None:
        session.delete(enrolment)
    session.flush()


def enrol_person(
    session: Session,
    person_id: int,
    version: CourseVersion,
    *,
    actor_id: int,
    now: datetime,
    batch: int | None = None,
) -> Enrolment:
    """Enrol somebody in a course, also in one that is by invitation.

    Raises
    ------
    Conflict
        They are enrolled already, in a cycle that needs no renewal.
    """
    lock(session, person_id)
    newest = newest_enrolment(session, person_id, version.course)
    if newest is not None:
        completion = session.get(Completion, (person_id, newest.course, newest.cycle))
        if not is_renewable(completion, now):
            raise Conflict(Message("They are enrolled already."))
    cycle = newest.cycle + 1 if newest else 1
    data = _data(version.course, cycle, actor_id, batch)
    append(session, person_id, ENROLLED, {**data, "version": version.id}, at=now)
    return session.get_one(Enrolment, (person_id, version.course, cycle))


def withdraw_enrolment(
    session: Session,
    person_id: int,
    course: str,
    cycle: int,
    *,
    actor_id: int,
    now: datetime,
    batch: int | None = None,
) -> None:
    """Take an enrolment back in which nothing was done.

    Raises
    ------
    NotFound, Conflict
        There is no such enrolment; the person has begun the course.
    """
    lock(session, person_id)
    if session.get(Enrolment, (person_id, course, cycle)) is None:
        raise NotFound(Message("There is no such enrolment."))
    begun = select(ItemState.key).where(
        ItemState.person_id == person_id, ItemState.course == course, ItemState.cycle == cycle
    )
    done = session.get(Completion, (person_id, course, cycle))
    if done is not None or session.scalar(begun.limit(1)) is not None:
        raise Conflict(Message("They have begun the course since."))
    data = _data(course, cycle, actor_id, batch)
    append(session, person_id, ENROLMENT_WITHDRAWN, data, at=now)


def _data(course: str, cycle: int, actor_id: int, batch: int | None) -> dict[str, Any]:
    data: dict[str, Any] = {"course": course, "cycle": cycle, "actor": actor_id}
    return data if batch is None else {**data, "batch": batch}
