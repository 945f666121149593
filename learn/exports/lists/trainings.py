"""Trainings as records, and attendance at them: a line for each person and session, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.exports.columns import WHO, column, hundred
from learn.exports.filters import units_of
from learn.exports.formats.exporter import Column
from learn.exports.keyset import Keyset, Line
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in, units_in
from learn.trainings.models import Attendance, Seat, Training, TrainingSession
from learn.trainings.rules import Place, State


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """A training that a unit holds; its days are local there."""

    training: int
    title: str
    course: str | None
    form: str
    unit_code: str
    unit: str
    organiser: str
    place: str
    starts_on: date
    ends_on: date
    sessions: int
    share: int
    capacity: int
    seats: int
    waiting: int
    fulfilled: int
    hours: int
    state: str


@dataclass(frozen=True, slots=True)
class AttendanceRecord:
    """One person with a place at one session; `state` is None where nothing was recorded."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    training: int
    title: str
    course: str | None
    session: int
    day: date
    planned: int
    state: str | None
    minutes: int | None
    way: str | None
    share: float | None
    hours: int | None


@dataclass(frozen=True, kw_only=True)
class TrainingQuery(Keyset[TrainingRecord]):
    """Trainings by the unit that holds them; days narrow to those that began then."""

    KEY = (Training.starts_at, Training.id)
    LATEST_FIRST = True

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[TrainingRecord]:
        return map(_training_record, lines)

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(Training, Unit.code, Unit.name, *_counts())
            .join(Unit, Unit.id == Training.unit_id)
            .where(units_in(self.scope))
        )
        if self.begins:
            query = query.where(Training.starts_at >= self.begins)
        if self.ends:
            query = query.where(Training.starts_at < self.ends)
        if self.unit:
            query = query.where(units_of(session, self.unit))
        if self.course:
            query = query.where(Training.course == self.course)
        return query


def _counts() -> tuple[Any, ...]:
    mine = select(TrainingSession).where(TrainingSession.training_id == Training.id)
    seats = select(Seat).where(Seat.training_id == Training.id)
    return (
        mine.with_only_columns(func.count()).scalar_subquery().label("sessions"),
        seats.with_only_columns(func.count()).where(Seat.state == Place.WAITING)
        .scalar_subquery().label("waiting"),
        seats.with_only_columns(func.count(case((Seat.fulfilled.is_(True), 1)))).scalar_subquery()
        .label("fulfilled"),
        seats.with_only_columns(func.coalesce(func.sum(Seat.jp), 0)).scalar_subquery()
        .label("hours"),
    )  # fmt: skip


def _training_record(line: Line) -> TrainingRecord:
    each: Training = line.Training
    zone = ZoneInfo(each.time_zone)
    return TrainingRecord(
        each.id, each.title, each.course, each.form, line.code, line.name, each.organiser, each.place,
        each.starts_at.astimezone(zone).date(), each.ends_at.astimezone(zone).date(), line.sessions,
        each.share, each.capacity, each.seats, line.waiting, line.fulfilled, line.hours, each.state,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AttendanceQuery(Keyset[AttendanceRecord]):
    """Attendance of people within reach, a line for each session; days narrow to sessions then."""

    KEY = (TrainingSession.starts_at, TrainingSession.id, Seat.person_id)
    LATEST_FIRST = True

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[AttendanceRecord]:
        return map(_attendance_record, lines)

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(
                Seat.person_id, PersonNumber.number, Person.name, Person.title_before,
                Person.title_after, Unit.code, Unit.name.label("unit"), Training.id.label("training"),
                Training.title, Training.course, Training.time_zone,
                TrainingSession.id, TrainingSession.starts_at,
                TrainingSession.ends_at, Attendance.state, Attendance.minutes, Attendance.way,
                Seat.share, Seat.jp,
            )
            .select_from(TrainingSession)
            .join(Training, Training.id == TrainingSession.training_id)
            .join(Seat, Seat.training_id == Training.id)
            .join(Person, Person.id == Seat.person_id)
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Seat.person_id) & PersonNumber.valid_to.is_(None),
            )
            .outerjoin(
                Attendance,
                (Attendance.person_id == Seat.person_id)
                & (Attendance.session_id == TrainingSession.id),
            )
            .where(
                people_in(self.scope), Seat.state == Place.CONFIRMED,
                Training.state.in_((State.OPEN, State.CLOSED)),
            )
        )  # fmt: skip
        if self.begins:
            query = query.where(TrainingSession.starts_at >= self.begins)
        if self.ends:
            query = query.where(TrainingSession.starts_at < self.ends)
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        if self.course:
            query = query.where(Training.course == self.course)
        return query


def _attendance_record(line: Line) -> AttendanceRecord:
    planned = int((line.ends_at - line.starts_at).total_seconds()) // 60
    return AttendanceRecord(
        line.person_id, line.number, full_name(line.name, line.title_before, line.title_after),
        line.code, line.unit, line.training, line.title, line.course, line.id,
        line.starts_at.astimezone(ZoneInfo(line.time_zone)).date(), planned, line.state, line.minutes,
        line.way, line.share, line.jp,
    )  # fmt: skip


TRAININGS: tuple[Column, ...] = (
    column("training", "integer", Message("Training"), Message("Number of the training.")),
    column("title", "text", Message("Title"), Message("What it is called.")),
    column("course", "text", Message("Course key"), Message("The course that it belongs to; empty: on its own.")),
    column("form", "text", Message("Form"), Message("Form of development, such as KL06 for a seminar.")),
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit that holds it.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("organiser", "text", Message("Organiser"), Message("Who holds it.")),
    column("place", "text", Message("Venue"), Message("Where it is held; empty: online.")),
    column("starts_on", "date", Message("First day"), Message("Local date.")),
    column("ends_on", "date", Message("Last day"), Message("Local date; it decides the year.")),
    column("sessions", "integer", Message("Sessions"), Message("How many sessions it has.")),
    column("share", "integer", Message("Attendance needed"), Message("Per cent of the planned minutes.")),
    column("capacity", "integer", Message("Places"), Message("How many places there are.")),
    column("seats", "integer", Message("Places taken"), Message("How many places are confirmed.")),
    column("waiting", "integer", Message("Waiting"), Message("How many people wait for a place.")),
    column("fulfilled", "integer", Message("Attended enough"), Message("How many people; 0 until it is closed.")),
    column("hours", "integer", Message("Hours (JP)"), Message("Sum of the learning hours that it gave.")),
    column("state", "text", Message("State"), Message("draft, open, closed or cancelled.")),
)  # fmt: skip
ATTENDANCE: tuple[Column, ...] = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("training", "integer", Message("Training"), Message("Number of the training.")),
    column("title", "text", Message("Title"), Message("What it is called.")),
    column("course", "text", Message("Course key"), Message("The course that it belongs to; empty: on its own.")),
    column("session", "integer", Message("Session"), Message("Number of the session, unique everywhere.")),
    column("day", "date", Message("Day"), Message("Local date on which the session began.")),
    column("planned", "integer", Message("Planned minutes"), Message("How long the session is.")),
    column("state", "text", Message("Attendance"), Message("present, late, absent or excused; empty: not recorded.")),
    column("minutes", "integer", Message("Minutes"), Message("Minutes present; empty: not recorded.")),
    column("way", "text", Message("Recorded by"), Message("scan, list or file.")),
    column("share", "decimal", Message("Share"), Message("Attendance of the whole training, from 0 to 100; empty until it is closed."), lambda record: hundred(record.share)),
    column("hours", "integer", Message("Hours (JP)"), Message("Learning hours of the whole training; empty until it is closed.")),
)  # fmt: skip
