"""Making the projections again from the ledger, and comparing them with what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, select, union
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from learn.db import Base
from learn.errors import Message
from learn.ledger import projections
from learn.ledger.entries import Entry
from learn.ledger.models import LedgerEntry, LedgerHead
from learn.ledger.raw import as_stored, raw_texts

Rows = dict[tuple[Any, ...], dict[str, Any]]


class CannotRebuild(Exception):
    """An entry cannot be folded; the person's projections must stay as they are."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(str(difference.message))
        self.difference = difference


@dataclass(frozen=True)
class Difference:
    """Something stored that the ledger does not say, or the other way round."""

    table: str
    key: tuple[Any, ...]
    what: Message

    @property
    def message(self) -> Message:
        """Return the difference as a sentence."""
        key = ", ".join(map(str, self.key))
        return Message("%(table)s (%(key)s): %(what)s", table=self.table, key=key, what=self.what)

    def __str__(self) -> str:
        return str(self.message)


def people_in_ledger(session: Session) -> list[int]:
    """Return the ids of all who have a chain, or a projection that should have one, in order."""
    tables = (LedgerHead, LedgerEntry, *projections.TABLES)
    ids = union(*(select(table.person_id) for table in tables))  # type: ignore[attr-defined]
    return sorted(session.scalars(ids))


def rebuild_person(session: Session, person_id: int) -> list[Difference]:
    """Make one person's projections again in this transaction; return each difference.

    The caller commits to keep what was made, or rolls back when it only wanted to know.

    Raises
    ------
    CannotRebuild
        An entry cannot be read or folded: roll back and verify.
    """
    session.execute(_lock(person_id))
    with raw_texts(session):
        before = {table: _rows(session, table, person_id) for table in projections.TABLES}
        entries = list(_entries(session, person_id))
    for table in reversed(projections.TABLES):
        session.execute(delete(table).where(table.person_id == person_id))  # type: ignore[attr-defined]
    session.expire_all()
    for entry in entries:
        _fold(session, entry)
    session.flush()
    session.expire_all()
    differences: list[Difference] = []
    for table in projections.TABLES:
        after = _rows(session, table, person_id)
        differences += _differences(table.__tablename__, before[table], after)
    return differences


def _lock(person_id: int) -> Any:
    """Return the statement that lets appends of this person wait; a head that is not there stays so."""
    return select(LedgerHead.seq).where(LedgerHead.person_id == person_id).with_for_update()


def _fold(session: Session, entry: Entry) -> None:
    try:
        projections.apply(session, entry)
    except (SQLAlchemyError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise CannotRebuild(_unreadable(entry.person_id, entry.seq, str(error))) from error


def _unreadable(person_id: int, seq: int, why: str) -> Difference:
    first_line = why.partition("\n")[0][:200]
    what = Message("the entry cannot be folded: %(why)s", why=first_line)
    return Difference(LedgerEntry.__tablename__, (person_id, seq), what)


def _entries(session: Session, person_id: int) -> Iterator[Entry]:
    columns = (LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.at, LedgerEntry.data)
    query = (
        select(*map(as_stored, columns))
        .where(LedgerEntry.person_id == person_id)
        .order_by(LedgerEntry.seq)
    )
    for row in session.execute(query).all():
        try:
            moment, data = datetime.fromisoformat(row.at), json.loads(row.data)
        except (ValueError, TypeError, RecursionError) as error:
            raise CannotRebuild(_unreadable(person_id, row.seq, str(error))) from error
        yield Entry(person_id, row.seq, row.kind, moment, data)


def _rows(session: Session, table: type[Base], person_id: int) -> Rows:
    """Return the person's rows by key, each value as the database holds it."""
    mapper = inspect(table)
    columns = [getattr(table, attribute.key) for attribute in mapper.column_attrs]
    names = [column.key for column in columns]
    key = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    query = select(*map(as_stored, columns)).where(
        table.person_id == person_id  # type: ignore[attr-defined]
    )
    rows = (dict(zip(names, row, strict=True)) for row in session.execute(query))
    return {tuple(row[name] for name in key): row for row in rows}


def _differences(table: str, before: Rows, after: Rows) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys(), key=repr):
        stored, made = before.get(key), after.get(key)
        if stored is None:
            yield Difference(table, key, Message("is missing"))
        elif made is None:
            yield Difference(table, key, Message("has no entry behind it"))
        else:
            yield from _values(table, key, stored, made)


def _values(
    table: str, key: tuple[Any, ...], stored: dict[str, Any], made: dict[str, Any]
) -> Iterator[Difference]:
    for name, value in made.items():
        if stored[name] != value:
            what = Message(
                "%(name)s is %(stored)s, the ledger says %(made)s",
                name=name, stored=repr(stored[name]), made=repr(value),
            )  # fmt: skip
            yield Difference(table, key, what)
