"""What an activity is worth in hours (JP), and how a year stands: pure rules.

JP are whole numbers: every division floors, nothing is rounded up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from learn.errors import Invalid, Message
from learn.hours.forms import (
    ClockHours,
    DayHours,
    FlatHours,
    Form,
    Forms,
    ManualHours,
    Obligation,
    ProgramHours,
    SemesterHours,
    SessionHours,
    load_forms,
)

T = TypeVar("T")
MINUTES_OF_A_DAY = 24 * 60


class CannotConvert(Invalid):
    """What is known of the activity does not tell its hours; the message says what is needed."""

    code = "cannot-convert"


@dataclass(frozen=True)
class Activity:
    """What was done, as far as the form asks for it; days are local dates.

    `declared_jp` stands on the certificate or curriculum, `minutes` and `sessions` are numbers per
    local date, `days` counts calendar days from the first to the last.
    """

    declared_jp: int | None = None
    minutes: Mapping[date, int] = field(default_factory=dict)
    sessions: Mapping[date, int] = field(default_factory=dict)
    days: int | None = None
    semesters: int | None = None


@dataclass(frozen=True)
class YearStatus:
    """How the JP of one person and year stand against the obligation; it never blocks learning.

    `target` is the floor (PNS) or the ceiling (PPPK), None where there is no figure.
    """

    obligation: Obligation
    earned: int

    @property
    def target(self) -> int | None:
        """The JP that are owed at least or allowed at most."""
        return self.obligation.jp

    @property
    def met(self) -> bool:
        """Whether no JP are missing (a ceiling and a bare duty miss none)."""
        return self.missing == 0

    @property
    def missing(self) -> int:
        """JP still missing to the floor."""
        at_least = self.obligation.rule == "at_least"
        return max(0, (self.target or 0) - self.earned) if at_least else 0

    @property
    def over(self) -> int:
        """JP above the ceiling."""
        at_most = self.obligation.rule == "at_most"
        return max(0, self.earned - (self.target or 0)) if at_most else 0

    @property
    def warning(self) -> bool:
        """Whether the ceiling is passed."""
        return self.over > 0

    @property
    def share(self) -> float | None:
        """Earned by target, from 0 to 1 and never above; None without a figure."""
        return min(1.0, self.earned / self.target) if self.target else None

    @property
    def message(self) -> Message:
        """The status in words."""
        if self.target is None:
            return Message("%(earned)s JP", earned=self.earned)
        if self.obligation.rule == "at_least":
            return self._floor_message(self.target)
        if self.warning:
            return Message(
                "%(earned)s of at most %(target)s JP: %(over)s JP above the limit",
                earned=self.earned,
                target=self.target,
                over=self.over,
            )
        return Message(
            "%(earned)s of at most %(target)s JP", earned=self.earned, target=self.target
        )

    def _floor_message(self, target: int) -> Message:
        if self.met:
            return Message(
                "Fulfilled: %(earned)s of %(target)s JP", earned=self.earned, target=target
            )
        return Message(
            "%(earned)s of %(target)s JP: %(missing)s JP short",
            earned=self.earned,
            target=target,
            missing=self.missing,
        )


def convert(form: Form, activity: Activity, *, counted_this_year: int = 0) -> int:
    """Return the JP that the activity is worth in this form.

    Parameters
    ----------
    form
        Its `jp` holds mode, figures and caps.
    activity
        What was done.
    counted_this_year
        JP already counted in this form and year; only a cap per year looks at it.

    Raises
    ------
    CannotConvert
        A number that the form needs is missing, negative or impossible.
    """
    _refuse_impossible(activity)
    match form.jp:
        case ProgramHours() as hours:
            return _program_jp(form, hours, activity)
        case ClockHours() as hours:
            return _clock_jp(form, hours, activity)
        case SessionHours(jp_per_unit=each, cap_per_day=cap):
            sessions = _needed(activity.sessions or None, form, Message("the sessions of each day"))
            return sum(min(number * each, cap) for number in sessions.values())
        case DayHours(jp_per_unit=each, cap_per_event=cap):
            return min(_days(form, activity) * each, cap)
        case SemesterHours(jp_per_unit=each, cap_per_year=cap):
            semesters = _needed(activity.semesters, form, Message("the number of semesters"))
            return max(0, min(semesters * each, cap - counted_this_year))
        case FlatHours() as hours:
            return _flat_jp(hours, _days(form, activity))
        case ManualHours():
            return _needed(activity.declared_jp, form, Message("the hours (JP)"))


def year_status(
    kind: str, earned: int, *, post_class: str | None = None, forms: Forms | None = None
) -> YearStatus:
    """Return how `earned` verified JP of a year stand for an employee of this kind.

    PNS owe at least 20 JP (PP 11/2017 jo. 17/2020, Pasal 203(4)); PPPK get at most 24 (PP 49/2018,
    Pasal 40(1)), except in the classes of post that the obligation names.
    """
    return YearStatus((forms or load_forms()).obligation(kind, post_class), earned)


def jp_year(at: datetime, zone: str) -> int:
    """Return the calendar year in which a moment counts, by the unit's time zone."""
    return local_day(at, zone).year


