"""Mentoring and coaching: one's own pairs, those of one's people, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from learn.api.me import person_within
from learn.api.operations import Result, operation
from learn.api.problems import Findings
from learn.api.schemas import mentoring as schemas
from learn.api.texts import moment
from learn.errors import Invalid, Message, NotFound
from learn.mentoring import logs, pairs, results
from learn.mentoring.log_rules import GoalSaid, MeetingSaid
from learn.mentoring.models import Pair
from learn.mentoring.pairs import Seat
from learn.mentoring.queries import (
    MeetingLine,
    PairLine,
    goals_of,
    meetings_of,
    mentors_for,
    my_pairs,
    pairs_within,
)
from learn.mentoring.rules import Act, CannotMentor, Proposal
from learn.mentoring.telling import tell_act, tell_meeting, tell_proposal
from learn.people.access import Action
from learn.people.dates import parse_date
from learn.people.directory import find_by_number, number_of, present_numbers
from learn.people.models import Person
from learn.people.paging import Page
from learn.web.context import actor, now, person, reach, session
from learn.web.courses.settling import settle_waiting
from learn.web.mentoring.own import seen
from learn.web.mentoring.team import supervises
from learn.web.narrowing import unit_filter
from learn.web.state import state

PAIR = "/people/<number>/mentoring/<int:pair>"
NEWEST = 50


@operation(
    "GET", "/me/mentoring", tag="mentoring", query=schemas.MyPairsQuery,
    replies={200: schemas.PairList},
)  # fmt: skip
def my_mentoring(query: schemas.MyPairsQuery) -> Result:
    """List one's own pairs as mentee or as mentor, the newest first."""
    found = my_pairs(
        session(), person().id, as_mentor=query.role == "mentor", after=query.cursor,
        limit=query.limit,
    )  # fmt: skip
    return _page(found)


@operation(
    "POST", "/me/mentoring", tag="mentoring", body=schemas.PairIn, errors=(409,),
    replies={201: schemas.PairWhole},
)  # fmt: skip
def ask_for_mentor(body: schemas.PairIn) -> Result:
    """Ask for a mentor or coach (201); without `mentor` the office names one."""
    mentor = None
    if body.mentor:
        mentor = _named(body.mentor)
        if mentor.id not in {each.id for each in mentors_for(session(), person())}:
            raise _findings({"mentor": Message("Choose somebody who may be asked in your unit.")})
    return _proposed(person(), mentor, body, supervising=False), 201


@operation(
    "POST", "/people/<number>/mentoring", tag="mentoring", body=schemas.PairIn,
    errors=(403, 404, 409), replies={201: schemas.PairWhole},
)  # fmt: skip
def propose_pair(body: schemas.PairIn, number: str) -> Result:
    """Propose a pair for somebody within reach (201); the mentor is asked."""
    mentee = person_within(number, Action.PROPOSE_PAIRS)
    if mentee.id == person().id:
        raise Invalid(Message("For yourself, ask: POST /me/mentoring."))
    mentor = _named(body.mentor) if body.mentor else None
    return _proposed(mentee, mentor, body, supervising=supervises(mentee)), 201


def _proposed(
    mentee: Person, mentor: Person | None, body: schemas.PairIn, *, supervising: bool
) -> dict[str, Any]:
    proposal = Proposal(
        body.form, _day(body.starts_on, "starts_on"), _day(body.ends_on, "ends_on"),
        tuple(body.competencies), body.aim,
    )  # fmt: skip
    made = _checked(
        lambda: pairs.propose(
            session(), mentee.id, proposal, mentor_id=mentor.id if mentor else None,
            actor_id=person().id, supervises=supervising, timezone=_timezone(), now=now(),
        )
    )  # fmt: skip
    tell_proposal(session(), made, now=now())
    return _whole(mentee.id, made.id)


def _named(number: str) -> Person:
    found = find_by_number(session(), number)
    if found is None or not found.active:
        raise _findings({"mentor": Message("Nobody who is active has this number.")})
    return found


def _day(text: str, name: str) -> date:
    found = parse_date(text)
    if found is None:
        raise _findings(
            {name: Message("“%(text)s” is no date, such as 2026-11-24.", text=text[:40])}
        )
    return found


def _findings(mistakes: dict[str, Message]) -> Findings:
    return Findings(
        Message("This says things that cannot be."),
        [{"field": name, "message": message} for name, message in mistakes.items()],
    )


def _checked(act: Callable[[], Any]) -> Any:
    """Do it; what the rules refuse is told by field."""
    try:
        return act()
    except CannotMentor as error:
        raise _findings(error.mistakes) from None


def _timezone() -> str:
    return state().settings.timezone


@operation(
    "GET", "/mentoring", tag="mentoring", query=schemas.PairsQuery, errors=(403, 404),
    replies={200: schemas.PairList},
)  # fmt: skip
def pairs_of_people(query: schemas.PairsQuery) -> Result:
    """List the pairs of people within reach, the newest first; one's own never."""
    within = reach(Action.READ_PAIRS)
    unit = unit_filter(within, query.unit or "").chosen
    states = [query.state] if query.state else []
    return _page(
        pairs_within(
            session(), within, actor_id=actor().person_id, states=states, unit=unit,
            after=query.cursor, limit=query.limit,
        )
    )  # fmt: skip


