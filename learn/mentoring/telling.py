"""Notices of mentoring and approvals: who has to do something is told, and who waited how it went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learn.errors import Message
from learn.mentoring.models import Approval, Meeting, Pair
from learn.mentoring.rules import Act
from learn.notices.kinds import Data, NoticeKind, Target, register
from learn.notices.services import notify

ASKED, ANSWERED, MET = "mentoring_asked", "mentoring_answered", "mentoring_met"
TAKEN_BACK = "work_approval_taken_back"
_ANSWERS = {
    Act.ACCEPT: Message("Your mentor has accepted."),
    Act.DECLINE: Message("Your request for mentoring was declined."),
    Act.START: Message("Your mentoring has been confirmed and can begin."),
    Act.REFUSE: Message("A mentoring pair was refused."),
    Act.END: Message("A mentoring pair has ended."),
    Act.CONFIRM: Message("Your mentoring was confirmed by the supervisor."),
    Act.TAKE_BACK: Message("The confirmation of a mentoring pair was taken back."),
}


def _place(data: Data) -> Target:
    return Target("mentoring_pair", {"person_id": data["mentee"], "pair_id": data["pair"]})


register(NoticeKind(
    ASKED, "users",
    text=lambda _data: Message("You are asked to be a mentor. Accept or decline."), target=_place,
))  # fmt: skip
register(NoticeKind(ANSWERED, "users", text=lambda data: _ANSWERS[data["act"]], target=_place))
register(NoticeKind(
    MET, "calendar",
    text=lambda _data: Message("A meeting waits for your confirmation."), target=_place,
))  # fmt: skip
register(NoticeKind(
    TAKEN_BACK, "info",
    text=lambda data: Message("A confirmation of your work for %(title)s was taken back.",
                              title=data["title"]),
    target=lambda data: Target("course", {"course": data["course"]}),
))  # fmt: skip


def tell_proposal(session: Session, pair: Pair, *, now: datetime) -> None:
    """Tell the mentor that they are asked; who proposed themselves knows it."""
    if pair.mentor_id is not None:
        _tell(session, pair.mentor_id, ASKED, pair, now, f"asked-{pair.seq}")


def tell_act(session: Session, pair: Pair, act: Act, *, actor_id: int, now: datetime) -> None:
    """Tell the two what was done with their pair, but not who did it."""
    if act not in _ANSWERS:
        return
    for person_id in {pair.person_id, pair.mentor_id} - {actor_id, None}:
        _tell(session, person_id or 0, ANSWERED, pair, now, str(pair.seq), act=act.value)


def tell_meeting(session: Session, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Tell the other of the two that a meeting waits."""
    other = pair.mentor_id if meeting.logged_by == pair.person_id else pair.person_id
    if other is not None:
        _tell(session, other, MET, pair, now, f"met-{meeting.seq}")


def tell_taken_back(session: Session, approval: Approval, *, now: datetime) -> None:
    """Tell the learner that an approval no longer counts, but not who took it back."""
    key = f"approval/{approval.id}/taken-back"
    notify(session, approval.person_id, TAKEN_BACK, {"course": approval.course}, now=now, key=key)


def _tell(
    session: Session, person_id: int, kind: str, pair: Pair, now: datetime, mark: str, **more: str
) -> None:
    data = {"mentee": pair.person_id, "pair": pair.id, **more}
    key = f"mentoring/{pair.person_id}/{pair.id}/{mark}"
    notify(session, person_id, kind, data, now=now, key=key)
