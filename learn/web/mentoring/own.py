"""My mentoring: who mentors me, whom I mentor, and the page of one pair for the two and their supervisor."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message, NotFound
from learn.hours.forms import load_forms
from learn.mentoring import pairs
from learn.mentoring.log_rules import GOAL_NAMES, MEETING_NAMES, MODES, GoalState, MeetingState
from learn.mentoring.models import Pair
from learn.mentoring.pairs import Seat
from learn.mentoring.queries import (
    PairLine,
    goals_of,
    meetings_of,
    mentors_for,
    my_pairs,
    pair_line,
)
from learn.mentoring.results import worth_of
from learn.mentoring.rules import LIFE, STATE_NAMES, Act, State
from learn.mentoring.telling import tell_proposal
from learn.people.access import Action
from learn.people.listing import names_of
from learn.people.names import full_name
from learn.privacy import readings
from learn.web import acts
from learn.web.blueprint import pages
from learn.web.context import SAFE, actor, arguments, may, now, person, session
from learn.web.i18n import _, local, say
from learn.web.mentoring.forms import PairForm
from learn.web.narrowing import address
from learn.web.noting import noted
from learn.web.render import render
from learn.web.state import state

PAGE = 20
LOOKS: Mapping[str, tuple[str, str | None]] = {
    State.REQUESTED: ("due", "clock"),
    State.PROPOSED: ("accent", "clock"),
    State.ACCEPTED: ("accent", "clock"),
    State.ACTIVE: ("good", None),
    State.ENDED: ("", None),
    State.CONFIRMED: ("good", "check"),
    State.DECLINED: ("late", None),
    State.REFUSED: ("late", None),
    State.WITHDRAWN: ("", None),
}
GOAL_LOOKS = {GoalState.REACHED: "good", GoalState.MISSED: "late", GoalState.OPEN: "accent"}
MEETING_LOOKS = {
    MeetingState.CONFIRMED: "good", MeetingState.LOGGED: "accent", MeetingState.DISPUTED: "due",
}  # fmt: skip


def shown_pair(value: str) -> tuple[str, str, str | None]:
    """Return the state of a pair as `tag` takes it: in words, its colour, its picture."""
    return (say(STATE_NAMES[value]), *LOOKS[value])


def shown_goal(value: str) -> tuple[str, str]:
    """Return the state of a goal in words, and its colour."""
    return say(GOAL_NAMES[value]), GOAL_LOOKS.get(GoalState(value), "")


def shown_meeting(value: str) -> tuple[str, str]:
    """Return the state of a meeting in words, and its colour."""
    return say(MEETING_NAMES[value]), MEETING_LOOKS.get(MeetingState(value), "")


@pages.get("/mentoring/")
def mentoring() -> ResponseReturnValue:
    """List one's own pairs: as mentee, and as mentor."""
    who, asked = person(), arguments()
    mine = my_pairs(session(), who.id, as_mentor=False, after=asked.get("mine"), limit=PAGE)
    theirs = my_pairs(session(), who.id, as_mentor=True, after=asked.get("theirs"), limit=PAGE)
    return render(
        "learn/mentoring/mentoring.html",
        mine=mine.items,
        theirs=theirs.items,
        mine_turn=_turn("mine", mine.next),
        theirs_turn=_turn("theirs", theirs.next),
        reached=set(actor().mentees),
        sees_pairs=may(Action.READ_PAIRS),
        forms=load_forms(),
        shown_pair=shown_pair,
        today=now(),
    )


def _turn(name: str, following: str | None) -> dict[str, str | None]:
    return {
        "first_url": url_for("learn.mentoring") if request.args.get(name) else None,
        "next_url": address("mentoring", **{name: following}) if following else None,
    }


@pages.get("/mentoring/new/")
def mentoring_new() -> ResponseReturnValue:
    """Let somebody ask for a mentor or coach."""
    today = local(now()).date()
    form = _asking(
        None, key=secrets.token_hex(16), starts_on=today, ends_on=today + timedelta(days=180)
    )
    return _form_page(form)


def _asking(data: Any, **known: Any) -> PairForm:
    mentors = [
        (str(each.id), full_name(each.name, each.title_before, each.title_after))
        for each in mentors_for(session(), person())
    ]
    return PairForm(data, mentors=mentors, **known)


def _form_page(form: PairForm) -> str:
    return render("learn/mentoring/form.html", form=form, forms=load_forms())


