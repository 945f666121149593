"""What a claim may become, and what it must say: pure rules.

Every claim runs from draft to submitted, and from there to accepted, returned or rejected; what was
accepted can be revoked. Nothing is deleted: who gives a claim up withdraws it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from learn.claims.days import LONGEST_DAYS, day_text
from learn.errors import Conflict, Message, Mistakes
from learn.hours.forms import (
    ClockHours,
    Form,
    Hours,
    ManualHours,
    ProgramHours,
    SemesterHours,
    SessionHours,
)
from learn.hours.rules import MINUTES_OF_A_DAY, Activity, CannotConvert, convert
from learn.lifecycle import LifeCycle, Stale

FIRST_DAY = date(1970, 1, 1)
MOST_JP = 2000
JP_OF_A_DAY = MINUTES_OF_A_DAY // 45
MOST_SESSIONS = 24
MOST_SEMESTERS = 20
MAX_TITLE, MAX_ORGANISER, MAX_CERTIFICATE, MAX_NOTE = 255, 255, 120, 2000


class State(StrEnum):
    """How a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Act(StrEnum):
    """What can be done with a claim."""

    CHANGE = "change"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REVOKE = "revoke"


NEXT: Mapping[tuple[str, str], State] = {
    (State.DRAFT, Act.CHANGE): State.DRAFT,
    (State.DRAFT, Act.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Act.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Act.CHANGE): State.RETURNED,
    (State.RETURNED, Act.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Act.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Act.RETURN): State.RETURNED,
    (State.SUBMITTED, Act.REJECT): State.REJECTED,
    (State.ACCEPTED, Act.REVOKE): State.REVOKED,
}
DECISIONS = (Act.ACCEPT, Act.RETURN, Act.REJECT)
STATE_NAMES: Mapping[str, Message] = {
    State.DRAFT: Message("Draft"),
    State.SUBMITTED: Message("Waits for verification"),
    State.RETURNED: Message("Returned for correction"),
    State.ACCEPTED: Message("Accepted"),
    State.REJECTED: Message("Rejected"),
    State.WITHDRAWN: Message("Withdrawn"),
    State.REVOKED: Message("Revoked"),
}


class NotNow(Conflict):
    """The claim does not stand so that this can be done with it."""

    code = "claim-not-now"


class Moved(Stale):
    """Somebody else, or another tab, has changed the claim."""

    code = "claim-moved"
    words = Message("This claim has changed since you opened it. Look at it again, then decide.")


LIFE = LifeCycle(
    NEXT, STATE_NAMES, NotNow,
    Message("This cannot be done now. The claim stands so: %(state)s."), Moved,
)  # fmt: skip


class CannotClaim(Mistakes):
    """The claim says things that cannot be; `mistakes` names all of them by field."""

    code = "cannot-claim"


