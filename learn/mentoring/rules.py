"""What may become of a pair, and what it must say: pure rules.

A pair runs from requested or proposed (the mentor answers) to accepted (a supervisor of the mentee
lets it begin), active, ended, and confirmed. Nothing is deleted; what was confirmed can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from learn.errors import Conflict, Message, Mistakes
from learn.lifecycle import LifeCycle, Stale

FORMS = ("NKL02", "NKL01", "NKL11")
"""Mentoring, coaching, and guidance at the workplace."""

LONGEST_DAYS = 3 * 366
EARLIEST_DAYS = 366
MAX_AIM = 500


class State(StrEnum):
    """How a pair stands."""

    REQUESTED = "requested"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    ENDED = "ended"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can be done with a pair."""

    NAME = "name"
    ACCEPT = "accept"
    DECLINE = "decline"
    START = "start"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    END = "end"
    CONFIRM = "confirm"
    TAKE_BACK = "take_back"


NEXT: Mapping[tuple[str, str], State] = {
    (State.REQUESTED, Act.NAME): State.PROPOSED,
    (State.PROPOSED, Act.ACCEPT): State.ACCEPTED,
    (State.PROPOSED, Act.DECLINE): State.DECLINED,
    (State.ACCEPTED, Act.START): State.ACTIVE,
    **{
        (state, act): following
        for state in (State.REQUESTED, State.PROPOSED, State.ACCEPTED)
        for act, following in ((Act.REFUSE, State.REFUSED), (Act.WITHDRAW, State.WITHDRAWN))
    },
    (State.ACTIVE, Act.END): State.ENDED,
    (State.ACTIVE, Act.CONFIRM): State.CONFIRMED,
    (State.ENDED, Act.CONFIRM): State.CONFIRMED,
    (State.CONFIRMED, Act.TAKE_BACK): State.ENDED,
}
LIVE = (State.REQUESTED, State.PROPOSED, State.ACCEPTED, State.ACTIVE)
WAITING = (State.REQUESTED, State.PROPOSED, State.ACCEPTED)
WITH_REASON = frozenset({Act.DECLINE, Act.REFUSE, Act.END, Act.TAKE_BACK})
STATE_NAMES: Mapping[str, Message] = {
    State.REQUESTED: Message("Waits for a mentor to be named"),
    State.PROPOSED: Message("Waits for the mentor's answer"),
    State.ACCEPTED: Message("Waits for the supervisor"),
    State.ACTIVE: Message("Active"),
    State.ENDED: Message("Ended"),
    State.CONFIRMED: Message("Confirmed by the supervisor"),
    State.DECLINED: Message("Declined by the mentor"),
    State.REFUSED: Message("Refused"),
    State.WITHDRAWN: Message("Withdrawn"),
}


class NotNow(Conflict):
    """The pair, goal or meeting does not stand so that this can be done with it."""

    code = "mentoring-not-now"


class Moved(Stale):
    """Somebody else, or another tab, has changed the pair, goal or meeting."""

    code = "pair-moved"
    words = Message("This has changed since you opened it. Look at it again, then decide.")


LIFE = LifeCycle(
    NEXT, STATE_NAMES, NotNow,
    Message("This cannot be done now. The pair stands so: %(state)s."), Moved,
)  # fmt: skip


class CannotMentor(Mistakes):
    """What was sent says things that cannot be; `mistakes` names all of them by field."""

    code = "cannot-mentor"


@dataclass(frozen=True)
class Proposal:
    """What a pair is to be: the form of development, its local days, the competencies aimed at."""

    form: str
    starts_on: date
    ends_on: date
    competencies: tuple[str, ...] = ()
    aim: str = ""


@dataclass(frozen=True)
class Standing:
    """Another pair of the same two people, as the rules about twins and circles see it."""

    mentor_id: int
    mentee_id: int
    starts_on: date
    ends_on: date
    competencies: frozenset[str]

    def overlaps(self, proposal: Proposal) -> bool:
        """Return whether both hold on some day."""
        return self.starts_on <= proposal.ends_on and proposal.starts_on <= self.ends_on

    def shares(self, proposal: Proposal) -> bool:
        """Return whether both aim at some same competency; one that names none aims at any."""
        wanted = frozenset(proposal.competencies)
        return not wanted or not self.competencies or bool(wanted & self.competencies)


def check_proposal(
    proposal: Proposal,
    *,
    mentee_id: int,
    mentor_id: int | None,
    known: Collection[str],
    others: Iterable[Standing] = (),
    today: date,
) -> None:
    """Refuse a pair that cannot be, everything at once.

    Nobody mentors themselves. The same two have one pair at a time, and while one mentors the other
    the other does not mentor them in the same competency.

    Raises
    ------
    CannotMentor
        Each mistake by its field, with what would be right.
    """
    refuse(
        [
            *_wrong_form(proposal, known),
            *_wrong_days(proposal, today),
            *_wrong_mentor(proposal, mentee_id, mentor_id, others),
        ]
    )


def refuse(found: Iterable[tuple[str, Message]]) -> None:
    """Raise `CannotMentor` with the first mistake of each field; nothing for none."""
    mistakes: dict[str, Message] = {}
    for name, message in found:
        mistakes.setdefault(name, message)
    if mistakes:
        raise CannotMentor(mistakes)


def _wrong_form(proposal: Proposal, known: Collection[str]) -> Iterator[tuple[str, Message]]:
    if proposal.form not in FORMS:
        yield "form", Message("Choose one of these forms: %(forms)s.", forms=", ".join(FORMS))
    unknown = [code for code in proposal.competencies if code not in known]
    if unknown:
        yield (
            "competencies",
            Message("There is no competency with the code %(code)s.", code=unknown[0][:20]),
        )
    if len(proposal.aim) > MAX_AIM:
        yield "aim", Message("At most %(most)s letters.", most=MAX_AIM)


def _wrong_days(proposal: Proposal, today: date) -> Iterator[tuple[str, Message]]:
    if proposal.starts_on > proposal.ends_on:
        yield "ends_on", Message("The last day is before the first day; exchange them.")
    elif proposal.ends_on < today:
        yield "ends_on", Message("The last day has passed. A pair still has time to meet.")
    elif (proposal.ends_on - proposal.starts_on).days >= LONGEST_DAYS:
        yield "ends_on", Message("A pair lasts three years at most. Begin another one after it.")
    if proposal.starts_on < today - timedelta(days=EARLIEST_DAYS):
        yield "starts_on", Message("The first day is more than a year ago.")


def _wrong_mentor(
    proposal: Proposal, mentee_id: int, mentor_id: int | None, others: Iterable[Standing]
) -> Iterator[tuple[str, Message]]:
    if mentor_id is None:
        return
    if mentor_id == mentee_id:
        yield "mentor", Message("Nobody is their own mentor. Choose somebody else.")
    for other in others:
        if not other.overlaps(proposal):
            continue
        if (other.mentor_id, other.mentee_id) == (mentor_id, mentee_id):
            yield "mentor", Message("These two are a pair at that time already.")
        elif (other.mentee_id, other.mentor_id) == (mentor_id, mentee_id) and other.shares(
            proposal
        ):
            yield (
                "mentor",
                Message(
                    "At that time the mentee is their mentor in the same competency. Two people "
                    "do not mentor each other in one competency."
                ),
            )
