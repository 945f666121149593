"""What is due: lists for HR and supervisors, and a learner's question for more time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.assignments.models import Assignment
from learn.assignments.queries import WITHIN, list_due
from learn.assignments.rules import MAX_REASON, left_words
from learn.assignments.ruling import rule_of
from learn.assignments.services import ask_for_time, due_of
from learn.errors import LearnError, Message, NotFound
from learn.people.access import Action, Scope
from learn.people.dates import parse_date
from learn.web.assignments.rules import course_choices
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, now, person, reach, session
from learn.web.courses.reading import current_version
from learn.web.hr.overview import subnav
from learn.web.i18n import _, local, say
from learn.web.narrowing import address, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

PAGE = 50


@pages.get("/hr/due/")
def hr_due() -> ResponseReturnValue:
    """List open assignments of the people HR reaches, the first due first."""
    return _list(
        "hr_due", reach(Action.EXPORT), subnav("hr_assignments", arguments().get("unit", ""))
    )


@pages.get("/team/due/")
def team_due() -> ResponseReturnValue:
    """List open assignments of a supervisor's people, the first due first."""
    return _list("team_due", reach(Action.ASSIGN), [])


def _list(endpoint: str, scope: Scope, places: list[tuple[str, str, bool]]) -> str:
    asked, units = arguments(), unit_filter(scope)
    within = asked.get("within", "") if asked.get("within") in WITHIN else ""
    course, rule_id = asked.get("course", ""), _rule_of(asked.get("rule", ""))
    found = list_due(
        session(), scope, now=now(), within=within, path=units.chosen.path if units.chosen else None,
        course=course or None, rule_id=rule_id,
        not_person=actor().person_id if endpoint == "team_due" else None,
        after=asked.get("after"), limit=PAGE,
    )  # fmt: skip
    kept: dict[str, Any] = {"unit": units.code, "within": within, "course": course, "rule": rule_id}
    return render(
        "learn/assignments/due.html",
        endpoint=endpoint,
        units=units,
        lines=found.items,
        within=within,
        course=course,
        courses=course_choices(),
        titles=dict(course_choices()),
        filtered=any(kept.values()),
        turn=pages_of(endpoint, found.next, **kept),
        today=local(now()).date(),
        moment=now(),
        places=places,
        address=address,
    )


def _rule_of(text: str) -> int | None:
    """Return the rule that ``?rule=`` names; another's is nobody's."""
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return rule_of(session(), number, reach(Action.ASSIGN_BY_RULE)).id


@pages.get("/courses/<course>/more-time/")
def more_time(course: str) -> ResponseReturnValue:
    """Ask until when, and why."""
    return _question(course, _mine(course))


@pages.post("/courses/<course>/more-time/")
def ask_more_time(course: str) -> ResponseReturnValue:
    """Send the question; the supervisor or HR decides it."""
    row, until = _mine(course), parse_date(request.form.get("until", ""))
    if until is None:
        return _question(course, row, _("Give the day until which you need time.")), 422
    try:
        ask_for_time(
            session(), person().id, course, until=until, reason=request.form.get("reason", ""),
            now=now(), timezone=state().settings.timezone,
        )  # fmt: skip
    except LearnError as error:
        session().rollback()
        return _question(course, _mine(course), say(error.message)), error.status
    session().commit()
    flash(_("You have asked for more time. Your supervisor or HR decides it."), "good")
    return redirect(url_for("learn.course", course=course), 303)


def _mine(course: str) -> Assignment:
    current_version(course)
    row = due_of(session(), person().id, course)
    if row is None or row.due_on is None:
        raise NotFound(Message("This course is not assigned to you with a due date."))
    return row


def _question(course: str, row: Assignment, problem: str = "") -> str:
    return render(
        "learn/assignments/more_time.html",
        version=current_version(course),
        row=row,
        left=due_words(row),
        problem=problem,
        wrong=_wrong_field() if problem else "",
        until=request.form.get("until", ""),
        reason=request.form.get("reason", ""),
        most=MAX_REASON,
    )


def _wrong_field() -> str:
    """Return which field of what was sent is wrong."""
    reason = request.form.get("reason", "").strip()
    return "reason" if parse_date(request.form.get("until", "")) and not reason else "until"


def today_here() -> date:
    """Return the local date of who is here."""
    return local(now()).date()


def due_words(row: Assignment, moment: datetime | None = None) -> str:
    """Return how long remains of an assignment, in words."""
    day = local(moment or now()).date()
    return say(left_words(row.due_on, day)) if row.due_on else ""
