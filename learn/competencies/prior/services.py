"""Prior learning: asking with documents that it be recognised, and deciding about what others ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.competencies.assessments.services import MOST_YEARS
from learn.competencies.framework.catalogue import HIGHEST, LOWEST, load_framework
from learn.competencies.models import PriorLearning
from learn.competencies.notices import ACCEPTED, REJECTED, RETURNED, REVOKED
from learn.competencies.prior.entries import (
    KIND_OF,
    LIFE,
    PRIOR_SUBMITTED,
    Act,
    NotNow,
    PriorMoved,
    State,
)
from learn.competencies.services import record_evidence, withdraw_evidence_of
from learn.errors import Conflict, Forbidden, Invalid, Message
from learn.ledger import append, lock
from learn.ledger.rows import locked_row, row_at
from learn.lifecycle import MAX_REASON, reason_in
from learn.notices.services import notify

if TYPE_CHECKING:
    from learn.claims.documents import Document

MOST_DOCUMENTS = 5
MOST_OPEN = 20
MAX_ABOUT = 2000
TOLD: Mapping[str, str] = {
    Act.ACCEPT: ACCEPTED, Act.RETURN: RETURNED, Act.REJECT: REJECTED, Act.REVOKE: REVOKED,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What somebody asks: the competency, the level, and what they did that shows it."""

    competency: str
    level: int
    about: str


