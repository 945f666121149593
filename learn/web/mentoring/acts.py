"""What is done with a pair: answers and decisions, goals, meetings, and the supervisor's last word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from learn.errors import Forbidden, LearnError, Message, NotFound
from learn.hours.forms import load_forms
from learn.ledger.reading import details_of
from learn.mentoring import logs, pairs, results
from learn.mentoring.log_rules import most_minutes_a_day
from learn.mentoring.models import Goal, Meeting
from learn.mentoring.queries import PairLine
from learn.mentoring.rules import Act, State
from learn.mentoring.telling import tell_act, tell_meeting, tell_proposal
from learn.people.directory import find_by_number
from learn.web.blueprint import pages
from learn.web.claims.own import acts_seq
from learn.web.context import now, session
from learn.web.courses.settling import settle_waiting
from learn.web.i18n import _, say, zone
from learn.web.mentoring.forms import (
    GoalForm,
    MeetingForm,
    ResultForm,
    Said,
    goal_filled,
    meeting_filled,
)
from learn.web.mentoring.own import done, pair_page, seen, told, where
from learn.web.render import render
from learn.web.state import state

PLAIN = frozenset(Act) - {Act.NAME, Act.CONFIRM}
PAIR = "/mentoring/<int:person_id>/<int:pair_id>"


def _timezone() -> str:
    return state().settings.timezone


def _try(person_id: int, pair_id: int, act: Callable[[], Any], said: str) -> ResponseReturnValue:
    """Do something with a pair; what is refused is said on its page, and nothing was done."""
    line, seat = seen(person_id, pair_id)
    try:
        act()
    except NotFound:
        raise
    except LearnError as error:
        session().rollback()
        line, seat = seen(person_id, pair_id)
        return pair_page(line, seat, say(error.message)), error.status
    return done(person_id, pair_id, said)


@pages.post(f"{PAIR}/act/")
def mentoring_act(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Accept, decline, let begin, refuse, withdraw, end, or take a confirmation back."""
    line, seat = seen(person_id, pair_id)
    name = request.form.get("act", "")
    if name not in PLAIN:
        return pair_page(line, seat, _("Choose what becomes of the pair.")), 422
    act = Act(name)

    def do() -> None:
        known: dict[str, Any] = {"seat": seat, "based_on": acts_seq("based_on"), "now": now()}
        reason = request.form.get("reason", "")
        if act == Act.TAKE_BACK:
            pair = results.take_back_result(session(), person_id, pair_id, reason=reason, **known)
        else:
            pair = pairs.act_on(
                session(), person_id, pair_id, act, reason=reason, timezone=_timezone(), **known
            )
        tell_act(session(), pair, act, actor_id=seat.actor_id, now=now())

    return _try(person_id, pair_id, do, told(act))


