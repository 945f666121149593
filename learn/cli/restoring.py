"""Loading the tables of a backup into a database, all of them or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    String,
    Table,
    column,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from learn.cli.archive import Archive, BadArchive, bad_line, learn_tables
from learn.db import UTCDateTime
from learn.errors import Conflict, Message
from learn.ledger.verify import verify
from learn.migrating import head_revision

BATCH = 500
Reader = Callable[[Any], Any]


def refuse_foreign(archive: Archive) -> None:
    """Refuse a backup that this program cannot load.

    Raises
    ------
    BadArchive
        Its schema is another one, or it holds tables that nobody here knows.
    """
    manifest = archive.manifest
    if manifest.schema != head_revision():
        raise BadArchive(
            Message(
                "The backup was made by Learn %(learn)s with the schema %(found)s; this program has "
                "%(own)s. Restore it with that version, then upgrade.",
                learn=manifest.learn, found=manifest.schema, own=head_revision(),
            )
        )  # fmt: skip
    unknown = sorted(set(manifest.tables) - {each.name for each in learn_tables()})
    if unknown:
        raise BadArchive(
            Message(
                "The backup holds %(tables)s, which this program does not know; is a plugin missing in LEARN_PLUGINS?",
                tables=", ".join(unknown),
            )
        )  # fmt: skip


def empty_for(session: Session, *, force: bool) -> None:
    """Make sure that the tables are empty; with `force` they are emptied, in this transaction.

    Raises
    ------
    Conflict
        Something is in the database already.
    """
    tables = learn_tables()
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(each.name for each in tables)
        session.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    for each in reversed(tables):
        if force:
            session.execute(each.delete())
        elif session.execute(select(1).select_from(each).limit(1)).first():
            count = session.scalar(select(func.count()).select_from(each))
            raise Conflict(
                Message(
                    "The database is not empty: %(table)s has %(count)s rows. Restore into an empty one, "
                    "or replace everything with --force. Nothing was changed.",
                    table=each.name, count=count,
                )
            )  # fmt: skip


def load(session: Session, archive: Archive, *, watch: Callable[[str], object] = bool) -> None:
    """Load all tables in this transaction and compare the number of rows.

    Raises
    ------
    BadArchive
        A line is not what its table takes.
    """
    for each in learn_tables():
        if each.name in archive.manifest.tables:
            watch(each.name)
            _load_table(session, archive, each)
    if session.get_bind().dialect.name == "postgresql":
        _set_sequences(session)


def refuse_broken_chains(session: Session) -> None:
    """Prove the ledger that was loaded.

    Raises
    ------
    BadArchive
        A chain does not hold.
    """
    finding = next(verify(session), None)
    if finding is not None:
        raise BadArchive(
            Message(
                "The ledger of the backup does not hold: %(finding)s. Is LEARN_LEDGER_KEY the one it was "
                "made with? To restore it all the same: --unverified. Nothing was changed.",
                finding=finding.message,
            )
        )  # fmt: skip


def _load_table(session: Session, archive: Archive, target: Table) -> None:
    lines = archive.rows(target.name)
    names = next(lines, [])
    known = target.columns.keys()
    if not all(name in known for name in names):
        raise bad_line(target.name, 1)
    columns = [target.columns[name] for name in names]
    dialect = session.get_bind().dialect.name
    plain = table(target.name, *(column(each.name, _plain_type(each, dialect)) for each in columns))
    rows, loaded = _read(target.name, names, [_reader(each, dialect) for each in columns], lines), 0
    while some := list(islice(rows, BATCH)):
        try:
            session.execute(insert(plain), some)
        except (IntegrityError, DataError, StatementError, UnicodeError, OverflowError) as error:
            raise bad_line(target.name, loaded + 2) from error
        loaded += len(some)
    if loaded != archive.manifest.tables[target.name].rows:
        raise bad_line(target.name, loaded + 2)


def _read(
    name: str, names: list[str], readers: list[Reader], lines: Iterator[list[Any]]
) -> Iterator[dict[str, Any]]:
    for number, values in enumerate(lines, 2):
        if len(values) != len(names):
            raise bad_line(name, number)
        try:
            read = [
                None if value is None else reader(value)
                for reader, value in zip(readers, values, strict=True)
            ]
        except (ValueError, TypeError) as error:
            raise bad_line(name, number) from error
        yield dict(zip(names, read, strict=True))


def _plain_type(each: Column[Any], dialect: str) -> Any:
    """Return the type whose values are exactly what is stored: texts stay as they are."""
    if isinstance(each.type, Boolean):
        return Boolean()
    if dialect == "postgresql" and isinstance(each.type, UTCDateTime):
        return DateTime(timezone=True)
    if dialect == "postgresql" and isinstance(each.type, Date):
        return Date()
    if isinstance(each.type, UTCDateTime | Date):
        return String()
    return None


def _reader(each: Column[Any], dialect: str) -> Reader:
    if dialect == "postgresql" and isinstance(each.type, UTCDateTime):
        return datetime.fromisoformat
    if dialect == "postgresql" and isinstance(each.type, Date):
        return date.fromisoformat
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _set_sequences(session: Session) -> None:
    """Let new rows begin after those that were loaded."""
    for each in learn_tables():
        for key in each.primary_key.columns:
            sequence = session.scalar(select(func.pg_get_serial_sequence(each.name, key.name)))
            if sequence:
                last = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
                session.execute(select(func.setval(sequence, last, False)))
