"""Requests to recognise prior learning: what they may become, folded from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from learn.competencies.evidence.entries import day_of
from learn.competencies.models import PriorLearning
from learn.errors import Conflict, Message
from learn.ledger import Entry, project
from learn.lifecycle import LifeCycle, Stale

PRIOR_SUBMITTED = "prior_submitted"


class State(StrEnum):
    """How a request stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Act(StrEnum):
    """What can be done with a request."""

    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REVOKE = "revoke"


NEXT: Mapping[tuple[str, str], State] = {
    (State.SUBMITTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Act.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Act.RETURN): State.RETURNED,
    (State.SUBMITTED, Act.REJECT): State.REJECTED,
    (State.RETURNED, Act.RESUBMIT): State.SUBMITTED,
    (State.RETURNED, Act.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Act.REVOKE): State.REVOKED,
}
KIND_OF: Mapping[str, str] = {
    Act.RESUBMIT: "prior_resubmitted",
    Act.WITHDRAW: "prior_withdrawn",
    Act.ACCEPT: "prior_accepted",
    Act.RETURN: "prior_returned",
    Act.REJECT: "prior_rejected",
    Act.REVOKE: "prior_revoked",
}
ACT_OF = {kind: act for act, kind in KIND_OF.items()}
STATE_NAMES: Mapping[str, Message] = {
    State.SUBMITTED: Message("Waits for review"),
    State.RETURNED: Message("Returned for correction"),
    State.ACCEPTED: Message("Accepted"),
    State.REJECTED: Message("Rejected"),
    State.WITHDRAWN: Message("Withdrawn"),
    State.REVOKED: Message("Revoked"),
}


class NotNow(Conflict):
    """The request does not stand so that this can be done with it."""

    code = "prior-not-now"


class PriorMoved(Stale):
    """Somebody else, or another tab, has changed the request."""

    code = "prior-moved"
    words = Message("This request has changed since you opened it. Look at it again, then decide.")


LIFE = LifeCycle(
    NEXT, STATE_NAMES, NotNow,
    Message("This cannot be done now. The request stands so: %(state)s."), PriorMoved,
)  # fmt: skip


@project(PRIOR_SUBMITTED)
def fold_request(session: Session, entry: Entry) -> None:
    """Somebody asks that what they learned elsewhere be recognised."""
    session.add(
        PriorLearning(
            person_id=entry.person_id, id=entry.seq, key=entry.data["key"],
            state=State.SUBMITTED.value, seq=entry.seq, text_seq=entry.seq, submitted_at=entry.at,
            **_said(entry.data),
        )
    )  # fmt: skip
    session.flush()


@project(*ACT_OF)
def fold_request_change(session: Session, entry: Entry) -> None:
    """Something is done with a request."""
    row = session.get_one(PriorLearning, (entry.person_id, entry.data["request"]))
    act = ACT_OF[entry.kind]
    row.state, row.seq = LIFE.after(row.state, act).value, entry.seq
    if act == Act.RESUBMIT:
        row.text_seq, row.submitted_at = entry.seq, entry.at
        for name, value in _said(entry.data).items():
            setattr(row, name, value)
    elif act != Act.WITHDRAW:
        row.decided_at, row.decided_by = entry.at, entry.data["actor"]
        row.reason_seq = entry.seq
    if act == Act.ACCEPT:
        row.given_level, row.valid_until = entry.data["level"], day_of(entry.data["valid_until"])
    session.flush()


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "competency": data["competency"],
        "level": data["level"],
        "documents": ",".join(f"{digest} {kind}" for digest, kind in data["documents"]),
    }
