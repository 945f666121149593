"""The privacy notice: its version, and who read it.  The texts are templates, one for each language.

Reading it is confirmed, not consented to: required training rests on a legal duty (UU 27/2022,
Pasal 20). A change of meaning gets a new version and date, and is shown to everybody once more.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from learn.ledger import Entry, append, lock, project
from learn.privacy.models import NoticeRead

VERSION = "1"
DATED = date(2026, 11, 24)
NOTICE_READ = "notice_read"


def read_at(session: Session, person_id: int) -> datetime | None:
    """Return when the person confirmed to have read the present version; None: not yet."""
    found = session.get(NoticeRead, (person_id, VERSION))
    return found.at if found else None


def confirm(session: Session, person_id: int, *, now: datetime) -> None:
    """Note that the person read the present version; a second time changes nothing."""
    lock(session, person_id)
    if read_at(session, person_id) is None:
        append(session, person_id, NOTICE_READ, {"version": VERSION}, at=now)


@project(NOTICE_READ)
def fold(session: Session, entry: Entry) -> None:
    """Keep which version was read."""
    version = entry.data["version"]
    session.add(NoticeRead(person_id=entry.person_id, version=version, at=entry.at))
    session.flush()