@pages.post("/mentoring/new/")
def mentoring_ask() -> ResponseReturnValue:
    """Ask for a mentor or coach."""
    form, me = _asking(request.form), person().id
    if not form.validate():
        return _form_page(form), 422
    try:
        pair = pairs.propose(
            session(), me, form.proposal(), mentor_id=int(form.mentor.data or 0) or None,
            actor_id=me, supervises=False, timezone=state().settings.timezone, now=now(),
            key=(form.key.data or "")[:32],
        )  # fmt: skip
    except LearnError as error:
        form.take(error)
        return _form_page(form), error.status
    tell_proposal(session(), pair, now=now())
    session().commit()
    flash(_("Your request was sent. You see here how it stands."), "good")
    return redirect(where(pair), 303)


def where(pair: Pair) -> str:
    """Return the address of a pair."""
    return url_for("learn.mentoring_pair", person_id=pair.person_id, pair_id=pair.id)


def seen(person_id: int, pair_id: int) -> tuple[PairLine, Seat]:
    """Return a pair with the seat of who looks; that others look at it is noted.

    Raises
    ------
    NotFound
        There is none, or it is neither theirs nor one of their people's.
    """
    me = person().id
    line = pair_line(session(), person_id, pair_id)
    if line is None:
        raise NotFound(Message("There is no such pair."))
    target = {"person_id": person_id, "unit_path": line.unit.path if line.unit else None}
    seat = Seat(
        me, mentee=me == person_id, mentor=me == line.pair.mentor_id,
        supervisor=may(Action.CONFIRM_PAIRS, **target),
        proposer=may(Action.PROPOSE_PAIRS, **target) or line.pair.proposed_by == me,
    )  # fmt: skip
    if not seat.inside:
        if not (seat.supervisor or seat.proposer or may(Action.READ_PAIRS, **target)):
            raise NotFound(Message("There is no such pair."))
        if request.method in SAFE:  # what is sent has been looked at before
            noted(line.mentee, readings.MENTORING)
    return line, seat


@pages.get("/mentoring/<int:person_id>/<int:pair_id>/")
def mentoring_pair(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Show one pair: how it stands, goals, meetings, and what can be done."""
    return pair_page(*seen(person_id, pair_id))


def pair_page(line: PairLine, seat: Seat, problem: str = "", **more: Any) -> str:
    """Return the page of a pair; `problem` says why something was not done."""
    pair, before = line.pair, acts.before()
    meetings = meetings_of(session(), pair, inside=seat.inside, before=before, limit=PAGE + 1)
    goals = goals_of(session(), pair)
    people = {each.meeting.logged_by for each in meetings}
    people |= {change.actor_id for goal in goals for change in goal.history}
    people |= {each for each in (pair.supervised_by, pair.confirmed_by) if each}
    writes = seat.inside and pair.state == State.ACTIVE
    return render(
        "learn/mentoring/pair.html",
        line=line, seat=seat, problem=problem, goals=goals, meetings=meetings[:PAGE],
        more_url=url_for("learn.mentoring_pair", person_id=pair.person_id, pair_id=pair.id,
                         before=meetings[PAGE - 1].meeting.id) if len(meetings) > PAGE else None,
        first_url=where(pair) if before else None,
        names=names_of(session(), sorted(people)),
        may={act.value: act in seat.acts() and LIFE.may_follow(pair.state, act) for act in Act},
        writes=writes,
        decides=seat.inside and pair.state in (State.ACTIVE, State.ENDED),
        worth=worth_of(session(), pair, timezone=state().settings.timezone),
        form=load_forms().form(pair.form), modes=MODES, goal_states=GOAL_NAMES,
        shown_pair=shown_pair, shown_goal=shown_goal, shown_meeting=shown_meeting,
        reason=request.form.get("reason", ""), **more,
    )  # fmt: skip


def done(person_id: int, pair_id: int, told: str) -> ResponseReturnValue:
    """Commit, say what was done, and go back to the pair."""
    session().commit()
    flash(told, "good")
    return redirect(url_for("learn.mentoring_pair", person_id=person_id, pair_id=pair_id), 303)


def told(act: str) -> str:
    """Return what was done with a pair, in words."""
    return {
        Act.ACCEPT: _("You accepted. It begins when the supervisor has confirmed."),
        Act.DECLINE: _("You declined. The mentee sees the reason."),
        Act.START: _("Confirmed: the pair is active now."),
        Act.REFUSE: _("Refused. The mentee sees the reason."),
        Act.WITHDRAW: _("Withdrawn."),
        Act.END: _("The pair has ended."),
        Act.TAKE_BACK: _("Taken back: the hours and the evidence no longer count."),
    }[Act(act)]
