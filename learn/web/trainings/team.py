"""Sign-ups of one's people that wait for their supervisor."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError
from learn.people.access import Action, Scope, scope
from learn.people.directory import get_person
from learn.trainings import seats
from learn.trainings.queries import asked_within, count_asked
from learn.web.blueprint import pages
from learn.web.context import actor, now, person, reach, session
from learn.web.i18n import _, say
from learn.web.render import render
from learn.web.trainings.taking_part import current_of
from learn.web.trainings.times import span

MOST = 100


def _reached() -> Scope:
    person()
    return reach(Action.APPROVE)


def asked_here() -> int:
    """Return how many sign-ups wait for whoever is here; nobody is asked who approves nothing."""
    reached = scope(actor(), Action.APPROVE)
    if reached.nothing:
        return 0
    return count_asked(session(), reached, actor_id=actor().person_id)


@pages.get("/team/trainings/")
def team_trainings() -> ResponseReturnValue:
    """List the sign-ups that wait for the supervisor, the oldest first."""
    return _page()


def _page(
    problem: str = "", status: int = 200, wrong: tuple[int, int] = (0, 0)
) -> ResponseReturnValue:
    """Return the list; `problem` is about the line `wrong` (whose person, which training)."""
    lines = asked_within(session(), _reached(), actor_id=actor().person_id, limit=MOST)
    page = render(
        "learn/trainings/team.html",
        lines=lines,
        span=span,
        problem=problem,
        wrong=wrong,
        reason=request.form.get("reason", ""),
    )
    return page, status


@pages.post("/team/trainings/<int:training_id>/people/<int:person_id>/decision")
def team_training_decide(training_id: int, person_id: int) -> ResponseReturnValue:
    """Approve or refuse a sign-up."""
    who = get_person(session(), person_id, _reached())
    approved = request.form.get("decision") == "approve"
    try:
        seats.decide(
            session(), training_id, who.id, approved=approved, actor_id=person().id,
            current_of=current_of, now=now(), reason=request.form.get("reason", ""),
        )  # fmt: skip
    except LearnError as error:
        session().rollback()
        return _page(say(error.message), error.status, (person_id, training_id))
    session().commit()
    flash(_("Approved.") if approved else _("Refused; the person reads your reason."), "good")
    return redirect(url_for("learn.team_trainings"), 303)
