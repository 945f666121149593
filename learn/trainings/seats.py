"""Places: sign up, sign off, be approved, move up.  One row of the training is locked, so none is given twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from learn.errors import Forbidden, Message, NotFound
from learn.ledger import append, lock_people
from learn.lifecycle import reason_in
from learn.notices.services import notify
from learn.people.models import Person, Unit
from learn.progress.services import enrol
from learn.trainings.models import Seat, Training, TrainingAudience
from learn.trainings.planning import locked, notice_data, refuse_unless
from learn.trainings.projections import APPROVED, MOVED_UP, REFUSED, SIGNED_UP, WITHDRAWN
from learn.trainings.rules import (
    MAX_REASON,
    PLACE_NAMES,
    STANDING,
    NotNow,
    Place,
    State,
    sign_up_refusal,
)

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

CurrentOf = Callable[[str], "CourseVersion | None"]
CONFIRMED, WAITS = "training_confirmed", "training_waiting"


def unit_ids(path: str | None) -> list[int]:
    """Return the units of a path: a person's own and all above it."""
    return [int(part) for part in (path or "").split("/") if part]


def is_for(session: Session, training_id: int, unit_path: str | None) -> bool:
    """Return whether people of this unit may sign up."""
    query = select(
        exists().where(
            TrainingAudience.training_id == training_id,
            TrainingAudience.unit_id.in_(unit_ids(unit_path)),
        )
    )
    return bool(session.scalar(query))


def seat_of(session: Session, training_id: int, person_id: int) -> Seat | None:
    """Return what a person has of a training, as it stands now."""
    return session.get(Seat, (person_id, training_id), populate_existing=True)


def sign_up(
    session: Session, training_id: int, person_id: int, *, current_of: CurrentOf, now: datetime
) -> Seat:
    """Sign up for a published training; whoever stands on its list already stays where they are.

    There is a place, or a turn on the waiting list, or first the supervisor decides.

    Raises
    ------
    Forbidden, NotNow
        It is for others; the sign-up is not open, all places are taken, or one was refused.
    """
    training = locked(session, training_id)
    if not is_for(session, training.id, _path_of(session, person_id)):
        raise Forbidden(Message("This training is for people of other units."))
    lock_people(session, [person_id])
    seat = seat_of(session, training.id, person_id)
    if seat is not None and seat.state in STANDING:
        return seat
    if seat is not None and seat.state == Place.REFUSED:
        raise NotNow(Message("Your sign-up was refused; ask the organiser if that should change."))
    refusal = sign_up_refusal(
        state=training.state, opens_at=training.opens_at, closes_at=training.closes_at,
        ends_at=training.ends_at, now=now,
    )  # fmt: skip
    if refusal is not None:
        raise NotNow(refusal)
    state = Place.ASKED if training.approval else _free_or_waiting(session, training)
    if training.approval:
        _free_or_waiting(session, training)
    return _seat(session, training, person_id, state, None, current_of, now)


def add(
    session: Session, training_id: int, person_id: int, *, actor_id: int, current_of: CurrentOf,
    now: datetime,
) -> Seat:  # fmt: skip
    """Sign somebody up as the organiser: no window, no units and no supervisor are asked.

    Raises
    ------
    NotNow
        The training is not published, or all places are taken and there is no waiting list.
    """
    training = locked(session, training_id)
    refuse_unless(training, State.OPEN)
    lock_people(session, [person_id])
    seat = seat_of(session, training.id, person_id)
    if seat is not None and seat.state in (Place.CONFIRMED, Place.WAITING):
        return seat
    state = _free_or_waiting(session, training)
    return _seat(session, training, person_id, state, actor_id, current_of, now)


def _seat(
    session: Session, training: Training, person_id: int, state: Place, actor_id: int | None,
    current_of: CurrentOf, now: datetime,
) -> Seat:  # fmt: skip
    training.turns += 1
    data = {"training": training.id, "turn": training.turns, "state": state.value}
    if actor_id is not None:
        data["actor"] = actor_id
    append(session, person_id, SIGNED_UP, data, at=now)
    if state == Place.CONFIRMED:
        _take(session, training, person_id, current_of, now)
    elif state == Place.WAITING:
        _tell(session, training, person_id, WAITS, now)
    return session.get_one(Seat, (person_id, training.id))


def _path_of(session: Session, person_id: int) -> str | None:
    query = select(Unit.path).join(Person, Person.unit_id == Unit.id).where(Person.id == person_id)
    return session.scalar(query)


def _free_or_waiting(session: Session, training: Training) -> Place:
    """Return what the next one gets: nobody passes those who wait."""
    if training.seats < training.capacity and not _first_waiting(session, training):
        return Place.CONFIRMED
    if not training.waiting_list:
        raise NotNow(Message("All %(capacity)s places are taken.", capacity=training.capacity))
    return Place.WAITING


