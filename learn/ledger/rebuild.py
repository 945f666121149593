"""Making the projections again from the ledger, and comparing them with what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from learn.db import Base
from learn.ledger import projections
from learn.ledger.entries import Entry
from learn.ledger.models import LedgerEntry, LedgerHead

Rows = dict[tuple[Any, ...], dict[str, Any]]


def people_in_ledger(session: Session) -> list[int]:
    """Return the ids of all people who have a chain, in order."""
    return list(session.scalars(select(LedgerHead.person_id).order_by(LedgerHead.person_id)))


def rebuild_person(session: Session, person_id: int) -> Iterator[str]:
    """Make one person's projections again in this transaction; yield each difference in words.

    The caller commits to keep what was made, or rolls back when it only wanted to know.
    """
    before = {table: _rows(session, table, person_id) for table in projections.TABLES}
    for table in reversed(projections.TABLES):
        session.execute(delete(table).where(table.person_id == person_id))  # type: ignore[attr-defined]
    session.expire_all()
    for entry in _entries(session, person_id):
        projections.apply(session, entry)
    session.flush()
    session.expire_all()
    for table in projections.TABLES:
        after = _rows(session, table, person_id)
        yield from _differences(table.__tablename__, before[table], after)


def _entries(session: Session, person_id: int) -> Iterator[Entry]:
    query = (
        select(LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.at, LedgerEntry.data)
        .where(LedgerEntry.person_id == person_id)
        .order_by(LedgerEntry.seq)
    )
    for row in session.execute(query).all():
        moment = datetime.fromisoformat(row.at)
        yield Entry(person_id, row.seq, row.kind, moment, json.loads(row.data))


def _rows(session: Session, table: type[Base], person_id: int) -> Rows:
    mapper = inspect(table)
    names = [column.key for column in mapper.column_attrs]
    key = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    query = select(*(getattr(table, name) for name in names)).where(
        table.person_id == person_id  # type: ignore[attr-defined]
    )
    rows = (dict(zip(names, row, strict=True)) for row in session.execute(query))
    return {tuple(row[name] for name in key): row for row in rows}


def _differences(table: str, before: Rows, after: Rows) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys(), key=repr):
        stored, made = before.get(key), after.get(key)
        if stored is None or made is None:
            what = "is missing" if stored is None else "has no entry behind it"
            yield f"{table} {key}: {what}"
            continue
        for name, value in made.items():
            if stored[name] != value:
                yield f"{table} {key}: {name} is {stored[name]!r}, the ledger says {value!r}"
