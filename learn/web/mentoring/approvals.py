"""Applied at work: what the courses of one's people wait for, and confirming it."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from learn.errors import Conflict, Message, NotFound
from learn.mentoring.approvals import (
    Waiting,
    Wanted,
    approval_scope,
    approve,
    list_waiting,
    wanted_in,
)
from learn.mentoring.settling import settle_open
from learn.people.access import Action
from learn.people.directory import get_person
from learn.people.models import Unit
from learn.people.paging import Page
from learn.progress.queries import newest_enrolment
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, now, reach, session
from learn.web.i18n import _
from learn.web.narrowing import address, pages_of
from learn.web.render import render
from learn.web.state import state

PAGE = 25


def wanted_here() -> list[Wanted]:
    """Return the approvals that current courses ask of who is here."""
    return [
        each
        for version in state().versions.current_all(session())
        for each in wanted_in(version)
        if not approval_scope(actor(), each.by).nothing
    ]


@pages.get("/team/approvals/")
def team_approvals() -> ResponseReturnValue:
    """List whose courses wait for one's confirmation, one course at a time."""
    reach(Action.APPROVE)
    wanted = wanted_here()
    mark = arguments().get("what", "")
    chosen = next((each for each in wanted if each.mark == mark), wanted[0] if wanted else None)
    found: Page[Waiting] = Page([])
    if chosen is not None:
        found = list_waiting(session(), actor(), chosen, after=arguments().get("after"), limit=PAGE)
    return render(
        "learn/mentoring/approvals.html",
        wanted=wanted,
        chosen=chosen,
        lines=found.items,
        turn=pages_of("team_approvals", found.next, what=chosen.mark if chosen else ""),
        today=now(),
    )


@pages.post("/team/approvals/<int:person_id>/<mark>/")
def team_approve(person_id: int, mark: str) -> ResponseReturnValue:
    """Confirm that somebody applied at work what their course asks; their course may be completed by it."""
    reach(Action.APPROVE)
    wanted = next((each for each in wanted_here() if each.mark == mark), None)
    if wanted is None:
        raise NotFound(Message("No course asks for this approval now."))
    within = approval_scope(actor(), wanted.by)
    who = get_person(session(), person_id, within)
    enrolment = newest_enrolment(session(), who.id, wanted.version.course)
    if enrolment is None:
        raise Conflict(Message("This person has not begun the course."))
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    approve(
        session(),
        enrolment,
        wanted,
        actor=actor(),
        unit_path=unit.path if unit else None,
        now=now(),
    )
    settle_open(session(), who.id, [wanted.version], settings=state().settings, now=now())
    session().commit()
    flash(_("Confirmed for %(name)s.", name=who.name), "good")
    return redirect(address("team_approvals", what=mark, after=request.form.get("after", "")), 303)
