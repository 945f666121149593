"""Reading the ledger and the audit chain as lists, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from learn.ledger.models import AuditEntry, LedgerDetail, LedgerEntry

DETAILS_AT_ONCE = 400


@dataclass(frozen=True)
class Line:
    """One entry or act; `detail` holds names and free text, None when they were erased or never there."""

    seq: int
    kind: str
    at: datetime
    data: Mapping[str, Any]
    digest: str
    actor_id: int | None = None
    detail: Mapping[str, Any] | None = None


def entries_of(
    session: Session, person_id: int, *, before: int | None = None, limit: int = 50
) -> list[Line]:
    """Return a person's entries, those with a number below `before`; one more than `limit` tells of more."""
    query = (
        select(LedgerEntry, LedgerDetail.body)
        .outerjoin(
            LedgerDetail,
            (LedgerDetail.person_id == LedgerEntry.person_id)
            & (LedgerDetail.seq == LedgerEntry.seq),
        )
        .where(LedgerEntry.person_id == person_id)
        .order_by(LedgerEntry.seq.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(LedgerEntry.seq < before)
    lines = []
    for entry, body in session.execute(query):
        data = json.loads(entry.data)
        moment = datetime.fromisoformat(entry.at)
        detail = json.loads(body) if body else None
        actor_id = data.get("actor")
        lines.append(Line(entry.seq, entry.kind, moment, data, entry.digest, actor_id, detail))
    return lines


def acts(
    session: Session, *, kind: str | None = None, before: int | None = None, limit: int = 50
) -> list[Line]:
    """Return acts of the audit chain, those with a number below `before`; one more than `limit` tells of more."""
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit + 1)
    if kind:
        query = query.where(AuditEntry.kind == kind)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    return [
        Line(
            row.seq, row.kind, datetime.fromisoformat(row.at), json.loads(row.data), row.digest,
            row.actor_id,
        )
        for row in session.scalars(query)
    ]  # fmt: skip


def kinds_of_acts(session: Session) -> Sequence[str]:
    """Return the kinds of acts that there are."""
    return session.scalars(
        select(AuditEntry.kind).group_by(AuditEntry.kind).order_by(func.min(AuditEntry.seq))
    ).all()


def details_of(
    session: Session, places: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Mapping[str, Any]]:
    """Return names and free text of entries by (person id, number); erased ones are left out."""
    wanted = sorted(set(places))
    found: dict[tuple[int, int], Mapping[str, Any]] = {}
    for start in range(0, len(wanted), DETAILS_AT_ONCE):
        rows = session.execute(
            select(LedgerDetail.person_id, LedgerDetail.seq, LedgerDetail.body).where(
                tuple_(LedgerDetail.person_id, LedgerDetail.seq).in_(
                    wanted[start : start + DETAILS_AT_ONCE]
                )
            )
        )
        found.update({(row.person_id, row.seq): json.loads(row.body) for row in rows})
    return found
