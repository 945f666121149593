"""Mentoring in the made-up city: a pair that meets, one that waits for its supervisor, one that is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.mentoring import logs, pairs, results
from learn.mentoring.log_rules import GoalSaid, MeetingSaid
from learn.mentoring.models import Pair
from learn.mentoring.pairs import Seat
from learn.mentoring.rules import Act, Proposal
from learn.people.models import Person

MENTEE, MENTOR, BOSS = "199205142019032901", "198511232010012903", "198003112005011902"
COACHED, NEW = "199404032022031911", "199607212023212912"


def fill_mentoring(
    session: Session, people: Mapping[str, Person], settings: Settings, now: datetime
) -> None:
    """Let some of the people (by number) mentor each other, as the pages would."""
    if not {MENTEE, MENTOR, BOSS, COACHED, NEW} <= people.keys():
        return
    scene = _Scene(session, people, settings, now)
    running = scene.begin(MENTEE, MENTOR, 75, "NKL02", ("M.05", "M.03"))
    scene.goal(running, "Jawaban atas pengaduan dalam 3 hari kerja, dari sebelumnya 5.", "M.03")
    for days, agreed, topic in (
        (40, True, "Membaca ulang standar pelayanan"),
        (19, True, "Latihan menjawab pengaduan"),
        (4, False, "Meninjau jawaban yang terlambat"),
    ):
        scene.meet(running, days, topic, agreed=agreed)
    coached = scene.begin(COACHED, MENTOR, 170, "NKL01", ("M.05",))
    scene.meet(coached, 120, "Mengenal sistem perizinan", agreed=True)
    scene.confirm(coached)
    scene.wait(NEW, MENTOR)


class _Scene:
    """The people and the day, for what they do with each other."""

    def __init__(
        self, session: Session, people: Mapping[str, Person], settings: Settings, now: datetime
    ) -> None:
        self.session, self.people, self.now = session, people, now
        self.timezone = settings.timezone
        self.boss = Seat(people[BOSS].id, supervisor=True)

    def _day(self, days: int) -> date:
        return self.now.astimezone(ZoneInfo(self.timezone)).date() - timedelta(days=days)

    def _propose(self, mentee: str, mentor: str, days: int, form: str, codes: tuple[str, ...]) -> Pair:  # fmt: skip
        start = self._day(days)
        proposal = Proposal(
            form, start, start + timedelta(days=180), codes, "Pelayanan lebih cepat"
        )
        return pairs.propose(
            self.session, self.people[mentee].id, proposal, mentor_id=self.people[mentor].id,
            actor_id=self.people[mentee].id, supervises=False, timezone=self.timezone,
            now=self.now - timedelta(days=days),
        )  # fmt: skip

    def _act(self, pair: Pair, act: Act, seat: Seat, days: int) -> None:
        pairs.act_on(
            self.session, pair.person_id, pair.id, act, seat=seat, based_on=pair.seq,
            timezone=self.timezone, now=self.now - timedelta(days=days),
        )  # fmt: skip

    def wait(self, mentee: str, mentor: str) -> None:
        """Leave a pair to the supervisor."""
        pair = self._propose(mentee, mentor, 2, "NKL02", ("M.03",))
        self._act(pair, Act.ACCEPT, Seat(pair.mentor_id or 0, mentor=True), 1)

    def begin(self, mentee: str, mentor: str, days: int, form: str, codes: tuple[str, ...]) -> Pair:
        """Begin a pair some days ago."""
        pair = self._propose(mentee, mentor, days, form, codes)
        self._act(pair, Act.ACCEPT, Seat(pair.mentor_id or 0, mentor=True), days)
        self._act(pair, Act.START, self.boss, days)
        return pair

    def goal(self, pair: Pair, text: str, code: str) -> None:
        """Set a goal until the last day."""
        logs.set_goal(
            self.session, pair.person_id, pair.id, GoalSaid(text, code, pair.ends_on, 2),
            seat=Seat(pair.person_id, mentee=True), now=self.now,
        )  # fmt: skip

    def meet(self, pair: Pair, days: int, topic: str, *, agreed: bool) -> None:
        """Meet for an hour and a half some days ago; the mentor confirms it."""
        start = datetime.combine(self._day(days), time(9), ZoneInfo(self.timezone))
        said = MeetingSaid(start, 90, "place", pair.competencies[0], topic)
        at = start + timedelta(hours=2)
        meeting = logs.log_meeting(
            self.session, pair.person_id, pair.id, said, seat=Seat(pair.person_id, mentee=True),
            timezone=self.timezone, now=at,
        )  # fmt: skip
        if agreed:
            logs.decide_meeting(
                self.session, pair.person_id, pair.id, meeting.id, "confirmed",
                seat=Seat(pair.mentor_id or 0, mentor=True), based_on=meeting.seq, now=at,
            )  # fmt: skip

    def confirm(self, pair: Pair) -> None:
        """Let the supervisor confirm what it brought."""
        results.confirm_result(
            self.session, pair.person_id, pair.id, changed="Berkas lengkap pada kunjungan pertama.",
            levels={"M.05": 1}, seat=self.boss, based_on=pair.seq, timezone=self.timezone,
            mentor_hours=False, now=self.now - timedelta(days=8),
        )  # fmt: skip
