"""Evidence that counts again, because a withdrawal was taken back; levels are decided anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.evidence.entries import EVIDENCE_WITHDRAWN
from learn.competencies.models import Evidence
from learn.competencies.services import decide_level
from learn.ledger import Entry, append, project
from learn.progress.reinstating import AFTERWARDS, Again, Brought, inverts

EVIDENCE_REINSTATED = "evidence_reinstated"


@project(EVIDENCE_REINSTATED)
def count_again(session: Session, entry: Entry) -> None:
    """A piece of evidence that was withdrawn counts again."""
    session.get_one(Evidence, (entry.person_id, entry.data["evidence"])).withdrawn_at = None
    session.flush()


@inverts(EVIDENCE_WITHDRAWN)
def reinstate_evidence(session: Session, again: Again, data: Mapping[str, Any]) -> None:
    """Append the entry with which a piece of evidence of the completion counts again."""
    piece = session.get_one(Evidence, (again.person_id, data["evidence"]))
    if (piece.source, piece.course, piece.cycle) == ("course", again.course, again.cycle):
        append(session, again.person_id, EVIDENCE_REINSTATED, {"evidence": piece.seq}, at=again.at)


def decide_again(
    session: Session, person_id: int, brought: Iterable[Brought], now: datetime
) -> None:
    """Decide the levels of the competencies whose evidence came back."""
    pieces = [each.data["evidence"] for each in brought if each.kind == EVIDENCE_WITHDRAWN]
    codes = session.scalars(
        select(Evidence.competency).where(Evidence.person_id == person_id, Evidence.seq.in_(pieces))
    )
    for code in sorted(set(codes)):
        decide_level(session, person_id, code, now=now)


AFTERWARDS.append(decide_again)
