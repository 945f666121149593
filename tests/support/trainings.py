"""Builders of trainings: planned, published, with people on their lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learn.courses.version import CourseVersion
from learn.people.models import Unit
from learn.people.units import root_unit
from learn.trainings import attendance, closing, planning, seats
from learn.trainings.models import Seat, Training
from learn.trainings.rules import Plan, Sitting
from tests.support import make

ORGANISER = 99
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
MORNING = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)  # 08.30 WITA
ZONE = "Asia/Makassar"


def sitting(start: datetime = MORNING, minutes: int = 180, **known: Any) -> Sitting:
    """Return a session of some minutes."""
    return Sitting(start, start + timedelta(minutes=minutes), **known)


def plan(**known: Any) -> Plan:
    """Return a seminar (KL06) of one morning for the root's people, unless said otherwise."""
    values: dict[str, Any] = {
        "title": "Seminar SPBE", "form": "KL06", "organiser": "BKPSDM", "capacity": 20,
        "sittings": (sitting(),), "audience": (1,), "place": "Aula",
    } | known  # fmt: skip
    return Plan(**values)


def draft(session: Session, unit: Unit | None = None, zone: str = ZONE, **known: Any) -> Training:
    """Plan a training."""
    unit = unit or root_unit(session, now=make.JOINED)
    known.setdefault("audience", (unit.id,))
    return planning.create(
        session, plan(**known), unit=unit, time_zone=zone, actor_id=ORGANISER, now=NOW
    )


def published(session: Session, unit: Unit | None = None, **known: Any) -> Training:
    """Plan and publish a training."""
    made = draft(session, unit, **known)
    return planning.publish(session, made.id, actor_id=ORGANISER, now=NOW)


def no_course(_course: str) -> CourseVersion | None:
    """Return no course: trainings on their own ask for none."""
    return None


def signed_up(session: Session, training: Training, person_id: int, now: datetime = NOW) -> Seat:
    """Sign somebody up."""
    return seats.sign_up(session, training.id, person_id, current_of=no_course, now=now)


def attended(session: Session, training: Training, person_id: int, *minutes: int) -> None:
    """Record that somebody was at the sessions for these minutes, one number for each."""
    sittings = planning.sessions_of(session, training.id)
    for each, number in zip(sittings, minutes, strict=True):
        presence = "present" if number else "absent"
        mark = attendance.Mark(person_id, presence, number)
        attendance.record(
            session, training.id, each.id, [mark], way=attendance.LIST, actor_id=ORGANISER,
            now=each.ends_at,
        )  # fmt: skip


def closed(session: Session, training: Training, current_of: Any = no_course) -> Training:
    """Close a training when its last session is over."""
    return closing.close(
        session, training.id, actor_id=ORGANISER, settings=make.settings(), current_of=current_of,
        now=training.ends_at,
    )  # fmt: skip
