"""Attendance: scanned by the participant, ticked in a list, or taken from a sheet; each mark is an entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Forbidden, Invalid, Message, NotFound
from learn.ledger import append, lock_people
from learn.lifecycle import reason_in
from learn.trainings.codes import is_ticket, is_valid
from learn.trainings.models import Attendance, Seat, Training, TrainingSession
from learn.trainings.planning import locked, refuse_unless
from learn.trainings.projections import ATTENDED
from learn.trainings.rules import MAX_REASON, NotNow, Place, Presence, State, minutes_given

SCAN, LIST, FILE = "scan", "list", "file"
BEFORE = timedelta(minutes=30)
ON_TIME = timedelta(minutes=15)
"""From how long before a session its codes count, and until how long after its start one is on time."""

Recount = Callable[[Training, Sequence[int]], None]
"""What follows when attendance of a closed training is corrected."""


class WrongCode(Invalid):
    """The code is of another session, too old, or none at all."""

    code = "wrong-code"

    def __init__(self) -> None:
        super().__init__(
            Message("This code is not valid any more, or belongs to another session. "
                    "Scan the code that the screen shows now.")
        )  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """What somebody says of one person at one session; without minutes, those of the presence."""

    person_id: int
    presence: str
    minutes: int | None = None


def session_of(session: Session, training_id: int, session_id: int) -> TrainingSession:
    """Return a session of a training.

    Raises
    ------
    NotFound
        The training has no such session.
    """
    found = session.get(TrainingSession, session_id) if 0 < session_id < 2**31 else None
    if found is None or found.training_id != training_id:
        raise NotFound(Message("This training has no such session."))
    return found


def marks_of(session: Session, session_id: int, people: Sequence[int]) -> dict[int, Attendance]:
    """Return what is recorded of these people at a session, by their ids."""
    found: dict[int, Attendance] = {}
    for start in range(0, len(people), 500):
        query = select(Attendance).where(
            Attendance.person_id.in_(people[start : start + 500]),
            Attendance.session_id == session_id,
        )
        found |= {each.person_id: each for each in session.scalars(query)}
    return found


def record(
    session: Session,
    training_id: int,
    session_id: int,
    marks: Sequence[Mark],
    *,
    way: str,
    actor_id: int,
    now: datetime,
    reason: str = "",
    recount: Recount | None = None,
) -> int:
    """Record what has changed of the marks; return how many people it concerns.

    Parameters
    ----------
    reason
        Needed where something else was recorded before: corrections stand with who and why.
    recount
        Called when the training is closed, so that what it gave follows.

    Raises
    ------
    Forbidden, Invalid, NotNow
        It is one's own; a mark cannot be, or a correction has no reason; the session has not begun.
    """
    training = locked(session, training_id)
    refuse_unless(training, State.OPEN, State.CLOSED)
    sitting = session_of(session, training_id, session_id)
    if now < sitting.starts_at - BEFORE:
        raise NotNow(Message("The session has not begun yet."))
    people = [mark.person_id for mark in marks]
    lock_people(session, people)
    _refuse_strangers(session, training_id, people)
    known = marks_of(session, session_id, people)
    changed = [
        (mark, minutes, known.get(mark.person_id))
        for mark, minutes in ((mark, _minutes(mark, sitting)) for mark in marks)
        if differs(known.get(mark.person_id), mark.presence, minutes)
    ]
    if any(mark.person_id == actor_id for mark, _minutes_, _before in changed):
        raise Forbidden(
            Message("Nobody records their own attendance in a list; scan the code instead.")
        )
    for mark, minutes, before in sorted(changed, key=lambda each: each[0].person_id):
        detail = {"reason": reason_in(reason, MAX_REASON)} if before is not None else None
        _append(
            session, sitting, mark.person_id, mark.presence, minutes, way, actor_id, now, detail
        )
    if changed and training.state == State.CLOSED and recount is not None:
        recount(training, [mark.person_id for mark, _m, _b in changed])
    return len(changed)


def differs(before: Attendance | None, presence: str, minutes: int) -> bool:
    """Return whether a mark says something else than what is recorded."""
    return before is None or (before.state, before.minutes) != (presence, minutes)


def _minutes(mark: Mark, sitting: TrainingSession) -> int:
    if mark.presence not in tuple(Presence):
        raise Invalid(Message("Attendance is one of present, late, absent, excused."))
    return minutes_given(mark.presence, sitting.minutes, mark.minutes)


def _refuse_strangers(session: Session, training_id: int, people: Sequence[int]) -> None:
    confirmed: set[int] = set()
    for start in range(0, len(people), 500):
        query = select(Seat.person_id).where(
            Seat.person_id.in_(people[start : start + 500]),
            Seat.training_id == training_id,
            Seat.state == Place.CONFIRMED,
        )
        confirmed |= set(session.scalars(query))
    if set(people) - confirmed:
        raise Invalid(Message("Attendance is recorded of people with a confirmed place."))


def _append(
    session: Session,
    sitting: TrainingSession,
    person_id: int,
    presence: str,
    minutes: int,
    way: str,
    actor_id: int,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    data = {
        "training": sitting.training_id, "session": sitting.id, "state": presence,
        "minutes": minutes, "way": way, "actor": actor_id,
    }  # fmt: skip
    append(session, person_id, ATTENDED, data, at=now, detail=detail)


def check_in(
    session: Session, training_id: int, session_id: int, person_id: int, code: str, *, now: datetime
) -> Attendance:
    """Record that a person is there, by the code that the screen of the session shows; once.

    A ticket, which they got for a code that they scanned, counts like a code.
    Until 15 minutes after the start one is present for all of it, later for what is left of it.

    Raises
    ------
    Forbidden, NotNow, WrongCode
        They have no confirmed place; the session is not now; the code is not of this half minute.
    """
    training = locked(session, training_id, shared=True)  # a close comes before or after
    sitting = session_of(session, training_id, session_id)
    lock_people(session, [person_id])
    seat = session.get(Seat, (person_id, training_id), populate_existing=True)
    if seat is None or seat.state != Place.CONFIRMED:
        raise Forbidden(Message("You have no confirmed place in this training."))
    known = session.get(Attendance, (person_id, session_id), populate_existing=True)
    if known is not None and known.minutes > 0:
        return known
    if training.state != State.OPEN or not sitting.starts_at - BEFORE <= now < sitting.ends_at:
        raise NotNow(
            Message("The codes of this session count from 30 minutes before its start to its end.")
        )
    if not (
        is_valid(sitting.secret, sitting.id, code, now)
        or is_ticket(sitting.secret, sitting.id, person_id, code, now)
    ):
        raise WrongCode
    if known is not None:
        raise NotNow(
            Message("The organiser has recorded this session already; ask them to correct it.")
        )
    on_time = now <= sitting.starts_at + ON_TIME
    presence = Presence.PRESENT if on_time else Presence.LATE
    left = int((sitting.ends_at - now).total_seconds()) // 60
    minutes = sitting.minutes if on_time else min(left, sitting.minutes)
    _append(session, sitting, person_id, presence.value, minutes, SCAN, person_id, now)
    return session.get_one(Attendance, (person_id, session_id))
