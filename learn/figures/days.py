"""The day that lists and figures are of: today as it is, or a day that has passed as it was at its end.

What was withdrawn later stood on that day; who moved later counts for the unit held then. Whom a reader
reaches is decided by where people are now: a past day opens nothing to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from learn.errors import Invalid, Message
from learn.hours.forms import load_forms
from learn.hours.models import HoursCredit, HoursYear
from learn.people.models import Person, Post
from learn.progress.models import Completion

OWING = "PNS"  # the kind of employee that owes JP at least (PP 11/2017 jo. 17/2020, Pasal 203(4))


@dataclass(frozen=True)
class Year:
    """A calendar year of a place, with its floor of JP."""

    number: int
    begins: datetime
    floor: int

    @classmethod
    def of(cls, now: datetime, timezone: str) -> Year:
        """Return the local year of a moment."""
        return cls.numbered(now.astimezone(ZoneInfo(timezone)).year, timezone)

    @classmethod
    def numbered(cls, number: int, timezone: str) -> Year:
        """Return the year of this number."""
        begins = datetime.combine(date(number, 1, 1), time(), ZoneInfo(timezone)).astimezone(UTC)
        return cls(number, begins, load_forms().obligation(OWING).jp or 0)


@dataclass(frozen=True)
class AsOf:
    """The day that something is shown as of; `chosen` None: today.

    Raises
    ------
    Invalid
        The day has not come yet.
    """

    now: datetime
    timezone: str
    chosen: date | None = None

    def __post_init__(self) -> None:
        if self.chosen is not None and self.chosen > self.today:
            raise Invalid(
                Message(
                    "%(day)s has not come yet; choose today or an earlier day.", day=self.chosen
                )
            )

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the local dates."""
        return ZoneInfo(self.timezone)

    @property
    def today(self) -> date:
        """Return the present local date."""
        return self.now.astimezone(self.zone).date()

    @property
    def day(self) -> date:
        """Return the local date that is shown."""
        return self.chosen or self.today

    @property
    def past(self) -> bool:
        """Return whether the day has passed."""
        return self.day < self.today

    @property
    def at(self) -> datetime:
        """Return the moment that is shown: now, or the last one of the day."""
        if not self.past:
            return self.now
        following = datetime.combine(self.day + timedelta(days=1), time(), ZoneInfo(self.timezone))
        return following.astimezone(UTC) - timedelta(microseconds=1)

    @property
    def text(self) -> str:
        """Return the day as addresses keep it; empty for today."""
        return self.day.isoformat() if self.past else ""

    @property
    def year(self) -> Year:
        """Return the local year of the day."""
        return Year.numbered(self.day.year, self.timezone)


def held(day: date, post: type[Post] = Post) -> ColumnElement[bool]:
    """Return the condition on `Post` (or an alias of it) of the main post that is held on a day."""
    return and_(
        post.main.is_(True), post.since <= day, or_(post.until.is_(None), post.until >= day)
    )


def present(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who count: active now, or with a post on that day."""
    if not as_of.past:
        return Person.active.is_(True)
    post = aliased(Post)
    return exists().where(post.person_id == Person.id, held(as_of.day, post))


def in_units(as_of: AsOf, units: Select[int]) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who stand in these units on that day."""
    if not as_of.past:
        return Person.unit_id.in_(units)
    return Person.id.in_(select(Post.person_id).where(held(as_of.day), Post.unit_id.in_(units)))


def of_class(as_of: AsOf, *classes: str) -> ColumnElement[bool]:
    """Return the condition on `Person` of those whose post on that day is of these classes."""
    if not as_of.past:
        return Person.post_class.in_(classes)
    post = aliased(Post)  # the query around it may read posts too
    return exists().where(
        post.person_id == Person.id, held(as_of.day, post), post.post_class.in_(classes)
    )


def owes(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who owe a floor of JP."""
    excepted = load_forms().obligation(OWING).except_posts
    return and_(Person.kind == OWING, ~of_class(as_of, *excepted))


def stood(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Completion` of those that were reached and not withdrawn by then."""
    if not as_of.past:
        return Completion.withdrawn_at.is_(None)
    return and_(Completion.completed_at <= as_of.at, not_yet(Completion.withdrawn_at, as_of))


def not_yet(column: InstrumentedAttribute[datetime | None], as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition that what a column dates had not happened on that day."""
    return or_(column.is_(None), column > as_of.at) if as_of.past else column.is_(None)


def earned_by(as_of: AsOf, year: int) -> ColumnElement[int]:
    """Return the JP of a `Person` in a year, as they stood on that day."""
    if not as_of.past:
        sums = select(HoursYear.earned).where(
            HoursYear.person_id == Person.id, HoursYear.year == year
        )
    else:
        sums = select(func.sum(HoursCredit.jp)).where(
            HoursCredit.person_id == Person.id,
            HoursCredit.year == year,
            HoursCredit.credited_at <= as_of.at,
            not_yet(HoursCredit.withdrawn_at, as_of),
        )
    return func.coalesce(sums.scalar_subquery(), 0)


def fulfilled(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who have the JP of the year."""
    year = as_of.year
    if as_of.past:
        return earned_by(as_of, year.number) >= year.floor
    return exists().where(
        HoursYear.person_id == Person.id,
        HoursYear.year == year.number,
        HoursYear.earned >= year.floor,
    )


def short_of_hours(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who owe JP and have too few."""
    return and_(owes(as_of), ~fulfilled(as_of))


def idle(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Person` of those who completed nothing in the year of the day."""
    done = exists().where(
        Completion.person_id == Person.id,
        Completion.completed_at >= as_of.year.begins,
        stood(as_of),
    )
    return ~done
