"""Claims folded from the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.claims.rules import LIFE, Act, State
from learn.ledger import Entry, project

CLAIM_DRAFTED = "claim_drafted"
CLAIM_CHANGED = "claim_changed"
CLAIM_SUBMITTED = "claim_submitted"
CLAIM_WITHDRAWN = "claim_withdrawn"
CLAIM_ACCEPTED = "claim_accepted"
CLAIM_RETURNED = "claim_returned"
CLAIM_REJECTED = "claim_rejected"
CLAIM_REVOKED = "claim_revoked"
CLAIM_IMPORTED = "claim_imported"

KIND_OF: dict[str, str] = {
    Act.CHANGE: CLAIM_CHANGED,
    Act.SUBMIT: CLAIM_SUBMITTED,
    Act.WITHDRAW: CLAIM_WITHDRAWN,
    Act.ACCEPT: CLAIM_ACCEPTED,
    Act.RETURN: CLAIM_RETURNED,
    Act.REJECT: CLAIM_REJECTED,
    Act.REVOKE: CLAIM_REVOKED,
}
ACT_OF = {kind: act for act, kind in KIND_OF.items()}
WITH_REASON = (CLAIM_RETURNED, CLAIM_REJECTED, CLAIM_REVOKED)


@project(CLAIM_DRAFTED)
def start(session: Session, entry: Entry) -> None:
    """A claim is begun."""
    session.add(
        Claim(
            person_id=entry.person_id, id=entry.seq, key=entry.data["key"], state=State.DRAFT.value,
            seq=entry.seq, text_seq=entry.seq, started_at=entry.at, **_said(entry),
        )
    )  # fmt: skip
    session.flush()


@project(CLAIM_IMPORTED)
def bring_in(session: Session, entry: Entry) -> None:
    """A record of an older system comes in, accepted by who brings it."""
    session.add(
        Claim(
            person_id=entry.person_id, id=entry.seq, key=entry.data["key"],
            state=State.ACCEPTED.value, seq=entry.seq, text_seq=entry.seq, started_at=entry.at,
            submitted_at=entry.at, decided_at=entry.at, decided_by=entry.data["actor"],
            **_said(entry),
        )
    )  # fmt: skip
    session.flush()


@project(*ACT_OF)
def go_on(session: Session, entry: Entry) -> None:
    """Something is done with a claim."""
    claim = session.get_one(Claim, (entry.person_id, entry.data["claim"]))
    claim.state = LIFE.after(claim.state, ACT_OF[entry.kind]).value
    claim.seq = entry.seq
    if entry.kind == CLAIM_CHANGED:
        claim.text_seq = entry.seq
        for name, value in _said(entry).items():
            setattr(claim, name, value)
    elif entry.kind == CLAIM_SUBMITTED:
        claim.submitted_at, claim.jp = entry.at, entry.data["jp"]
    elif entry.kind != CLAIM_WITHDRAWN:
        claim.decided_at, claim.decided_by = entry.at, entry.data["actor"]
        claim.reason_seq = entry.seq if entry.kind in WITH_REASON else None
    if entry.kind == CLAIM_ACCEPTED:
        claim.jp = entry.data["jp"]
    session.flush()


def _said(entry: Entry) -> dict[str, Any]:
    data = entry.data
    return {
        "form": data["form"],
        "starts_on": date.fromisoformat(data["starts_on"]),
        "ends_on": date.fromisoformat(data["ends_on"]),
        "figures": data["figures"],
        "jp": data["jp"],
        "certificate": data["certificate"],
        "document": data["document"],
        "media_type": data["media_type"],
        "source": data.get("source", "claim"),
    }
