"""Verbs of notices: tell people something, read it, forget what is old."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from learn.db import upsert
from learn.notices.models import Mail, Notice
from learn.people.models import Person
from learn.people.paging import Page, page_of
from learn.people.signing_in.signed_in import carry

KEPT = timedelta(days=400)
LONGEST_KEY = 120
CHUNK = 500


@dataclass(frozen=True)
class Told:
    """A notice to be given; the same `key` for the same person is given once."""

    person_id: int
    kind: str
    data: Mapping[str, Any]
    key: str = ""


def notify(
    session: Session,
    person_id: int,
    kind: str,
    data: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    mail: bool = False,
) -> bool:
    """Tell a person something, in this transaction; return False when they were told it before.

    Parameters
    ----------
    kind
        What it is about: `learn.notices.kinds` has the words.
    data
        Ids, keys and figures as JSON; names are looked up when it is read.
    key
        The same key again tells nothing; without one each call is a notice of its own.
    mail
        Whether it also goes out by mail, where mail is configured.
    """
    return notify_many(session, [Told(person_id, kind, data, key or "")], now=now, mail=mail) == 1


def notify_many(
    session: Session, told: Sequence[Told], *, now: datetime, mail: bool = False
) -> int:
    """Tell many people something; return how many were not told it before."""
    count = 0
    for start in range(0, len(told), CHUNK):
        rows = [_row(each, now) for each in told[start : start + CHUNK]]
        made = session.execute(
            upsert(session, Notice)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(Notice.person_id, Notice.key)
        ).all()
        count += len(made)
        if mail and made:
            session.execute(
                insert(Mail),
                [
                    {
                        "person_id": row.person_id,
                        "key": row.key,
                        "written_at": now,
                        "next_try_at": now,
                    }
                    for row in made
                ],
            )
    return count


def _row(told: Told, now: datetime) -> dict[str, Any]:
    key = told.key or secrets.token_hex(16)
    if len(key) > LONGEST_KEY:
        raise ValueError("the key of a notice is too long")
    return {
        "person_id": told.person_id, "key": key, "kind": told.kind, "data": dict(told.data),
        "at": now,
    }  # fmt: skip


def list_notices(
    session: Session,
    person_id: int,
    *,
    unread: bool,
    after: str | None = None,
    limit: int = 25,
) -> Page[Notice]:
    """Return a page of the person's notices that are unread, or of those read; the newest first."""
    query = select(Notice).where(
        Notice.person_id == person_id,
        Notice.read_at.is_(None) if unread else Notice.read_at.is_not(None),
    )
    key = (Notice.at, Notice.key)
    page = page_of(session, query, key, after=after, limit=limit, falling=True)
    return page.of(lambda row: row[0])


def unread_count(session: Session, person_id: int) -> int:
    """Return how many notices the person has not read."""
    query = select(func.count()).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return session.scalar(query) or 0


def mark_read(session: Session, person_id: int, key: str | None = None, *, now: datetime) -> int:
    """Note that the person has read one notice, or all of them; return how many were unread."""
    query = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    if key is not None:
        query = query.where(Notice.key == key)
    found = session.execute(query.values(read_at=now).returning(Notice.key)).all()
    return len(found)


def forget_old_notices(session: Session, now: datetime) -> None:
    """Remove notices and mails of more than a year ago; what they told of stays in the ledger."""
    session.execute(delete(Notice).where(Notice.at < now - KEPT))
    session.execute(delete(Mail).where(Mail.written_at < now - KEPT))


UNREAD = "unread_notices"
carry(
    UNREAD,
    select(func.count())
    .select_from(Notice)
    .where(Notice.person_id == Person.id, Notice.read_at.is_(None))
    .correlate(Person)
    .scalar_subquery(),
)
