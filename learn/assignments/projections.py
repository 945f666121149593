"""Assignments folded from the ledger, together with the completions that close them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learn.assignments.models import DONE, ENDED, OPEN, WITHDRAWN, Assignment
from learn.ledger import Entry, project
from learn.progress.projections import COMPLETION_WITHDRAWN, COURSE_COMPLETED
from learn.progress.reinstating import COMPLETION_REINSTATED

COURSE_ASSIGNED = "course_assigned"
DUE_CHANGED = "due_changed"
TIME_ASKED = "more_time_asked"
TIME_REFUSED = "more_time_refused"
ASSIGNMENT_ENDED = "assignment_ended"
HELD = "held"


def _found(session: Session, entry: Entry, later: int = 0) -> Assignment | None:
    place = (entry.person_id, entry.data["course"], entry.data["cycle"] + later)
    return session.get(Assignment, place)


@project(COURSE_ASSIGNED)
def assigned(session: Session, entry: Entry) -> None:
    """A cycle of a course has to be completed; one that ended begins anew, one that is open gets new terms."""
    data: Any = entry.data
    row = _found(session, entry)
    if row is None or row.state != OPEN:
        row = row or Assignment(
            person_id=entry.person_id, course=data["course"], cycle=data["cycle"]
        )
        row.moved, row.assigned_at, row.assigned_by = False, entry.at, data["actor"]
        row.closed_at = row.why_ended = row.asked_until = row.asked_seq = None
    row.seq, row.state, row.source = entry.seq, OPEN, data["source"]
    row.due_on, row.due_at = _day(data["due"]), _moment(data["due_at"])
    row.required, row.soft, row.repeat = data["required"], data["soft"], data["repeat"]
    row.rule_id, row.batch = data["rule"], data.get("batch")
    session.add(row)
    session.flush()


@project(DUE_CHANGED)
def due_changed(session: Session, entry: Entry) -> None:
    """The due date is another one; what was asked for is decided with it."""
    row = _found(session, entry)
    if row is not None:
        row.seq, row.moved = entry.seq, True
        row.due_on, row.due_at = _day(entry.data["due"]), _moment(entry.data["due_at"])
        row.asked_until = row.asked_seq = None
        session.flush()


@project(TIME_ASKED)
def time_asked(session: Session, entry: Entry) -> None:
    """The person asks for more time."""
    row = _found(session, entry)
    if row is not None:
        row.seq = row.asked_seq = entry.seq
        row.asked_until = _day(entry.data["until"])
        session.flush()


@project(TIME_REFUSED)
def time_refused(session: Session, entry: Entry) -> None:
    """They do not get it; the due date stays."""
    row = _found(session, entry)
    if row is not None:
        row.seq = entry.seq
        row.asked_until = row.asked_seq = None
        session.flush()


@project(ASSIGNMENT_ENDED)
def ended(session: Session, entry: Entry) -> None:
    """The person does not have to any more; what they have done stays."""
    row = _found(session, entry)
    if row is not None:
        row.seq = entry.seq
        _close(session, row, ENDED, entry.at, entry.data["why"])


@project(COURSE_COMPLETED)
def done(session: Session, entry: Entry) -> None:
    """The cycle is completed, and the assignment with it."""
    row = _found(session, entry)
    if row is not None and row.state == OPEN:
        _close(session, row, DONE, entry.at)


@project(COMPLETION_WITHDRAWN)
def withdrawn(session: Session, entry: Entry) -> None:
    """What was done no longer counts; the regular work assigns the next cycle."""
    row = _found(session, entry)
    if row is not None and row.state == DONE:
        _close(session, row, WITHDRAWN, entry.at)


@project(COMPLETION_REINSTATED)
def reinstated(session: Session, entry: Entry) -> None:
    """It counts again: the next cycle, assigned because it did not, has no reason any more."""
    row = _found(session, entry)
    if row is not None and row.state == WITHDRAWN:
        _close(session, row, DONE, entry.at)
    following = _found(session, entry, later=1)
    if following is not None and following.state == OPEN:
        _close(session, following, ENDED, entry.at, HELD)


def _close(
    session: Session, row: Assignment, state: str, at: datetime, why: str | None = None
) -> None:
    row.state, row.closed_at, row.why_ended = state, at, why
    row.asked_until = row.asked_seq = None
    session.flush()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
