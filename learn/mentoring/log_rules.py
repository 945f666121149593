"""What goals and meetings of a pair must say, and how they may stand: pure like the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from learn.errors import Message
from learn.hours.forms import ClockHours, Form
from learn.mentoring.rules import refuse

WORKING_DAY = 8 * 60
MAX_GOAL, MAX_TOPIC, MAX_TEXT = 500, 200, 2000


class GoalState(StrEnum):
    """How a goal stands."""

    OPEN = "open"
    REACHED = "reached"
    MISSED = "missed"
    DROPPED = "dropped"


GOAL_NAMES: Mapping[str, Message] = {
    GoalState.OPEN: Message("Open"),
    GoalState.REACHED: Message("Reached"),
    GoalState.MISSED: Message("Not reached"),
    GoalState.DROPPED: Message("Given up"),
}


class MeetingState(StrEnum):
    """How a meeting stands."""

    LOGGED = "logged"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REMOVED = "removed"


MEETING_NAMES: Mapping[str, Message] = {
    MeetingState.LOGGED: Message("Waits for the other's confirmation"),
    MeetingState.CONFIRMED: Message("Confirmed"),
    MeetingState.DISPUTED: Message("Not agreed: to be corrected"),
    MeetingState.REMOVED: Message("Taken out"),
}
MODES: Mapping[str, Message] = {"place": Message("In person"), "online": Message("Online")}


@dataclass(frozen=True)
class GoalSaid:
    """What a goal says: a text that can be measured, a competency and level, and the last day."""

    text: str
    competency: str
    due_on: date
    level: int | None = None


@dataclass(frozen=True)
class MeetingSaid:
    """What is written down of a meeting; `starts_at` is aware."""

    starts_at: datetime
    minutes: int
    mode: str = "place"
    competency: str | None = None
    topic: str = ""
    notes: str = ""
    actions: str = ""
    where: str = ""
    shared: bool = False

    @property
    def ends_at(self) -> datetime:
        """Return when it was over."""
        return self.starts_at + timedelta(minutes=self.minutes)


def most_minutes_a_day(form: Form) -> int:
    """Return how many minutes of meetings one day can have: by the form's clock, else a working day."""
    hours = form.jp
    if isinstance(hours, ClockHours):
        return hours.cap_per_day * hours.minutes_per_jp
    return WORKING_DAY


def check_goal(said: GoalSaid, *, starts_on: date, ends_on: date, known: Collection[str]) -> None:
    """Refuse a goal that cannot be, everything at once.

    Raises
    ------
    CannotMentor
        Each mistake by its field.
    """
    found: list[tuple[str, Message]] = []
    if not said.text.strip():
        found.append(("text", Message("Write what will be reached, so that it can be measured.")))
    if len(said.text) > MAX_GOAL:
        found.append(("text", Message("At most %(most)s letters.", most=MAX_GOAL)))
    if said.competency not in known:
        found.append(("competency", Message("Choose a competency of the framework.")))
    if said.level is not None and not 1 <= said.level <= 5:
        found.append(("level", Message("A level is a whole number from 1 to 5.")))
    if not starts_on <= said.due_on <= ends_on:
        found.append(("due_on", Message("The day lies outside the time of the pair.")))
    refuse(found)


def check_meeting(
    said: MeetingSaid,
    *,
    day: date,
    starts_on: date,
    ends_on: date,
    known: Collection[str],
    most_minutes: int,
    minutes_of_day: int,
    others: Iterable[tuple[datetime, datetime]],
    now: datetime,
) -> None:
    """Refuse a meeting that cannot be, everything at once.

    Parameters
    ----------
    day
        Its local date, that of its start.
    most_minutes, minutes_of_day
        The most of one day by the form, and what the pair's other meetings of that day took.
    others
        Start and end of other meetings of either of the two.

    Raises
    ------
    CannotMentor
        Each mistake by its field.
    """
    refuse(
        [
            *_wrong_texts(said, known),
            *_wrong_time(said, day, starts_on, ends_on, now),
            *_wrong_minutes(said, most_minutes, minutes_of_day),
            *_taken(said, others),
        ]
    )


def _wrong_texts(said: MeetingSaid, known: Collection[str]) -> Iterator[tuple[str, Message]]:
    if not said.topic.strip():
        yield "topic", Message("Write what the meeting was about.")
    lengths = (
        ("topic", said.topic, MAX_TOPIC), ("where", said.where, MAX_TOPIC),
        ("notes", said.notes, MAX_TEXT), ("actions", said.actions, MAX_TEXT),
    )  # fmt: skip
    for name, text, most in lengths:
        if len(text) > most:
            yield name, Message("At most %(most)s letters.", most=most)
    if said.mode not in MODES:
        yield "mode", Message("Say whether it was in person or online.")
    if said.competency is not None and said.competency not in known:
        yield "competency", Message("Choose a competency of the framework.")


def _wrong_time(
    said: MeetingSaid, day: date, starts_on: date, ends_on: date, now: datetime
) -> Iterator[tuple[str, Message]]:
    if said.ends_at > now:
        yield "day", Message("The meeting is not over yet. Write it down afterwards.")
    elif not starts_on <= day <= ends_on:
        yield "day", Message("The day lies outside the time of the pair.")


def _wrong_minutes(said: MeetingSaid, most: int, before: int) -> Iterator[tuple[str, Message]]:
    if said.minutes < 1:
        yield "ends", Message("The end has to come after the start.")
    elif said.minutes + before > most:
        yield (
            "ends",
            Message(
                "Meetings of one day take %(most)s minutes at most; with this one it would be %(all)s.",
                most=most, all=said.minutes + before,
            ),
        )  # fmt: skip


def _taken(
    said: MeetingSaid, others: Iterable[tuple[datetime, datetime]]
) -> Iterator[tuple[str, Message]]:
    for start, end in others:
        if said.starts_at < end and start < said.ends_at:
            yield "starts", Message("One of you two has another meeting at that time.")
            return
