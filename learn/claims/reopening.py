"""Taking an acceptance back: the claim waits again, and its hours no longer count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.claims.rules import NotNow, State
from learn.claims.services import locked_for
from learn.errors import Message
from learn.hours.services import CLAIM, withdraw_hours_of
from learn.ledger import Entry, append, project

CLAIM_REOPENED = "claim_reopened"


@project(CLAIM_REOPENED)
def wait_again(session: Session, entry: Entry) -> None:
    """A claim waits again, as if nobody had decided it."""
    claim = session.get_one(Claim, (entry.person_id, entry.data["claim"]))
    claim.state, claim.seq = State.SUBMITTED.value, entry.seq
    claim.decided_at = claim.decided_by = claim.reason_seq = None
    session.flush()


def reopen(
    session: Session,
    person_id: int,
    claim_id: int,
    *,
    actor_id: int,
    now: datetime,
    batch: int | None = None,
) -> Claim:
    """Let an accepted claim wait for verification again.

    Raises
    ------
    Forbidden, NotNow
        It is one's own; it is not accepted (any more).
    """
    claim = locked_for(session, person_id, claim_id, actor_id)
    if claim.state != State.ACCEPTED:
        raise NotNow(Message("The claim is not accepted any more."))
    data: dict[str, Any] = {"claim": claim_id, "actor": actor_id}
    if batch is not None:
        data["batch"] = batch
    append(session, person_id, CLAIM_REOPENED, data, at=now)
    withdraw_hours_of(session, person_id, CLAIM, str(claim_id), now=now)
    return claim
