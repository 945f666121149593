"""What is overdue, for supervisors: one notice a day or a week, never one for each person.

It goes to whoever holds the role of supervisor on the nearest unit above the person, the person's own
unit first; nobody is told about themselves, so a supervisor's own course goes to the next one above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from learn.assignments.marks import mark_of, set_mark
from learn.assignments.models import OPEN, Assignment
from learn.assignments.notices import DIGEST, SHOWN
from learn.db import Database
from learn.notices.services import Told, notify_many
from learn.people.access import Role
from learn.people.dates import local_date
from learn.people.models import Person, RoleGrant, Unit

MARK = "digest"
DAILY, WEEKLY, OFF = "daily", "weekly", "off"
Supervisors = Mapping[int, list[int]]


@dataclass
class Digest:
    """What one supervisor is told: how many people, how many courses, the first of them."""

    assignments: int = 0
    people: list[int] = field(default_factory=list)

    def add(self, person_id: int) -> None:
        """Count one overdue course; they come person by person."""
        self.assignments += 1
        if not self.people or self.people[-1] != person_id:
            self.people.append(person_id)

    def told(self, supervisor_id: int, period: str) -> Told:
        """Return the notice."""
        data = {
            "count": len(self.people), "assignments": self.assignments,
            "people": self.people[:SHOWN],
        }  # fmt: skip
        return Told(supervisor_id, DIGEST, data, f"digest:{period}")


def escalate(
    database: Database, *, every: str, timezone: str, now: datetime, mail: bool = False
) -> int:
    """Tell supervisors what is overdue, once in each day or week; return how many were told."""
    if every == OFF:
        return 0
    period = period_of(local_date(now, timezone), every)
    with database.reading() as session:
        last = mark_of(session, MARK)
        if last is not None and period_of(local_date(last, timezone), every) == period:
            return 0
        digests = digests_of(session, now)
    told = [digest.told(supervisor, period) for supervisor, digest in sorted(digests.items())]
    with database.transaction() as session:
        count = notify_many(session, told, now=now, mail=mail)
        set_mark(session, MARK, now)
    return count


def period_of(day: date, every: str) -> str:
    """Return the name of the day, or of the week that it is in."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}" if every == WEEKLY else day.isoformat()


def digests_of(session: Session, now: datetime) -> dict[int, Digest]:
    """Return what each supervisor would be told now."""
    supervisors = _supervisors(session)
    digests: dict[int, Digest] = defaultdict(Digest)
    nearest: dict[str | None, list[list[int]]] = {}
    for row in _overdue(session, now):
        if row.path not in nearest:
            nearest[row.path] = _above(row.path, supervisors)
        others = ([each for each in level if each != row.person_id] for level in nearest[row.path])
        for supervisor in next((level for level in others if level), []):
            digests[supervisor].add(row.person_id)
    return dict(digests)


def supervisors_of(session: Session, person_id: int) -> list[int]:
    """Return the supervisors nearest above a person, themselves left out."""
    path = session.scalar(
        select(Unit.path).join(Person, Person.unit_id == Unit.id).where(Person.id == person_id)
    )
    levels = _above(path, _supervisors(session, path))
    others = ([each for each in level if each != person_id] for level in levels)
    return next((level for level in others if level), [])


def _overdue(session: Session, now: datetime) -> Iterator[Row[int, str]]:
    query = (
        select(Assignment.person_id, Unit.path)
        .join(Person, Person.id == Assignment.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(
            Assignment.state == OPEN, Assignment.required, Assignment.due_at < now, Person.active
        )
        .order_by(Assignment.person_id)
    )  # fmt: skip
    yield from session.execute(query.execution_options(yield_per=2000))


def _supervisors(session: Session, path: str | None = None) -> Supervisors:
    query = (
        select(RoleGrant.unit_id, RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.SUPERVISOR, RoleGrant.ended_at.is_(None), Person.active)
        .order_by(RoleGrant.person_id)
    )
    if path is not None:
        query = query.where(RoleGrant.unit_id.in_(_ids(path)))
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, person_id in session.execute(query):
        if unit_id is not None and person_id not in found[unit_id]:
            found[unit_id].append(person_id)
    return found


def _above(path: str | None, supervisors: Supervisors) -> list[list[int]]:
    """Return the supervisors of the units from this one to the root, the nearest first."""
    return [supervisors[each] for each in reversed(_ids(path)) if supervisors.get(each)]


def _ids(path: str | None) -> list[int]:
    """Return the ids of the units from the root to this one."""
    return [int(part) for part in (path or "").split("/") if part]
