"""The bulk acts on assignments: give a course with a due date, end an assignment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.assignments.models import ENDED, OPEN, Assignment
from learn.assignments.projections import COURSE_ASSIGNED
from learn.assignments.services import assign, due_of, unassign
from learn.bulk.acts import NOT_ACTIVE, active_of, standing_of
from learn.bulk.kinds import BulkAct, Judged, Office, Params, Target, bulk_act, chunks
from learn.db import moment_text
from learn.errors import Conflict, Invalid, Message
from learn.ledger import append, lock
from learn.people.access import Action
from learn.people.dates import local_date, parse_date

SOURCE = "bulk"


@bulk_act
class Assign(BulkAct):
    """Assign a course, with a due date or without one."""

    key = "assign"
    title = Message("Assign a course")
    told = Message("Assigned: %(course)s")
    action = Action.ENROL_PEOPLE
    lists = ("people",)
    fields = ("course", "due")

    def read(self, session: Session, params: Params, office: Office) -> dict[str, str]:
        """Return course and due date; the date may be empty, and is not in the past."""
        found = super().read(session, params, office)
        text = params.get("due", "").strip()
        day = parse_date(text) if text else None
        if text and day is None:
            raise Invalid(Message("“%(text)s” is no date, such as 2026-11-24.", text=text[:40]))
        if day is not None and day < local_date(office.now, office.timezone):
            raise Invalid(Message("The day is in the past; choose today or a later one."))
        return {**found, "due": day.isoformat() if day else ""}

    def judge(
        self, session: Session, targets: Sequence[Target], params: Params, office: Office
    ) -> list[Judged]:
        """Leave out to whom it is assigned already, who holds it, and who has left."""
        ids, course = [target.person_id for target in targets], params["course"]
        active, open_now = active_of(session, ids), open_of(session, ids, course)
        _running, holding = standing_of(session, ids, course, office)
        return [Judged(each, _why(each.person_id, active, open_now, holding)) for each in targets]

    def do(
        self, session: Session, target: Target, params: Params, office: Office, batch: int
    ) -> str:
        """Assign it to one; undoing needs the entry, to see whether it was changed since."""
        lock(session, target.person_id)
        if due_of(session, target.person_id, params["course"]) is not None:
            raise Conflict(Message("Assigned already."))
        due = date.fromisoformat(params["due"]) if params["due"] else None
        made = assign(
            session, target.person_id, params["course"], due_at=due, source=SOURCE,
            actor_id=office.actor_id, now=office.now, batch=batch, timezone=office.timezone,
        )  # fmt: skip
        return str(made.seq)

    def undo(
        self, session: Session, target: Target, made: str, params: Params, office: Office,
        batch: int,
    ) -> None:  # fmt: skip
        """End the assignment, where it is open and was not changed since."""
        lock(session, target.person_id)
        row = due_of(session, target.person_id, params["course"])
        if row is None:
            raise Conflict(Message("It is completed, or has ended since."))
        if str(row.seq) != made:
            raise Conflict(Message("It was changed since."))
        unassign(
            session, target.person_id, params["course"], actor_id=office.actor_id, now=office.now,
            batch=batch,
        )  # fmt: skip


def open_of(session: Session, ids: Sequence[int], course: str) -> dict[int, int]:
    """Return the latest entry of each open assignment of the course, by person."""
    found: dict[int, int] = {}
    for some in chunks(ids):
        rows = session.execute(
            select(Assignment.person_id, Assignment.seq).where(
                Assignment.person_id.in_(some),
                Assignment.course == course,
                Assignment.state == OPEN,
            )
        )
        found.update({row.person_id: row.seq for row in rows})
    return found


def _why(
    person_id: int, active: set[int], open_now: dict[int, int], holding: set[int]
) -> Message | None:
    if person_id not in active:
        return NOT_ACTIVE
    if person_id in open_now:
        return Message("Assigned already.")
    return Message("They hold this course already.") if person_id in holding else None


@bulk_act
class Unassign(BulkAct):
    """End the open assignments of a course; what was done in it stays."""

    key = "unassign"
    title = Message("End an assignment")
    told = Message("Assignment ended: %(course)s")
    action = Action.ENROL_PEOPLE
    lists = ("people", "overdue")
    fields = ("course", "reason")

    def judge(
        self, session: Session, targets: Sequence[Target], params: Params, office: Office
    ) -> list[Judged]:
        """Leave out to whom it is not assigned."""
        known = open_of(session, [each.person_id for each in targets], params["course"])
        return [
            Judged(each, mark=str(known[each.person_id]))
            if each.person_id in known
            else Judged(each, Message("It is not assigned to them."))
            for each in targets
        ]

    def do(
        self, session: Session, target: Target, params: Params, office: Office, batch: int
    ) -> str:
        """End one; undoing needs the cycle."""
        row = unassign(
            session, target.person_id, params["course"], actor_id=office.actor_id, now=office.now,
            batch=batch, reason=params["reason"],
        )  # fmt: skip
        return str(row.cycle)

    def undo(
        self, session: Session, target: Target, made: str, params: Params, office: Office,
        batch: int,
    ) -> None:  # fmt: skip
        """Assign it again with the same date, where nothing happened to it since."""
        lock(session, target.person_id)
        row = session.get(Assignment, (target.person_id, params["course"], int(made)))
        if row is None or row.state != ENDED:
            raise Conflict(Message("It was changed since."))
        data: dict[str, Any] = {
            "course": row.course, "cycle": row.cycle,
            "due": row.due_on.isoformat() if row.due_on else None,
            "due_at": moment_text(row.due_at) if row.due_at else None, "required": row.required,
            "soft": row.soft, "repeat": row.repeat, "source": row.source, "rule": row.rule_id,
            "actor": office.actor_id, "batch": batch,
        }  # fmt: skip
        append(session, target.person_id, COURSE_ASSIGNED, data, at=office.now)