def _found(number: str, pair: int) -> tuple[PairLine, Seat]:
    """Return the pair of the mentee with this number, for who may see it."""
    mentee = find_by_number(session(), number)
    if mentee is None:
        raise NotFound(Message("There is no such pair."))
    return seen(mentee.id, pair)


@operation("GET", PAIR, tag="mentoring", errors=(404,), replies={200: schemas.PairWhole})
def pair_of_person(number: str, pair: int) -> Result:
    """Return one pair with its goals and newest meetings; what was noted only for the two."""
    line, seat = _found(number, pair)
    return _body_whole(line, seat)


@operation(
    "POST", f"{PAIR}/acts", tag="mentoring", body=schemas.PairActIn, errors=(403, 404, 409),
    replies={200: schemas.PairWhole},
)  # fmt: skip
def act_on_pair(body: schemas.PairActIn, number: str, pair: int) -> Result:
    """Accept, decline, let begin, refuse, withdraw, end, name a mentor, or take a confirmation back."""
    line, seat = _found(number, pair)
    mentee_id, act = line.pair.person_id, Act(body.act)
    known: dict[str, Any] = {"seat": seat, "based_on": body.based_on, "now": now()}
    if act == Act.NAME:
        mentor = _named(body.mentor or "")
        done = _checked(
            lambda: pairs.name_mentor(
                session(), mentee_id, pair, mentor.id, timezone=_timezone(), **known
            )
        )
        tell_proposal(session(), done, now=now())
    elif act == Act.TAKE_BACK:
        done = results.take_back_result(session(), mentee_id, pair, reason=body.reason, **known)
    else:
        done = pairs.act_on(
            session(), mentee_id, pair, act, reason=body.reason, timezone=_timezone(), **known
        )
    tell_act(session(), done, act, actor_id=seat.actor_id, now=now())
    return _whole(mentee_id, pair)


@operation(
    "POST", f"{PAIR}/result", tag="mentoring", body=schemas.ResultIn, errors=(403, 404, 409),
    replies={200: schemas.PairWhole},
)  # fmt: skip
def confirm_pair(body: schemas.ResultIn, number: str, pair: int) -> Result:
    """Confirm what a pair brought: its meetings become JP, the levels evidence."""
    line, seat = _found(number, pair)
    mentee_id, settings = line.pair.person_id, state().settings
    done: Pair = _checked(
        lambda: results.confirm_result(
            session(), mentee_id, pair, changed=body.changed, levels=body.levels, seat=seat,
            based_on=body.based_on, timezone=_timezone(), mentor_hours=settings.mentor_hours,
            now=now(),
        )
    )  # fmt: skip
    tell_act(session(), done, Act.CONFIRM, actor_id=seat.actor_id, now=now())
    settle_waiting(mentee_id, done.mentor_id)
    return _whole(mentee_id, pair)


@operation(
    "POST", f"{PAIR}/goals", tag="mentoring", body=schemas.GoalIn, errors=(403, 404, 409),
    replies={201: schemas.PairWhole},
)  # fmt: skip
def set_goal(body: schemas.GoalIn, number: str, pair: int) -> Result:
    """Set a goal of one's own active pair (201)."""
    line, seat = _found(number, pair)
    said, who = _goal(body), line.pair.person_id
    _checked(lambda: logs.set_goal(session(), who, pair, said, seat=seat, now=now()))
    return _whole(who, pair), 201


@operation(
    "PUT", f"{PAIR}/goals/<int:goal>", tag="mentoring", body=schemas.GoalChangeIn,
    errors=(403, 404, 409), replies={200: schemas.PairWhole},
)  # fmt: skip
def change_goal(body: schemas.GoalChangeIn, number: str, pair: int, goal: int) -> Result:
    """Let a goal say something else; what it said before stays in the ledger."""
    line, seat = _found(number, pair)
    said, who = _goal(body), line.pair.person_id
    _checked(
        lambda: logs.change_goal(
            session(), who, pair, goal, said, seat=seat, based_on=body.based_on, now=now()
        )
    )
    return _whole(who, pair)


def _goal(body: schemas.GoalIn) -> GoalSaid:
    return GoalSaid(body.text, body.competency, _day(body.due_on, "due_on"), body.level)


@operation(
    "POST", f"{PAIR}/goals/<int:goal>/state", tag="mentoring", body=schemas.GoalStateIn,
    errors=(403, 404, 409), replies={200: schemas.PairWhole},
)  # fmt: skip
def judge_goal(body: schemas.GoalStateIn, number: str, pair: int, goal: int) -> Result:
    """Say how a goal stands."""
    line, seat = _found(number, pair)
    who = line.pair.person_id
    logs.judge_goal(
        session(), who, pair, goal, body.state, seat=seat, based_on=body.based_on, now=now()
    )
    return _whole(who, pair)


