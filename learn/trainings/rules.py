"""Trainings in rules: what can be planned, which state follows, what attendance is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from learn.errors import Conflict, Invalid, Message, Mistakes
from learn.hours.forms import (
    ClockHours,
    DayHours,
    FlatHours,
    Form,
    ManualHours,
    ProgramHours,
    SemesterHours,
    SessionHours,
)
from learn.hours.rules import MINUTES_OF_A_DAY, Activity, convert, local_day, minutes_by_day

MAX_TITLE, MAX_ORGANISER, MAX_PLACE, MAX_LINK, MAX_ABOUT, MAX_ROOM = 300, 255, 255, 500, 2000, 120
MAX_CAPACITY, MAX_SESSIONS, MAX_JP, MAX_REASON = 5000, 60, 1000, 1000
LONGEST = timedelta(hours=16)
LONGEST_TRAINING = timedelta(days=732)


class State(StrEnum):
    """How a training stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Place(StrEnum):
    """What a person has of a training."""

    ASKED = "asked"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


STANDING = (Place.ASKED, Place.WAITING, Place.CONFIRMED)


class Presence(StrEnum):
    """Whether a person was at a session."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"


STATE_NAMES: Mapping[str, Message] = {
    State.DRAFT: Message("Draft"),
    State.OPEN: Message("Published"),
    State.CLOSED: Message("Closed"),
    State.CANCELLED: Message("Cancelled"),
}
PLACE_NAMES: Mapping[str, Message] = {
    Place.ASKED: Message("Waits for the supervisor"),
    Place.WAITING: Message("On the waiting list"),
    Place.CONFIRMED: Message("Place confirmed"),
    Place.REFUSED: Message("Refused"),
    Place.WITHDRAWN: Message("Signed off"),
    Place.CANCELLED: Message("Training cancelled"),
}
PRESENCE_NAMES: Mapping[str, Message] = {
    Presence.PRESENT: Message("Present"),
    Presence.LATE: Message("Late"),
    Presence.ABSENT: Message("Absent"),
    Presence.EXCUSED: Message("Excused"),
}


class NotNow(Conflict):
    """The state of the training or of the place does not let this be done."""

    code = "training-state"


class CannotHold(Mistakes):
    """A plan says what cannot be; `mistakes` has a message for each field."""

    code = "cannot-hold"


@dataclass(frozen=True)
class Sitting:
    """One session as it is planned; `id` where it is there already."""

    starts_at: datetime
    ends_at: datetime
    room: str = ""
    trainer: str = ""
    id: int | None = None

    @property
    def minutes(self) -> int:
        """Return how long it is, in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True)
class Plan:
    """A training as an organiser plans it; `outcomes` are pairs of competency and level."""

    title: str
    form: str
    organiser: str
    capacity: int
    sittings: tuple[Sitting, ...]
    audience: tuple[int, ...]
    course: str | None = None
    declared_jp: int | None = None
    outcomes: tuple[tuple[str, int], ...] = ()
    about: str = ""
    place: str = ""
    link: str = ""
    waiting_list: bool = True
    approval: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    share: int = 80

    @property
    def starts_at(self) -> datetime:
        """Return when the first session begins."""
        return min(each.starts_at for each in self.sittings)

    @property
    def ends_at(self) -> datetime:
        """Return when the last session ends."""
        return max(each.ends_at for each in self.sittings)


def check(plan: Plan, form: Form, *, confirmed: int = 0, attended: Sequence[int] = ()) -> None:
    """Refuse what cannot be held, everything at once.

    Parameters
    ----------
    confirmed
        How many places are confirmed already.
    attended
        Sessions at which attendance was recorded: they cannot be taken away.

    Raises
    ------
    CannotHold
        Each mistake by its field, with what would be right.
    """
    mistakes: dict[str, Message] = {}
    found = [*_wrong_texts(plan), *_wrong_figures(plan, form, confirmed), *_wrong_times(plan)]
    for name, message in found:
        mistakes.setdefault(name, message)
    kept = {each.id for each in plan.sittings}
    if any(each not in kept for each in attended):
        mistakes.setdefault(
            "sessions", Message("A session at which attendance was recorded cannot be taken away.")
        )
    if mistakes:
        raise CannotHold(mistakes)


