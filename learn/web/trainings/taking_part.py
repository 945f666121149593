"""Trainings for everybody: what is open, sign up and off, be there, take the dates along."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.courses.version import CourseVersion
from learn.errors import LearnError, Message, NotFound
from learn.hours.forms import load_forms
from learn.people.access import Action
from learn.people.models import Unit
from learn.people.signing_in.throttle import count_try, throttle_key
from learn.trainings import attendance, codes, planning, seats
from learn.trainings.calendar import calendar_file
from learn.trainings.models import Training
from learn.trainings.queries import attendance_of, mine, open_to, overlapping, waiting_position
from learn.trainings.rules import (
    PLACE_NAMES,
    PRESENCE_NAMES,
    STANDING,
    STATE_NAMES,
    Place,
    State,
    full_jp,
    sign_up_refusal,
)
from learn.web.blueprint import pages
from learn.web.context import arguments, here, may, now, person, session
from learn.web.i18n import _, say
from learn.web.narrowing import pages_of
from learn.web.render import render
from learn.web.state import state
from learn.web.trainings.times import moment_words, span, when

PAGE = 25
MOST_TRIES = 10
LOOKS: dict[str, tuple[str, str | None]] = {
    State.DRAFT: ("", "pencil"),
    State.OPEN: ("accent", None),
    State.CLOSED: ("good", "check"),
    State.CANCELLED: ("late", "x"),
    Place.ASKED: ("due", "clock"),
    Place.WAITING: ("due", "clock"),
    Place.CONFIRMED: ("good", "check"),
    Place.REFUSED: ("late", "x"),
    Place.WITHDRAWN: ("", None),
}


def current_of(course: str) -> CourseVersion | None:
    """Return the published version of a course."""
    return state().versions.current(session(), course)


def state_tag(value: str) -> tuple[str, str, str | None]:
    """Return the state of a training as `tag` takes it: in words, its colour, its picture."""
    return (say(STATE_NAMES[value]), *LOOKS[value])


def place_tag(value: str) -> tuple[str, str, str | None]:
    """Return the state of a place as `tag` takes it."""
    return (say(PLACE_NAMES[value]), *LOOKS[value])


def unit_path() -> str | None:
    """Return the path of the unit of whoever is here."""
    unit = here().unit
    return unit.path if unit else None


@pages.get("/trainings/")
def trainings() -> ResponseReturnValue:
    """List one's own trainings, and the others that are open."""
    who, text = person(), arguments().get("q", "")
    found = open_to(
        session(), who.id, unit_path(), now=now(), text=text, after=arguments().get("after"),
        limit=PAGE,
    )  # fmt: skip
    first = not arguments().get("after") and not text
    own = mine(session(), who.id) if first else []
    above = {line.training.id for line in own}
    return render(
        "learn/trainings/list.html",
        mine=own,
        lines=[line for line in found.items if line.training.id not in above],
        turn=pages_of("trainings", found.next, q=text),
        text=text,
        place_tag=place_tag,
        state_tag=state_tag,
        span=span,
        manages=may(Action.MANAGE_TRAININGS) or may(Action.RECORD_ATTENDANCE),
    )


def shown_training(training_id: int) -> Training:
    """Return a training that the person may see: it is for their unit, or they signed up once.

    Raises
    ------
    NotFound
        It is none of these, or a draft.
    """
    training = planning.training_of(session(), training_id)
    seat = seats.seat_of(session(), training_id, person().id)
    visible = training.state != State.DRAFT and seats.is_for(session(), training_id, unit_path())
    if seat is None and not visible:
        raise NotFound(Message("There is no such training."))
    return training


@pages.get("/trainings/<int:training_id>/")
def training(training_id: int) -> ResponseReturnValue:
    """Show when and where a training is, what it gives, and what one has of it."""
    return _page(training_id)


