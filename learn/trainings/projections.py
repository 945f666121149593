"""Places and attendance folded from the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from learn.ledger import Entry, project
from learn.trainings.models import Attendance, Seat
from learn.trainings.rules import Place

SIGNED_UP = "training_signed_up"
APPROVED = "training_approved"
REFUSED = "training_refused"
MOVED_UP = "training_moved_up"
WITHDRAWN = "training_withdrawn"
CANCELLED = "training_cancelled"
FINISHED = "training_finished"
REOPENED = "training_reopened"
ATTENDED = "attendance_recorded"


@project(SIGNED_UP)
def sign_up(session: Session, entry: Entry) -> None:
    """Somebody signs up, for the first time or again."""
    data = entry.data
    seat = session.get(Seat, (entry.person_id, data["training"]))
    if seat is None:
        seat = Seat(person_id=entry.person_id, training_id=data["training"])
        session.add(seat)
    seat.state, seat.turn, seat.seq = data["state"], data["turn"], entry.seq
    seat.asked_at = seat.since = entry.at
    seat.reason_seq = seat.decided_by = None
    session.flush()


@project(APPROVED, REFUSED, MOVED_UP, WITHDRAWN, CANCELLED)
def go_on(session: Session, entry: Entry) -> None:
    """The place changes."""
    seat = session.get_one(Seat, (entry.person_id, entry.data["training"]))
    seat.state = {
        MOVED_UP: Place.CONFIRMED.value,
        REFUSED: Place.REFUSED.value,
        WITHDRAWN: Place.WITHDRAWN.value,
        CANCELLED: Place.CANCELLED.value,
    }.get(entry.kind) or entry.data["state"]
    seat.since, seat.seq = entry.at, entry.seq
    if entry.kind in (APPROVED, REFUSED):
        seat.decided_by = entry.data["actor"]
    if entry.data.get("reasoned"):
        seat.reason_seq = entry.seq
    session.flush()


@project(FINISHED)
def finish(session: Session, entry: Entry) -> None:
    """The training is closed, and the attendance comes to this."""
    seat, data = session.get_one(Seat, (entry.person_id, entry.data["training"])), entry.data
    seat.minutes, seat.share = data["minutes"], data["share"]
    seat.fulfilled, seat.jp, seat.seq = data["fulfilled"], data["jp"], entry.seq
    session.flush()


@project(REOPENED)
def reopen(session: Session, entry: Entry) -> None:
    """The training is open again: what its close found no longer counts."""
    seat = session.get_one(Seat, (entry.person_id, entry.data["training"]))
    seat.minutes = seat.share = seat.fulfilled = seat.jp = None
    seat.seq = entry.seq
    session.flush()


@project(ATTENDED)
def attend(session: Session, entry: Entry) -> None:
    """Attendance at a session is recorded or corrected; the last entry counts."""
    data = entry.data
    found = session.get(Attendance, (entry.person_id, data["session"]))
    if found is None:
        found = Attendance(
            person_id=entry.person_id, session_id=data["session"], training_id=data["training"]
        )
        session.add(found)
    found.state, found.minutes, found.way = data["state"], data["minutes"], data["way"]
    found.recorded_at, found.recorded_by, found.seq = entry.at, data["actor"], entry.seq
    session.flush()