def _wrong_texts(plan: Plan) -> Iterator[tuple[str, Message]]:
    if not plan.title.strip():
        yield "title", Message("Write what the training is called.")
    if not plan.organiser.strip():
        yield "organiser", Message("Write who holds it.")
    lengths = (
        ("title", MAX_TITLE), ("organiser", MAX_ORGANISER), ("place", MAX_PLACE),
        ("link", MAX_LINK), ("about", MAX_ABOUT),
    )  # fmt: skip
    for name, most in lengths:
        if len(getattr(plan, name)) > most:
            yield name, Message("At most %(most)s letters.", most=most)
    if plan.link and not plan.link.startswith(("https://", "http://")):
        yield "link", Message("An address begins with https://")
    if not plan.audience:
        yield "audience", Message("Choose at least one unit whose people may sign up.")


def _wrong_figures(plan: Plan, form: Form, confirmed: int) -> Iterator[tuple[str, Message]]:
    if not 1 <= plan.capacity <= MAX_CAPACITY:
        yield (
            "capacity",
            Message("Places are a whole number from 1 to %(most)s.", most=MAX_CAPACITY),
        )
    elif plan.capacity < confirmed:
        yield (
            "capacity",
            Message("%(confirmed)s places are confirmed already; there cannot be fewer.",
                    confirmed=confirmed),
        )  # fmt: skip
    if not 1 <= plan.share <= 100:
        yield "share", Message("Attendance is a whole number from 1 to 100 per cent.")
    if plan.declared_jp is not None and not 0 <= plan.declared_jp <= MAX_JP:
        yield "declared_jp", Message("JP are a whole number from 0 to %(most)s.", most=MAX_JP)
    if plan.course is None and plan.declared_jp is None and needs_declared(form):
        yield (
            "declared_jp",
            Message("This form of development needs the hours (JP) of the curriculum."),
        )
    if form.group == "formal" or isinstance(form.jp, SemesterHours):
        yield "form", Message("Formal education is no training; choose another form.")


def needs_declared(form: Form) -> bool:
    """Return whether the JP of the form cannot be counted from its sessions."""
    match form.jp:
        case ProgramHours(fallback_minutes_per_jp=None) | ManualHours():
            return True
        case _:
            return False


def _wrong_times(plan: Plan) -> Iterator[tuple[str, Message]]:
    if not plan.sittings:
        yield "sessions", Message("A training has at least one session.")
        return
    if len(plan.sittings) > MAX_SESSIONS:
        yield "sessions", Message("A training has at most %(most)s sessions.", most=MAX_SESSIONS)
    for number, sitting in enumerate(plan.sittings, 1):
        wrong = _wrong_sitting(number, sitting)
        if wrong is not None:
            yield "sessions", wrong
    yield from _overlaps(plan.sittings)
    if plan.ends_at - plan.starts_at > LONGEST_TRAINING:
        yield "sessions", Message("From the first to the last session it is more than two years.")
    if plan.opens_at and plan.closes_at and plan.closes_at <= plan.opens_at:
        yield "closes_at", Message("The sign-up ends before it begins.")
    if plan.opens_at and plan.opens_at >= plan.ends_at:
        yield "opens_at", Message("The sign-up begins after the training.")


def _wrong_sitting(number: int, sitting: Sitting) -> Message | None:
    if sitting.ends_at < sitting.starts_at:
        return Message("Session %(number)s ends before it has begun.", number=number)
    if sitting.ends_at - sitting.starts_at > LONGEST:
        return Message("Session %(number)s is longer than 16 hours.", number=number)
    if sitting.minutes == 0:
        return Message("Session %(number)s has no minute.", number=number)
    if max(len(sitting.room), len(sitting.trainer)) > MAX_ROOM:
        return Message("At most %(most)s letters.", most=MAX_ROOM)
    return None


def _overlaps(sittings: Sequence[Sitting]) -> Iterator[tuple[str, Message]]:
    in_order = sorted(enumerate(sittings, 1), key=lambda each: each[1].starts_at)
    for (one, before), (other, after) in pairwise(in_order):
        if after.starts_at < before.ends_at:
            yield (
                "sessions",
                Message("Sessions %(one)s and %(other)s are at the same time.",
                        one=min(one, other), other=max(one, other)),
            )  # fmt: skip


