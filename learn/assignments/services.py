"""Verbs of assignments: assign a course to a person, change its due date, ask for more time, end it.

Who may do this to whom is asked by the caller (`Action.ASSIGN`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.assignments.escalating import supervisors_of
from learn.assignments.models import OPEN, Assignment
from learn.assignments.notices import tell_asked, tell_assigned, tell_decided
from learn.assignments.projections import (
    ASSIGNMENT_ENDED,
    COURSE_ASSIGNED,
    DUE_CHANGED,
    TIME_ASKED,
    TIME_REFUSED,
)
from learn.assignments.rules import MAX_REASON
from learn.db import moment_text
from learn.errors import Conflict, Forbidden, Invalid, Message, NotFound
from learn.ledger import append, lock
from learn.lifecycle import reason_in
from learn.people.dates import local_date
from learn.people.models import Person, Unit
from learn.progress.models import Completion
from learn.progress.queries import newest_enrolment
from learn.progress.services import is_renewable

DEFAULT_ZONE = "Asia/Makassar"
BY_PERSON, BY_RULE = "person", "rule"
ENDED_BY_PERSON = "person"


class AlreadyHeld(Conflict):
    """The person has completed the course, and it does not lapse soon."""

    code = "already-held"

    def __init__(self) -> None:
        super().__init__(
            Message("The person holds this course already, and it does not lapse within 90 days.")
        )


@dataclass(frozen=True)
class Terms:
    """How strict an assignment is.

    `soft`: the learner may ask for more time. `repeat`: the next cycle is assigned when it lapses.
    """

    required: bool = True
    soft: bool = True
    repeat: bool = False
    rule_id: int | None = None


def assign(
    session: Session,
    person_id: int,
    course: str,
    *,
    due_at: date | datetime | None,
    source: str = BY_PERSON,
    actor_id: int | None,
    now: datetime,
    batch: int | None = None,
    terms: Terms = Terms(),
    timezone: str = DEFAULT_ZONE,
) -> Assignment:
    """Assign the person's next open cycle of the course; one that is assigned already stays as it is.

    Parameters
    ----------
    due_at
        A day lasts to its end in the zone of the person's unit; None: there is no date.
    source
        What it came from: ``person``, ``rule``, ``bulk`` ...
    timezone
        The zone of units that name none.

    Raises
    ------
    AlreadyHeld
        The person has completed it, and it does not lapse within 90 days.
    Invalid
        The day is in the past.
    """
    lock(session, person_id)
    cycle = next_cycle(session, person_id, course, now)
    row = session.get(Assignment, (person_id, course, cycle))
    if row is not None and row.state == OPEN:
        return row
    zone = zone_of(session, person_id, timezone)
    due_on, moment = _due(due_at, zone)
    if due_on is not None and due_on < local_date(now, zone):
        raise Invalid(Message("The day is in the past; choose today or a later one."))
    data: dict[str, Any] = {
        "course": course, "cycle": cycle, "due": _text(due_on),
        "due_at": moment_text(moment) if moment else None, "required": terms.required,
        "soft": terms.soft, "repeat": terms.repeat, "source": source, "rule": terms.rule_id,
        "actor": actor_id,
    }  # fmt: skip
    append(session, person_id, COURSE_ASSIGNED, _with(data, batch), at=now)
    row = session.get_one(Assignment, (person_id, course, cycle))
    tell_assigned(session, row, now=now)
    return row


def next_cycle(session: Session, person_id: int, course: str, now: datetime) -> int:
    """Return the cycle that the person would complete next.

    Raises
    ------
    AlreadyHeld
        The newest one is completed and may not be renewed yet.
    """
    enrolment = newest_enrolment(session, person_id, course)
    if enrolment is None:
        return 1
    completion = session.get(Completion, (person_id, course, enrolment.cycle))
    if completion is None:
        return enrolment.cycle
    if is_renewable(completion, now):
        return enrolment.cycle + 1
    raise AlreadyHeld


def zone_of(session: Session, person_id: int, otherwise: str) -> str:
    """Return the time zone of the person's unit."""
    query = (
        select(Unit.time_zone).join(Person, Person.unit_id == Unit.id).where(Person.id == person_id)
    )
    return session.scalar(query) or otherwise


