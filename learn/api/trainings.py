"""Trainings: what is open, one's own place, attendance by the code on the screen or by a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from learn.api.operations import Result, operation
from learn.api.schemas import trainings as schemas
from learn.api.texts import moment
from learn.errors import Invalid, Message
from learn.hours.forms import load_forms
from learn.people.access import Action
from learn.people.directory import find_by_number, present_numbers
from learn.people.models import Unit
from learn.trainings import attendance, planning, seats
from learn.trainings.attendance import LIST, Mark
from learn.trainings.models import Seat, Training
from learn.trainings.queries import TrainingLine, by_name, held_by, open_to, waiting_position
from learn.trainings.rules import Place, full_jp
from learn.web.context import now, person, session
from learn.web.trainings.attendance import recount
from learn.web.trainings.organising import held_training, office
from learn.web.trainings.taking_part import current_of, shown_training, unit_path

ONE = "/trainings/<int:training>"
SITTING = f"{ONE}/sessions/<int:session_id>"


@operation("GET", "/trainings", tag="trainings", query=schemas.TrainingsQuery,
           replies={200: schemas.TrainingList})  # fmt: skip
def trainings(query: schemas.TrainingsQuery) -> Result:
    """List the published trainings that are for one's unit and have not begun, the next first."""
    page = open_to(
        session(), person().id, unit_path(), now=now(), text=query.q, after=query.cursor,
        limit=query.limit,
    )  # fmt: skip
    return {"items": _bodies(page.items), "next": page.next}


@operation("GET", "/trainings/held", tag="trainings", query=schemas.HeldQuery, errors=(403,),
           replies={200: schemas.TrainingList})  # fmt: skip
def held_trainings(query: schemas.HeldQuery) -> Result:
    """List the trainings that one's units hold, the latest first."""
    page = held_by(session(), office(), state=query.state or "", text=query.q, after=query.cursor,
                   limit=query.limit)  # fmt: skip
    return {"items": _bodies(page.items), "next": page.next}


@operation("GET", ONE, tag="trainings", errors=(404,), replies={200: schemas.TrainingWhole})
def one_training(training: int) -> Result:
    """Return a training that is for one's unit, with its sessions and what one has of it."""
    return _whole(shown_training(training))


@operation("POST", f"{ONE}/seat", tag="trainings", errors=(403, 404, 409),
           replies={200: schemas.TrainingWhole})  # fmt: skip
def sign_up(training: int) -> Result:
    """Sign up: a place, a turn on the waiting list, or first the supervisor decides; see `place`."""
    shown_training(training)
    seats.sign_up(session(), training, person().id, current_of=current_of, now=now())
    return _whole(planning.training_of(session(), training))


@operation("POST", f"{ONE}/seat/withdrawal", tag="trainings", errors=(404, 409),
           replies={200: schemas.TrainingWhole})  # fmt: skip
def sign_off(training: int) -> Result:
    """Sign off before the training begins; the first who waits gets the place."""
    shown_training(training)
    seats.withdraw(session(), training, person().id, actor_id=person().id, current_of=current_of,
                   now=now())  # fmt: skip
    return _whole(planning.training_of(session(), training))


@operation("POST", f"{SITTING}/here", tag="trainings", body=schemas.CheckIn,
           errors=(403, 404, 409), replies={200: schemas.AttendanceMarkOut})  # fmt: skip
def check_in(body: schemas.CheckIn, training: int, session_id: int) -> Result:
    """Record that one is here, by the whole code of the picture; a typed one is for the page alone."""
    if len(body.code) < 20:
        raise Invalid(Message("Send the code of the picture; typed codes are for the page."))
    attendance.check_in(session(), training, session_id, person().id, body.code, now=now())
    marks = attendance.marks_of(session(), session_id, [person().id])
    return _marks(training, marks, only=person().id)[0]


@operation("GET", f"{SITTING}/attendance", tag="trainings", errors=(403, 404),
           replies={200: schemas.AttendanceList})  # fmt: skip
