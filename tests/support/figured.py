"""A town at random for tests of figures: units, posts with history, completions, evidence, assessments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from learn.competencies.assessments.services import Found, assess
from learn.competencies.services import record_evidence, withdraw_evidence_of
from learn.courses.version import Outcome, Period
from learn.people.models import Person, Unit
from learn.people.services import add_person, set_post
from learn.progress.queries import completions_of
from learn.progress.services import withdraw
from tests.support import make, records

CLASSES = ("PELAKSANA", "PENGAWAS", "ADMINISTRATOR", "JF_MUDA", "JPT_PRATAMA", "")
CODES = ("M.01", "M.02", "M.05", "SK.01")
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
COURSES = (
    records.version("kearsipan", hours=12, valid_for=Period(years=1)),
    records.version("layanan", hours=8, outcomes=(Outcome("M.01", 3), Outcome("M.02", 1))),
)


def make_town(session: Session, random: Random, people: int = 14) -> list[Unit]:
    """Make two offices with a section each, and people of whom some moved, left, learned or lost."""
    first, second = make.unit(session, "DINKES"), make.unit(session, "DPUPR")
    units = [first, second, make.unit(session, "DINKES.1", first), make.unit(session, "DPUPR.1", second)]  # fmt: skip
    boss = make.person(session, "assessor", password=None)
    for number in range(people):
        who = add_person(
            session, number=make.nip(), name=f"Orang {number}", kind=random.choice(["PNS", "PPPK"]),
            unit=random.choice(units), post_class=random.choice(CLASSES), post_title="Jabatan",
            since=date(2025, 1, 1), actor_id=None, now=make.JOINED, settings=make.settings(),
        )  # fmt: skip
        _move(session, random, who, units)
        _learn(session, random, who)
        _be_assessed(session, random, who, boss.id)
        if random.random() < 0.1:
            who.active = False
    session.flush()
    return units


def moment(random: Random) -> datetime:
    """Return a moment of this year."""
    return NOW - timedelta(days=random.randrange(1, 300), minutes=random.randrange(1000))


def _move(session: Session, random: Random, who: Person, units: list[Unit]) -> None:
    if random.random() < 0.5:
        since = date(2026, random.randrange(2, 11), 3)
        move(session, who, random.choice(units), since=since, now=NOW, post_class=random.choice(CLASSES))  # fmt: skip


def move(
    session: Session, who: Person, unit: Unit, *, since: date, now: datetime,
    post_class: str = "PENGAWAS",
) -> None:  # fmt: skip
    """Give somebody another post from a day on."""
    set_post(
        session, who, unit=unit, title="Jabatan baru", post_class=post_class, since=since,
        actor_id=None, now=now, settings=make.settings(),
    )  # fmt: skip


def learn_later(session: Session, random: Random, who: Person, now: datetime) -> None:
    """Let somebody gain and lose things on a later day."""
    record_evidence(
        session, who.id, competency=random.choice(CODES), level=random.randrange(1, 6),
        source="training", ref="later", now=now,
    )  # fmt: skip
    withdraw_evidence_of(session, who.id, "training", "0", actor_id=None, now=now)
    course = records.version("pelayanan-prima", hours=5)
    records.complete(session, who, course, now=now)
    for known in completions_of(session, who.id):
        if known.course == "kearsipan" and known.withdrawn_at is None and random.random() < 0.5:
            withdraw(session, who.id, known.course, known.cycle, reason="salah", actor_id=None, now=now)  # fmt: skip


def _learn(session: Session, random: Random, who: Person) -> None:
    for course in COURSES:
        if random.random() < 0.6:
            done = records.complete(session, who, course, now=moment(random))
            if random.random() < 0.3:
                withdraw(session, who.id, done.course, done.cycle, reason="salah", actor_id=None, now=NOW)  # fmt: skip
    for number in range(random.randrange(4)):
        told = moment(random)
        record_evidence(
            session, who.id, competency=random.choice(CODES), level=random.randrange(1, 6),
            source="training", ref=str(number), now=told,
            valid_until=random.choice([None, told.date() + timedelta(days=random.randrange(200))]),
        )  # fmt: skip
        if random.random() < 0.2:
            withdraw_evidence_of(
                session, who.id, "training", str(number), actor_id=None,
                now=told + timedelta(days=random.randrange(1, 40)),
            )  # fmt: skip


def _be_assessed(session: Session, random: Random, who: Person, actor_id: int) -> None:
    for number in range(random.randrange(3)):
        at = moment(random)
        ends = at.date() + timedelta(days=random.randrange(30, 400))
        levels = {code: random.randrange(1, 6) for code in random.sample(CODES, 2)}
        assess(
            session, who.id, Found(levels=levels, assessed_on=at.date(), valid_until=ends, instrument="assessment_center", key=f"k{number}"),
            actor_id=actor_id, today=at.date(), now=at,
        )  # fmt: skip
