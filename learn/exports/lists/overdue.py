"""Assignments that are overdue, as a list: whose, which course, since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from learn.assignments.models import OPEN, Assignment
from learn.db import UTCDateTime, moment_text
from learn.errors import Message
from learn.exports.columns import WHO, column
from learn.exports.filters import Filters, units_of
from learn.figures import days
from learn.figures.days import AsOf
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor
from learn.people.scoping import people_in

BATCH = 500
LARGEST_PAGE = 200
PLACE = (Assignment.due_at, Assignment.person_id, Assignment.course, Assignment.cycle)


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
class OverdueList(Filters):
    """Overdue assignments, those that were due first at the top; `titles` by key of the course."""

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

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[OverdueRecord]:
        """Return the page that follows the cursor `after`."""
        limit = max(1, min(limit, LARGEST_PAGE))
        rows = self._rows(session, _place(after) if after else None, limit + 1)
        records = [self._record(row) for row in rows[:limit]]
        if len(rows) <= limit:
            return Page(records)
        last = rows[limit - 1].Assignment
        place = (moment_text(last.due_at), last.person_id, last.course, last.cycle)
        return Page(records, cursor_of(*place))

    def stream(self, session: Session) -> Iterator[OverdueRecord]:
        """Return all of them in the same order, in constant memory."""
        place: tuple[Any, ...] | None = None
        while rows := self._rows(session, place, BATCH):
            yield from map(self._record, rows)
            last = rows[-1].Assignment
            place = (last.due_at, last.person_id, last.course, last.cycle)

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

    def _rows(
        self, session: Session, place: tuple[Any, ...] | None, limit: int
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        query = self._narrowed(
            session,
            select(
                Assignment, PersonNumber.number, Person.name, Person.title_before,
                Person.title_after, Unit.code, Unit.name.label("unit"),
            ),
        )  # fmt: skip
        query = query.outerjoin(Unit, Unit.id == Person.unit_id).outerjoin(
            PersonNumber, (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None)
        )
        if place is not None:
            moment, *rest = place
            values = (literal(moment, UTCDateTime()), *(literal(part) for part in rest))
            query = query.where(tuple_(*PLACE) > tuple_(*values))
        return session.execute(query.order_by(*PLACE).limit(limit)).all()

    def _record(self, row: Row[*tuple[Any, ...]]) -> OverdueRecord:
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


def _place(text: str) -> tuple[Any, ...]:
    when, *rest = read_cursor(text, str, int, str, int)
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        raise NoPlace from None
    if moment.tzinfo is None:
        raise NoPlace
    return (moment, *rest)