@dataclass(frozen=True)
class Said:
    """What a person says about development done elsewhere; `minutes` and `sessions` by local date."""

    form: str
    title: str
    organiser: str
    starts_on: date
    ends_on: date
    certificate: str = ""
    note: str = ""
    declared_jp: int | None = None
    semesters: int | None = None
    minutes: Mapping[date, int] = field(default_factory=dict)
    sessions: Mapping[date, int] = field(default_factory=dict)

    @property
    def days(self) -> int:
        """Return the calendar days from the first to the last."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def activity(self) -> Activity:
        """Return what the conversion to JP looks at."""
        return Activity(self.declared_jp, self.minutes, self.sessions, self.days, self.semesters)


def fields_of(hours: Hours) -> tuple[str, ...]:
    """Return the figures that a way of counting asks the person for; days follow from the dates."""
    match hours:
        case ProgramHours(fallback_minutes_per_jp=None) | ManualHours():
            return ("declared_jp",)
        case ProgramHours() | ClockHours(declared_first=True):
            return ("declared_jp", "minutes")
        case ClockHours():
            return ("minutes",)
        case SessionHours():
            return ("sessions",)
        case SemesterHours():
            return ("semesters",)
        case _:
            return ()


def asked(said: Said, form: Form) -> Said:
    """Return what was said without the figures that the form does not ask for."""
    wanted = fields_of(form.jp)
    return Said(
        form.code, said.title, said.organiser, said.starts_on, said.ends_on, said.certificate,
        said.note,
        said.declared_jp if "declared_jp" in wanted else None,
        said.semesters if "semesters" in wanted else None,
        said.minutes if "minutes" in wanted else {},
        said.sessions if "sessions" in wanted else {},
    )  # fmt: skip


def check(said: Said, form: Form, *, today: date) -> None:
    """Refuse what cannot be, everything at once.

    Raises
    ------
    CannotClaim
        Each mistake by its field, with what would be right.
    """
    mistakes: dict[str, Message] = {}
    for name, message in _mistakes(said, form, today):
        mistakes.setdefault(name, message)
    if not mistakes:
        try:
            convert(form, said.activity)
        except CannotConvert as error:
            wanted = fields_of(form.jp) or ("ends_on",)
            mistakes[wanted[-1] if isinstance(form.jp, ClockHours) else wanted[0]] = error.message
    if mistakes:
        raise CannotClaim(mistakes)


def _mistakes(said: Said, form: Form, today: date) -> Iterator[tuple[str, Message]]:
    lengths = (
        ("title", said.title, MAX_TITLE), ("organiser", said.organiser, MAX_ORGANISER),
        ("certificate", said.certificate, MAX_CERTIFICATE), ("note", said.note, MAX_NOTE),
    )  # fmt: skip
    if not said.title.strip():
        yield "title", Message("Write what it was called.")
    if not said.organiser.strip():
        yield "organiser", Message("Write who held it.")
    for name, text, most in lengths:
        if len(text) > most:
            yield name, Message("At most %(most)s letters.", most=most)
    yield from _wrong_days(said, today)
    yield from _wrong_figures(said)


def _wrong_days(said: Said, today: date) -> Iterator[tuple[str, Message]]:
    if said.starts_on < FIRST_DAY:
        yield "starts_on", Message("The first day is before 1970.")
    if said.starts_on > said.ends_on:
        yield "ends_on", Message("The last day is before the first day; exchange them.")
    elif said.days > LONGEST_DAYS:
        yield "ends_on", Message("From the first to the last day it is more than ten years.")
    if said.ends_on > today:
        yield "ends_on", Message("The last day is in the future; claim it when it is over.")
    for name, days in (("minutes", said.minutes), ("sessions", said.sessions)):
        outside = [day for day in days if not said.starts_on <= day <= said.ends_on]
        if outside:
            yield name, Message("%(day)s is not between the first and the last day.",
                                day=day_text(min(outside)))  # fmt: skip


def _wrong_figures(said: Said) -> Iterator[tuple[str, Message]]:
    most = min(MOST_JP, max(1, said.days) * JP_OF_A_DAY)
    if said.declared_jp is not None and not 0 <= said.declared_jp <= most:
        yield (
            "declared_jp",
            Message("JP are a whole number from 0 to %(most)s for these days.", most=most),
        )
    if said.semesters is not None and not 1 <= said.semesters <= MOST_SEMESTERS:
        yield (
            "semesters",
            Message("Semesters are a whole number from 1 to %(most)s.", most=MOST_SEMESTERS),
        )
    if any(not 0 <= minutes <= MINUTES_OF_A_DAY for minutes in said.minutes.values()):
        yield "minutes", Message("A day has at most 1,440 minutes.")
    if any(not 0 <= sessions <= MOST_SESSIONS for sessions in said.sessions.values()):
        yield "sessions", Message("A day has at most %(most)s sessions.", most=MOST_SESSIONS)


def certificate_mark(organiser: str, certificate: str) -> str | None:
    """Return what tells equal certificates: a digest of organiser and number, however they are typed."""
    number = _bare(certificate)
    if not number:
        return None
    return hashlib.sha256(f"{_bare(organiser)}\0{number}".encode()).hexdigest()


def same_title(one: str, other: str) -> bool:
    """Return whether two titles are the same but for signs and letters' case."""
    return bool(_bare(one)) and _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
