"""The audit chain: acts that are about no single person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learn.db import canonical_json, moment_text, upsert
from learn.ledger.keys import GENESIS, digest_of
from learn.ledger.models import AuditEntry, AuditHead

HEAD = 1


def audit(
    session: Session, kind: str, data: Mapping[str, Any], *, actor_id: int | None, at: datetime
) -> int:
    """Add one act to the audit chain, in this transaction; return its number."""
    session.flush()
    query = select(AuditHead.seq, AuditHead.digest).where(AuditHead.id == HEAD)
    head = session.execute(query.with_for_update()).first()
    if head is None:
        session.execute(
            upsert(session, AuditHead)
            .values(id=HEAD, seq=0, digest=GENESIS)
            .on_conflict_do_nothing()
        )
        head = session.execute(query.with_for_update()).one()
    seq: int = head.seq + 1
    moment, text = moment_text(at), canonical_json(data)
    digest = digest_of(head.digest, seq, kind, moment, actor_id, text)
    session.execute(
        insert(AuditEntry).values(
            seq=seq, kind=kind, at=moment, actor_id=actor_id, data=text, digest=digest
        )
    )
    session.execute(
        update(AuditHead)
        .where(AuditHead.id == HEAD)
        .values(seq=seq, digest=digest)
        .execution_options(synchronize_session=False)
    )
    return seq
