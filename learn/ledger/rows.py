"""Rows that an entry of a person's chain began: their key is (person, number of that entry)."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.orm import Session

from learn.db import Base
from learn.errors import Message, NotFound
from learn.ledger.entries import lock

RowT = TypeVar("RowT", bound=Base)


def row_at(
    session: Session, model: type[RowT], person_id: int, number: int, none: Message
) -> RowT:  # fmt: skip
    """Return the row of the person with this number, also where a request names any number at all.

    Raises
    ------
    NotFound
        They have none; `none` says so.
    """
    known = 0 < number < 2**31 and 0 < person_id < 2**63
    row = session.get(model, (person_id, number)) if known else None
    if row is None:
        raise NotFound(none)
    return row


def locked_row(session: Session, model: type[RowT], person_id: int, number: int) -> RowT:
    """Return a row that is there as it stands now, with nobody else acting on the person until the end."""
    lock(session, person_id)
    return session.get_one(model, (person_id, number), populate_existing=True)
