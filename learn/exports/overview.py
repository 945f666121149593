"""Who is behind: the figures of HR's first page, and the conditions of the lists they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from learn.exports.days import AsOf, Year, fulfilled, held, idle, not_yet, owes, stood
from learn.hours.models import HoursCredit, HoursYear
from learn.people.access import Scope
from learn.people.models import Person, Post, Unit
from learn.people.scoping import people_in, units_under
from learn.progress.models import Completion

__all__ = [
    "Counts",
    "UnitLine",
    "Year",
    "hours_of",
    "last_completions",
    "total",
    "unit_counts",
    "unit_lines",
]


@dataclass(frozen=True)
class Counts:
    """Figures of some people: how many, how many owe JP and have them, what they completed."""

    people: int = 0
    owing: int = 0
    fulfilled: int = 0
    idle: int = 0
    completions: int = 0

    @property
    def short(self) -> int:
        """Return how many of those who owe JP have too few."""
        return self.owing - self.fulfilled

    def plus(self, other: Counts) -> Counts:
        """Return the sum of both."""
        return Counts(
            self.people + other.people, self.owing + other.owing, self.fulfilled + other.fulfilled,
            self.idle + other.idle, self.completions + other.completions,
        )  # fmt: skip


@dataclass(frozen=True)
class UnitLine:
    """The figures of a unit with all below it, or (`alone`) of the people of the unit itself."""

    unit: Unit
    counts: Counts
    alone: bool = False


def unit_counts(
    session: Session, scope: Scope, as_of: AsOf, *, path: str | None = None
) -> dict[int | None, Counts]:
    """Return the figures by unit, of the people within `scope` (and below `path`), in two statements.

    People count for the unit of the day, completions for the unit of their own day, as in the lists.
    """
    unit_id, people = _people_by_unit(as_of)
    people = people.where(people_in(scope)).group_by(unit_id)
    done = (
        select(Completion.unit_id, func.count())
        .join(Person, Person.id == Completion.person_id)
        .where(people_in(scope), Completion.completed_at >= as_of.year.begins, stood(as_of))
        .group_by(Completion.unit_id)
    )
    if path is not None:
        below = select(Unit.id).where(units_under(path))
        people = people.where(unit_id.in_(below))
        done = done.where(Completion.unit_id.in_(below))
    found = {
        row[0]: Counts(*(int(figure or 0) for figure in row[1:])) for row in session.execute(people)
    }
    for unit, number in session.execute(done):
        found[unit] = found.get(unit, Counts()).plus(Counts(completions=number))
    return found


def _people_by_unit(as_of: AsOf) -> tuple[Any, Select[*tuple[Any, ...]]]:
    figures = (
        func.count(),
        _number_of(owes(as_of)),
        _number_of(and_(owes(as_of), fulfilled(as_of))),
        _number_of(idle(as_of)),
    )
    if not as_of.past:
        return Person.unit_id, select(Person.unit_id, *figures).where(Person.active)
    query = select(Post.unit_id, *figures).join(
        Post, and_(Post.person_id == Person.id, held(as_of.day))
    )
    return Post.unit_id, query.select_from(Person)


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sum."""
    result = Counts()
    for each in counts:
        result = result.plus(each)
    return result


def unit_lines(
    units: Sequence[Unit], counts: Mapping[int | None, Counts], top: Unit | None
) -> list[UnitLine]:
    """Return a line for each part of `top`, and one for the people of `top` itself, by name.

    Without `top` the lines are the highest of `units`.
    """
    present = {unit.id for unit in units}
    parts = [
        unit
        for unit in units
        if (unit.parent_id == top.id if top else unit.parent_id not in present)
    ]
    lines = [UnitLine(unit, _below(unit, units, counts)) for unit in parts]
    lines.sort(key=lambda line: (line.unit.name.casefold(), line.unit.id))
    own = counts.get(top.id) if top else None
    if top is not None and own is not None:
        lines.insert(0, UnitLine(top, own, alone=True))
    return lines


def _below(unit: Unit, units: Sequence[Unit], counts: Mapping[int | None, Counts]) -> Counts:
    return total(
        counts[other.id]
        for other in units
        if other.id in counts and other.path.startswith(unit.path)
    )


def hours_of(
    session: Session, person_ids: Sequence[int], year: int, as_of: AsOf | None = None
) -> dict[int, int]:
    """Return the JP of these people in a year, as they stood on a day."""
    if as_of is not None and as_of.past:
        query = (
            select(HoursCredit.person_id, func.sum(HoursCredit.jp).label("earned"))
            .where(
                HoursCredit.person_id.in_(person_ids),
                HoursCredit.year == year,
                HoursCredit.credited_at <= as_of.at,
                not_yet(HoursCredit.withdrawn_at, as_of),
            )
            .group_by(HoursCredit.person_id)
        )
    else:
        query = select(HoursYear.person_id, HoursYear.earned).where(
            HoursYear.person_id.in_(person_ids), HoursYear.year == year
        )
    return {row.person_id: int(row.earned) for row in session.execute(query)}


def last_completions(
    session: Session, person_ids: Sequence[int], as_of: AsOf | None = None
) -> dict[int, datetime]:
    """Return when these people last completed a course; what was withdrawn does not count."""
    stands = stood(as_of) if as_of is not None else Completion.withdrawn_at.is_(None)
    rows = session.execute(
        select(Completion.person_id, func.max(Completion.completed_at).label("last"))
        .where(Completion.person_id.in_(person_ids), stands)
        .group_by(Completion.person_id)
    )
    return {row.person_id: row.last for row in rows}
