"""Many certificates in one ZIP: drawn while it is sent, in the same memory however many there are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.certificates.printing import Key, Printing, issued_pdf, sheets
from learn.errors import Invalid, Message
from learn.exports.archives.unsent import Unsent
from learn.exports.lists.completions import CompletionQuery
from learn.exports.services import EXPORTED, ascii_name
from learn.ledger import audit

LARGEST_ARCHIVE = 20_000
BATCH = 50


def certificates_in(session: Session, query: CompletionQuery) -> int:
    """Return how many certificates the archive would hold.

    Raises
    ------
    Invalid
        There is none, or more than one archive may hold.
    """
    count = query.count(session)
    if not count:
        raise Invalid(Message("No certificate fits these filters."))
    if count > LARGEST_ARCHIVE:
        raise Invalid(
            Message(
                "These are %(count)s certificates; one archive holds at most %(most)s. Choose a unit, a course or a period.",
                count=count, most=LARGEST_ARCHIVE,
            )
        )  # fmt: skip
    return count


def audit_archive(
    session: Session, query: CompletionQuery, count: int, *, actor_id: int, now: datetime
) -> None:
    """Note in the audit chain who took which certificates away."""
    data = {"what": "certificates", "format": "zip", "filters": query.data(), "count": count}
    audit(session, EXPORTED, data, actor_id=actor_id, at=now)


def archive_chunks(session: Session, query: CompletionQuery, printing: Printing) -> Iterator[bytes]:
    """Return the bytes of the archive, certificate by certificate, in the order of the list.

    The first one is drawn at once: what is wrong with all of them (a signature that cannot be made)
    shows before anything is sent.
    """
    chunks = _chunks(session, query, printing)
    return chain([next(chunks, b"")], chunks)


def _chunks(session: Session, query: CompletionQuery, printing: Printing) -> Iterator[bytes]:
    out = Unsent()
    zone = ZoneInfo(query.timezone)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # a PDF is packed already
        for keys in _batches(session, query):
            for verified, sheet in sheets(session, keys, printing):
                name = certificate_file(verified.certificate.number, verified.person.name)
                moment = verified.certificate.issued_at.astimezone(zone)
                archive.writestr(
                    zipfile.ZipInfo(name, moment.timetuple()[:6]),
                    issued_pdf(sheet, printing.settings),
                )
                yield out.taken()
    yield out.taken()


def _batches(session: Session, query: CompletionQuery) -> Iterator[list[Key]]:
    rows = query.stream(session)
    while some := list(islice(rows, BATCH)):
        yield [(row.person_id, row.course, row.cycle) for row in some]


def certificate_file(number: str, name: str) -> str:
    """Return the name of a certificate's file: number and person, ASCII, small letters."""
    return f"{ascii_name(number)}_{ascii_name(name)}.pdf"


def archive_file(query: CompletionQuery, word: str) -> str:
    """Return the name of the archive: what, unit, local date."""
    day = query.now.astimezone(ZoneInfo(query.timezone)).date().isoformat()
    return "_".join(ascii_name(part) for part in (word, query.unit, day) if part) + ".zip"
