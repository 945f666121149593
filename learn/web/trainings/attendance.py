"""Recording attendance: the screen with the changing code, the list to tick, the sheet to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import segno
from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learn.errors import Invalid, LearnError, Message
from learn.people.access import Action
from learn.people.directory import present_numbers
from learn.people.numbers import mask
from learn.trainings import attendance, closing, codes, planning
from learn.trainings.attendance import LIST, Mark
from learn.trainings.models import Attendance, Training, TrainingSession
from learn.trainings.queries import by_name
from learn.trainings.rules import PRESENCE_NAMES, Presence, State
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.i18n import ngettext, say
from learn.web.render import render
from learn.web.state import state
from learn.web.trainings.organising import held_training
from learn.web.trainings.taking_part import current_of
from learn.web.trainings.times import when

SESSION = "/trainings/manage/<int:training_id>/sessions/<int:session_id>"


def _held(training_id: int, session_id: int) -> tuple[Training, TrainingSession]:
    found = held_training(training_id, Action.RECORD_ATTENDANCE)
    return found, attendance.session_of(session(), training_id, session_id)


def recount(training: Training, people: Sequence[int]) -> None:
    """Let what a closed training gives follow a correction."""
    closing.finish(session(), training, people, actor_id=person().id, settings=state().settings,
                   current_of=current_of, now=now())  # fmt: skip


@pages.get(f"{SESSION}/screen/")
def organise_screen(training_id: int, session_id: int) -> ResponseReturnValue:
    """Show the code of this half minute, large; it changes by itself, with and without scripts."""
    found, sitting = _held(training_id, session_id)
    live = found.state == State.OPEN and _counts(sitting)
    reply = make_response(
        render("learn/trainings/screen.html", training=found, sitting=sitting, when=when, live=live,
               **(_code(sitting) if live else {}))
    )  # fmt: skip
    reply.headers["Cache-Control"] = "no-store"
    if not live:
        reply.headers["Refresh"] = "30"
    return reply


def _counts(sitting: TrainingSession) -> bool:
    return sitting.starts_at - attendance.BEFORE <= now() < sitting.ends_at


def _code(sitting: TrainingSession) -> dict[str, object]:
    window = codes.window_of(now())
    address = url_for(
        "learn.training_here", training_id=sitting.training_id, session_id=sitting.id,
        code=codes.long_code(sitting.secret, sitting.id, window), _external=True,
    )  # fmt: skip
    svg = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, svgclass=None, lineclass=None
    )
    typed = codes.short_code(sitting.secret, sitting.id, window)
    return {
        "picture": Markup(svg),  # noqa: S704 (drawn here, from an address of our own)
        "typed": f"{typed[:3]} {typed[3:]}",
        "seconds": codes.seconds_left(now()),
    }


@pages.get(f"{SESSION}/screen/code")
def organise_code(training_id: int, session_id: int) -> ResponseReturnValue:
    """Send the code of this half minute alone, for the screen that is open."""
    found, sitting = _held(training_id, session_id)
    if found.state != State.OPEN or not _counts(sitting):
        return "", 409
    reply = make_response(render("learn/trainings/_code.html", **_code(sitting)))
    reply.headers["Cache-Control"] = "no-store"
    return reply


@pages.get(f"{SESSION}/attendance/")
def organise_attendance(training_id: int, session_id: int) -> ResponseReturnValue:
    """Show who has a place, to be ticked."""
    return _list_page(*_held(training_id, session_id))


def _list_page(
    found: Training, sitting: TrainingSession, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    people = by_name(session(), found.id)
    ids = [each.person.id for each in people]
    page = render(
        "learn/trainings/attendance.html",
        training=found,
        sitting=sitting,
        people=people,
        marks=attendance.marks_of(session(), sitting.id, ids),
        numbers={who: mask(number) for who, number in present_numbers(session(), ids).items()},
        presence=PRESENCE_NAMES,
        sent=request.form,
        when=when,
        problem=problem,
    )
    return page, status


@pages.post(f"{SESSION}/attendance/")
def organise_record(training_id: int, session_id: int) -> ResponseReturnValue:
    """Record what was ticked; only what has changed becomes an entry."""
    found, sitting = _held(training_id, session_id)
    try:
        marks = _ticked(found, sitting)
        count = attendance.record(
            session(), training_id, session_id, marks, way=LIST, actor_id=person().id, now=now(),
            reason=request.form.get("reason", ""), recount=recount,
        )  # fmt: skip
    except LearnError as error:
        session().rollback()
        return _list_page(*_held(training_id, session_id), say(error.message), error.status)
    session().commit()
    flash(ngettext("Attendance of %(num)s person recorded.", "Attendance of %(num)s people recorded.",
                   count), "good")  # fmt: skip
    return redirect(
        url_for("learn.organise_attendance", training_id=training_id, session_id=session_id), 303
    )


def _ticked(found: Training, sitting: TrainingSession) -> list[Mark]:
    everybody = request.form.get("rest") == "present"
    people = planning.confirmed_people(session(), found.id)
    known = attendance.marks_of(session(), sitting.id, people)
    marks: list[Mark] = []
    for person_id in people:
        presence = request.form.get(f"state-{person_id}", "")
        if not presence and everybody and person_id not in known and person_id != person().id:
            presence = Presence.PRESENT
        if presence in tuple(Presence):
            marks.append(Mark(person_id, presence, _minutes(person_id, presence, known, sitting)))
    return marks


def _minutes(
    person_id: int, presence: str, known: Mapping[int, Attendance], sitting: TrainingSession
) -> int | None:
    """Return the minutes that were typed; where only the presence changed, those of the new one."""
    text = request.form.get(f"minutes-{person_id}", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise Invalid(
            Message("Minutes are a whole number from 0 to %(most)s.", most=sitting.minutes)
        )
    before = known.get(person_id)
    if before is not None and before.state != presence and before.minutes == int(text):
        return None
    return int(text)


@pages.get(f"{SESSION}/sheet/")
def organise_sheet(training_id: int, session_id: int) -> ResponseReturnValue:
    """Show the sheet to print and sign."""
    found, sitting = _held(training_id, session_id)
    return render(
        "learn/trainings/sheet.html",
        training=found,
        sitting=sitting,
        people=by_name(session(), training_id),
        when=when,
    )