@operation(
    "POST", f"{PAIR}/meetings", tag="mentoring", body=schemas.MeetingIn, errors=(403, 404, 409),
    replies={201: schemas.PairWhole},
)  # fmt: skip
def note_meeting(body: schemas.MeetingIn, number: str, pair: int) -> Result:
    """Write a meeting of one's own pair down (201); the other of the two confirms it."""
    line, seat = _found(number, pair)
    who, said = line.pair.person_id, _meeting(body)
    made = _checked(
        lambda: logs.log_meeting(
            session(), who, pair, said, seat=seat, timezone=_timezone(), now=now()
        )
    )
    tell_meeting(session(), line.pair, made, now=now())
    return _whole(who, pair), 201


@operation(
    "PUT", f"{PAIR}/meetings/<int:meeting>", tag="mentoring", body=schemas.MeetingChangeIn,
    errors=(403, 404, 409), replies={200: schemas.PairWhole},
)  # fmt: skip
def correct_meeting(body: schemas.MeetingChangeIn, number: str, pair: int, meeting: int) -> Result:
    """Correct a meeting by an entry; the other of the two confirms it anew."""
    line, seat = _found(number, pair)
    who, said = line.pair.person_id, _meeting(body)
    changed = _checked(
        lambda: logs.change_meeting(
            session(), who, pair, meeting, said, seat=seat, based_on=body.based_on,
            timezone=_timezone(), now=now(),
        )
    )  # fmt: skip
    tell_meeting(session(), line.pair, changed, now=now())
    return _whole(who, pair)


def _meeting(body: schemas.MeetingIn) -> MeetingSaid:
    try:
        starts_at = datetime.fromisoformat(body.starts_at)
        if starts_at.tzinfo is None:
            raise ValueError
        starts_at = starts_at.astimezone(UTC)
    except (ValueError, OverflowError):
        said = Message("Write a moment with its zone, such as 2026-11-24T01:30:00Z.")
        raise _findings({"starts_at": said}) from None
    return MeetingSaid(
        starts_at, body.minutes, body.mode, body.competency, body.topic, body.notes, body.actions,
        body.where, body.shared,
    )  # fmt: skip


@operation(
    "POST", f"{PAIR}/meetings/<int:meeting>/decision", tag="mentoring",
    body=schemas.MeetingStateIn, errors=(403, 404, 409), replies={200: schemas.PairWhole},
)  # fmt: skip
def decide_meeting(body: schemas.MeetingStateIn, number: str, pair: int, meeting: int) -> Result:
    """Confirm what the other wrote down, say why not, or take out one's own."""
    line, seat = _found(number, pair)
    who = line.pair.person_id
    logs.decide_meeting(
        session(), who, pair, meeting, body.state, seat=seat, based_on=body.based_on, now=now(),
        reason=body.reason,
    )  # fmt: skip
    return _whole(who, pair)


def _page(found: Page[PairLine]) -> dict[str, Any]:
    numbers = present_numbers(session(), [line.pair.person_id for line in found.items])
    return {
        "items": [_body(line, numbers.get(line.pair.person_id)) for line in found.items],
        "next": found.next,
    }


def _body(line: PairLine, number: str | None) -> dict[str, Any]:
    pair = line.pair
    return {
        "pair": pair.id, "number": number, "mentee": line.mentee_name, "mentor": line.mentor_name,
        "form": pair.form, "starts_on": pair.starts_on.isoformat(),
        "ends_on": pair.ends_on.isoformat(), "competencies": pair.competencies,
        "state": pair.state, "seq": pair.seq, "meetings": pair.meetings, "minutes": pair.minutes,
        "hours": pair.jp,
    }  # fmt: skip


def _whole(mentee_id: int, pair: int) -> dict[str, Any]:
    return _body_whole(*seen(mentee_id, pair))


def _body_whole(line: PairLine, seat: Seat) -> dict[str, Any]:
    pair, texts = line.pair, line.texts
    worth = results.worth_of(session(), pair, timezone=_timezone())
    goals = [
        {
            "goal": each.goal.id, "text": each.text, "competency": each.goal.competency,
            "level": each.goal.level, "due_on": each.goal.due_on.isoformat(),
            "state": each.goal.state, "seq": each.goal.seq,
        }
        for each in goals_of(session(), pair)
    ]  # fmt: skip
    meetings = meetings_of(session(), pair, inside=seat.inside, limit=NEWEST)
    return {
        **_body(line, number_of(session(), pair.person_id)),
        "aim": texts["aim"], "reason": texts["reason"], "changed": texts["changed"],
        "hours_so_far": sum(day.jp for day in worth), "goals": goals,
        "meetings_noted": _meetings(meetings),
    }  # fmt: skip


def _meetings(lines: Sequence[MeetingLine]) -> list[dict[str, Any]]:
    return [
        {
            "meeting": each.meeting.id, "day": each.meeting.day.isoformat(),
            "starts_at": moment(each.meeting.starts_at), "minutes": each.meeting.minutes,
            "mode": each.meeting.mode, "competency": each.meeting.competency,
            "state": each.meeting.state, "seq": each.meeting.seq,
            **{name: each.texts.get(name) for name in ("topic", "notes", "actions", "where")},
        }
        for each in lines
    ]  # fmt: skip
