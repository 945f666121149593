"""Reading assignments: one's own, lists of what is due, and the figures and conditions of HR's pages.

For pages of people: `overdue_people` and `due_people` are conditions on `Person` (for ``list_people(...,
also=...)``), `dues_of` gives the open assignments of the people of a page for the cells of a matrix,
`counts_by_unit` the figures of the overview. All of them ask the index of open assignments by due date,
or the primary key by person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from learn.assignments.models import OPEN, Assignment
from learn.assignments.rules import STAGES
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in, people_under

MOST_COUNTED = 10_000
ASKING = "asking"
OVERDUE = "overdue"
WITHIN = (OVERDUE, *(str(stage) for stage in reversed(STAGES)), ASKING)


@dataclass(frozen=True)
class DueCounts:
    """How many required assignments are overdue, or due within 7, 30 and 90 days (each in the next)."""

    overdue: int = 0
    week: int = 0
    month: int = 0
    quarter: int = 0

    def plus(self, other: DueCounts) -> DueCounts:
        """Return the sum of both."""
        return DueCounts(
            self.overdue + other.overdue, self.week + other.week, self.month + other.month,
            self.quarter + other.quarter,
        )  # fmt: skip


@dataclass(frozen=True)
class DueLine:
    """An open assignment, whose it is, and their unit."""

    assignment: Assignment
    person: Person
    unit: Unit | None


def overdue_people(now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Person`: something required is overdue."""
    return exists().where(Assignment.person_id == Person.id, *_required(Assignment.due_at < now))


def due_people(now: datetime, days: int) -> ColumnElement[bool]:
    """Return the condition on `Person`: something required is due within so many days, or overdue."""
    return exists().where(
        Assignment.person_id == Person.id, *_required(Assignment.due_at < _until(now, days))
    )


def _required(due: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return (Assignment.state == OPEN, Assignment.required.is_(True), due)


def _until(now: datetime, days: int) -> datetime:
    """Return the moment before which everything is due that has at most `days` days left."""
    return now + timedelta(days=days + 1)


def counts_by_unit(
    session: Session, scope: Scope, now: datetime, *, path: str | None = None
) -> dict[int | None, DueCounts]:
    """Return the figures by the unit where people are now (itself alone), in one statement.

    Parameters
    ----------
    path
        Only people of the unit with this path, and of those below it.
    """
    steps = [Assignment.due_at < now]
    steps += [
        (Assignment.due_at >= now) & (Assignment.due_at < _until(now, days))
        for days in reversed(STAGES)
    ]
    query: Select[*tuple[Any, ...]] = (
        select(Person.unit_id, *(func.count().filter(step) for step in steps))
        .select_from(Assignment)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            *_required(Assignment.due_at < _until(now, STAGES[0])), Person.active, people_in(scope)
        )
        .group_by(Person.unit_id)
    )
    if path is not None:
        query = query.where(people_under(path))
    return {unit_id: DueCounts(*counts) for unit_id, *counts in session.execute(query)}


def dues_of(
    session: Session, person_ids: Sequence[int], courses: Sequence[str] | None = None
) -> dict[tuple[int, str], Assignment]:
    """Return the open assignments of these people by person and course, in one statement."""
    query = select(Assignment).where(Assignment.person_id.in_(person_ids), Assignment.state == OPEN)
    if courses is not None:
        query = query.where(Assignment.course.in_(courses))
    return {(row.person_id, row.course): row for row in session.scalars(query)}


def open_of(session: Session, person_id: int) -> list[Assignment]:
    """Return a person's open assignments: by due date, those without one at the end."""
    found = session.scalars(
        select(Assignment).where(Assignment.person_id == person_id, Assignment.state == OPEN)
    )
    return sorted(
        found, key=lambda row: (row.due_at is None, row.due_at or row.assigned_at, row.course)
    )


def all_of(session: Session, person_id: int) -> list[Assignment]:
    """Return all assignments of a person, the newest first."""
    return list(session.scalars(
        select(Assignment)
        .where(Assignment.person_id == person_id)
        .order_by(Assignment.assigned_at.desc(), Assignment.course, Assignment.cycle.desc())
    ))  # fmt: skip


def list_due(
    session: Session,
    scope: Scope,
    *,
    now: datetime,
    within: str = "",
    path: str | None = None,
    course: str | None = None,
    rule_id: int | None = None,
    not_person: int | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[DueLine]:
    """Return a page of open assignments with a due date of people within `scope`, the first due first.

    Parameters
    ----------
    within
        ``overdue``, ``7``, ``30``, ``90`` (days left at most, not overdue), ``asking``; empty: all.
    not_person
        Somebody who is left out: whoever looks at their own people.
    """
    query = _lines(scope, now, within, path=path, course=course, rule_id=rule_id)
    if not_person is not None:
        query = query.where(Assignment.person_id != not_person)
    key = (Assignment.due_at, Assignment.person_id, Assignment.course)
    page = page_of(session, query, key, after=after, limit=limit)
    return page.of(lambda row: DueLine(*row))


def count_due(
    session: Session,
    scope: Scope,
    *,
    now: datetime,
    within: str,
    path: str | None = None,
    most: int = MOST_COUNTED,
) -> int:
    """Return how many lines `list_due` has in all; it counts to `most` and one more."""
    lines = _lines(scope, now, within, path=path).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(lines)) or 0


def _lines(
    scope: Scope,
    now: datetime,
    within: str,
    *,
    path: str | None = None,
    course: str | None = None,
    rule_id: int | None = None,
) -> Select[Assignment, Person, Unit]:
    query = (
        select(Assignment, Person, Unit)
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Assignment.state == OPEN, Assignment.due_at.is_not(None), Person.active)
        .where(people_in(scope), *_narrowed(within, now))
    )
    if path is not None:
        query = query.where(people_under(path))
    if course:
        query = query.where(Assignment.course == course)
    if rule_id is not None:
        query = query.where(Assignment.rule_id == rule_id)
    return query


def _narrowed(within: str, now: datetime) -> list[ColumnElement[bool]]:
    if within == OVERDUE:
        return [Assignment.due_at < now]
    if within == ASKING:
        return [Assignment.asked_until.is_not(None)]
    if within in WITHIN:
        return [Assignment.due_at >= now, Assignment.due_at < _until(now, int(within))]
    return []
