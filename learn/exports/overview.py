"""Who is behind: the figures of HR's first page, and the conditions of the lists they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from learn.hours.forms import load_forms
from learn.hours.models import HoursYear
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.scoping import people_in, units_under
from learn.progress.models import Completion

OWING = "PNS"  # the kind of employee that owes JP at least (PP 11/2017 jo. 17/2020, Pasal 203(4))


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


@dataclass(frozen=True)
class Year:
    """A calendar year of a place, with its floor of JP."""

    number: int
    begins: datetime
    floor: int

    @classmethod
    def of(cls, now: datetime, timezone: str) -> Year:
        """Return the local year of a moment."""
        number = now.astimezone(ZoneInfo(timezone)).year
        begins = datetime.combine(date(number, 1, 1), time(), ZoneInfo(timezone)).astimezone(UTC)
        return cls(number, begins, load_forms().obligation(OWING).jp or 0)


def owes() -> ColumnElement[bool]:
    """Return the condition on `Person` of those who owe a floor of JP."""
    excepted = load_forms().obligation(OWING).except_posts
    return and_(Person.kind == OWING, Person.post_class.not_in(excepted))


def fulfilled(year: Year) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who have the JP of the year."""
    return exists().where(
        HoursYear.person_id == Person.id,
        HoursYear.year == year.number,
        HoursYear.earned >= year.floor,
    )


def short_of_hours(year: Year) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who owe JP and have too few."""
    return and_(owes(), ~fulfilled(year))


def idle(year: Year) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who completed nothing this year."""
    done = exists().where(
        Completion.person_id == Person.id,
        Completion.completed_at >= year.begins,
        Completion.withdrawn_at.is_(None),
    )
    return ~done


def unit_counts(
    session: Session, scope: Scope, year: Year, *, path: str | None = None
) -> dict[int | None, Counts]:
    """Return the figures by unit, of active people within `scope` (and below `path`), in two statements.

    Completions count for the unit of their day, as in the list of completions.
    """
    people = (
        select(
            Person.unit_id,
            func.count(),
            _number_of(owes()),
            _number_of(and_(owes(), fulfilled(year))),
            _number_of(idle(year)),
        )
        .where(Person.active, people_in(scope))
        .group_by(Person.unit_id)
    )
    done = (
        select(Completion.unit_id, func.count())
        .join(Person, Person.id == Completion.person_id)
        .where(
            people_in(scope),
            Completion.completed_at >= year.begins,
            Completion.withdrawn_at.is_(None),
        )
        .group_by(Completion.unit_id)
    )
    if path is not None:
        below = select(Unit.id).where(units_under(path))
        people = people.where(Person.unit_id.in_(below))
        done = done.where(Completion.unit_id.in_(below))
    found = {
        row[0]: Counts(*(int(figure or 0) for figure in row[1:])) for row in session.execute(people)
    }
    for unit_id, number in session.execute(done):
        found[unit_id] = found.get(unit_id, Counts()).plus(Counts(completions=number))
    return found


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


def hours_of(session: Session, person_ids: Sequence[int], year: int) -> dict[int, int]:
    """Return the JP of these people in a year."""
    rows = session.execute(
        select(HoursYear.person_id, HoursYear.earned).where(
            HoursYear.person_id.in_(person_ids), HoursYear.year == year
        )
    )
    return {row.person_id: row.earned for row in rows}


def last_completions(session: Session, person_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when these people last completed a course; what was withdrawn does not count."""
    rows = session.execute(
        select(Completion.person_id, func.max(Completion.completed_at).label("last"))
        .where(Completion.person_id.in_(person_ids), Completion.withdrawn_at.is_(None))
        .group_by(Completion.person_id)
    )
    return {row.person_id: row.last for row in rows}