def ask(
    session: Session,
    person_id: int,
    asked: Asked,
    documents: Sequence[Document],
    *,
    key: str,
    now: datetime,
) -> PriorLearning:
    """Ask that prior learning be recognised; the same `key` again returns the request that it began.

    Raises
    ------
    Invalid, Conflict
        Something cannot be, or there is no document; too many requests wait.
    """
    lock(session, person_id)
    known = session.scalar(
        select(PriorLearning).where(PriorLearning.person_id == person_id, PriorLearning.key == key)
    )
    if known is not None:
        return known
    waiting = select(func.count()).where(
        PriorLearning.person_id == person_id,
        PriorLearning.state.in_([State.SUBMITTED, State.RETURNED]),
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise Conflict(Message("You have %(most)s requests that are not decided. Wait for some first.",
                               most=MOST_OPEN))  # fmt: skip
    data, detail = _written(asked, documents)
    entry = append(session, person_id, PRIOR_SUBMITTED, {"key": key, **data}, at=now, detail=detail)
    return session.get_one(PriorLearning, (person_id, entry.seq))


def _written(
    asked: Asked, documents: Sequence[Document]
) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
    about = asked.about.replace("\x00", "").strip()
    code = load_framework().competency(asked.competency).code
    if not LOWEST <= asked.level <= HIGHEST:
        raise Invalid(Message("A level is a whole number from 1 to 5."))
    if not about:
        raise Invalid(Message("Write what you did that shows this level."))
    if len(about) > MAX_ABOUT:
        raise Invalid(Message("At most %(most)s letters.", most=MAX_ABOUT))
    if not 0 < len(documents) <= MOST_DOCUMENTS:
        raise Invalid(Message("Add 1 to %(most)s documents: PDF, or photographs as JPG or PNG.",
                              most=MOST_DOCUMENTS))  # fmt: skip
    data = {
        "competency": code, "level": asked.level,
        "documents": [[each.digest, each.media_type] for each in documents],
    }  # fmt: skip
    return data, {"about": about, "documents": [each.name for each in documents]}


def request_of(session: Session, person_id: int, request_id: int) -> PriorLearning:
    """Return a request of the person.

    Raises
    ------
    NotFound
        They have none of this number.
    """
    none = Message("There is no such request.")
    return row_at(session, PriorLearning, person_id, request_id, none)


def _locked(session: Session, person_id: int, request_id: int, based_on: int) -> PriorLearning:
    request_of(session, person_id, request_id)
    row = locked_row(session, PriorLearning, person_id, request_id)
    if row.seq != based_on:
        raise PriorMoved
    return row


def resubmit(
    session: Session,
    person_id: int,
    request_id: int,
    asked: Asked,
    documents: Sequence[Document],
    *,
    based_on: int,
    now: datetime,
) -> PriorLearning:
    """Send a returned request again, corrected.

    Raises
    ------
    Invalid, NotNow, PriorMoved
        Something cannot be; it was not returned; it was changed elsewhere.
    """
    row = _locked(session, person_id, request_id, based_on)
    LIFE.after(row.state, Act.RESUBMIT)
    data, detail = _written(asked, documents)
    append(session, person_id, KIND_OF[Act.RESUBMIT], {"request": row.id, **data}, at=now,
           detail=detail)  # fmt: skip
    return row


def withdraw(
    session: Session, person_id: int, request_id: int, *, based_on: int, now: datetime
) -> PriorLearning:
    """Give up one's own request before it is decided; it stays visible."""
    row = request_of(session, person_id, request_id)
    if row.state == State.WITHDRAWN:
        return row
    row = _locked(session, person_id, request_id, based_on)
    LIFE.after(row.state, Act.WITHDRAW)
    append(session, person_id, KIND_OF[Act.WITHDRAW], {"request": row.id}, at=now)
    return row


def decide(
    session: Session,
    person_id: int,
    request_id: int,
    act: Act,
    *,
    actor_id: int,
    based_on: int,
    today: date,
    now: datetime,
    level: int | None = None,
    valid_until: date | None = None,
    reason: str = "",
) -> PriorLearning:
    """Accept, return or reject somebody's request, or revoke one that was accepted.

    What is accepted is evidence for `level`, which may be lower than what was asked; what is revoked is
    evidence no longer. The caller has asked whether the actor reaches the person.

    Raises
    ------
    Forbidden, Invalid, NotNow, PriorMoved
        It is one's own; level, day or reason cannot be; it was decided before; it was changed meanwhile.
    """
    if actor_id == person_id:
        raise Forbidden(Message("Nobody reviews their own request; somebody else does."))
    row = request_of(session, person_id, request_id)
    if not LIFE.may_follow(row.state, act) and row.decided_by not in (None, actor_id):
        raise NotNow(Message("Somebody else has decided this request already."))
    row = _locked(session, person_id, request_id, based_on)
    LIFE.after(row.state, act)
    data: dict[str, Any] = {"request": row.id, "actor": actor_id}
    if act == Act.ACCEPT:
        given = _given(level if level is not None else row.level, row, valid_until, today)
        data |= {"level": given, "valid_until": valid_until.isoformat() if valid_until else None}
        detail = {"reason": reason.strip()[:MAX_REASON]} if reason.strip() else None
    else:
        detail = {"reason": reason_in(reason)}
    append(session, person_id, KIND_OF[act], data, at=now, detail=detail)
    _evidence(session, row, act, valid_until, actor_id, now)
    key = f"prior:{row.id}:{row.seq}"
    notify(session, person_id, TOLD[act], {"request": row.id}, now=now, key=key)
    return row


def _given(level: int, row: PriorLearning, valid_until: date | None, today: date) -> int:
    if not LOWEST <= level <= row.level:
        raise Invalid(Message("Give a level from 1 to %(asked)s, the one that was asked for.",
                              asked=row.level))  # fmt: skip
    if valid_until is not None and not today <= valid_until <= date(
        today.year + MOST_YEARS, 12, 31
    ):
        raise Invalid(Message("The last day lies in the past, or more than 20 years ahead."))
    return level


def _evidence(
    session: Session, row: PriorLearning, act: Act, valid_until: date | None, actor_id: int,
    now: datetime,
) -> None:  # fmt: skip
    if act == Act.ACCEPT and row.given_level is not None:
        record_evidence(
            session, row.person_id, competency=row.competency, level=row.given_level,
            source="prior", ref=str(row.id), now=now, valid_until=valid_until, actor_id=actor_id,
        )  # fmt: skip
    elif act == Act.REVOKE:
        withdraw_evidence_of(
            session, row.person_id, "prior", str(row.id), actor_id=actor_id, now=now
        )
