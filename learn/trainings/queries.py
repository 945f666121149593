"""Reading trainings: what is open to a person, what an office holds, who has a place, who came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from learn.ledger.reading import details_of
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in, units_under
from learn.trainings.models import Attendance, Seat, Training, TrainingAudience, TrainingSession
from learn.trainings.rules import STANDING, Place, State
from learn.trainings.seats import unit_ids

BY_START = (Training.starts_at, Training.id)
_OTHER = aliased(TrainingSession)


@dataclass(frozen=True)
class TrainingLine:
    """A training in a list, with what the person has of it."""

    training: Training
    seat: Seat | None = None


@dataclass(frozen=True)
class Participant:
    """Somebody on the list of a training; `reason` is why they are off it."""

    seat: Seat
    person: Person
    unit: Unit | None
    reason: str = ""

    @property
    def name(self) -> str:
        """Return the full name."""
        who = self.person
        return full_name(who.name, who.title_before, who.title_after)


def open_to(
    session: Session, person_id: int, unit_path: str | None, *, now: datetime, text: str = "",
    after: str | None = None, limit: int = 25,
) -> Page[TrainingLine]:  # fmt: skip
    """Return the published trainings that are for people of this unit and not over, the next first."""
    query = (
        select(Training, Seat)
        .outerjoin(Seat, (Seat.training_id == Training.id) & (Seat.person_id == person_id))
        .where(
            Training.state == State.OPEN,
            Training.ends_at > now,
            exists().where(
                TrainingAudience.training_id == Training.id,
                TrainingAudience.unit_id.in_(unit_ids(unit_path)),
            ),
        )
    )
    if text:
        query = query.where(_titled(text))
    page = page_of(session, query, BY_START, after=after, limit=limit)
    return page.of(lambda row: TrainingLine(row[0], row[1]))


def _titled(text: str) -> ColumnElement[bool]:
    return func.lower(Training.title).contains(text.lower(), autoescape=True)


def mine(session: Session, person_id: int, *, limit: int = 50) -> list[TrainingLine]:
    """Return the trainings that a person signed up for, the latest first."""
    query = (
        select(Training, Seat)
        .join(Seat, Seat.training_id == Training.id)
        .where(Seat.person_id == person_id)
        .order_by(Training.starts_at.desc(), Training.id.desc())
        .limit(limit)
    )
    return [TrainingLine(row[0], row[1]) for row in session.execute(query)]


def attended_by(session: Session, person_id: int, *, limit: int = 200) -> list[TrainingLine]:
    """Return the closed trainings in which a person had a place, the latest first."""
    query = (
        select(Training, Seat)
        .join(Seat, Seat.training_id == Training.id)
        .where(Seat.person_id == person_id, Seat.fulfilled.is_not(None))
        .order_by(Training.starts_at.desc(), Training.id.desc())
        .limit(limit)
    )
    return [TrainingLine(row[0], row[1]) for row in session.execute(query)]


def held_by(
    session: Session, scope: Scope, *, state: str = "", text: str = "", after: str | None = None,
    limit: int = 25,
) -> Page[TrainingLine]:  # fmt: skip
    """Return the trainings that units within `scope` hold, the latest first."""
    query = select(Training).where(trainings_in(scope))
    if state:
        query = query.where(Training.state == state)
    if text:
        query = query.where(_titled(text))
    page = page_of(session, query, BY_START, after=after, limit=limit, falling=True)
    return page.of(lambda row: TrainingLine(row[0]))


def trainings_in(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on `Training` that only those of units or courses within `scope` meet."""
    if scope.everything:
        return literal(True)
    conditions: list[ColumnElement[bool]] = [Training.course.in_(scope.courses)]
    if scope.all_courses:
        conditions.append(Training.course.is_not(None))
    if scope.unit_paths:
        units = select(Unit.id).where(units_under(*scope.unit_paths))
        conditions.append(Training.unit_id.in_(units))
    return or_(*conditions)


def participants(
    session: Session, training_id: int, *, states: Sequence[str] = STANDING,
    after: int | None = None, limit: int = 100,
) -> Page[Participant]:  # fmt: skip
    """Return who is on the list of a training, in the order in which they signed up."""
    query = (
        select(Seat, Person, Unit)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Seat.training_id == training_id, Seat.state.in_([str(each) for each in states]))
        .order_by(Seat.turn)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(Seat.turn > after)
    rows = [(row[0], row[1], row[2]) for row in session.execute(query)]
    people = _with_reasons(session, rows[:limit])
    return Page(people, str(people[-1].seat.turn) if len(rows) > limit else None)


