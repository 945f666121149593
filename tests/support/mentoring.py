"""Builders of pairs: two people, a supervisor, and what they did through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.mentoring import logs, pairs, results
from learn.mentoring.log_rules import MeetingSaid
from learn.mentoring.models import Meeting, Pair
from learn.mentoring.pairs import Seat
from learn.mentoring.rules import Act, Proposal
from learn.people.models import Person
from tests.support import make

ZONE = "Asia/Makassar"
WITA = ZoneInfo(ZONE)


@dataclass
class Two:
    """A mentee, a mentor and a supervisor, who do what the pages do."""

    session: Session
    now: datetime
    mentee: Person
    mentor: Person
    boss: Person

    @property
    def as_mentee(self) -> Seat:
        return Seat(self.mentee.id, mentee=True)

    @property
    def as_mentor(self) -> Seat:
        return Seat(self.mentor.id, mentor=True)

    @property
    def as_boss(self) -> Seat:
        return Seat(self.boss.id, supervisor=True)

    def propose(self, proposal: Proposal | None = None, **known: Any) -> Pair:
        """Let the mentee ask for the mentor."""
        values = {
            "mentor_id": self.mentor.id, "actor_id": self.mentee.id, "supervises": False,
            "timezone": ZONE, "now": self.now, "mentee_id": self.mentee.id,
        } | known  # fmt: skip
        mentee_id = values.pop("mentee_id")
        return pairs.propose(self.session, mentee_id, proposal or period(), **values)

    def act(self, pair: Pair, act: Act, seat: Seat, reason: str = "", **known: Any) -> Pair:
        values = {"based_on": pair.seq, "now": self.now} | known
        return pairs.act_on(
            self.session, pair.person_id, pair.id, act, seat=seat, timezone=ZONE, reason=reason,
            **values,
        )  # fmt: skip

    def begin(self, proposal: Proposal | None = None, **known: Any) -> Pair:
        """Bring a pair to where it is active."""
        pair = self.propose(proposal, **known)
        self.act(pair, Act.ACCEPT, self.as_mentor)
        return self.act(pair, Act.START, self.as_boss)

    def log(self, pair: Pair, said: MeetingSaid, seat: Seat | None = None, **known: Any) -> Meeting:
        values = {"now": self.now} | known
        return logs.log_meeting(
            self.session, pair.person_id, pair.id, said, seat=seat or self.as_mentee,
            timezone=ZONE, **values,
        )  # fmt: skip

    def agree(self, meeting: Meeting, seat: Seat | None = None) -> Meeting:
        """Let the other of the two confirm it."""
        other = self.as_mentor if meeting.logged_by == self.mentee.id else self.as_mentee
        return logs.decide_meeting(
            self.session, meeting.person_id, meeting.pair, meeting.id, "confirmed",
            seat=seat or other, based_on=meeting.seq, now=self.now,
        )  # fmt: skip

    def met(self, pair: Pair, *said: MeetingSaid) -> None:
        """Write meetings down and confirm each."""
        for each in said:
            self.agree(self.log(pair, each))

    def confirm(self, pair: Pair, levels: dict[str, int] | None = None, **known: Any) -> Pair:
        values = {
            "changed": "Melayani lebih cepat.",
            "mentor_hours": False,
            "now": self.now,
        } | known
        return results.confirm_result(
            self.session, pair.person_id, pair.id, levels=levels or {}, seat=self.as_boss,
            based_on=pair.seq, timezone=ZONE, **values,
        )  # fmt: skip


def two(session: Session, now: datetime) -> Two:
    """Make the people."""
    people = [
        make.person(session, name=name, password=None)
        for name in ("Ni Luh Ayu", "I Made Arya", "I Wayan Suardana")
    ]
    return Two(session, now, *people)


def period(
    starts_on: date = date(2026, 10, 1), ends_on: date = date(2027, 3, 31), form: str = "NKL02",
    competencies: tuple[str, ...] = ("M.05",), aim: str = "",
) -> Proposal:  # fmt: skip
    """Return what a pair is to be."""
    return Proposal(form, starts_on, ends_on, competencies, aim)


def meeting(day: date, hour: int = 9, minutes: int = 60, **known: Any) -> MeetingSaid:
    """Return a meeting by the local clock."""
    start = datetime.combine(day, datetime.min.time(), WITA) + timedelta(hours=hour)
    return MeetingSaid(start, minutes, **({"topic": "RAHASIA topik"} | known))