@pages.post(f"{PAIR}/mentor/")
def mentoring_name(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Name the mentor of a pair that was asked for without one."""
    _line, seat = seen(person_id, pair_id)

    def do() -> None:
        who = find_by_number(session(), request.form.get("number", ""))
        if who is None or not who.active:
            raise NotFoundHere
        pair = pairs.name_mentor(
            session(), person_id, pair_id, who.id, seat=seat, based_on=acts_seq("based_on"),
            timezone=_timezone(), now=now(),
        )  # fmt: skip
        tell_proposal(session(), pair, now=now())

    return _try(person_id, pair_id, do, _("Named. The mentor is asked now."))


class NotFoundHere(LearnError):
    """Nobody has the number that was typed."""

    status = 422

    def __init__(self) -> None:
        super().__init__(Message("Nobody who is active has this number."))


def _writing(person_id: int, pair_id: int) -> PairLine:
    """Return the pair for one of the two who wants to write in it."""
    line, seat = seen(person_id, pair_id)
    if not seat.inside:
        raise Forbidden(Message("Only the two of the pair write down goals and meetings."))
    return line


def _kept(
    form: Said, act: Callable[[], Any], page: Callable[[], str], person_id: int, pair_id: int, said: str
) -> ResponseReturnValue:  # fmt: skip
    """Do what a form asks for, or show it again with what is wrong."""
    if not form.validate():
        return page(), 422
    try:
        act()
    except NotFound:
        raise
    except LearnError as error:
        session().rollback()
        form.take(error)
        return page(), error.status
    return done(person_id, pair_id, said)


@pages.get(f"{PAIR}/goals/new/")
def mentoring_goal_new(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Ask for a goal."""
    line = _writing(person_id, pair_id)
    return _goal_page(line, GoalForm(line.pair.competencies, None, due_on=line.pair.ends_on))


def _goal_page(line: PairLine, form: GoalForm, changed: bool = False) -> str:
    return render("learn/mentoring/goal.html", line=line, form=form, changed=changed)


@pages.post(f"{PAIR}/goals/new/")
def mentoring_goal_set(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Set a goal."""
    line, seat = seen(person_id, pair_id)
    form = GoalForm(line.pair.competencies, request.form)
    return _kept(
        form,
        lambda: logs.set_goal(session(), person_id, pair_id, form.said(), seat=seat, now=now()),
        lambda: _goal_page(line, form), person_id, pair_id, _("The goal was set."),
    )  # fmt: skip


@pages.get(f"{PAIR}/goals/<int:goal_id>/")
def mentoring_goal_edit(person_id: int, pair_id: int, goal_id: int) -> ResponseReturnValue:
    """Show a goal to be changed."""
    line = _writing(person_id, pair_id)
    goal = logs.logged(session(), Goal, person_id, pair_id, goal_id)
    place = (person_id, goal.text_seq)
    text = str(details_of(session(), [place]).get(place, {}).get("text", ""))
    return _goal_page(line, goal_filled(line.pair.competencies, goal, text), changed=True)


@pages.post(f"{PAIR}/goals/<int:goal_id>/")
def mentoring_goal_change(person_id: int, pair_id: int, goal_id: int) -> ResponseReturnValue:
    """Let a goal say something else."""
    line, seat = seen(person_id, pair_id)
    form = GoalForm(line.pair.competencies, request.form)
    return _kept(
        form,
        lambda: logs.change_goal(
            session(), person_id, pair_id, goal_id, form.said(), seat=seat,
            based_on=acts_seq("based_on"), now=now(),
        ),
        lambda: _goal_page(line, form, changed=True), person_id, pair_id,
        _("The goal was changed. What it said before stays in its history."),
    )  # fmt: skip


@pages.post(f"{PAIR}/goals/<int:goal_id>/state/")
def mentoring_goal_judge(person_id: int, pair_id: int, goal_id: int) -> ResponseReturnValue:
    """Say how a goal stands."""
    _line, seat = seen(person_id, pair_id)
    return _try(
        person_id, pair_id,
        lambda: logs.judge_goal(
            session(), person_id, pair_id, goal_id, request.form.get("state", ""), seat=seat,
            based_on=acts_seq("based_on"), now=now(),
        ),
        _("Noted how the goal stands."),
    )  # fmt: skip


@pages.get(f"{PAIR}/meetings/new/")
def mentoring_meeting_new(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Ask for what was met."""
    line = _writing(person_id, pair_id)
    return _meeting_page(line, MeetingForm(line.pair.competencies, None))


def _meeting_page(line: PairLine, form: MeetingForm, changed: bool = False) -> str:
    most = most_minutes_a_day(load_forms().form(line.pair.form))
    return render("learn/mentoring/meeting.html", line=line, form=form, changed=changed, most=most)


@pages.post(f"{PAIR}/meetings/new/")
def mentoring_meeting_log(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Write a meeting down."""
    line, seat = seen(person_id, pair_id)
    form = MeetingForm(line.pair.competencies, request.form)

    def act() -> None:
        meeting = logs.log_meeting(
            session(), person_id, pair_id, form.said(zone()), seat=seat, timezone=_timezone(),
            now=now(),
        )  # fmt: skip
        tell_meeting(session(), line.pair, meeting, now=now())

    return _kept(
        form, act, lambda: _meeting_page(line, form), person_id, pair_id,
        _("Written down. It counts when the other of you two has confirmed it."),
    )  # fmt: skip


@pages.get(f"{PAIR}/meetings/<int:meeting_id>/")
def mentoring_meeting_edit(person_id: int, pair_id: int, meeting_id: int) -> ResponseReturnValue:
    """Show a meeting to be corrected."""
    line = _writing(person_id, pair_id)
    meeting = logs.logged(session(), Meeting, person_id, pair_id, meeting_id)
    place = (person_id, meeting.text_seq)
    texts = details_of(session(), [place]).get(place, {})
    form = meeting_filled(line.pair.competencies, meeting, texts, zone())
    return _meeting_page(line, form, changed=True)


@pages.post(f"{PAIR}/meetings/<int:meeting_id>/")
def mentoring_meeting_change(person_id: int, pair_id: int, meeting_id: int) -> ResponseReturnValue:
    """Correct a meeting by an entry; the other confirms it anew."""
    line, seat = seen(person_id, pair_id)
    form = MeetingForm(line.pair.competencies, request.form)

    def act() -> None:
        meeting = logs.change_meeting(
            session(), person_id, pair_id, meeting_id, form.said(zone()), seat=seat,
            based_on=acts_seq("based_on"), timezone=_timezone(), now=now(),
        )  # fmt: skip
        tell_meeting(session(), line.pair, meeting, now=now())

    return _kept(
        form, act, lambda: _meeting_page(line, form, changed=True), person_id, pair_id,
        _("Corrected. The other of you two confirms it anew."),
    )  # fmt: skip


@pages.post(f"{PAIR}/meetings/<int:meeting_id>/decision/")
def mentoring_meeting_decide(person_id: int, pair_id: int, meeting_id: int) -> ResponseReturnValue:
    """Confirm a meeting, say why not, or take out one's own."""
    _line, seat = seen(person_id, pair_id)
    return _try(
        person_id, pair_id,
        lambda: logs.decide_meeting(
            session(), person_id, pair_id, meeting_id, request.form.get("state", ""), seat=seat,
            based_on=acts_seq("based_on"), now=now(), reason=request.form.get("reason", ""),
        ),
        _("Noted."),
    )  # fmt: skip


@pages.get(f"{PAIR}/result/")
def mentoring_result(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Ask a supervisor what changed at work, with what the meetings are worth."""
    line, seat = seen(person_id, pair_id)
    if Act.CONFIRM not in seat.acts():
        raise Forbidden(Message("A supervisor of the mentee confirms, who is not the mentor."))
    if line.pair.state not in (State.ACTIVE, State.ENDED):
        return redirect(where(line.pair))
    return _result_page(line, _result_form(line, None, based_on=str(line.pair.seq)))


def _result_form(line: PairLine, data: Any, **known: Any) -> ResultForm:
    return ResultForm(line.pair.competencies, data, **known)


def _result_page(line: PairLine, form: ResultForm) -> str:
    return render(
        "learn/mentoring/result.html", line=line, form=form,
        worth=results.worth_of(session(), line.pair, timezone=_timezone()),
        form_name=load_forms().form(line.pair.form),
    )  # fmt: skip


@pages.post(f"{PAIR}/result/")
def mentoring_confirm(person_id: int, pair_id: int) -> ResponseReturnValue:
    """Confirm what the pair brought: hours, and levels where they were chosen."""
    line, seat = seen(person_id, pair_id)
    form = _result_form(line, request.form)

    def act() -> None:
        pair = results.confirm_result(
            session(), person_id, pair_id, changed=form.changed.data or "", levels=form.levels(),
            seat=seat, based_on=acts_seq("based_on"), timezone=_timezone(),
            mentor_hours=state().settings.mentor_hours, now=now(),
        )  # fmt: skip
        tell_act(session(), pair, Act.CONFIRM, actor_id=seat.actor_id, now=now())
        settle_waiting(person_id, pair.mentor_id)

    return _kept(
        form, act, lambda: _result_page(line, form), person_id, pair_id,
        _("Confirmed. The hours of the meetings count now."),
    )  # fmt: skip
