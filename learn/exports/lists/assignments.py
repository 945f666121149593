"""Assignments as records: what was assigned, until when, and what became of it, person by person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learn.assignments.models import OPEN, Assignment
from learn.errors import Message
from learn.exports.columns import WHO, column
from learn.exports.filters import units_of
from learn.exports.keyset import Keyset, Line
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    """A cycle of a course that somebody has to complete, or had to."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    course: str
    cycle: int
    required: bool
    due_on: date | None
    state: str
    source: str
    rule: int | None
    assigned_on: date
    closed_on: date | None
    overdue: bool


ASSIGNMENTS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("course", "text", Message("Course key"), Message("Key of the course, which never changes.")),
    column("cycle", "integer", Message("Cycle"), Message("1 the first time; a renewal is the next one.")),
    column("required", "flag", Message("Mandatory"), Message("Mandatory, or recommended only.")),
    column("due_on", "date", Message("Due date"), Message("Last local day; empty: none.")),
    column("state", "text", Message("State"), Message("open, done, withdrawn (the completion was), or ended.")),
    column("source", "text", Message("Source"), Message("rule, person or bulk: what assigned it.")),
    column("rule", "integer", Message("Rule"), Message("Number of the rule; empty: none.")),
    column("assigned_on", "date", Message("Assigned"), Message("Local date.")),
    column("closed_on", "date", Message("Closed"), Message("Local date on which it was completed or ended.")),
    column("overdue", "flag", Message("Overdue"), Message("Mandatory, open, and the due date is over.")),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AssignmentQuery(Keyset[AssignmentRecord]):
    """Assignments of people within reach; the days narrow it to what is due then."""

    KEY = (Assignment.person_id, Assignment.course, Assignment.cycle)

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(
                Assignment, PersonNumber.number, Person.name, Person.title_before,
                Person.title_after, Unit.code, Unit.name.label("unit"), Unit.time_zone,
            )
            .join(Person, Person.id == Assignment.person_id)
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope))
        )  # fmt: skip
        if self.since:
            query = query.where(Assignment.due_on >= self.since)
        if self.until:
            query = query.where(Assignment.due_on <= self.until)
        if self.course:
            query = query.where(Assignment.course == self.course)
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        return query

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[AssignmentRecord]:
        return map(self._record, lines)

    def _record(self, line: Line) -> AssignmentRecord:
        row: Assignment = line.Assignment
        zone = ZoneInfo(line.time_zone or self.timezone)
        closed = row.closed_at.astimezone(zone).date() if row.closed_at else None
        late = row.due_at is not None and row.due_at < self.now
        return AssignmentRecord(
            row.person_id, line.number, full_name(line.name, line.title_before, line.title_after),
            line.code, line.unit, row.course, row.cycle, row.required, row.due_on, row.state,
            row.source, row.rule_id, row.assigned_at.astimezone(zone).date(), closed,
            row.required and row.state == OPEN and late,
        )  # fmt: skip
