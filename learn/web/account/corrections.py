"""Corrections of one's own data: asked for in one's account, answered by the office of one's unit."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from learn.errors import LearnError
from learn.people.access import Action
from learn.people.directory import get_person
from learn.privacy import corrections
from learn.privacy.corrections import FIELDS, LONGEST
from learn.web.admin.overview import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, now, person, reach, session
from learn.web.forms import Form
from learn.web.i18n import _, say
from learn.web.narrowing import pages_of, unit_filter
from learn.web.render import render


class CorrectionForm(Form):
    """What is wrong, and what is right."""

    field = RadioField(validators=[InputRequired()])
    right = TextAreaField(validators=[InputRequired(), Length(max=LONGEST)])


def _form(data: Any = None) -> Any:
    form: Any = CorrectionForm(data)
    form.field.choices = [(key, say(title)) for key, title in FIELDS.items()]
    form.field.label.text, form.right.label.text = _("What is wrong?"), _("What is right?")
    return form


STATES = {
    corrections.ASKED: "due", corrections.DONE: "good",
    corrections.REFUSED: "late", corrections.WITHDRAWN: "",
}  # fmt: skip


def shown_state(state: str) -> tuple[str, str]:
    """Return the state of a request in words, and its colour."""
    words = {
        corrections.ASKED: _("Waits to be answered"), corrections.DONE: _("Corrected"),
        corrections.REFUSED: _("Refused"), corrections.WITHDRAWN: _("Taken back"),
    }  # fmt: skip
    return words[state], STATES[state]


def field_name(key: str) -> str:
    """Return what a field is called."""
    return say(FIELDS.get(key, key))


@pages.get("/account/corrections/")
def my_corrections() -> ResponseReturnValue:
    """Show what one asked for, and the form for more."""
    return _own_page(_form())


def _own_page(form: Any, status: int = 200) -> ResponseReturnValue:
    lines = corrections.corrections_of(session(), person().id)
    page = render(
        "learn/account/corrections.html", form=form, lines=lines, shown_state=shown_state,
        field_name=field_name,
    )  # fmt: skip
    return page, status


@pages.post("/account/corrections/")
def ask_correction() -> ResponseReturnValue:
    """Ask for a correction."""
    form = _form(request.form)
    if not form.validate():
        return _own_page(form, 422)
    try:
        corrections.ask(
            session(), person().id, field=form.field.data, right=form.right.data, now=now()
        )
    except LearnError as error:
        session().rollback()
        form.form_errors.append(say(error.message))
        return _own_page(form, error.status)
    session().commit()
    flash(_("Your request has been sent to the office of your unit."), "good")
    return redirect(url_for("learn.my_corrections"), 303)


@pages.post("/account/corrections/<int:correction_id>/withdrawal")
def withdraw_correction(correction_id: int) -> ResponseReturnValue:
    """Take back a request of one's own."""
    corrections.withdraw(session(), person().id, correction_id, now=now())
    session().commit()
    flash(_("The request has been taken back."), "good")
    return redirect(url_for("learn.my_corrections"), 303)


@pages.get("/admin/corrections/")
def admin_corrections() -> ResponseReturnValue:
    """List the requests that wait, the oldest first."""
    return _queue_page()


def _queue_page(
    failed: tuple[int, int] | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    within = reach(Action.MANAGE_PEOPLE)
    units = unit_filter(within)
    found = corrections.list_waiting(
        session(), within, actor_id=actor().person_id, unit=units.chosen,
        after=arguments().get("after"),
    )  # fmt: skip
    shown = {(line.correction.person_id, line.correction.id) for line in found.items}
    page = render(
        "learn/admin/corrections.html",
        lines=found.items,
        units=units,
        turn=pages_of("admin_corrections", found.next, unit=units.code),
        field_name=field_name,
        failed=failed,
        problem=problem,
        stray=failed is not None and failed not in shown,
        reason=request.form.get("reason", ""),
        moment=now(),
        places=subnav("admin_corrections"),
    )
    return page, status


@pages.post("/admin/corrections/<int:person_id>/<int:correction_id>/")
def admin_answer_correction(person_id: int, correction_id: int) -> ResponseReturnValue:
    """Say that it was corrected, or refuse with a reason."""
    who = get_person(session(), person_id, reach(Action.MANAGE_PEOPLE))
    try:
        corrections.decide(
            session(), who.id, correction_id, request.form.get("act", ""),
            reason=request.form.get("reason", ""), actor_id=actor().person_id, now=now(),
        )  # fmt: skip
    except LearnError as error:
        session().rollback()
        if error.status in {403, 404}:
            raise
        return _queue_page((person_id, correction_id), say(error.message), error.status)
    session().commit()
    flash(_("The request has been answered."), "good")
    return redirect(url_for("learn.admin_corrections"), 303)
