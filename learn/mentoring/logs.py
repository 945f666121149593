"""Verbs of goals and meetings: set, write down, confirm, correct; always by entries, never over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.db import moment_text
from learn.errors import Conflict, Forbidden, Invalid, Message, NotFound
from learn.hours.forms import load_forms
from learn.hours.rules import local_day
from learn.ledger import append
from learn.ledger.rows import row_at
from learn.lifecycle import reason_in
from learn.mentoring.log_rules import (
    GoalSaid,
    GoalState,
    MeetingSaid,
    MeetingState,
    check_goal,
    check_meeting,
    most_minutes_a_day,
)
from learn.mentoring.models import Goal, Meeting, Pair
from learn.mentoring.pairs import Seat, locked_pair, zone_of
from learn.mentoring.projections import (
    GOAL_CHANGED,
    GOAL_JUDGED,
    GOAL_SET,
    MEETING_CHANGED,
    MEETING_CONFIRMED,
    MEETING_DISPUTED,
    MEETING_LOGGED,
    MEETING_REMOVED,
)
from learn.mentoring.rules import Moved, NotNow, State, refuse

MOST_GOALS, MOST_MEETINGS = 50, 500
POSSIBLE_YEARS = range(1970, 2200)
COUNTING = (MeetingState.LOGGED, MeetingState.CONFIRMED)
LoggedT = TypeVar("LoggedT", Goal, Meeting)
_NONE: Mapping[type[Any], Message] = {
    Goal: Message("There is no such goal."), Meeting: Message("There is no such meeting."),
}  # fmt: skip


def _own_pair(
    session: Session, mentee_id: int, pair_id: int, seat: Seat, states: tuple[State, ...]
) -> Pair:
    """Return the pair, locked, for one of the two while it stands so."""
    if not seat.inside:
        raise Forbidden(Message("Only the two of the pair write down goals and meetings."))
    pair = locked_pair(session, mentee_id, pair_id)
    if pair.state not in states:
        raise NotNow(Message("Goals and meetings belong to a pair that is active."))
    return pair


def logged(
    session: Session, model: type[LoggedT], mentee_id: int, pair_id: int, number: int
) -> LoggedT:
    """Return a goal or a meeting of the pair.

    Raises
    ------
    NotFound
        It has none of this number.
    """
    none = _NONE[model]
    found = row_at(session, model, mentee_id, number, none)
    if found.pair != pair_id:
        raise NotFound(none)
    return found


def _standing(
    session: Session,
    model: type[LoggedT],
    mentee_id: int,
    pair_id: int,
    number: int,
    seat: Seat,
    based_on: int,
) -> tuple[Pair, LoggedT]:
    """Return the pair, locked, and its goal or meeting, as one of the two saw it."""
    pair = _own_pair(session, mentee_id, pair_id, seat, (State.ACTIVE, State.ENDED))
    found = logged(session, model, mentee_id, pair_id, number)
    session.refresh(found)
    if found.seq != based_on:
        raise Moved
    return pair, found


def _count(session: Session, model: type[Goal] | type[Meeting], pair: Pair) -> int:
    held = select(func.count()).where(model.person_id == pair.person_id, model.pair == pair.id)
    return session.scalar(held) or 0


def set_goal(
    session: Session, mentee_id: int, pair_id: int, said: GoalSaid, *, seat: Seat, now: datetime
) -> Goal:
    """Set a goal of an active pair.

    Raises
    ------
    CannotMentor, Forbidden, NotNow
        Something cannot be; they are not of the pair; the pair is not active.
    """
    pair = _own_pair(session, mentee_id, pair_id, seat, (State.ACTIVE,))
    if _count(session, Goal, pair) >= MOST_GOALS:
        raise Conflict(Message("A pair has %(most)s goals at most.", most=MOST_GOALS))
    data = {"pair": pair.id, **_goal_data(pair, said), "actor": seat.actor_id}
    entry = append(session, mentee_id, GOAL_SET, data, at=now, detail={"text": said.text.strip()})
    return session.get_one(Goal, (mentee_id, entry.seq))


def _goal_data(pair: Pair, said: GoalSaid) -> dict[str, Any]:
    check_goal(said, starts_on=pair.starts_on, ends_on=pair.ends_on, known=_codes())
    return {"competency": said.competency, "level": said.level, "due_on": said.due_on.isoformat()}


def _codes() -> list[str]:
    return [each.code for each in load_framework().competencies]


def change_goal(
    session: Session,
    mentee_id: int,
    pair_id: int,
    goal_id: int,
    said: GoalSaid,
    *,
    seat: Seat,
    based_on: int,
    now: datetime,
) -> Goal:
    """Let a goal say something else; what it said before stays in the ledger."""
    pair, goal = _standing(session, Goal, mentee_id, pair_id, goal_id, seat, based_on)
    if goal.state != GoalState.OPEN:
        raise NotNow(Message("This goal is closed. Open it again before it is changed."))
    data = {"pair": pair.id, "goal": goal.id, **_goal_data(pair, said), "actor": seat.actor_id}
    append(session, mentee_id, GOAL_CHANGED, data, at=now, detail={"text": said.text.strip()})
    return goal


def judge_goal(
    session: Session,
    mentee_id: int,
    pair_id: int,
    goal_id: int,
    state: str,
    *,
    seat: Seat,
    based_on: int,
    now: datetime,
) -> Goal:
    """Say that a goal is reached, not reached, given up, or open again; the same again changes nothing."""
    if state not in set(GoalState):
        raise Invalid(Message("Choose how the goal stands."))
    _pair, goal = _standing(session, Goal, mentee_id, pair_id, goal_id, seat, based_on)
    if goal.state != state:
        data = {"pair": pair_id, "goal": goal.id, "state": state, "actor": seat.actor_id}
        append(session, mentee_id, GOAL_JUDGED, data, at=now)
    return goal


def log_meeting(
    session: Session,
    mentee_id: int,
    pair_id: int,
    said: MeetingSaid,
    *,
    seat: Seat,
    timezone: str,
    now: datetime,
) -> Meeting:
    """Write a meeting down; it counts when the other of the two confirms it.

    Raises
    ------
    CannotMentor, Forbidden, NotNow
        Something cannot be; they are not of the pair; the pair is not active.
    """
    pair = _own_pair(session, mentee_id, pair_id, seat, (State.ACTIVE,))
    if _count(session, Meeting, pair) >= MOST_MEETINGS:
        raise Conflict(Message("A pair has %(most)s meetings at most.", most=MOST_MEETINGS))
    data = _meeting_data(session, pair, said, seat, timezone, now)
    entry = append(
        session, mentee_id, MEETING_LOGGED, {**data, "mentor": pair.mentor_id}, at=now,
        detail=_meeting_detail(said),
    )  # fmt: skip
    return session.get_one(Meeting, (mentee_id, entry.seq))


def _meeting_data(
    session: Session,
    pair: Pair,
    said: MeetingSaid,
    seat: Seat,
    timezone: str,
    now: datetime,
    but: int = 0,
) -> dict[str, Any]:
    if said.starts_at.year not in POSSIBLE_YEARS:  # of others no zone can tell the day
        refuse([("day", Message("The day lies outside the time of the pair."))])
    day = local_day(said.starts_at, zone_of(session, pair.person_id, timezone))
    check_meeting(
        said, day=day, starts_on=pair.starts_on, ends_on=pair.ends_on, known=_codes(),
        most_minutes=most_minutes_a_day(load_forms().form(pair.form)),
        minutes_of_day=_minutes_of(session, pair, day, but),
        others=_times_taken(session, pair, said, but), now=now,
    )  # fmt: skip
    return {
        "pair": pair.id, "starts_at": moment_text(said.starts_at),
        "ends_at": moment_text(said.ends_at), "day": day.isoformat(), "minutes": said.minutes,
        "mode": said.mode, "competency": said.competency, "shared": said.shared,
        "actor": seat.actor_id,
    }  # fmt: skip


def _minutes_of(session: Session, pair: Pair, day: date, but: int) -> int:
    total = session.scalar(
        select(func.coalesce(func.sum(Meeting.minutes), 0)).where(
            Meeting.person_id == pair.person_id, Meeting.pair == pair.id, Meeting.day == day,
            Meeting.state.in_(COUNTING), Meeting.id != but,
        )
    )  # fmt: skip
    return int(total or 0)


def _times_taken(
    session: Session, pair: Pair, said: MeetingSaid, but: int
) -> list[tuple[datetime, datetime]]:
    """Return when either of the two, as mentee or as mentor, has another meeting at that time."""
    two = [pair.person_id, pair.mentor_id or 0]
    found: list[tuple[datetime, datetime]] = []
    for who in (Meeting.person_id.in_(two), Meeting.mentor_id.in_(two)):
        rows = session.execute(
            select(Meeting.person_id, Meeting.id, Meeting.starts_at, Meeting.ends_at).where(
                who, Meeting.state.in_(COUNTING), Meeting.starts_at < said.ends_at,
                Meeting.ends_at > said.starts_at,
            )
        )  # fmt: skip
        found += [
            (row.starts_at, row.ends_at)
            for row in rows
            if (row.person_id, row.id) != (pair.person_id, but)
        ]
    return found


def _meeting_detail(said: MeetingSaid) -> Mapping[str, str]:
    return {
        "topic": said.topic.strip(), "notes": said.notes.strip(),
        "actions": said.actions.strip(), "where": said.where.strip(),
    }  # fmt: skip


def change_meeting(
    session: Session,
    mentee_id: int,
    pair_id: int,
    meeting_id: int,
    said: MeetingSaid,
    *,
    seat: Seat,
    based_on: int,
    timezone: str,
    now: datetime,
) -> Meeting:
    """Correct a meeting, also one that was confirmed: the other of the two confirms it anew."""
    pair, meeting = _standing(session, Meeting, mentee_id, pair_id, meeting_id, seat, based_on)
    if meeting.state == MeetingState.REMOVED:
        raise NotNow(Message("This meeting was taken out. Write it down anew."))
    data = _meeting_data(session, pair, said, seat, timezone, now, but=meeting.id)
    append(
        session, mentee_id, MEETING_CHANGED, {**data, "meeting": meeting.id}, at=now,
        detail=_meeting_detail(said),
    )  # fmt: skip
    return meeting


def decide_meeting(
    session: Session,
    mentee_id: int,
    pair_id: int,
    meeting_id: int,
    state: str,
    *,
    seat: Seat,
    based_on: int,
    now: datetime,
    reason: str = "",
) -> Meeting:
    """Confirm what the other wrote down, or say why not; or take out what one wrote down oneself.

    Raises
    ------
    Forbidden, Invalid, NotNow, Moved
        Nobody confirms what they wrote themselves; a reason is missing; it stands otherwise.
    """
    kind = _KINDS.get(state)
    if kind is None:
        raise Invalid(Message("Choose what becomes of the meeting."))
    _pair, meeting = _standing(session, Meeting, mentee_id, pair_id, meeting_id, seat, based_on)
    own = meeting.logged_by == seat.actor_id
    if own != (state == MeetingState.REMOVED):
        raise Forbidden(
            Message("The other of the two confirms a meeting; who wrote it down can take it out.")
        )
    allowed = COUNTING if state == MeetingState.DISPUTED else (MeetingState.LOGGED,)
    if state == MeetingState.REMOVED:
        allowed = (MeetingState.LOGGED, MeetingState.DISPUTED)
    if meeting.state not in allowed:
        raise NotNow(Message("This meeting was decided already."))
    # not under the name that lists of the ledger show: it is for the two
    detail = {"why": reason_in(reason)} if kind != MEETING_CONFIRMED else None
    data = {"pair": pair_id, "meeting": meeting.id, "actor": seat.actor_id}
    append(session, mentee_id, kind, data, at=now, detail=detail)
    return meeting


_KINDS: Mapping[str, str] = {
    MeetingState.CONFIRMED: MEETING_CONFIRMED,
    MeetingState.DISPUTED: MEETING_DISPUTED,
    MeetingState.REMOVED: MEETING_REMOVED,
}
