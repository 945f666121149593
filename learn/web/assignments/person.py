"""What one person has to complete, for their supervisor and HR: give it, move the date, end it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.assignments.models import OPEN
from learn.assignments.queries import all_of
from learn.assignments.rules import MAX_REASON
from learn.assignments.services import Terms, assign, change_due, refuse_time, unassign
from learn.errors import Invalid, LearnError, Message
from learn.ledger.reading import details_of
from learn.people.access import Action, demand
from learn.people.dates import parse_date
from learn.people.directory import get_person, person_card
from learn.people.models import Person, Unit
from learn.web.assignments.due import today_here
from learn.web.assignments.rules import course_choices
from learn.web.blueprint import pages
from learn.web.context import actor, now, reach, session
from learn.web.courses.reading import current_version
from learn.web.i18n import _, say
from learn.web.render import render
from learn.web.state import state


def _person(person_id: int) -> Person:
    who = get_person(session(), person_id, reach(Action.ASSIGN))
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    demand(actor(), Action.ASSIGN, person_id=who.id, unit_path=unit.path if unit else None)
    return who


@pages.get("/people/<int:person_id>/assignments/")
def assignments_person(person_id: int) -> ResponseReturnValue:
    """Show what somebody has to complete and had to before."""
    return _page(_person(person_id))


@pages.post("/people/<int:person_id>/assignments/")
def assignments_give(person_id: int) -> ResponseReturnValue:
    """Assign a course to somebody."""
    who, form = _person(person_id), request.form

    def act() -> str:
        version = current_version(form.get("course", ""))
        due_at = _day(form.get("due", ""), _("the due date")) if form.get("due") else None
        terms = Terms(
            required=form.get("required") != "no", soft=form.get("soft") == "y",
            repeat=form.get("repeat") == "y",
        )  # fmt: skip
        assign(
            session(), who.id, version.course, due_at=due_at, actor_id=actor().person_id, now=now(),
            terms=terms, timezone=state().settings.timezone,
        )  # fmt: skip
        return _("The course has been assigned.")

    return _done(who, act, "give")


@pages.post("/people/<int:person_id>/assignments/<course>/due")
def assignments_move(person_id: int, course: str) -> ResponseReturnValue:
    """Move the due date of somebody's course, or refuse the later one that they asked for."""
    who, form = _person(person_id), request.form
    known: dict[str, Any] = {"actor_id": actor().person_id, "now": now()}

    def act() -> str:
        reason = form.get("reason", "")
        if form.get("act") == "refuse":
            refuse_time(session(), who.id, course, reason=reason, **known)
            return _("The due date stays; the person has been told.")
        change_due(
            session(), who.id, course, due_on=_day(form.get("due", ""), _("the due date")),
            reason=reason, timezone=state().settings.timezone, **known,
        )  # fmt: skip
        return _("The due date has been moved; the person has been told.")

    return _done(who, act, course)


@pages.post("/people/<int:person_id>/assignments/<course>/end")
def assignments_end(person_id: int, course: str) -> ResponseReturnValue:
    """End somebody's assignment; what they have done stays."""
    who, reason = _person(person_id), request.form.get("reason", "")

    def act() -> str:
        if not reason.strip():
            raise Invalid(Message("Give a reason: it stands in the record."))
        unassign(session(), who.id, course, actor_id=actor().person_id, now=now(), reason=reason)
        return _("The assignment has ended.")

    return _done(who, act, course)


def _day(text: str, what: str) -> date:
    found = parse_date(text)
    if found is None:
        raise Invalid(Message("Give %(what)s as a date, such as 2026-11-24.", what=what))
    return found


def _done(who: Person, act: Any, where: str) -> ResponseReturnValue:
    person_id = who.id
    try:
        words = act()
    except LearnError as error:
        session().rollback()
        return _page(_person(person_id), say(error.message), where), error.status
    session().commit()
    flash(words, "good")
    return redirect(url_for("learn.assignments_person", person_id=person_id), 303)


def _page(who: Person, problem: str = "", where: str = "") -> str:
    rows = all_of(session(), who.id)
    asked = details_of(session(), [(who.id, row.asked_seq) for row in rows if row.asked_seq])
    return render(
        "learn/assignments/person.html",
        who=who,
        card=person_card(session(), who),
        open=sorted(
            (row for row in rows if row.state == OPEN),
            key=lambda row: (row.due_on is None, row.due_on or row.assigned_at.date()),
        ),
        past=[row for row in rows if row.state != OPEN],
        reasons={seq: detail.get("reason", "") for (_id, seq), detail in asked.items()},
        courses=course_choices(),
        titles=dict(course_choices()),
        problem=problem,
        where=where,
        sent=request.form,
        today=today_here(),
        most=MAX_REASON,
    )