def _with_reasons(
    session: Session, rows: Sequence[tuple[Seat, Person, Unit | None]]
) -> list[Participant]:
    places = [(seat.person_id, seat.reason_seq) for seat, _who, _unit in rows if seat.reason_seq]
    details = details_of(session, places)
    return [
        Participant(
            seat, who, unit,
            str(details.get((seat.person_id, seat.reason_seq or 0), {}).get("reason", "")),
        )
        for seat, who, unit in rows
    ]  # fmt: skip


def by_name(session: Session, training_id: int) -> list[Participant]:
    """Return all with a confirmed place, by name: for lists to tick and to sign."""
    query = (
        select(Seat, Person, Unit)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Seat.training_id == training_id, Seat.state == Place.CONFIRMED)
        .order_by(Person.sort_name, Person.id)
    )
    return [Participant(row[0], row[1], row[2]) for row in session.execute(query)]


def waiting_position(session: Session, seat: Seat) -> int:
    """Return the place in the queue of somebody who waits, counted from 1."""
    ahead = session.scalar(
        select(func.count())
        .select_from(Seat)
        .where(
            Seat.training_id == seat.training_id, Seat.state == Place.WAITING, Seat.turn < seat.turn
        )
    )  # fmt: skip
    return (ahead or 0) + 1


def asked_within(
    session: Session, scope: Scope, *, actor_id: int, limit: int = 100
) -> list[tuple[Participant, Training]]:
    """Return the sign-ups of others within `scope` that wait for a supervisor, the oldest first."""
    query = (
        select(Seat, Person, Unit, Training)
        .join(Training, Training.id == Seat.training_id)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            Training.state == State.OPEN,
            Seat.state == Place.ASKED,
            Seat.person_id != actor_id,
            people_in(scope),
        )
        .order_by(Seat.asked_at, Seat.person_id)
        .limit(limit)
    )
    return [(Participant(row[0], row[1], row[2]), row[3]) for row in session.execute(query)]


def count_asked(session: Session, scope: Scope, *, actor_id: int) -> int:
    """Return how many sign-ups of others within `scope` wait for a supervisor."""
    query = (
        select(func.count())
        .select_from(Seat)
        .join(Training, Training.id == Seat.training_id)
        .join(Person, Person.id == Seat.person_id)
        .where(
            Training.state == State.OPEN,
            Seat.state == Place.ASKED,
            Seat.person_id != actor_id,
            people_in(scope),
        )
    )
    return session.scalar(query) or 0


def overlapping(session: Session, training: Training, person_id: int) -> list[Training]:
    """Return other trainings with a session at the same time in which the person has a place."""
    ours, theirs = TrainingSession, _OTHER
    query = (
        select(Training)
        .join(Seat, Seat.training_id == Training.id)
        .where(
            Seat.person_id == person_id,
            Seat.state == Place.CONFIRMED,
            Training.id != training.id,
            Training.state == State.OPEN,
            Training.starts_at < training.ends_at,
            Training.ends_at > training.starts_at,
            exists().where(
                ours.training_id == training.id,
                theirs.training_id == Training.id,
                theirs.starts_at < ours.ends_at,
                theirs.ends_at > ours.starts_at,
            ),
        )
        .order_by(Training.starts_at)
        .limit(5)
    )
    return list(session.scalars(query))


def attendance_of(
    session: Session, training_id: int, people: Sequence[int]
) -> dict[tuple[int, int], Attendance]:
    """Return what is recorded of these people at all sessions, by person and session."""
    found: dict[tuple[int, int], Attendance] = {}
    for start in range(0, len(people), 500):
        query = select(Attendance).where(
            Attendance.training_id == training_id,
            Attendance.person_id.in_(people[start : start + 500]),
        )
        found |= {(each.person_id, each.session_id): each for each in session.scalars(query)}
    return found


def count_present(session: Session, training_id: int) -> dict[int, int]:
    """Return how many people were at each session for at least a minute."""
    query = (
        select(Attendance.session_id, func.count())
        .where(Attendance.training_id == training_id, Attendance.minutes > 0)
        .group_by(Attendance.session_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def titles_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the titles of trainings by their ids."""
    if not ids:
        return {}
    query = select(Training.id, Training.title).where(Training.id.in_(ids))
    return {row.id: row.title for row in session.execute(query)}
