"""Trainings as records, and attendance at them: a line for each person and session, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, Tuple, case, func, literal, select, tuple_
from sqlalchemy.orm import Session

from learn.db import UTCDateTime, moment_text
from learn.errors import Message
from learn.exports.columns import WHO, column, hundred
from learn.exports.filters import Filters, units_of
from learn.exports.formats.exporter import Column
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor
from learn.people.scoping import people_in, units_in
from learn.trainings.models import Attendance, Seat, Training, TrainingSession
from learn.trainings.rules import Place, State

BATCH = 400
LARGEST_PAGE = 200
Lines = Sequence[Row[*tuple[Any, ...]]]


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


def _moment(text: str) -> Any:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NoPlace from None
    if found.tzinfo is None:
        raise NoPlace
    return literal(found, UTCDateTime())


@dataclass(frozen=True, kw_only=True)
class TrainingQuery(Filters):
    """Trainings by the unit that holds them; days narrow to those that began then."""

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[TrainingRecord]:
        """Return the page that follows the cursor `after`."""
        limit = max(1, min(limit, LARGEST_PAGE))
        place = None
        if after:
            at, training = read_cursor(after, str, int)
            place = tuple_(_moment(at), literal(training))
        lines = self._lines(session, place, limit + 1)
        records = [_training_record(line) for line in lines[:limit]]
        more = len(lines) > limit
        return Page(records, _cursor(lines[limit - 1]) if more else None)

    def stream(self, session: Session) -> Iterator[TrainingRecord]:
        """Return all of them in the same order, in constant memory."""
        place = None
        while lines := self._lines(session, place, BATCH):
            yield from map(_training_record, lines)
            last: Training = lines[-1].Training
            place = tuple_(literal(last.starts_at, UTCDateTime()), literal(last.id))

    def _lines(self, session: Session, place: Tuple | None, limit: int) -> Lines:
        query = self._select(session)
        if place is not None:
            query = query.where(tuple_(Training.starts_at, Training.id) < place)
        return session.execute(query.limit(limit)).all()

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(Training, Unit.code, Unit.name, *_counts())
            .join(Unit, Unit.id == Training.unit_id)
            .where(units_in(self.scope))
            .order_by(Training.starts_at.desc(), Training.id.desc())
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


def _cursor(line: Row[*tuple[Any, ...]]) -> str:
    training: Training = line.Training
    return cursor_of(moment_text(training.starts_at), training.id)


def _training_record(line: Row[*tuple[Any, ...]]) -> TrainingRecord:
    each: Training = line.Training
    zone = ZoneInfo(each.time_zone)
    return TrainingRecord(
        each.id, each.title, each.course, each.form, line.code, line.name, each.organiser, each.place,
        each.starts_at.astimezone(zone).date(), each.ends_at.astimezone(zone).date(), line.sessions,
        each.share, each.capacity, each.seats, line.waiting, line.fulfilled, line.hours, each.state,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AttendanceQuery(Filters):
    """Attendance of people within reach, a line for each session; days narrow to sessions then."""

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[AttendanceRecord]:
        """Return the page that follows the cursor `after`."""
        limit = max(1, min(limit, LARGEST_PAGE))
        place = None
        if after:
            at, sitting, person_id = read_cursor(after, str, int, int)
            place = tuple_(_moment(at), literal(sitting), literal(person_id))
        lines = self._lines(session, place, limit + 1)
        records = [_attendance_record(line) for line in lines[:limit]]
        if len(lines) <= limit:
            return Page(records)
        last = lines[limit - 1]
        return Page(records, cursor_of(moment_text(last.starts_at), last.session, last.person_id))

    def stream(self, session: Session) -> Iterator[AttendanceRecord]:
        """Return all of them in the same order, in constant memory."""
        place = None
        while lines := self._lines(session, place, BATCH):
            yield from map(_attendance_record, lines)
            last = lines[-1]
            place = tuple_(
                literal(last.starts_at, UTCDateTime()),
                literal(last.session),
                literal(last.person_id),
            )

    def _lines(self, session: Session, place: Tuple | None, limit: int) -> Lines:
        query = self._select(session)
        if place is not None:
            query = query.where(
                tuple_(TrainingSession.starts_at, TrainingSession.id, Seat.person_id) < place
            )
        return session.execute(query.limit(limit)).all()

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(
                Seat.person_id, PersonNumber.number, Person.name, Person.title_before,
                Person.title_after, Unit.code, Unit.name.label("unit"), Training.id.label("training"),
                Training.title, Training.course, Training.time_zone,
                TrainingSession.id.label("session"), TrainingSession.starts_at,
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
            .order_by(
                TrainingSession.starts_at.desc(), TrainingSession.id.desc(), Seat.person_id.desc()
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


def _attendance_record(line: Row[*tuple[Any, ...]]) -> AttendanceRecord:
    planned = int((line.ends_at - line.starts_at).total_seconds()) // 60
    return AttendanceRecord(
        line.person_id, line.number, full_name(line.name, line.title_before, line.title_after),
        line.code, line.unit, line.training, line.title, line.course, line.session,
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
