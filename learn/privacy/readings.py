"""Who looked at whose record: noted once a day for each reader and part, beside the pages that only read.

The session of a page cannot write, and this does not change that: the note is a short transaction of
its own, before the page is shown, so that nobody reads a record without it. Noting an access is not
a change that the reader asked for (RFC 9110, 9.2.1), and what is read again that day costs no write.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learn.db import Database, upsert
from learn.errors import Message
from learn.people.paging import Page, page_of
from learn.privacy.models import RecordReading

RECORD, COMPETENCY, LEDGER = "record", "competency", "ledger"
CERTIFICATE, CLAIM, DATA, MENTORING = "certificate", "claim", "data", "mentoring"
PARTS: Mapping[str, Message] = {
    RECORD: Message("Your record"),
    COMPETENCY: Message("The reasons for a level"),
    LEDGER: Message("Your ledger"),
    CERTIFICATE: Message("A certificate"),
    CLAIM: Message("Development done elsewhere, with its document"),
    MENTORING: Message("Mentoring: goals and days of meetings"),
    DATA: Message("Name, numbers, posts, roles and sign-ins"),
}


def is_noted(session: Session, *, person_id: int, reader_id: int, what: str, day: date) -> bool:
    """Return whether this stands in the log already."""
    return session.get(RecordReading, (person_id, day, reader_id, what)) is not None


def note_reading(
    database: Database, *, person_id: int, reader_id: int, what: str, day: date, now: datetime
) -> None:
    """Add a line to the log of a person, in a transaction of its own; twice changes nothing."""
    with database.transaction() as session:
        session.execute(
            upsert(session, RecordReading)
            .values(person_id=person_id, day=day, reader_id=reader_id, what=what, at=now)
            .on_conflict_do_nothing()
        )


def readings_of(
    session: Session, person_id: int, *, after: str | None = None, limit: int = 50
) -> Page[RecordReading]:
    """Return a page of who looked at a person's record, the newest first."""
    key = (RecordReading.at, RecordReading.reader_id, RecordReading.what)
    query = select(RecordReading).where(RecordReading.person_id == person_id)
    page = page_of(session, query, key, after=after, limit=limit, falling=True)
    return page.of(lambda row: row[0])


def forget_readings(session: Session, before: datetime) -> int:
    """Forget what was noted before a moment; return how many lines that were."""
    found = session.execute(delete(RecordReading).where(RecordReading.at < before))
    return int(found.rowcount)  # type: ignore[attr-defined]
