"""The terms of a quiz as they hold for one person, and whether that person may start now.

They are the quiz's own, then what was set for the units above the person from the root down, then for
the person; each layer says only what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from learn.errors import Conflict, Message
from learn.people.dates import length_words, moment_words
from learn.quizzes.access import HARD, Access
from learn.quizzes.quiz import Quiz
from learn.quizzes.source.access_settings import FORM

TERMS = ("attempts", "time_limit", "opens_at", "closes_at")
NO_LIMIT = 0
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Layer:
    """What was set for a unit (`unit` is its name) or for the person (None); None leaves a term alone.

    `attempts` and `time_limit` (seconds) are whole terms; `NO_LIMIT` takes a limit away.
    """

    unit: str | None = None
    attempts: int | None = None
    time_limit: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Terms:
    """What holds for one person.

    Parameters
    ----------
    time_limit
        Seconds; None: no limit.
    own
        What the quiz itself says, by term.
    sources
        The layer that set a term; the quiz's own have none.
    """

    attempts: int | None
    time_limit: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    access: Access = field(default_factory=Access)
    own: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Layer] = field(default_factory=dict)
    zone: ZoneInfo = _UTC

    @property
    def closes_hard(self) -> bool:
        """Whether running attempts end when the quiz closes."""
        return self.closes_at is not None and self.access.close_policy == HARD

    def expires_at(self, started_at: datetime) -> datetime | None:
        """Return when an attempt that began then is over: at its time limit, or at a hard closing."""
        ends = []
        if self.time_limit is not None:
            ends.append(started_at + timedelta(seconds=self.time_limit))
        if self.closes_hard and self.closes_at is not None:
            ends.append(self.closes_at)
        return min(ends, default=None)

    def left(self, used: int) -> int | None:
        """Return how many attempts are left; None: as many as one likes."""
        return None if self.attempts is None else max(0, self.attempts - used)

    def next_start(self, used: int, last_end: datetime | None) -> datetime | None:
        """Return the moment before which the next attempt may not begin; None: at once."""
        seconds = self.access.delay_before(used + 1)
        return last_end + timedelta(seconds=seconds) if seconds and last_end else None

    def is_closed(self, used: int, now: datetime) -> bool:
        """Whether the quiz is over for the person: it has closed, or no attempt is left."""
        return self.left(used) == 0 or (self.closes_at is not None and now >= self.closes_at)

    def changes(self) -> list[Change]:
        """Return what holds otherwise than the quiz says, each in words for the person."""
        found = []
        for name, layer in self.sources.items():
            before, after = self.own.get(name), getattr(self, name)
            if before != after:
                found.append(Change(name, _CHANGES[name](before, after, self.zone), layer.unit))
        return found


@dataclass(frozen=True)
class Change:
    """One term that differs from the quiz's own; `unit` names the unit for which it was set."""

    term: str
    message: Message
    unit: str | None


def effective(quiz: Quiz, layers: Iterable[Layer] = (), zone: ZoneInfo = _UTC) -> Terms:
    """Return the terms of `quiz` under `layers`, the widest first; `zone` is that of its dates."""
    access = quiz.access
    own: dict[str, Any] = {
        "attempts": quiz.attempts,
        "time_limit": quiz.time_limit,
        "opens_at": moment_in(access.opens, zone),
        "closes_at": moment_in(access.closes, zone),
    }
    values, sources = dict(own), dict[str, Layer]()
    for layer in layers:
        for name in TERMS:
            said = getattr(layer, name)
            if said is not None:
                values[name] = None if said == NO_LIMIT else said
                sources[name] = layer
    return Terms(**values, access=access, own=own, sources=sources, zone=zone)