def _first_waiting(session: Session, training: Training, limit: int = 1) -> list[int]:
    query = (
        select(Seat.person_id)
        .where(Seat.training_id == training.id, Seat.state == Place.WAITING)
        .order_by(Seat.turn)
        .limit(limit)
    )
    return list(session.scalars(query))


def _take(
    session: Session, training: Training, person_id: int, current_of: CurrentOf, now: datetime
) -> None:
    training.seats += 1
    session.flush()
    version = current_of(training.course) if training.course else None
    if version is not None:
        enrol(session, person_id, version, now=now, renew=True, invited=True)
    _tell(session, training, person_id, CONFIRMED, now)


def _tell(session: Session, training: Training, person_id: int, kind: str, now: datetime) -> None:
    seat = session.get_one(Seat, (person_id, training.id))
    key = f"{kind}:{training.id}:{seat.turn}"
    notify(session, person_id, kind, notice_data(training), now=now, key=key)


def decide(
    session: Session, training_id: int, person_id: int, *, approved: bool, actor_id: int,
    current_of: CurrentOf, now: datetime, reason: str = "",
) -> Seat:  # fmt: skip
    """Approve or refuse a sign-up as the supervisor; the caller has asked whether they are one.

    Raises
    ------
    Forbidden, Invalid, NotNow
        It is one's own; the reason is missing; it does not wait for this, or no place is left.
    """
    if actor_id == person_id:
        raise Forbidden(Message("Nobody approves their own sign-up; somebody else does."))
    training = locked(session, training_id)
    lock_people(session, [person_id])
    seat = _standing(session, training, person_id)
    if seat.state != Place.ASKED or training.state != State.OPEN:
        raise NotNow(Message("This sign-up does not wait for you. It stands so: %(state)s.",
                             state=PLACE_NAMES[seat.state]))  # fmt: skip
    data = {"training": training.id, "actor": actor_id}
    if not approved:
        detail = {"reason": reason_in(reason, MAX_REASON)}
        append(session, person_id, REFUSED, {**data, "reasoned": True}, at=now, detail=detail)
        _tell(session, training, person_id, REFUSED, now)
        return seat
    state = _free_or_waiting(session, training)
    append(session, person_id, APPROVED, {**data, "state": state.value}, at=now)
    if state == Place.CONFIRMED:
        _take(session, training, person_id, current_of, now)
    else:
        _tell(session, training, person_id, WAITS, now)
    return seat


def _standing(session: Session, training: Training, person_id: int) -> Seat:
    seat = seat_of(session, training.id, person_id)
    if seat is None:
        raise NotFound(Message("This person has not signed up for the training."))
    return seat


def withdraw(
    session: Session, training_id: int, person_id: int, *, actor_id: int, current_of: CurrentOf,
    now: datetime, reason: str = "",
) -> Seat:  # fmt: skip
    """Sign off oneself before the training begins, or somebody else with a reason; the next moves up.

    Raises
    ------
    NotNow, Invalid
        The training has begun or is over; the reason is missing.
    """
    training = locked(session, training_id)
    refuse_unless(training, State.OPEN)
    own = actor_id == person_id
    if own and training.starts_at <= now:
        raise NotNow(Message("The training has begun; ask the organiser to take you off the list."))
    detail = None if own and not reason.strip() else {"reason": reason_in(reason, MAX_REASON)}
    lock_people(session, [person_id, *_first_waiting(session, training, 2)])
    seat = _standing(session, training, person_id)
    if seat.state not in STANDING:
        return seat
    freed = seat.state == Place.CONFIRMED
    data = {"training": training.id, "actor": actor_id, "reasoned": detail is not None}
    append(session, person_id, WITHDRAWN, data, at=now, detail=detail)
    if freed:
        training.seats -= 1
        session.flush()
        move_up(session, training, current_of=current_of, now=now)
    return seat


def fill(
    session: Session, training_id: int, *, current_of: CurrentOf, now: datetime
) -> list[int]:  # fmt: skip
    """Give the places that a change has freed to those who wait; return who moved up."""
    training = locked(session, training_id)
    free = max(0, training.capacity - training.seats)
    lock_people(session, _first_waiting(session, training, free))
    return move_up(session, training, current_of=current_of, now=now)


def move_up(
    session: Session, training: Training, *, current_of: CurrentOf, now: datetime
) -> list[int]:
    """Give free places to those who wait, in their order, while the training is open and not over."""
    moved: list[int] = []
    while _has_room(training, now) and (first := _first_waiting(session, training)):
        append(session, first[0], MOVED_UP, {"training": training.id}, at=now)
        _take(session, training, first[0], current_of, now)
        moved += first
    return moved


def _has_room(training: Training, now: datetime) -> bool:
    return (
        training.state == State.OPEN
        and training.ends_at > now
        and training.seats < training.capacity
    )
