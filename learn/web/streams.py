"""Files of any size, sent piece by piece while their session stays open."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from sqlalchemy.orm import Session


def streamed(chunks: Iterator[bytes], reading: Session, *, mimetype: str, name: str) -> Response:
    """Return an answer that sends `chunks` and closes the session behind the last one.

    Somebody who goes away earlier closes it too; no cache keeps a file of people's data.
    """
    response = Response(_closing(chunks, reading), content_type=mimetype)
    response.call_on_close(reading.close)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _closing(chunks: Iterator[bytes], reading: Session) -> Iterator[bytes]:
    with reading:
        yield from chunks