def _page(training_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    found, who = shown_training(training_id), person()
    seat = seats.seat_of(session(), training_id, who.id)
    sittings = planning.sessions_of(session(), training_id)
    form = load_forms().form(found.form)
    standing = seat is not None and seat.state in STANDING
    version = current_of(found.course) if found.course else None
    page = render(
        "learn/trainings/training.html",
        training=found,
        sittings=sittings,
        seat=seat,
        standing=standing,
        form=form,
        version=version,
        jp=version.hours if version else full_jp(planning.plan_of(session(), found), form, found.time_zone),
        position=waiting_position(session(), seat) if seat and seat.state == Place.WAITING else None,
        refusal=sign_up_refusal(
            state=found.state, opens_at=found.opens_at, closes_at=found.closes_at,
            ends_at=found.ends_at, now=now(),
        ),
        clashes=[] if found.ends_at <= now() else overlapping(session(), found, who.id),
        marks=attendance_of(session(), training_id, [who.id]) if seat else {},
        now_on=[each.id for each in sittings if _is_now(each.starts_at, each.ends_at)],
        may_sign_off=standing and found.state == State.OPEN and found.starts_at > now(),
        units=_unit_names(training_id),
        place_tag=place_tag,
        state_tag=state_tag,
        presence=PRESENCE_NAMES,
        when=when,
        moment_words=moment_words,
        problem=problem,
    )  # fmt: skip
    return page, status


def _is_now(starts_at: datetime, ends_at: datetime) -> bool:
    return starts_at - attendance.BEFORE <= now() < ends_at


def _unit_names(training_id: int) -> list[str]:
    found = (session().get(Unit, each) for each in planning.audience_of(session(), training_id))
    return [unit.name for unit in found if unit is not None]


@pages.post("/trainings/<int:training_id>/seat")
def training_sign_up(training_id: int) -> ResponseReturnValue:
    """Sign up."""
    shown_training(training_id)
    try:
        seat = seats.sign_up(session(), training_id, person().id, current_of=current_of, now=now())
    except LearnError as error:
        session().rollback()
        return _page(training_id, say(error.message), error.status)
    session().commit()
    told = {
        Place.CONFIRMED: _("Your place is confirmed."),
        Place.WAITING: _("You are on the waiting list. You are told when a place is free."),
        Place.ASKED: _("Your supervisor decides now. You are told what they decided."),
    }
    flash(told[Place(seat.state)], "good")
    return redirect(url_for("learn.training", training_id=training_id), 303)


@pages.post("/trainings/<int:training_id>/seat/withdrawal")
def training_sign_off(training_id: int) -> ResponseReturnValue:
    """Sign off; the first who waits gets the place."""
    shown_training(training_id)
    try:
        seats.withdraw(
            session(), training_id, person().id, actor_id=person().id, current_of=current_of,
            now=now(),
        )  # fmt: skip
    except LearnError as error:
        session().rollback()
        return _page(training_id, say(error.message), error.status)
    session().commit()
    flash(_("You are signed off."), "good")
    return redirect(url_for("learn.training", training_id=training_id), 303)


@pages.get("/trainings/<int:training_id>/calendar.ics")
def training_calendar(training_id: int) -> ResponseReturnValue:
    """Send the sessions as a calendar file."""
    found = shown_training(training_id)
    url = url_for("learn.training", training_id=training_id, _external=True)
    sittings = planning.sessions_of(session(), training_id)
    reply = Response(calendar_file(found, sittings, url=url, now=now()), mimetype="text/calendar")
    reply.headers["Content-Disposition"] = f'attachment; filename="training-{training_id}.ics"'
    return reply


@pages.get("/trainings/<int:training_id>/sessions/<int:session_id>/here/")
def training_here(training_id: int, session_id: int) -> ResponseReturnValue:
    """Ask whoever has scanned the code to say that they are here; nothing is recorded yet."""
    return _here_page(training_id, session_id, arguments().get("code", ""))


def _here_page(
    training_id: int, session_id: int, code: str = "", problem: str = "", status: int = 200
) -> ResponseReturnValue:
    who = person()
    found = planning.training_of(session(), training_id)
    sitting = attendance.session_of(session(), training_id, session_id)
    mark = attendance.marks_of(session(), session_id, [who.id]).get(who.id)
    valid = bool(code) and codes.is_valid(sitting.secret, sitting.id, code, now())
    if code and not valid and not problem:
        problem = say(attendance.WrongCode().message)
    seat, typed = seats.seat_of(session(), training_id, who.id), request.form.get("code", "")
    page = render(
        "learn/trainings/here.html",
        training=found if seat else None,
        sitting=sitting,
        mark=mark,
        confirmed=seat is not None and seat.state == Place.CONFIRMED,
        ticket=codes.ticket(sitting.secret, sitting.id, who.id, now()) if valid else "",
        presence=PRESENCE_NAMES,
        when=when,
        moment_words=moment_words,
        typed=typed if len(typed) < codes.LONG else "",
        problem=problem,
        ids={"training_id": training_id, "session_id": session_id},
    )
    return page, status


@pages.post("/trainings/<int:training_id>/sessions/<int:session_id>/here/")
def training_check_in(training_id: int, session_id: int) -> ResponseReturnValue:
    """Record that one is here, by the ticket of a scanned code or by the code that was typed."""
    who = person()
    key = throttle_key("attendance", f"{who.id}:{session_id}")
    code = request.form.get("code", "")[:100]
    try:
        if len(code) < codes.LONG:  # what is typed can be guessed, what is scanned cannot
            count_try(session(), key, limit=MOST_TRIES, now=now())
            session().commit()
        attendance.check_in(session(), training_id, session_id, who.id, code, now=now())
    except NotFound:
        raise
    except LearnError as error:
        session().rollback()
        return _here_page(training_id, session_id, "", say(error.message), error.status)
    session().commit()
    return redirect(
        url_for("learn.training_here", training_id=training_id, session_id=session_id), 303
    )
