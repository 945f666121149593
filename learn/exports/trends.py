"""How JP are spread, how completions went by month, what is overdue: counted at once, or kept by unit.

Of few people the figures are counted within the reader's reach; of many they are kept by unit with the
other figures (`learn.figures`), under the names ``band:0`` .. ``band:5``, ``month:2026-11``, ``overdue``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from learn.assignments.models import Assignment
from learn.exports.lists.hr_people import BANDS
from learn.exports.lists.overdue import overdue
from learn.figures import days, posts
from learn.figures.counting import NOWHERE, counts
from learn.figures.days import AsOf
from learn.figures.posts import Units
from learn.hours.models import HoursYear
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.scoping import people_in, units_under
from learn.progress.models import Completion

MONTHS = 12
PART = "trends"
"""What `learn.figures.reading.read_board` is asked for to get these figures."""


@dataclass(frozen=True)
class Month:
    """A month, cut at the day that is shown, and how many courses were completed in it."""

    first: date
    last: date
    count: int


def hours_distribution(
    session: Session, scope: Scope, as_of: AsOf, *, path: str | None = None
) -> list[int]:
    """Return how many of those who owe JP have how many in the year, by the bands of `BANDS`."""
    query = _earning(as_of).where(people_in(scope), days.present(as_of))
    if path is not None:
        query = query.where(days.in_units(as_of, select(Unit.id).where(units_under(path))))
    sums = query.subquery()
    placed = select(_band(sums.c.earned).label("place")).subquery()
    rows = session.execute(select(placed.c.place, func.count()).group_by(placed.c.place))
    found = {place: count for place, count in rows}  # noqa: C416 (rows are no pairs)
    return [found.get(place, 0) for place in range(len(BANDS))]


def _earning(as_of: AsOf, *more: Any) -> Select[*tuple[Any, ...]]:
    """Return the query of the JP of those who owe some."""
    year = as_of.year.number
    if as_of.past:
        query = select(*more, days.earned_by(as_of, year).label("earned")).select_from(Person)
    else:
        query = select(*more, func.coalesce(HoursYear.earned, 0).label("earned")).outerjoin_from(
            Person, HoursYear, (HoursYear.person_id == Person.id) & (HoursYear.year == year)
        )
    return query.where(days.owes(as_of))


def _band(earned: ColumnElement[int]) -> ColumnElement[int]:
    places = reversed(list(enumerate(BANDS)))
    return case(*((earned >= low, place) for place, (low, _high) in places), else_=0)


def completions_by_month(
    session: Session, scope: Scope, as_of: AsOf, *, unit: Unit | None = None
) -> list[Month]:
    """Return the completions of the twelve months up to the day, in one statement."""
    query = _by_month(as_of).join(Person, Person.id == Completion.person_id)
    query = query.where(people_in(scope))
    if unit is not None:
        below = select(Unit.id).where(units_under(unit.path))
        query = query.where(Completion.unit_id.in_(below))
    placed = query.subquery()
    rows = session.execute(select(placed.c.place, func.count()).group_by(placed.c.place))
    found = {number: count for number, count in rows}  # noqa: C416 (rows are no pairs)
    return [Month(*each, found.get(number, 0)) for number, each in enumerate(_months(as_of.day))]


def _by_month(as_of: AsOf, *more: Any) -> Select[*tuple[Any, ...]]:
    zone = ZoneInfo(as_of.timezone)
    begins = [
        datetime.combine(first, time(), zone).astimezone(UTC) for first, _last in _months(as_of.day)
    ]
    places = reversed(list(enumerate(begins)))
    place = case(*((Completion.completed_at >= begin, number) for number, begin in places), else_=0)
    return select(*more, place.label("place")).where(
        Completion.completed_at >= begins[0], days.stood(as_of)
    )


def _months(day: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of the twelve months that end with the day's own."""
    number = day.year * 12 + day.month - MONTHS
    for each in range(number, number + MONTHS):
        first = date(each // 12, each % 12 + 1, 1)
        following = date((each + 1) // 12, (each + 1) % 12 + 1, 1)
        yield first, min(day, following - timedelta(days=1))


def kept_bands(figures: Mapping[str, int]) -> list[int]:
    """Return the bands of JP out of kept figures."""
    return [figures.get(f"band:{place}", 0) for place in range(len(BANDS))]


def kept_months(figures: Mapping[str, int], day: date) -> list[Month]:
    """Return the completions by month out of figures that were kept on a day."""
    return [Month(first, last, figures.get(_month_name(first), 0)) for first, last in _months(day)]


def _month_name(first: date) -> str:
    return f"month:{first:%Y-%m}"


@counts(PART)
def trends_by_unit(session: Session, as_of: AsOf, units: Units) -> dict[int, dict[str, int]]:
    """Count the same by unit: bands of JP, completions of each month, overdue assignments."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    months = [_month_name(first) for first, _last in _months(as_of.day)]
    unit = posts.unit_of(as_of)
    earning = posts.joined(_earning(as_of, unit.label("unit")), as_of, units).subquery()
    banded = select(earning.c.unit, _band(earning.c.earned).label("place"))
    done = _by_month(as_of, Completion.unit_id.label("unit"))
    if units is not None:
        done = done.where(Completion.unit_id.in_(units))
    for query, names in (
        (banded, [f"band:{place}" for place in range(len(BANDS))]),
        (done, months),
    ):
        rows = query.subquery()
        grouped = select(rows.c.unit, rows.c.place, func.count()).group_by(
            rows.c.unit, rows.c.place
        )
        for unit_id, place, number in session.execute(grouped):
            found[unit_id or NOWHERE][names[place]] = number
    late = select(unit, func.count()).select_from(Person)
    late = late.join(Assignment, Assignment.person_id == Person.id).where(overdue(as_of))
    for unit_id, number in session.execute(posts.joined(late, as_of, units).group_by(unit)):
        found[unit_id or NOWHERE]["overdue"] = number
    return found