@dataclass(frozen=True)
class Given:
    """What was recorded of one person at one session."""

    starts_at: datetime
    length: int
    minutes: int


@dataclass(frozen=True)
class Result:
    """What a person's attendance comes to: minutes of those planned, their share, and the JP."""

    minutes: int
    planned: int
    fulfilled: bool
    jp: int

    @property
    def share(self) -> float:
        """Return the share of the planned minutes, from 0 to 1."""
        return round(self.minutes / self.planned, 6) if self.planned else 0.0


def result_of(
    given: Sequence[Given], form: Form, *, zone: str, share: int, declared_jp: int | None,
    course: bool = False,
) -> Result:  # fmt: skip
    """Return what attendance comes to.

    The unrounded share is compared with `share` (per cent); equal is enough. JP that are not declared
    are counted from the minutes of each local day, by the form. A training of a course gives no JP of
    its own: they come with the course.
    """
    minutes = sum(min(each.minutes, each.length) for each in given)
    planned = sum(each.length for each in given)
    fulfilled = planned > 0 and minutes > 0 and Fraction(minutes * 100, planned) >= share
    jp = 0
    if fulfilled and not course:
        jp = convert(form, activity(given, form, zone, declared_jp))
    return Result(minutes, planned, fulfilled, jp)


def activity(
    given: Sequence[Given], form: Form, zone: str, declared_jp: int | None
) -> Activity:  # fmt: skip
    """Return what was attended, as the conversion of the form asks for it; a day floors on its own."""
    came = [each for each in given if each.minutes > 0]
    days = sorted({local_day(each.starts_at, zone) for each in came})
    attended = [(each.starts_at, min(each.minutes, each.length)) for each in came]
    minutes = {
        day: min(number, MINUTES_OF_A_DAY)  # a session past midnight belongs to its first day
        for day, number in minutes_by_day(attended, zone).items()
    }
    sessions = {day: sum(local_day(each.starts_at, zone) == day for each in came) for day in days}
    counted = len(days)
    if isinstance(form.jp, FlatHours) and days:
        counted = (days[-1] - days[0]).days + 1
    return Activity(declared_jp if declares(form) else None, minutes, sessions, counted or None)


def declares(form: Form) -> bool:
    """Return whether JP of a curriculum can stand for this form."""
    match form.jp:
        case ProgramHours() | ManualHours() | ClockHours(declared_first=True):
            return True
        case ClockHours() | SessionHours() | DayHours() | FlatHours() | SemesterHours():
            return False


def full_jp(plan: Plan, form: Form, zone: str) -> int:
    """Return the JP of somebody who is there all the time."""
    given = [Given(each.starts_at, each.minutes, each.minutes) for each in plan.sittings]
    return result_of(given, form, zone=zone, share=plan.share, declared_jp=plan.declared_jp).jp


def minutes_given(presence: str, length: int, minutes: int | None) -> int:
    """Return the minutes that count; who is present without a number was there all the time.

    Raises
    ------
    Invalid
        The minutes are negative or longer than the session.
    """
    if minutes is None:
        return length if presence in (Presence.PRESENT, Presence.LATE) else 0
    if not 0 <= minutes <= length:
        raise Invalid(Message("Minutes are a whole number from 0 to %(most)s.", most=length))
    if presence == Presence.ABSENT and minutes:
        raise Invalid(Message("Who was absent has no minutes."))
    return minutes


def sign_up_refusal(
    *, state: str, opens_at: datetime | None, closes_at: datetime | None, ends_at: datetime,
    now: datetime,
) -> Message | None:  # fmt: skip
    """Return why nobody can sign up now; None when people can."""
    if state != State.OPEN:
        return Message(
            "This training is not open. It stands so: %(state)s.", state=STATE_NAMES[state]
        )
    if opens_at is not None and now < opens_at:
        return Message("The sign-up has not begun yet.")
    if now >= (closes_at or ends_at) or now >= ends_at:
        return Message("The sign-up is over.")
    return None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of what differs."""
    return tuple(sorted(name for name in after if before.get(name) != after[name]))
