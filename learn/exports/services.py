"""Making a file of records, naming it, and leaving a trace of it in the audit chain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.errors import Message
from learn.exports.formats.exporter import About, Exporter
from learn.exports.kinds import KINDS, ExportKind, RecordQuery
from learn.ledger import audit

EXPORTED = "exported"


def export_chunks(
    session: Session,
    kind: ExportKind,
    exporter: Exporter,
    query: RecordQuery,
    *,
    translate: Callable[[Message], str],
    organiser: str = "",
    watch: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Iterator[bytes]:
    """Return the bytes of the file, piece by piece; unknown units and courses are refused at once.

    Parameters
    ----------
    session
        A reading session that stays open until the last piece.
    watch
        Wraps the records, for a count or a progress bar.
    """
    about = About(
        title=kind.title, made_at=query.now.astimezone(ZoneInfo(query.timezone)),
        organiser=organiser, filters=query.described(), translate=translate,
    )  # fmt: skip
    records = watch(query.stream(session))
    chunks = exporter.chunks(kind.columns, records, about=about)
    first = next(chunks, b"")  # whatever is wrong with the question shows before anything is sent
    return _joined(first, chunks)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def audit_export(
    session: Session,
    kind: ExportKind,
    exporter: Exporter,
    query: RecordQuery,
    *,
    actor_id: int | None,
    now: datetime,
    count: int | None = None,
) -> None:
    """Note in the audit chain who took which records away, and in which form."""
    data: dict[str, Any] = {"what": kind.key, "format": exporter.key, "filters": query.data()}
    whole = KINDS.get(kind.key)
    if whole is not None and len(whole.columns) != len(kind.columns):
        data["columns"] = [column.key for column in kind.columns]
    if count is not None:
        data["count"] = count
    audit(session, EXPORTED, data, actor_id=actor_id, at=now)


def file_name(
    kind: ExportKind, exporter: Exporter, query: RecordQuery, translate: Callable[[Message], str]
) -> str:
    """Return the name of the file: what, unit, local date; ASCII, small letters."""
    day = query.now.astimezone(ZoneInfo(query.timezone)).date().isoformat()
    words = [translate(kind.file_word), *([query.unit] if query.unit else []), day]
    return "_".join(ascii_name(word) for word in words) + exporter.suffix


def ascii_name(text: str) -> str:
    """Return a text as a part of a file's name: ASCII, small letters, hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "x"
