"""Retention: names and free text leave the entries of people who have left long ago.

The entries stay, as what was learned is a record of the state; their chain verifies as before, since
it holds only the digest of what was taken away (`learn.ledger`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.db import moment_text
from learn.ledger import audit, erase_details, lock
from learn.ledger.models import LedgerDetail, LedgerEntry, LedgerHead
from learn.people.models import Person
from learn.privacy.readings import forget_readings

DETAILS_ERASED = "details_erased"
AT_ONCE = 200


def due_people(
    session: Session, settings: Settings, *, now: datetime, limit: int | None = None
) -> Sequence[int]:
    """Return who has left and whose last entry is older than the time that is set, by id.

    Nobody when no time is set. Only people whose entries still hold names or texts are among them.
    """
    if not settings.retention_days:
        return []
    before = moment_text(now - timedelta(days=settings.retention_days))
    query = (
        select(Person.id)
        .join(LedgerHead, LedgerHead.person_id == Person.id)
        .join(
            LedgerEntry,
            (LedgerEntry.person_id == Person.id) & (LedgerEntry.seq == LedgerHead.seq),
        )
        .where(Person.active.is_(False), LedgerEntry.at < before)
        .where(exists().where(LedgerDetail.person_id == Person.id))
        .order_by(Person.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def detach_due(
    session: Session, settings: Settings, *, now: datetime, actor_id: int | None = None
) -> int:
    """Erase the details of some of those who are due; return of how many people.

    The caller commits, and calls again until nobody is left. The audit chain says how many it were.
    """
    erased = 0
    for person_id in due_people(session, settings, now=now, limit=AT_ONCE):
        lock(session, person_id)  # in the order of ids, as everywhere
        erase_details(session, person_id)
        erased += 1
    if erased:
        data = {"count": erased, "days": settings.retention_days}
        audit(session, DETAILS_ERASED, data, actor_id=actor_id, at=now)
    return erased


def forget_old_readings(session: Session, settings: Settings, now: datetime) -> int:
    """Forget who looked at whose record longer ago than the time that is set."""
    if not settings.access_log_days:
        return 0
    return forget_readings(session, now - timedelta(days=settings.access_log_days))
