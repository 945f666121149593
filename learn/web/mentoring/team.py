"""Pairs of one's people: those that wait first, and proposing one."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from learn.errors import Forbidden, LearnError, Message
from learn.hours.forms import load_forms
from learn.mentoring import pairs
from learn.mentoring.queries import count_waiting, pairs_within
from learn.mentoring.rules import STATE_NAMES, WAITING, State
from learn.mentoring.telling import tell_proposal
from learn.people.access import Action, can, scope
from learn.people.directory import find_by_number, number_of
from learn.people.models import Person, Unit
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, person, reach, session
from learn.web.i18n import _, local, say
from learn.web.mentoring.forms import PairForm
from learn.web.mentoring.own import shown_pair, where
from learn.web.narrowing import address, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

PAGE = 50
GROUPS = {
    "waiting": WAITING,
    "active": (State.ACTIVE,),
    "over": (State.ENDED, State.CONFIRMED, State.DECLINED, State.REFUSED, State.WITHDRAWN),
}


@pages.get("/team/mentoring/")
def team_pairs() -> ResponseReturnValue:
    """List the pairs of one's people; those that wait unless others are asked for."""
    within, asked = reach(Action.READ_PAIRS), arguments()
    units = unit_filter(within)
    wanted = asked.get("state", "")
    states = GROUPS.get(wanted) or ((wanted,) if wanted in set(State) else ())
    found = pairs_within(
        session(), within, actor_id=actor().person_id, states=states, unit=units.chosen,
        after=asked.get("after"), limit=PAGE,
    )  # fmt: skip
    return render(
        "learn/mentoring/team.html",
        units=units,
        state=wanted if states else "",
        states=_choices(),
        lines=found.items,
        waiting=waiting_pairs(),
        may_propose=may(Action.PROPOSE_PAIRS),
        exports=may(Action.EXPORT),
        turn=pages_of("team_pairs", found.next, unit=units.code, state=wanted if states else ""),
        filtered=bool(units.code or states),
        forms=load_forms(),
        today=now(),
        shown_pair=shown_pair,
        address=address,
    )


def _choices() -> list[tuple[str, str]]:
    groups = [
        ("", _("All")),
        ("waiting", _("Waiting")),
        ("active", _("Active")),
        ("over", _("Over")),
    ]
    return groups + [
        (each.value, say(STATE_NAMES[each])) for each in State if each.value not in GROUPS
    ]


def waiting_pairs() -> int:
    """Return how many pairs wait for the person as a supervisor; 0 for who confirms none."""
    within = scope(actor(), Action.CONFIRM_PAIRS)
    if within.nothing:
        return 0
    return count_waiting(session(), within, actor_id=actor().person_id)


@pages.get("/team/mentoring/new/")
def team_pair_new() -> ResponseReturnValue:
    """Ask who mentors whom, in what, until when."""
    within, wanted, number = reach(Action.PROPOSE_PAIRS), arguments().get("person", ""), ""
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19:
        who = session().get(Person, int(wanted))
        if who is not None and within.reaches(_path(who), who.id):
            number = number_of(session(), who.id) or ""
    today = local(now()).date()
    form = PairForm(
        None, mentors=None, key=secrets.token_hex(16), mentee_number=number, starts_on=today,
        ends_on=today + timedelta(days=180),
    )  # fmt: skip
    return _form_page(form)


def _path(who: Person) -> str | None:
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    return unit.path if unit else None


def _form_page(form: PairForm) -> str:
    return render("learn/mentoring/propose.html", form=form, forms=load_forms())


@pages.post("/team/mentoring/new/")
def team_pair_propose() -> ResponseReturnValue:
    """Propose a pair; the mentor is asked, and a supervisor of the mentee lets it begin."""
    reach(Action.PROPOSE_PAIRS)
    form = PairForm(request.form, mentors=None)
    if not form.validate():
        return _form_page(form), 422
    mentee, mentor = _found(form, "mentee_number"), _found(form, "mentor_number")
    if mentee is None or mentor is None:
        return _form_page(form), 422
    try:
        _need_reach(mentee)
        pair = pairs.propose(
            session(), mentee.id, form.proposal(), mentor_id=mentor.id, actor_id=person().id,
            supervises=supervises(mentee), timezone=state().settings.timezone, now=now(),
            key=(form.key.data or "")[:32],
        )  # fmt: skip
    except LearnError as error:
        form.take(error)
        if not form.mentor_number.errors and "mentor" in getattr(error, "mistakes", {}):
            form.mentor_number.errors = [say(error.message)]
            form.form_errors.clear()
        return _form_page(form), error.status
    tell_proposal(session(), pair, now=now())
    session().commit()
    flash(_("Proposed. The mentor is asked now."), "good")
    return redirect(where(pair), 303)


def _found(form: PairForm, name: str) -> Person | None:
    who = find_by_number(session(), form[name].data or "")
    if who is None or not who.active:
        form[name].errors = [_("Nobody who is active has this number.")]
        return None
    return who


def _need_reach(mentee: Person) -> None:
    """Raise unless the actor may propose pairs for the mentee; for oneself one asks instead."""
    if not may(Action.PROPOSE_PAIRS, person_id=mentee.id, unit_path=_path(mentee)):
        raise Forbidden(Message("The mentee is not among your people."))


def supervises(mentee: Person) -> bool:
    """Return whether the actor is a supervisor of the mentee."""
    return can(actor(), Action.CONFIRM_PAIRS, person_id=mentee.id, unit_path=_path(mentee))
