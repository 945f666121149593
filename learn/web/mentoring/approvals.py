"""Applied at work: what the courses of one's people wait for, confirming it, and taking that back."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from learn.errors import Conflict, Invalid, Message, NotFound
from learn.mentoring.approvals import (
    Waiting,
    Wanted,
    approval_scope,
    approve,
    list_given,
    list_waiting,
    take_back,
    wanted_in,
)
from learn.mentoring.settling import settle_open
from learn.people.access import Action
from learn.people.directory import get_person
from learn.people.models import Unit
from learn.people.paging import Page
from learn.progress.queries import newest_enrolment
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, now, person, reach, session
from learn.web.i18n import _, language, say
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


@pages.get("/team/approvals/given/")
def team_given() -> ResponseReturnValue:
    """List what one has confirmed oneself, each to be taken back with a reason."""
    return _given_page()


def _given_page(
    taken: tuple[int, int] = (0, 0), problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """Return the list; `problem` stands at the approval `taken` (of which person, which)."""
    reach(Action.APPROVE)
    found = list_given(session(), actor(), after=arguments().get("after"), limit=PAGE)
    versions = state().versions.current_all(session())
    page = render(
        "learn/mentoring/given.html",
        lines=found.items,
        titles={each.course: each.title(language()) for each in versions},
        texts={each.mark: each.text for version in versions for each in wanted_in(version)},
        turn=pages_of("team_given", found.next),
        taken=taken,
        reason=request.form.get("reason", ""),
        problem=problem,
        today=now(),
    )
    return page, status


@pages.post("/team/approvals/given/<int:person_id>/<int:approval_id>/")
def team_take_back(person_id: int, approval_id: int) -> ResponseReturnValue:
    """Take back what one has confirmed; a course that was completed by it stays completed."""
    who = get_person(session(), person_id, reach(Action.APPROVE))
    try:
        take_back(
            session(), who.id, approval_id, actor_id=person().id,
            reason=request.form.get("reason", ""), now=now(),
        )  # fmt: skip
    except Invalid as error:
        session().rollback()
        return _given_page((person_id, approval_id), say(error.message), error.status)
    session().commit()
    flash(_("Taken back for %(name)s.", name=who.name), "good")
    return redirect(address("team_given"), 303)
