"""What narrows an export: local days, a unit with all below it, a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learn.errors import Invalid, Message, NotFound
from learn.people.access import Scope
from learn.people.dates import parse_date
from learn.people.models import Unit
from learn.people.scoping import units_under
from learn.progress.models import Completion
from learn.publishing.models import CoursePointer

POSSIBLE_YEARS = range(1900, 2200)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a query of records is narrowed by; days are local dates and both count.

    Parameters
    ----------
    scope
        Whom the reader reaches.
    since, until
        Dates, or text such as 2026-11-24 or 24-11-2026.
    unit
        The code of a unit: the people of it and of all units below.
    """

    scope: Scope
    timezone: str
    now: datetime
    since: date | None = None
    until: date | None = None
    unit: str | None = None
    course: str | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise Invalid(
                Message(
                    "The first day %(since)s is after the last day %(until)s; exchange them.",
                    since=self.since, until=self.until,
                )
            )  # fmt: skip

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the local dates."""
        return ZoneInfo(self.timezone)

    @property
    def today(self) -> date:
        """Return the local date."""
        return self.now.astimezone(self.zone).date()

    @property
    def begins(self) -> datetime | None:
        """Return the moment at which the first day begins."""
        return self._midnight(self.since) if self.since else None

    @property
    def ends(self) -> datetime | None:
        """Return the moment at which the day after the last one begins."""
        return self._midnight(self.until + timedelta(days=1)) if self.until else None

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the export, for the file itself."""
        pairs = (
            (Message("First day"), self.since), (Message("Last day"), self.until),
            (Message("Unit"), self.unit), (Message("Course"), self.course),
        )  # fmt: skip
        return [(name, str(value)) for name, value in pairs if value]

    def data(self) -> dict[str, str]:
        """Return what narrows the export, for the audit chain."""
        pairs = {"since": self.since, "until": self.until, "unit": self.unit, "course": self.course}
        return {name: str(value) for name, value in pairs.items() if value}


def read_day(text: str | date | None, what: str) -> date | None:
    """Return the day that a filter names, or None.

    Raises
    ------
    Invalid
        It is no date.
    """
    if text is None or isinstance(text, date) or not text.strip():
        return text if isinstance(text, date) else None
    day = parse_date(text)
    if day is None or day.year not in POSSIBLE_YEARS:
        raise Invalid(
            Message(
                "%(what)s is %(text)s; it takes a date such as 2026-11-24 or 24-11-2026.",
                what=what, text=text[:40],
            )
        )  # fmt: skip
    return day


def units_of(session: Session, code: str) -> ColumnElement[bool]:
    """Return the condition on `Unit` for the unit with this code and all below it.

    Raises
    ------
    NotFound
        No unit has the code; the message names the nearest.
    """
    path = session.scalar(select(Unit.path).where(Unit.code == code))
    if path is None:
        codes = session.scalars(select(Unit.code)).all()
        raise NotFound(_unknown(Message("unit"), code, codes))
    return units_under(path)


def course_key(session: Session, key: str) -> str:
    """Return the key of a course that exists.

    Raises
    ------
    NotFound
        There is no such course; the message names the nearest.
    """
    known = session.scalars(
        select(CoursePointer.course).union(
            select(Completion.course).where(Completion.course == key)
        )
    ).all()
    if key not in known:
        raise NotFound(_unknown(Message("course"), key, known))
    return key


def _unknown(what: Message, text: str, known: Sequence[str]) -> Message:
    folded = {each.casefold(): each for each in known}
    near = get_close_matches(text.strip().casefold(), folded, n=1, cutoff=0.4)
    if not near:
        return Message("There is no %(what)s %(text)s.", what=what, text=text[:80])
    return Message(
        "There is no %(what)s %(text)s; did you mean %(near)s?",
        what=what, text=text[:80], near=folded[near[0]],
    )  # fmt: skip
