"""The close of a training: what attendance comes to, and what it gives; opened again, it gives nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.services import record_evidence, withdraw_evidence_of
from learn.config import Settings
from learn.errors import Message
from learn.hours.forms import load_forms
from learn.hours.rules import jp_year, local_day
from learn.hours.services import credit_hours, withdraw_hours_of
from learn.ledger import append, audit, lock_people
from learn.notices.services import notify
from learn.progress.services import enrol, settle
from learn.trainings.models import Attendance, Seat, Training, TrainingSession
from learn.trainings.planning import (
    confirmed_people,
    locked,
    notice_data,
    refuse_unless,
    sessions_of,
)
from learn.trainings.projections import FINISHED, REOPENED
from learn.trainings.rules import Given, NotNow, Result, State, result_of
from learn.trainings.seats import CurrentOf

CLOSED = "training_closed"
SOURCE = "training"
FULFILLED = "training_fulfilled"


def close(
    session: Session,
    training_id: int,
    *,
    actor_id: int,
    settings: Settings,
    current_of: CurrentOf,
    now: datetime,
) -> Training:
    """Close a training that is over: whoever attended enough gets hours and evidence, or the course.

    Raises
    ------
    NotNow
        It is a draft, cancelled or closed, or its last session is not over.
    """
    training = locked(session, training_id)
    refuse_unless(training, State.OPEN)
    if training.ends_at > now:
        raise NotNow(Message("The last session is not over yet; a training is closed after it."))
    training.state, training.closed_at = State.CLOSED.value, now
    training.revision += 1
    people = confirmed_people(session, training.id)
    finish(session, training, people, actor_id=actor_id, settings=settings,
           current_of=current_of, now=now)  # fmt: skip
    data = {"training": training.id, "people": len(people)}
    audit(session, CLOSED, data, actor_id=actor_id, at=now)
    return training


def results_of(session: Session, training: Training, people: Sequence[int]) -> dict[int, Result]:
    """Return what the attendance of these people comes to, by their ids; a session without a mark is absence."""
    sittings = sessions_of(session, training.id)
    marks: dict[int, dict[int, int]] = {person_id: {} for person_id in people}
    for start in range(0, len(people), 500):
        query = select(Attendance.person_id, Attendance.session_id, Attendance.minutes).where(
            Attendance.training_id == training.id,
            Attendance.person_id.in_(people[start : start + 500]),
        )
        for person_id, session_id, minutes in session.execute(query):
            marks[person_id][session_id] = minutes
    return {person_id: _result(training, sittings, marks[person_id]) for person_id in people}


def _result(
    training: Training, sittings: Sequence[TrainingSession], marks: Mapping[int, int]
) -> Result:
    given = [Given(each.starts_at, each.minutes, marks.get(each.id, 0)) for each in sittings]
    return result_of(
        given, load_forms().form(training.form), zone=training.time_zone, share=training.share,
        declared_jp=training.declared_jp, course=training.course is not None,
    )  # fmt: skip


def finish(
    session: Session,
    training: Training,
    people: Sequence[int],
    *,
    actor_id: int,
    settings: Settings,
    current_of: CurrentOf,
    now: datetime,
) -> None:
    """Decide what the closed training gives these people; what it gave otherwise before is withdrawn."""
    lock_people(session, people)
    results = results_of(session, training, people)
    last = max(each.starts_at for each in sessions_of(session, training.id))
    for person_id in sorted(results):
        result = results[person_id]
        seat = session.get_one(Seat, (person_id, training.id), populate_existing=True)
        if (seat.minutes, seat.fulfilled, seat.jp) == (result.minutes, result.fulfilled, result.jp):
            continue
        if seat.fulfilled is not None:
            _take_back(session, training, person_id, actor_id, now)
        data = {
            "training": training.id, "minutes": result.minutes, "planned": result.planned,
            "share": result.share, "fulfilled": result.fulfilled, "jp": result.jp, "actor": actor_id,
        }  # fmt: skip
        append(session, person_id, FINISHED, data, at=now)
        if result.fulfilled:
            _give(
                session, training, person_id, result.jp, last, actor_id, settings, current_of, now
            )


def _give(
    session: Session,
    training: Training,
    person_id: int,
    jp: int,
    last: datetime,
    actor_id: int,
    settings: Settings,
    current_of: CurrentOf,
    now: datetime,
) -> None:
    ref = str(training.id)
    credit_hours(session, person_id, jp=jp, form=training.form, source=SOURCE, ref=ref, now=now,
                 year=jp_year(last, training.time_zone),
                 day=local_day(last, training.time_zone))  # fmt: skip
    for code, level in training.outcomes:
        record_evidence(
            session, person_id, competency=code, level=level, source=SOURCE, ref=ref, now=now,
            actor_id=actor_id, observed_on=local_day(last, training.time_zone),
            detail={"note": training.title},
        )  # fmt: skip
    version = current_of(training.course) if training.course else None
    if version is not None:
        enrolment = enrol(session, person_id, version, now=now, invited=True)
        settle(session, enrolment, version, settings=settings, now=now)
    notify(session, person_id, FULFILLED, {**notice_data(training), "jp": jp}, now=now,
           key=f"{FULFILLED}:{training.id}:{training.revision}")  # fmt: skip


def _take_back(
    session: Session, training: Training, person_id: int, actor_id: int, now: datetime
) -> None:
    ref = str(training.id)
    withdraw_hours_of(session, person_id, SOURCE, ref, now=now)
    withdraw_evidence_of(session, person_id, SOURCE, ref, actor_id=actor_id, now=now)


def reopen(session: Session, training_id: int, *, actor_id: int, now: datetime) -> Training:
    """Open a closed training again: hours and evidence that it gave are withdrawn until it is closed.

    The completion of a course that followed stays; it is withdrawn on the record, with a reason.
    """
    training = locked(session, training_id)
    if training.state == State.OPEN:
        return training
    refuse_unless(training, State.CLOSED)
    training.state, training.closed_at = State.OPEN.value, None
    training.revision += 1
    people = confirmed_people(session, training.id)
    lock_people(session, people)
    for person_id in sorted(people):
        _take_back(session, training, person_id, actor_id, now)
        data = {"training": training.id, "actor": actor_id}
        append(session, person_id, REOPENED, data, at=now)
    audit(session, REOPENED, {"training": training.id, "people": len(people)}, actor_id=actor_id,
          at=now)  # fmt: skip
    return training
