"""Pairs, goals and meetings folded from the mentees' chains."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learn.ledger import Entry, project
from learn.mentoring.log_rules import GoalState, MeetingState
from learn.mentoring.models import Goal, Meeting, Pair
from learn.mentoring.rules import LIFE, WITH_REASON, Act, State
from learn.people.models import Mentee

PAIR_PROPOSED = "mentoring_proposed"
GOAL_SET, GOAL_CHANGED, GOAL_JUDGED = "mentoring_goal_set", "mentoring_goal_changed", "mentoring_goal_judged"  # fmt: skip
MEETING_LOGGED = "mentoring_meeting_logged"
MEETING_CHANGED = "mentoring_meeting_changed"
MEETING_CONFIRMED = "mentoring_meeting_confirmed"
MEETING_DISPUTED = "mentoring_meeting_disputed"
MEETING_REMOVED = "mentoring_meeting_removed"

KIND_OF: dict[str, str] = {
    Act.NAME: "mentoring_mentor_named",
    Act.ACCEPT: "mentoring_accepted",
    Act.DECLINE: "mentoring_declined",
    Act.START: "mentoring_begun",
    Act.REFUSE: "mentoring_refused",
    Act.WITHDRAW: "mentoring_withdrawn",
    Act.END: "mentoring_ended",
    Act.CONFIRM: "mentoring_confirmed",
    Act.TAKE_BACK: "mentoring_taken_back",
}
ACT_OF = {kind: act for act, kind in KIND_OF.items()}
DECIDED = {
    MEETING_CONFIRMED: MeetingState.CONFIRMED,
    MEETING_DISPUTED: MeetingState.DISPUTED,
    MEETING_REMOVED: MeetingState.REMOVED,
}


@project(PAIR_PROPOSED)
def propose(session: Session, entry: Entry) -> None:
    """A pair is proposed, or asked for without a mentor."""
    data = entry.data
    state = State.PROPOSED if data["mentor"] is not None else State.REQUESTED
    session.add(
        Pair(
            person_id=entry.person_id, id=entry.seq, key=data["key"], mentor_id=data["mentor"],
            form=data["form"], starts_on=date.fromisoformat(data["starts_on"]),
            ends_on=date.fromisoformat(data["ends_on"]), competencies=data["competencies"],
            state=state.value, seq=entry.seq, text_seq=entry.seq, proposed_at=entry.at,
            proposed_by=data["actor"], supervised_by=data["supervised_by"],
            meetings=0, minutes=0, jp=0, mentor_jp=0,
        )
    )  # fmt: skip
    session.flush()


@project(*ACT_OF)
def go_on(session: Session, entry: Entry) -> None:
    """Something is done with a pair."""
    data, act = entry.data, ACT_OF[entry.kind]
    pair = session.get_one(Pair, (entry.person_id, data["pair"]))
    following = LIFE.after(pair.state, act)
    if act == Act.NAME:
        pair.mentor_id, pair.supervised_by = data["mentor"], data["supervised_by"]
    elif act == Act.START:
        pair.supervised_by = data["actor"]
    if act in (Act.ACCEPT, Act.START) and pair.supervised_by is not None:
        following = State.ACTIVE
        _begin(session, pair, entry)
    if act in (Act.END, Act.CONFIRM):
        _stop(session, pair, entry.at)
    if act == Act.CONFIRM:
        pair.confirmed_at, pair.confirmed_by, pair.result_seq = entry.at, data["actor"], entry.seq
        pair.jp, pair.mentor_jp = data["jp"], data["mentor_jp"]
    elif act == Act.TAKE_BACK:
        pair.confirmed_at = pair.confirmed_by = pair.result_seq = None
        pair.jp = pair.mentor_jp = 0
    if act in WITH_REASON:
        pair.reason_seq = entry.seq
    pair.state, pair.seq = following.value, entry.seq
    session.flush()


def _begin(session: Session, pair: Pair, entry: Entry) -> None:
    pair.begun_at = entry.at
    session.add(
        Mentee(
            person_id=pair.person_id, pair=pair.id, mentor_id=pair.mentor_id,
            since_at=datetime.fromisoformat(entry.data["since_at"]),
            until_at=datetime.fromisoformat(entry.data["until_at"]),
        )
    )  # fmt: skip


def _stop(session: Session, pair: Pair, at: datetime) -> None:
    if pair.ended_at is None:
        pair.ended_at = at
    session.execute(
        delete(Mentee).where(Mentee.person_id == pair.person_id, Mentee.pair == pair.id)
    )


def _touched(session: Session, entry: Entry) -> None:
    """The pair moves with its goals and meetings, and counts the confirmed ones anew."""
    pair = session.get_one(Pair, (entry.person_id, entry.data["pair"]))
    counted = session.execute(
        select(func.count(), func.coalesce(func.sum(Meeting.minutes), 0)).where(
            Meeting.person_id == pair.person_id, Meeting.pair == pair.id,
            Meeting.state == MeetingState.CONFIRMED,
        )
    ).one()  # fmt: skip
    pair.meetings, pair.minutes = counted[0], int(counted[1])
    session.flush()


@project(GOAL_SET)
def set_goal(session: Session, entry: Entry) -> None:
    """A goal is set."""
    session.add(
        Goal(
            person_id=entry.person_id, id=entry.seq, pair=entry.data["pair"], seq=entry.seq,
            state=GoalState.OPEN.value, set_at=entry.at, **_goal_said(entry),
        )
    )  # fmt: skip
    session.flush()


@project(GOAL_CHANGED)
def change_goal(session: Session, entry: Entry) -> None:
    """A goal says something else now."""
    goal = session.get_one(Goal, (entry.person_id, entry.data["goal"]))
    for name, value in _goal_said(entry).items():
        setattr(goal, name, value)
    goal.seq = entry.seq
    session.flush()


def _goal_said(entry: Entry) -> dict[str, Any]:
    data = entry.data
    return {
        "competency": data["competency"], "level": data["level"], "text_seq": entry.seq,
        "due_on": date.fromisoformat(data["due_on"]),
    }  # fmt: skip


@project(GOAL_JUDGED)
def judge_goal(session: Session, entry: Entry) -> None:
    """A goal is reached, not reached, given up, or open again."""
    goal = session.get_one(Goal, (entry.person_id, entry.data["goal"]))
    goal.state, goal.seq = entry.data["state"], entry.seq
    session.flush()


@project(MEETING_LOGGED)
def log_meeting(session: Session, entry: Entry) -> None:
    """A meeting is written down."""
    session.add(
        Meeting(
            person_id=entry.person_id, id=entry.seq, pair=entry.data["pair"],
            mentor_id=entry.data["mentor"], state=MeetingState.LOGGED.value, **_meeting_said(entry),
        )
    )  # fmt: skip
    session.flush()
    _touched(session, entry)


@project(MEETING_CHANGED)
def change_meeting(session: Session, entry: Entry) -> None:
    """A meeting is corrected: the other of the two confirms it anew."""
    meeting = session.get_one(Meeting, (entry.person_id, entry.data["meeting"]))
    for name, value in _meeting_said(entry).items():
        setattr(meeting, name, value)
    meeting.state, meeting.decided_at = MeetingState.LOGGED.value, None
    session.flush()
    _touched(session, entry)


def _meeting_said(entry: Entry) -> dict[str, Any]:
    data = entry.data
    return {
        "starts_at": datetime.fromisoformat(data["starts_at"]),
        "ends_at": datetime.fromisoformat(data["ends_at"]),
        "day": date.fromisoformat(data["day"]), "minutes": data["minutes"], "mode": data["mode"],
        "competency": data["competency"], "shared": data["shared"], "logged_by": data["actor"],
        "logged_at": entry.at, "seq": entry.seq, "text_seq": entry.seq,
    }  # fmt: skip


@project(*DECIDED)
def decide_meeting(session: Session, entry: Entry) -> None:
    """A meeting is confirmed, not agreed to, or taken out."""
    meeting = session.get_one(Meeting, (entry.person_id, entry.data["meeting"]))
    meeting.state, meeting.decided_at = DECIDED[entry.kind].value, entry.at
    meeting.seq = entry.seq
    if entry.kind != MEETING_CONFIRMED:
        meeting.reason_seq = entry.seq
    session.flush()
    _touched(session, entry)
