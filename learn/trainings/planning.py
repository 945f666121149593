"""Verbs of organisers: plan a training, change it, publish it, cancel it.  Each is an act in the audit chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.errors import Message, NotFound
from learn.hours.forms import load_forms
from learn.ledger import append, audit, lock_people
from learn.lifecycle import Stale, reason_in
from learn.notices.services import Told, notify_many
from learn.people.models import Unit
from learn.trainings.codes import new_secret
from learn.trainings.models import Attendance, Seat, Training, TrainingAudience, TrainingSession
from learn.trainings.projections import CANCELLED
from learn.trainings.rules import (
    MAX_REASON,
    STANDING,
    STATE_NAMES,
    CannotHold,
    NotNow,
    Place,
    Plan,
    Sitting,
    State,
    changes,
    check,
)

CREATED = "training_created"
CHANGED = "training_changed"
PUBLISHED = "training_published"
TOLD_FIELDS = ("sessions", "place", "link", "title")
TEXTS = ("title", "form", "organiser", "course", "declared_jp", "about", "place", "link", "capacity",
         "waiting_list", "approval", "opens_at", "closes_at", "share", "starts_at", "ends_at")  # fmt: skip


class Moved(Stale):
    """Somebody else, or another tab, has changed the training."""

    code = "training-moved"
    words = Message("This training has changed since you opened it. Look at it again, then decide.")


def training_of(session: Session, training_id: int) -> Training:
    """Return a training.

    Raises
    ------
    NotFound
        There is none of this number.
    """
    found = session.get(Training, training_id) if 0 < training_id < 2**31 else None
    if found is None:
        raise NotFound(Message("There is no such training."))
    return found


def locked(session: Session, training_id: int, *, shared: bool = False) -> Training:
    """Return the training as it stands now, with nobody else acting on it until the end.

    `shared` lets others who only need it to stay as it is pass, such as a hall full of people who scan.
    """
    training_of(session, training_id)
    query = select(Training).where(Training.id == training_id).with_for_update(read=shared)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def sessions_of(session: Session, training_id: int) -> list[TrainingSession]:
    """Return the sessions of a training by time."""
    return list(
        session.scalars(
            select(TrainingSession)
            .where(TrainingSession.training_id == training_id)
            .order_by(TrainingSession.starts_at, TrainingSession.id)
        )
    )


def audience_of(session: Session, training_id: int) -> list[int]:
    """Return the units whose people may sign up."""
    query = select(TrainingAudience.unit_id).where(TrainingAudience.training_id == training_id)
    return sorted(session.scalars(query))


def plan_of(session: Session, training: Training) -> Plan:
    """Return what is planned."""
    sittings = tuple(
        Sitting(each.starts_at, each.ends_at, each.room, each.trainer, each.id)
        for each in sessions_of(session, training.id)
    )
    return Plan(
        training.title, training.form, training.organiser, training.capacity, sittings,
        tuple(audience_of(session, training.id)), training.course, training.declared_jp,
        tuple((code, level) for code, level in training.outcomes), training.about, training.place,
        training.link, training.waiting_list, training.approval, training.opens_at,
        training.closes_at, training.share,
    )  # fmt: skip


def create(
    session: Session, plan: Plan, *, unit: Unit, time_zone: str, actor_id: int, now: datetime
) -> Training:
    """Plan a training of a unit as a draft.

    Raises
    ------
    CannotHold
        Something cannot be; every mistake by its field.
    """
    _checked(session, plan)
    training = Training(
        unit_id=unit.id, time_zone=ZoneInfo(time_zone).key, state=State.DRAFT.value, seats=0, turns=0,
        revision=1, created_by=actor_id, created_at=now, outcomes=_outcomes(plan), **_columns(plan),
    )  # fmt: skip
    session.add(training)
    session.flush()
    _write_sittings(session, training.id, plan.sittings)
    _write_audience(session, training.id, plan.audience)
    audit(session, CREATED, {"training": training.id, "unit": unit.id}, actor_id=actor_id, at=now)
    return training


def _columns(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in TEXTS}


def _outcomes(plan: Plan) -> list[Any]:
    return [] if plan.course else [list(pair) for pair in plan.outcomes]


def _checked(session: Session, plan: Plan, training: Training | None = None) -> None:
    mistakes: dict[str, Message] = {}
    form = load_forms().find(plan.form)
    if form is None:
        raise CannotHold({"form": Message("Choose a form of development.")})
    known = set(session.scalars(select(Unit.id).where(Unit.id.in_(plan.audience))))
    if set(plan.audience) - known:
        mistakes["audience"] = Message("Choose at least one unit whose people may sign up.")
    for code, level in plan.outcomes:
        if load_framework().find(code) is None or not 1 <= level <= 5:
            mistakes["outcomes"] = Message(
                "“%(text)s” is no competency with a level, such as M.01 2.",
                text=f"{code} {level}"[:40],
            )
    try:
        check(
            plan, form, confirmed=training.seats if training else 0,
            attended=_attended(session, training.id) if training else (),
        )  # fmt: skip
    except CannotHold as error:
        raise CannotHold({**error.mistakes, **mistakes}) from None
    if mistakes:
        raise CannotHold(mistakes)


def _attended(session: Session, training_id: int) -> list[int]:
    query = select(Attendance.session_id).where(Attendance.training_id == training_id).distinct()
    return sorted(session.scalars(query))


def _write_sittings(session: Session, training_id: int, sittings: Sequence[Sitting]) -> None:
    known = {each.id: each for each in sessions_of(session, training_id)}
    kept: set[int] = set()
    for sitting in sittings:
        row = known.get(sitting.id or 0)
        if row is None:
            row = TrainingSession(training_id=training_id, secret=new_secret())
            session.add(row)
        else:
            kept.add(row.id)
        row.starts_at, row.ends_at = sitting.starts_at, sitting.ends_at
        row.room, row.trainer = sitting.room, sitting.trainer
    for gone in set(known) - kept:
        session.delete(known[gone])
    session.flush()


def _write_audience(session: Session, training_id: int, units: Sequence[int]) -> None:
    session.execute(delete(TrainingAudience).where(TrainingAudience.training_id == training_id))
    session.add_all(
        TrainingAudience(training_id=training_id, unit_id=unit) for unit in sorted(set(units))
    )
    session.flush()


def change(
    session: Session, training_id: int, plan: Plan, *, based_on: int, actor_id: int, now: datetime
) -> tuple[str, ...]:
    """Change a draft or a published training; people with a place are told what concerns them.

    Returns
    -------
    tuple of str
        The names of what has changed.

    Raises
    ------
    CannotHold, NotNow, Moved
        Something in it cannot be; it is closed or cancelled; it was changed elsewhere.
    """
    training = locked(session, training_id)
    refuse_unless(training, State.DRAFT, State.OPEN)
    if training.revision != based_on:
        raise Moved
    _checked(session, plan, training)
    before = _compared(plan_of(session, training))
    for name, value in _columns(plan).items():
        setattr(training, name, value)
    training.outcomes = _outcomes(plan)
    _write_sittings(session, training.id, plan.sittings)
    _write_audience(session, training.id, plan.audience)
    fields = changes(before, _compared(plan_of(session, training)))
    if not fields:
        return ()
    training.revision += 1
    data = {"training": training.id, "fields": list(fields), "revision": training.revision}
    audit(session, CHANGED, data, actor_id=actor_id, at=now)
    if training.state == State.OPEN and set(fields) & set(TOLD_FIELDS):
        _tell_all(session, training, CHANGED, now)
    return fields


def _compared(plan: Plan) -> dict[str, Any]:
    shown = asdict(plan)
    shown["sessions"] = shown.pop("sittings")
    return shown


def _tell_all(session: Session, training: Training, kind: str, now: datetime) -> None:
    people = session.scalars(
        select(Seat.person_id).where(Seat.training_id == training.id, Seat.state.in_(STANDING))
    )
    key = f"{kind}:{training.id}:{training.revision}"
    told = [Told(who, kind, notice_data(training), key) for who in people]
    notify_many(session, told, now=now)


def notice_data(training: Training) -> dict[str, Any]:
    """Return what a notice about a training says."""
    return {"training": training.id, "training_title": training.title}


def publish(session: Session, training_id: int, *, actor_id: int, now: datetime) -> Training:
    """Open a draft to those whom it is for; a second time changes nothing.

    Raises
    ------
    NotNow, CannotHold
        It is closed or cancelled; its last session is over.
    """
    training = locked(session, training_id)
    if training.state == State.OPEN:
        return training
    refuse_unless(training, State.DRAFT)
    if training.ends_at <= now:
        raise CannotHold(
            {"sessions": Message("All sessions are over; a training is published before.")}
        )
    training.state = State.OPEN.value
    training.revision += 1
    audit(session, PUBLISHED, {"training": training.id}, actor_id=actor_id, at=now)
    return training


def cancel(
    session: Session, training_id: int, *, reason: str, actor_id: int, now: datetime
) -> Training:
    """Cancel a training that is not closed: it gives nothing, and all who signed up are told.

    Raises
    ------
    NotNow, Invalid
        It is closed; the reason is missing.
    """
    training = locked(session, training_id)
    if training.state == State.CANCELLED:
        return training
    refuse_unless(training, State.DRAFT, State.OPEN)
    training.reason = reason_in(reason, MAX_REASON)
    training.state = State.CANCELLED.value
    training.revision += 1
    _tell_all(session, training, CANCELLED, now)
    seats = session.execute(
        select(Seat.person_id).where(Seat.training_id == training.id, Seat.state.in_(STANDING))
    ).scalars()
    people = sorted(seats)
    lock_people(session, people)
    for person_id in people:
        data = {"training": training.id, "actor": actor_id}
        append(session, person_id, CANCELLED, data, at=now)
    training.seats = 0
    audit(
        session,
        CANCELLED,
        {"training": training.id, "people": len(people)},
        actor_id=actor_id,
        at=now,
    )
    return training


def refuse_unless(training: Training, *states: State) -> None:
    """Raise `NotNow` unless the training stands in one of these states."""
    if training.state not in states:
        raise NotNow(Message("This cannot be done now. The training stands so: %(state)s.",
                             state=STATE_NAMES[training.state]))  # fmt: skip


def confirmed_people(session: Session, training_id: int) -> list[int]:
    """Return those with a confirmed place, in the order in which they signed up."""
    query = select(Seat.person_id).where(
        Seat.training_id == training_id, Seat.state == Place.CONFIRMED
    )
    return list(session.scalars(query.order_by(Seat.turn)))


def count_seats(session: Session, training_id: int) -> dict[str, int]:
    """Return how many people there are in each state of a place."""
    query = (
        select(Seat.state, func.count()).where(Seat.training_id == training_id).group_by(Seat.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}
