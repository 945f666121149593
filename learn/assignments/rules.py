"""When an assigned course is due, and when somebody is reminded: pure rules, by local dates.

The rules, in one place:

* A due date is a local day of the unit; it lasts to the end of that day there.
* Nobody is assigned what is due in the past: such a date becomes `GRACE_DAYS` days from today.
* A course that lapses is due again: the next cycle opens `WINDOW_DAYS` days before, due on the last day
  on which the completion is valid (or some days earlier, where a rule says so).
* Reminders come at 90, 30 and 7 days and when the date is over, once each; of those that have passed
  when something is assigned, none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from learn.errors import Message

WINDOW_DAYS = 90
GRACE_DAYS = 30
MOST_DAYS = 3660
STAGES = (90, 30, 7)
OVERDUE = "overdue"
MAX_REASON = 1000


class Due(StrEnum):
    """What a rule's due date hangs on."""

    NONE = "none"
    DATE = "date"
    AFTER_RULE = "after_rule"
    AFTER_HIRE = "after_hire"
    AFTER_POST = "after_post"
    BEFORE_LAPSE = "before_lapse"


DUE_WORDS: Mapping[str, Message] = {
    Due.DATE: Message("On a fixed date"),
    Due.AFTER_RULE: Message("Some days after the rule begins"),
    Due.AFTER_HIRE: Message("Some days after the first post began"),
    Due.AFTER_POST: Message("Some days after moving into the present post"),
    Due.BEFORE_LAPSE: Message("Some days before the completion lapses"),
    Due.NONE: Message("No date"),
}
WITH_DAYS = frozenset({Due.AFTER_RULE, Due.AFTER_HIRE, Due.AFTER_POST, Due.BEFORE_LAPSE})


@dataclass(frozen=True)
class DueRule:
    """What a rule says of the due date: its kind, with the day or the number of days it needs."""

    due: str
    starts_on: date
    due_on: date | None = None
    days: int = 0


@dataclass(frozen=True)
class Events:
    """The days of a person that due dates hang on; None where they are not known.

    `lapses_on` is the last day on which their completion of the course is valid.
    """

    hired_on: date | None = None
    in_post_since: date | None = None
    lapses_on: date | None = None


def due_day(rule: DueRule, events: Events, today: date) -> date | None:
    """Return the day by which a person has to complete the course; None: there is no date."""
    if rule.due == Due.NONE and events.lapses_on is None:
        return None
    found = _of_cycle(rule, events) if events.lapses_on else _of_first(rule, events)
    if found is None or found < today:
        return today + timedelta(days=GRACE_DAYS)
    return found


def _of_cycle(rule: DueRule, events: Events) -> date | None:
    earlier = timedelta(days=rule.days if rule.due == Due.BEFORE_LAPSE else 0)
    return events.lapses_on - earlier if events.lapses_on else None


def _of_first(rule: DueRule, events: Events) -> date | None:
    if rule.due == Due.DATE:
        return rule.due_on
    start = {
        Due.AFTER_RULE: rule.starts_on,
        Due.AFTER_HIRE: events.hired_on,
        Due.AFTER_POST: events.in_post_since,
    }.get(Due(rule.due))
    return start + timedelta(days=rule.days) if start else None


def days_left(due_on: date, today: date) -> int:
    """Return how many days remain; 0 on the day itself, negative when it is over."""
    return (due_on - today).days


def stage_of(due_on: date, today: date) -> int | str | None:
    """Return the reminder that is due: 90, 30 or 7 (days), ``overdue``, or None while it is far."""
    left = days_left(due_on, today)
    if left < 0:
        return OVERDUE
    return min((stage for stage in STAGES if left <= stage), default=None)


def left_words(due_on: date, today: date) -> Message:
    """Return how long remains, in words."""
    left = days_left(due_on, today)
    if left == 0:
        return Message("today is the last day")
    if left == 1:
        return Message("1 day left")
    if left > 1:
        return Message("%(n)s days left", n=left)
    if left == -1:
        return Message("1 day overdue")
    return Message("%(n)s days overdue", n=-left)