def local_day(at: datetime, zone: str) -> date:
    """Return the date of an aware moment in the unit's time zone."""
    if at.utcoffset() is None:
        raise ValueError("a moment needs a time zone to have a local date")
    return at.astimezone(ZoneInfo(zone)).date()


def minutes_by_day(sessions: Iterable[tuple[datetime, int]], zone: str) -> dict[date, int]:
    """Return minutes per local date of sessions (start, minutes).

    A session over midnight belongs whole to the date on which it starts.
    """
    days: dict[date, int] = {}
    for start, minutes in sessions:
        day = local_day(start, zone)
        days[day] = days.get(day, 0) + minutes
    return days


def _program_jp(form: Form, hours: ProgramHours, activity: Activity) -> int:
    if activity.declared_jp is not None:
        return activity.declared_jp
    if hours.fallback_minutes_per_jp is None:
        return _needed(None, form, Message("the hours (JP) on the certificate or curriculum"))
    minutes = _needed(
        activity.minutes or None, form, Message("the hours (JP) or the minutes of each day")
    )
    return sum(number // hours.fallback_minutes_per_jp for number in minutes.values())


def _clock_jp(form: Form, hours: ClockHours, activity: Activity) -> int:
    if hours.declared_first and activity.declared_jp is not None:
        return activity.declared_jp
    minutes = _needed(activity.minutes or None, form, Message("the minutes of each day"))
    return sum(
        min(number // hours.minutes_per_jp, hours.cap_per_day) for number in minutes.values()
    )


def _flat_jp(hours: FlatHours, days: int) -> int:
    if days >= hours.minimum_duration_days:
        return hours.jp
    return hours.jp * days // hours.minimum_duration_days if hours.pro_rata else 0


def _days(form: Form, activity: Activity) -> int:
    return _needed(activity.days, form, Message("the number of days"))


def _needed(value: T | None, form: Form, what: Message) -> T:
    if value is None:
        raise CannotConvert(
            Message("%(form)s needs %(what)s to count its JP.", form=form.code, what=what)
        )
    return value


def _refuse_impossible(activity: Activity) -> None:
    numbers = [activity.declared_jp, activity.days, activity.semesters]
    numbers += [*activity.minutes.values(), *activity.sessions.values()]
    if any(number is not None and number < 0 for number in numbers):
        raise CannotConvert(Message("Hours, minutes, sessions and days cannot be negative."))
    if any(minutes > MINUTES_OF_A_DAY for minutes in activity.minutes.values()):
        raise CannotConvert(Message("A day has at most 1,440 minutes."))
