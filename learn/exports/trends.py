"""How JP are spread, and how completions went by month: the figures behind charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from learn.exports import days
from learn.exports.days import AsOf
from learn.exports.people_lists import BANDS
from learn.hours.models import HoursYear
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.scoping import people_in, units_under
from learn.progress.models import Completion

MONTHS = 12


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
    year = as_of.year.number
    if as_of.past:
        earned = days.earned_by(as_of, year)
        query = select(earned.label("earned"))
    else:
        query = select(func.coalesce(HoursYear.earned, 0).label("earned")).outerjoin_from(
            Person, HoursYear, (HoursYear.person_id == Person.id) & (HoursYear.year == year)
        )
    query = query.where(people_in(scope), days.present(as_of), days.owes(as_of))
    if path is not None:
        query = query.where(days.in_units(as_of, select(Unit.id).where(units_under(path))))
    sums = query.subquery()
    band = case(
        *(
            (sums.c.earned >= low, place)
            for place, (low, _high) in reversed(list(enumerate(BANDS)))
        ),
        else_=0,
    )
    placed = select(band.label("place")).subquery()
    rows = session.execute(select(placed.c.place, func.count()).group_by(placed.c.place))
    found = {place: count for place, count in rows}  # noqa: C416 (rows are no pairs)
    return [found.get(place, 0) for place in range(len(BANDS))]


def completions_by_month(
    session: Session, scope: Scope, as_of: AsOf, *, unit: Unit | None = None
) -> list[Month]:
    """Return the completions of the twelve months up to the day, in one statement."""
    months = list(_months(as_of.day))
    zone = ZoneInfo(as_of.timezone)
    begins = [datetime.combine(first, time(), zone).astimezone(UTC) for first, _last in months]
    place = case(
        *((Completion.completed_at >= begin, number)
          for number, begin in reversed(list(enumerate(begins)))),
        else_=0,
    )  # fmt: skip
    query = (
        select(place.label("place"), Completion.person_id)
        .join(Person, Person.id == Completion.person_id)
        .where(people_in(scope), Completion.completed_at >= begins[0], days.stood(as_of))
    )
    if unit is not None:
        below = select(Unit.id).where(units_under(unit.path))
        query = query.where(Completion.unit_id.in_(below))
    placed = query.subquery()
    rows = session.execute(select(placed.c.place, func.count()).group_by(placed.c.place))
    found = {number: count for number, count in rows}  # noqa: C416 (rows are no pairs)
    return [Month(*months[number], found.get(number, 0)) for number in range(len(months))]


def _months(day: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of the twelve months that end with the day's own."""
    number = day.year * 12 + day.month - MONTHS
    for each in range(number, number + MONTHS):
        first = date(each // 12, each % 12 + 1, 1)
        following = date((each + 1) // 12, (each + 1) % 12 + 1, 1)
        yield first, min(day, following - timedelta(days=1))