def end_of_day(day: date, zone: str) -> datetime:
    """Return the last moment of a local day."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone))


def _due(due_at: date | datetime | None, zone: str) -> tuple[date | None, datetime | None]:
    if due_at is None:
        return None, None
    if isinstance(due_at, datetime):
        return local_date(due_at, zone), due_at
    return due_at, end_of_day(due_at, zone)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _with(data: dict[str, Any], batch: int | None) -> dict[str, Any]:
    return data if batch is None else {**data, "batch": batch}


def due_of(session: Session, person_id: int, course: str) -> Assignment | None:
    """Return the person's open assignment of the course as it stands now, or None."""
    return session.scalars(
        select(Assignment)
        .where(
            Assignment.person_id == person_id,
            Assignment.course == course,
            Assignment.state == OPEN,
        )
        .order_by(Assignment.cycle.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def _open(session: Session, person_id: int, course: str) -> Assignment:
    lock(session, person_id)
    row = due_of(session, person_id, course)
    if row is None:
        raise NotFound(Message("This course is not assigned to the person."))
    return row


def unassign(
    session: Session,
    person_id: int,
    course: str,
    *,
    actor_id: int | None,
    now: datetime,
    batch: int | None = None,
    why: str = ENDED_BY_PERSON,
    reason: str = "",
) -> Assignment:
    """End the open assignment of a course; what the person has done in it stays.

    A rule does not assign again what somebody has ended.

    Raises
    ------
    NotFound
        It is not assigned.
    """
    row = _open(session, person_id, course)
    data = {"course": course, "cycle": row.cycle, "why": why, "actor": actor_id}
    append(session, person_id, ASSIGNMENT_ENDED, _with(data, batch), at=now, detail=_detail(reason))
    return row


def change_due(
    session: Session,
    person_id: int,
    course: str,
    *,
    due_on: date | None,
    reason: str,
    actor_id: int | None,
    now: datetime,
    batch: int | None = None,
    timezone: str = DEFAULT_ZONE,
) -> Assignment:
    """Give an open assignment another due date; a request for more time is decided with it.

    Raises
    ------
    NotFound, Invalid, Forbidden
        It is not assigned; the day is in the past or the reason is missing; it is one's own.
    """
    _refuse_own(person_id, actor_id)
    row = _open(session, person_id, course)
    reason = reason_in(reason, MAX_REASON)
    zone = zone_of(session, person_id, timezone)
    _, moment = _due(_coming(due_on, zone, now), zone)
    data = {
        "course": course, "cycle": row.cycle, "due": _text(due_on),
        "due_at": moment_text(moment) if moment else None, "before": _text(row.due_on),
        "actor": actor_id,
    }  # fmt: skip
    asked = row.asked_until is not None
    append(session, person_id, DUE_CHANGED, _with(data, batch), at=now, detail={"reason": reason})
    tell_decided(session, row, refused=False, asked=asked, now=now)
    return row


def ask_for_time(
    session: Session,
    person_id: int,
    course: str,
    *,
    until: date,
    reason: str,
    now: datetime,
    timezone: str = DEFAULT_ZONE,
) -> Assignment:
    """Ask for a later due date; asking again replaces what was asked before.

    Raises
    ------
    NotFound, Forbidden, Invalid
        It is not assigned; its date is fixed; the day is no later one or the reason is missing.
    """
    row = _open(session, person_id, course)
    if row.due_on is None:
        raise Invalid(Message("This course has no due date."))
    if not row.soft:
        raise Forbidden(Message("The date of this course is fixed; ask HR when it cannot be kept."))
    _coming(until, zone_of(session, person_id, timezone), now)
    if until <= row.due_on:
        raise Invalid(Message("Choose a day after the present due date."))
    data = {"course": course, "cycle": row.cycle, "until": until.isoformat()}
    detail = {"reason": reason_in(reason, MAX_REASON)}
    append(session, person_id, TIME_ASKED, data, at=now, detail=detail)
    tell_asked(session, row, supervisors_of(session, person_id), now=now)
    return row


def refuse_time(
    session: Session,
    person_id: int,
    course: str,
    *,
    reason: str,
    actor_id: int | None,
    now: datetime,
) -> Assignment:
    """Refuse the later due date that was asked for; the present one stays.

    Raises
    ------
    NotFound, Conflict, Invalid, Forbidden
        It is not assigned; nothing is asked for; the reason is missing; it is one's own.
    """
    _refuse_own(person_id, actor_id)
    row = _open(session, person_id, course)
    if row.asked_until is None:
        raise Conflict(Message("Nobody is asking for more time here; it may have been decided."))
    data = {"course": course, "cycle": row.cycle, "actor": actor_id}
    detail = {"reason": reason_in(reason, MAX_REASON)}
    append(session, person_id, TIME_REFUSED, data, at=now, detail=detail)
    tell_decided(session, row, refused=True, asked=True, now=now)
    return row


def _refuse_own(person_id: int, actor_id: int | None) -> None:
    if actor_id == person_id:
        raise Forbidden(Message("Nobody decides about their own due dates."))


def _coming(day: date | None, zone: str, now: datetime) -> date | None:
    if day is not None and day < local_date(now, zone):
        raise Invalid(Message("The day is in the past; choose today or a later one."))
    return day


def _detail(reason: str) -> dict[str, str] | None:
    text = reason.replace("\x00", "").strip()[:MAX_REASON]
    return {"reason": text} if text else None


def assigned_in(session: Session, batch: int) -> list[Assignment]:
    """Return the assignments that a bulk act made and that are open still."""
    return list(session.scalars(
        select(Assignment)
        .where(Assignment.batch == batch, Assignment.state == OPEN)
        .order_by(Assignment.person_id, Assignment.course)
    ))  # fmt: skip
