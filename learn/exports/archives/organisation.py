"""Units, people and the history of posts in one workbook, as the import reads it back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from learn.errors import Message
from learn.exports.formats.exporter import About
from learn.exports.formats.xlsx import PIECE_BYTES, explain, open_book, write_sheet
from learn.exports.kinds import KINDS, ExportKind, RecordQuery

PARTS = ("units", "people", "posts")
ORGANISATION = ExportKind(
    "organisation", Message("Units, people and posts"), Message("organisation"),
    tuple(column for part in PARTS for column in KINDS[part].columns), None,
)  # fmt: skip


def organisation_chunks(
    session: Session,
    queries: Sequence[RecordQuery],
    *,
    about: About,
    translate: Callable[[Message], str],
    watch: Callable[[Any], Any] = iter,
) -> Iterator[bytes]:
    """Write the workbook to a temporary file, row by row, then yield its bytes.

    `queries` are those of `PARTS`, in their order.
    """
    with tempfile.TemporaryDirectory(prefix="learn-xlsx-") as folder:
        path = Path(folder) / "export.xlsx"
        with open_book(path, folder, about) as book:
            for part, query in zip(PARTS, queries, strict=True):
                kind = KINDS[part]
                write_sheet(book, kind.columns, watch(query.stream(session)), translate(kind.title))
            explain(book, ORGANISATION.columns, about)
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
