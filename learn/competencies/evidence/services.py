"""What is done with evidence by hand: confirming behaviour, suspending for a time, withdrawing one piece."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from learn.competencies.assessments.entries import ASSESSMENT_RESUMED, ASSESSMENT_SUSPENDED
from learn.competencies.evidence.entries import (
    EVIDENCE_RESUMED,
    EVIDENCE_SUSPENDED,
    EVIDENCE_WITHDRAWN,
)
from learn.competencies.models import Assessment, Evidence
from learn.competencies.notices import CONFIRMED, SUSPENDED
from learn.competencies.services import decide_level, record_evidence
from learn.errors import Conflict, Forbidden, Invalid, Message, Mistakes, NotFound
from learn.ledger import append
from learn.ledger.rows import locked_row, row_at
from learn.lifecycle import MAX_REASON, reason_in
from learn.notices.services import notify

FIRST_DAY = date(1990, 1, 1)
LONGEST_DAYS = 366 * 20
What = Literal["evidence", "assessment"]
_MODELS: dict[str, Any] = {"evidence": Evidence, "assessment": Assessment}
_SUSPENDED = {"evidence": EVIDENCE_SUSPENDED, "assessment": ASSESSMENT_SUSPENDED}
_RESUMED = {"evidence": EVIDENCE_RESUMED, "assessment": ASSESSMENT_RESUMED}


def _refuse_own(person_id: int, actor_id: int) -> None:
    if person_id == actor_id:
        raise Forbidden(Message("Nobody decides about their own levels; somebody else does."))


def confirm_behaviour(
    session: Session,
    person_id: int,
    *,
    competency: str,
    level: int,
    observed_on: date,
    note: str,
    key: str,
    actor_id: int,
    today: date,
    now: datetime,
    valid_until: date | None = None,
) -> int:
    """Record that a supervisor saw the behaviour of a level; the same `key` again changes nothing.

    The caller has asked whether the actor is the person's supervisor.

    Raises
    ------
    Forbidden, Invalid
        It is about oneself; a day, the level or the note cannot be.
    """
    if actor_id == person_id:
        raise Forbidden(Message("Nobody confirms their own behaviour; the supervisor does."))
    if observed_on > today:
        raise Mistakes({"observed_on": Message("The day on which you saw it is in the future.")})
    if observed_on < FIRST_DAY:
        raise Mistakes({"observed_on": Message("The day on which you saw it is before 1990.")})
    if valid_until is not None and not observed_on <= valid_until <= _latest(observed_on):
        raise Mistakes({"valid_until": Message("The last day is before the day on which you saw it, or more than 20 years after it.")})  # fmt: skip
    text = note.replace("\x00", "").strip()
    if not text:
        raise Mistakes({"note": Message("Write what you saw: it stands in the record.")})
    if len(text) > MAX_REASON:
        raise Mistakes({"note": Message("At most %(most)s letters.", most=MAX_REASON)})
    seq = record_evidence(
        session, person_id, competency=competency, level=level, source="confirmation", ref=key,
        now=now, valid_until=valid_until, actor_id=actor_id, observed_on=observed_on,
        detail={"note": text},
    )  # fmt: skip
    told = {"competency": competency, "level": level}
    notify(session, person_id, CONFIRMED, told, now=now, key=f"confirmed:{seq}")
    return seq


def _latest(day: date) -> date:
    return day + timedelta(days=LONGEST_DAYS)


def piece_with(session: Session, person_id: int, what: str, seq: int) -> Any:
    """Return a piece of evidence or an assessment of the person.

    Raises
    ------
    NotFound
        There is none of this number.
    """
    none = Message("There is no such evidence or assessment.")
    if what not in _MODELS:
        raise NotFound(none)
    return row_at(session, _MODELS[what], person_id, seq, none)


def _locked(session: Session, person_id: int, what: str, seq: int) -> Any:
    piece_with(session, person_id, what, seq)
    row = locked_row(session, _MODELS[what], person_id, seq)
    if row.withdrawn_at is not None:
        raise Conflict(Message("This was withdrawn; it does not count anyhow."))
    return row


def suspend(
    session: Session,
    person_id: int,
    what: What,
    seq: int,
    *,
    begins: date,
    ends: date | None,
    reason: str,
    actor_id: int,
    today: date,
    now: datetime,
) -> None:
    """Let evidence or an assessment not count for a time, the last day included; none: until further notice.

    Raises
    ------
    Forbidden, Invalid, Conflict
        It is one's own; the days or the reason cannot be; it is suspended or withdrawn already.
    """
    _refuse_own(person_id, actor_id)
    if ends is not None and ends < begins:
        raise Invalid(Message("The last day is before the first day; exchange them."))
    if not FIRST_DAY <= begins <= _latest(today) or (ends and ends > _latest(today)):
        raise Invalid(Message("The days lie too far away."))
    text = reason_in(reason)
    row = _locked(session, person_id, what, seq)
    if row.suspended_from is not None and (
        row.suspended_until is None or row.suspended_until >= today
    ):
        raise Conflict(Message("It is suspended already. End that suspension first."))
    data = {what: seq, "from": begins.isoformat(), "until": ends.isoformat() if ends else None,
            "actor": actor_id}  # fmt: skip
    entry = append(session, person_id, _SUSPENDED[what], data, at=now, detail={"reason": text})
    told = {"competency": row.competency}
    notify(session, person_id, SUSPENDED, told, now=now, key=f"suspended:{entry.seq}")
    _decide(session, person_id, what, row, now, today)


def resume(
    session: Session, person_id: int, what: What, seq: int, *, actor_id: int, today: date,
    now: datetime,
) -> None:  # fmt: skip
    """End a suspension: from `today` on it counts again.

    Raises
    ------
    Forbidden, Conflict
        It is one's own; it is not suspended.
    """
    _refuse_own(person_id, actor_id)
    row = _locked(session, person_id, what, seq)
    if row.suspended_from is None or (row.suspended_until and row.suspended_until < today):
        raise Conflict(Message("It is not suspended."))
    last_day = today - timedelta(days=1)
    data = {what: seq, "until": last_day.isoformat(), "actor": actor_id}
    append(session, person_id, _RESUMED[what], data, at=now)
    _decide(session, person_id, what, row, now, today)


def _decide(
    session: Session, person_id: int, what: What, row: Any, now: datetime, today: date
) -> None:
    if what == "evidence":
        decide_level(session, person_id, row.competency, now=now, today=today)


def withdraw_evidence(
    session: Session, person_id: int, seq: int, *, reason: str, actor_id: int, now: datetime
) -> None:
    """Withdraw one piece of evidence for good, and decide the level from what remains.

    Raises
    ------
    Forbidden, Invalid, Conflict
        It is one's own; the reason is missing; it was withdrawn before; it follows from a completion.
    """
    _refuse_own(person_id, actor_id)
    text = reason_in(reason)
    row: Evidence = _locked(session, person_id, "evidence", seq)
    if row.source == "course":
        raise Conflict(
            Message("Evidence of a course is withdrawn together with its completion, by HR.")
        )
    data = {"evidence": seq, "actor": actor_id}
    append(session, person_id, EVIDENCE_WITHDRAWN, data, at=now, detail={"reason": text})
    decide_level(session, person_id, row.competency, now=now)
