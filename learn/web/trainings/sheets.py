"""Attendance that comes in a sheet, first shown and then recorded; and the list of participants as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message
from learn.exports.formats.exporter import Column
from learn.ledger import audit
from learn.people.access import Action
from learn.people.directory import present_numbers
from learn.people.imports.tables import read_table
from learn.trainings import attendance, planning
from learn.trainings.models import Training
from learn.trainings.queries import by_name
from learn.trainings.uploads import COLUMNS, Upload, plan_upload
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.i18n import local, ngettext, say
from learn.web.incoming_sheets import Look, first_look, second_look, sheet_file
from learn.web.render import render
from learn.web.state import state
from learn.web.trainings.attendance import recount
from learn.web.trainings.organising import held_training

UPLOAD = "/trainings/manage/<int:training_id>/attendance"
MEANINGS = {
    "number": Message("NIP or NI PPPK, 18 digits, as text."),
    "session": Message("Number of the session by time, from 1; empty when there is one."),
    "state": Message("hadir, terlambat, tidak hadir or izin."),
    "minutes": Message("Minutes present; empty: all of the session when present."),
}
PARTICIPANTS = (
    Column("number", Message("Number"), Message("NIP or NI PPPK, 18 digits, as text."), "text", lambda row: row[0]),
    Column("name", Message("Name"), Message("Full name with degrees."), "text", lambda row: row[1].name),
    Column("unit_code", Message("Unit code"), Message("Code of the unit where the person is now."), "text", lambda row: row[1].unit.code if row[1].unit else None),
    Column("unit", Message("Unit"), Message("Name of that unit."), "text", lambda row: row[1].unit.name if row[1].unit else None),
    Column("post", Message("Post"), Message("The post held now."), "text", lambda row: row[1].person.post_title),
    Column("signed_up_at", Message("Signed up"), Message("Local date of the sign-up."), "date", lambda row: local(row[1].seat.asked_at).date()),
    Column("share", Message("Attendance"), Message("Share of the planned minutes, from 0 to 1; empty until the training is closed."), "decimal", lambda row: row[1].seat.share),
    Column("hours", Message("Hours (JP)"), Message("Learning hours credited; empty until the training is closed."), "integer", lambda row: row[1].seat.jp),
)  # fmt: skip


@pages.get(f"{UPLOAD}/")
def organise_upload(training_id: int) -> ResponseReturnValue:
    """Ask for a sheet of attendance."""
    return _ask(held_training(training_id, Action.RECORD_ATTENDANCE))


def _ask(found: Training, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/trainings/upload.html",
        training=found,
        meanings=MEANINGS,
        names={key: ", ".join(names) for key, names in COLUMNS.items()},
        problem=problem,
    )
    return page, status


@pages.get(f"{UPLOAD}/template.<format>")
def organise_template(training_id: int, format: str) -> ResponseReturnValue:
    """Send a sheet with the participants' numbers, to be filled in."""
    found = held_training(training_id, Action.RECORD_ATTENDANCE)
    several = len(planning.sessions_of(session(), training_id)) > 1
    people = by_name(session(), training_id)
    numbers = present_numbers(session(), [each.person.id for each in people])
    columns = [
        Column(key, Message(key), MEANINGS[key], "text",
               (lambda row: row[0]) if key == "number" else (lambda _row: None))
        for key in COLUMNS
        if several or key != "session"
    ]  # fmt: skip
    rows = [(numbers.get(each.person.id, ""),) for each in people]
    return _file(found, columns, rows, format, Message("Attendance"), "attendance")


def _file(
    found: Training,
    columns: Sequence[Column],
    rows: Sequence[Any],
    format: str,
    title: Message,
    word: str,
) -> Response:
    reply = sheet_file(format, f"{word}-{found.id}", title, columns, rows)
    reply.headers["Cache-Control"] = "no-store"
    return reply


@pages.get("/trainings/manage/<int:training_id>/participants.<format>")
def organise_participants(training_id: int, format: str) -> ResponseReturnValue:
    """Send the confirmed participants as a file; who gets it stands in the audit chain."""
    found = held_training(training_id, Action.RECORD_ATTENDANCE)
    people = by_name(session(), training_id)
    numbers = present_numbers(session(), [each.person.id for each in people])
    rows = [(numbers.get(each.person.id, ""), each) for each in people]
    reply = _file(found, PARTICIPANTS, rows, format, Message("Participants"), "participants")
    data = {"what": "participants", "format": "xlsx" if format == "xlsx" else "csv",
            "training": training_id}  # fmt: skip
    who = person().id
    session().close()
    with state().database.transaction() as writing:
        audit(writing, "exported", data, actor_id=who, at=now())
    return reply


@pages.post(f"{UPLOAD}/")
def organise_plan(training_id: int) -> ResponseReturnValue:
    """Show what the sheet would record; nothing is recorded yet."""
    found = held_training(training_id, Action.RECORD_ATTENDANCE)
    try:
        look = first_look(partial(_plan, found))
    except LearnError as error:
        return _ask(found, say(error.message), error.status)
    return _show(found, look)


def _plan(found: Training, content: bytes, name: str) -> Upload:
    return plan_upload(session(), found, read_table(content, name))


def _show(found: Training, look: Look[Upload], status: int = 200) -> ResponseReturnValue:
    page = render("learn/trainings/plan.html", training=found, **look.page())
    return page, max(look.status, status)


@pages.post(f"{UPLOAD}/apply")
def organise_apply(training_id: int) -> ResponseReturnValue:
    """Record what was shown; when something changed meanwhile, show it again instead."""
    found = held_training(training_id, Action.RECORD_ATTENDANCE)
    look = second_look(partial(_plan, found))
    if look.changed:
        return _show(found, look)
    sittings = planning.sessions_of(session(), training_id)
    try:
        for number, marks in look.plan.by_session().items():
            attendance.record(
                session(), training_id, sittings[number - 1].id, marks, way=attendance.FILE,
                actor_id=person().id, now=now(), reason=request.form.get("reason", ""),
                recount=recount,
            )  # fmt: skip
    except LearnError as error:
        session().rollback()
        return _show(found, replace(look, remark=say(error.message)), error.status)
    session().commit()
    look.forget()
    count = len(look.plan.changes)
    flash(ngettext("%(num)s row taken over.", "%(num)s rows taken over.", count), "good")
    return redirect(url_for("learn.organise_training", training_id=training_id), 303)
