"""Reading what is really stored: a damaged value comes out as it is, and never as an exception."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType


@contextmanager
def raw_texts(session: Session) -> Iterator[None]:
    """Let SQLite give texts that are no UTF-8 too, each wrong byte as a lone surrogate.

    SQLite keeps whatever a page on the disk says; PostgreSQL itself refuses wrong texts.
    """
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    before = driver.text_factory
    driver.text_factory = _text
    try:
        yield
    finally:
        driver.text_factory = before


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def as_stored(column: Any) -> ColumnElement[Any]:
    """Return the column without the conversion of its type, which may fail on a damaged value."""
    return type_coerce(column, NullType()).label(column.key)
