"""Assignments that are overdue, as a list: whose, which course, since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from learn.assignments.models import OPEN, Assignment
from learn.errors import Message
from learn.exports.columns import WHO, column
from learn.exports.filters import units_of
from learn.exports.keyset import Keyset, Line
from learn.figures import days
from learn.figures.days import AsOf
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in


@dataclass(frozen=True, slots=True)
class OverdueRecord:
    """A required course that somebody has not completed in time; `late` are the days since."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    course: str
    title: str
    cycle: int
    assigned_at: datetime
    due_on: date
    late: int


COLUMNS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("course", "text", Message("Course key"), Message("Key of the course, which never changes.")),
    column("title", "text", Message("Course"), Message("Title of the course now.")),
    column("assigned_at", "date", Message("Assigned"), Message("Local date on which it was assigned."),
           lambda record: record.assigned_at.date()),
    column("due_on", "date", Message("Due date"), Message("The last local day.")),
    column("late", "integer", Message("Days overdue"), Message("Days from then to the day of the list.")),
)  # fmt: skip


def open_on(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Assignment` of those that were open on that day."""
    if not as_of.past:
        return Assignment.state == OPEN
    not_closed = and_(Assignment.closed_at.is_not(None), Assignment.closed_at > as_of.at)
    return and_(Assignment.assigned_at <= as_of.at, or_(Assignment.state == OPEN, not_closed))


def overdue(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Assignment` of those that were required, open and over on that day."""
    return and_(open_on(as_of), Assignment.required.is_(True), Assignment.due_at < as_of.at)


def overdue_people(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Person` of those with something overdue on that day."""
    return exists().where(Assignment.person_id == Person.id, overdue(as_of))


@dataclass(frozen=True, kw_only=True)
class OverdueList(Keyset[OverdueRecord]):
    """Overdue assignments, those that were due first at the top; `titles` by key of the course."""

    KEY = (Assignment.due_at, Assignment.person_id, Assignment.course, Assignment.cycle)
    day: date | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def as_of(self) -> AsOf:
        """Return the day that the list is of."""
        return AsOf(self.now, self.timezone, self.day)

    def count(self, session: Session, most: int | None = None) -> int:
        """Return how many there are; with `most` no more than that are looked for."""
        query = self._narrowed(session, select(Assignment.person_id)).limit(most)
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    def person_ids(self, session: Session, most: int | None = None) -> list[int]:
        """Return whose assignments they are, `most` people at most."""
        query = self._narrowed(session, select(Assignment.person_id).distinct()).limit(most)
        return sorted(session.scalars(query))

    def _narrowed(
        self, session: Session, query: Select[*tuple[Any, ...]]
    ) -> Select[*tuple[Any, ...]]:
        as_of = self.as_of
        query = query.join(Person, Person.id == Assignment.person_id).where(
            people_in(self.scope), days.present(as_of), overdue(as_of)
        )
        if self.course:
            query = query.where(Assignment.course == self.course)
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(days.in_units(as_of, units))
        return query

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = self._narrowed(
            session,
            select(
                Assignment, PersonNumber.number, Person.name, Person.title_before,
                Person.title_after, Unit.code, Unit.name.label("unit"),
            ),
        )  # fmt: skip
        return query.outerjoin(Unit, Unit.id == Person.unit_id).outerjoin(
            PersonNumber, (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None)
        )

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[OverdueRecord]:
        return map(self._record, lines)

    def _record(self, row: Line) -> OverdueRecord:
        found: Assignment = row.Assignment
        assert found.due_at is not None
        due_on = found.due_on or found.due_at.astimezone(self.zone).date()
        return OverdueRecord(
            found.person_id, row.number, full_name(row.name, row.title_before, row.title_after),
            row.code, row.unit, found.course, self.titles.get(found.course, found.course),
            found.cycle, found.assigned_at.astimezone(self.zone), due_on,
            (self.as_of.day - due_on).days,
        )  # fmt: skip

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the list, for the file itself."""
        return [(Message("As of"), self.as_of.day.isoformat()), *super().described()]

    def data(self) -> dict[str, str]:
        """Return what narrows the list, for the audit chain."""
        return {**super().data(), **({"day": self.as_of.text} if self.as_of.past else {})}