def moment_in(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return the moment that a local ``2026-12-01 08:00`` is in `zone`."""
    if text is None:
        return None
    return datetime.strptime(text, FORM).replace(tzinfo=zone).astimezone(UTC)


def _attempts_changed(before: int | None, after: int | None, _zone: ZoneInfo) -> Message:
    if after is None:
        return Message("You may take it as often as you like.")
    if before is not None and after == before + 1:
        return Message("You have 1 attempt more: %(all)s in all.", all=after)
    if before is not None and after > before:
        return Message(
            "You have %(more)s attempts more: %(all)s in all.", more=after - before, all=after
        )
    return Message("You have %(all)s attempts in all.", all=after)


def _time_changed(before: int | None, after: int | None, _zone: ZoneInfo) -> Message:
    if after is None:
        return Message("You have no time limit.")
    whole = length_words(after)
    if before is not None and after > before:
        return Message("You have %(more)s more: %(whole)s in all.",
                       more=length_words(after - before), whole=whole)  # fmt: skip
    return Message("You have %(whole)s.", whole=whole)


def _opening_changed(_before: datetime | None, after: datetime, zone: ZoneInfo) -> Message:
    return Message("For you it opens on %(when)s.", when=moment_words(after, zone))


def _closing_changed(_before: datetime | None, after: datetime, zone: ZoneInfo) -> Message:
    return Message("For you it closes on %(when)s.", when=moment_words(after, zone))


_CHANGES: Mapping[str, Callable[[Any, Any, ZoneInfo], Message]] = {
    "attempts": _attempts_changed,
    "time_limit": _time_changed,
    "opens_at": _opening_changed,
    "closes_at": _closing_changed,
}


class CannotStart(Conflict):
    """The terms of the quiz do not let the person start now; `reasons` are all of them."""

    code = "cannot-start"

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(reduce(_joined, [reason.message for reason in reasons]))
        self.reasons = tuple(reasons)
        self.code = reasons[0].code
        self.status = _STATUSES.get(self.code, self.status)


def _joined(left: Message, right: Message) -> Message:
    return Message("%(left)s %(right)s", left=left, right=right)


class AttemptsUsedUp(CannotStart):
    """No attempt is left in this cycle."""


@dataclass(frozen=True)
class Reason:
    """Why somebody cannot start: a stable code, and the sentence that says what would be right."""

    code: str
    message: Message


USED_UP, NOT_OPEN, CLOSED, TOO_SOON = "attempts-used-up", "not-open-yet", "closed", "too-soon"
OUTSIDE, UNMET, PASSWORD, HONESTY = "other-network", "prerequisite", "password", "honesty"
_STATUSES = {OUTSIDE: 403, PASSWORD: 403, HONESTY: 422}


@dataclass(frozen=True)
class Arrival:
    """What somebody brings along who wants to start.

    Parameters
    ----------
    address
        From where they come.
    let_in
        Whether they gave the password.
    honest
        Whether they accepted the statement of honesty.
    missing
        What the prerequisite still asks for.
    """

    address: str | None = None
    let_in: bool = False
    honest: bool = False
    missing: tuple[Message, ...] = ()


def may_start(
    terms: Terms, arrival: Arrival, *, used: int, last_end: datetime | None, now: datetime
) -> list[Reason]:
    """Return every reason why the person cannot start now; none: they may.

    Parameters
    ----------
    used
        How many attempts they have begun in this cycle, none of them open.
    last_end
        When the last of these was handed in.
    """
    access = terms.access
    reasons = hindrances(terms, arrival, used=used, last_end=last_end, now=now)
    if access.password is not None and not arrival.let_in:
        reasons.append(Reason(PASSWORD, Message(
            "This quiz has a password; whoever runs it tells you. Type it, then start.")))  # fmt: skip
    if access.honesty is not None and not arrival.honest:
        reasons.append(Reason(HONESTY, Message(
            "Tick the statement that you work honestly, then start.")))  # fmt: skip
    return reasons


def hindrances(
    terms: Terms, arrival: Arrival, *, used: int, last_end: datetime | None, now: datetime
) -> list[Reason]:
    """Return what hinders whatever the person types or ticks; see `may_start`."""
    reasons = []
    if terms.left(used) == 0:
        reasons.append(Reason(USED_UP, used_up(terms.attempts or 0)))
    if terms.opens_at is not None and now < terms.opens_at:
        reasons.append(Reason(NOT_OPEN, Message(
            "This quiz opens on %(when)s.", when=moment_words(terms.opens_at, terms.zone))))  # fmt: skip
    if terms.closes_at is not None and now >= terms.closes_at:
        reasons.append(Reason(CLOSED, Message(
            "This quiz closed on %(when)s.", when=moment_words(terms.closes_at, terms.zone))))  # fmt: skip
    following = terms.next_start(used, last_end)
    if following is not None and now < following and terms.left(used) != 0:
        reasons.append(Reason(TOO_SOON, Message(
            "You can start again from %(when)s.", when=moment_words(following, terms.zone))))  # fmt: skip
    if not terms.access.allows_address(arrival.address):
        reasons.append(Reason(OUTSIDE, outside()))
    reasons += [Reason(UNMET, message) for message in arrival.missing]
    return reasons


def outside() -> Message:
    """Return the sentence for somebody who comes from another network."""
    return Message("This quiz can be taken only in certain networks, such as that of the test room. Go on from a device there.")  # fmt: skip


def used_up(attempts: int) -> Message:
    """Return the sentence for somebody who has no attempt left."""
    if attempts == 1:
        return Message("You cannot start again: the only attempt is used.")
    return Message("You cannot start again: all %(count)s attempts are used.", count=attempts)


def refusal(reasons: Sequence[Reason]) -> CannotStart:
    """Return the error that says these reasons."""
    kind = AttemptsUsedUp if reasons[0].code == USED_UP else CannotStart
    return kind(reasons)