def session_attendance(training: int, session_id: int) -> Result:
    """List the participants of a session by name, with what is recorded of them."""
    found = held_training(training, Action.RECORD_ATTENDANCE)
    sitting = attendance.session_of(session(), training, session_id)
    people = planning.confirmed_people(session(), training)
    day = sitting.starts_at.astimezone(ZoneInfo(found.time_zone)).date()
    marks = attendance.marks_of(session(), session_id, people)
    return {
        "training": training, "session": session_id, "day": day.isoformat(),
        "items": _marks(training, marks),
    }  # fmt: skip


@operation("POST", f"{SITTING}/attendance", tag="trainings", body=schemas.MarksIn,
           errors=(403, 404, 409), replies={200: schemas.Recorded})  # fmt: skip
def record_attendance(body: schemas.MarksIn, training: int, session_id: int) -> Result:
    """Record attendance of people with a confirmed place; what a closed training gave follows."""
    held_training(training, Action.RECORD_ATTENDANCE)
    marks = [Mark(_person_id(each.number), each.state, each.minutes) for each in body.marks]
    count = attendance.record(
        session(), training, session_id, marks, way=LIST, actor_id=person().id, now=now(),
        reason=body.reason, recount=recount,
    )  # fmt: skip
    return {"recorded": count}


def _person_id(number: str) -> int:
    found = find_by_number(session(), number)
    if found is None:
        raise Invalid(Message("Attendance is recorded of people with a confirmed place."))
    return found.id


def _marks(training: int, marks: Any, only: int | None = None) -> list[dict[str, Any]]:
    people = [each for each in by_name(session(), training) if only in (None, each.person.id)]
    numbers = present_numbers(session(), [each.person.id for each in people])
    return [
        {
            "number": numbers.get(each.person.id), "name": each.name,
            "unit": each.unit.code if each.unit else None,
            "state": mark.state if mark else None, "minutes": mark.minutes if mark else None,
            "way": mark.way if mark else None,
            "recorded_at": moment(mark.recorded_at) if mark else None,
        }
        for each in people
        for mark in [marks.get(each.person.id)]
    ]  # fmt: skip


def _bodies(lines: Sequence[TrainingLine]) -> list[dict[str, Any]]:
    units = {line.training.unit_id for line in lines}
    query = select(Unit.id, Unit.code).where(Unit.id.in_(units))
    codes = {row.id: row.code for row in session().execute(query)}
    return [_body(line, codes[line.training.unit_id]) for line in lines]


def _body(line: TrainingLine, unit: str) -> dict[str, Any]:
    each = line.training
    return {
        "training": each.id, "title": each.title, "course": each.course, "form": each.form,
        "organiser": each.organiser, "venue": each.place, "unit": unit,
        "starts_at": moment(each.starts_at), "ends_at": moment(each.ends_at),
        "time_zone": each.time_zone, "capacity": each.capacity, "seats": each.seats,
        "waiting_list": each.waiting_list, "approval": each.approval, "share": each.share,
        "state": each.state, "place": line.seat.state if line.seat else None,
    }  # fmt: skip


def _whole(each: Training) -> dict[str, Any]:
    seat = seats.seat_of(session(), each.id, person().id)
    version = current_of(each.course) if each.course else None
    plan, form = planning.plan_of(session(), each), load_forms().form(each.form)
    return {
        **_bodies([TrainingLine(each, seat)])[0],
        "about": each.about,
        "link": each.link if _is(seat, Place.CONFIRMED) else None,
        "opens_at": moment(each.opens_at),
        "closes_at": moment(each.closes_at),
        "jp": version.hours if version else full_jp(plan, form, each.time_zone),
        "position": waiting_position(session(), seat) if seat and _is(seat, Place.WAITING) else None,
        "sessions": [
            {
                "session": sitting.id, "starts_at": moment(sitting.starts_at),
                "ends_at": moment(sitting.ends_at), "minutes": sitting.minutes,
                "room": sitting.room, "trainer": sitting.trainer,
            }
            for sitting in planning.sessions_of(session(), each.id)
        ],
    }  # fmt: skip


def _is(seat: Seat | None, place: Place) -> bool:
    return seat is not None and seat.state == place
