"""The database: declarative base, column types, and sessions that read or write.

A reading session cannot write (the database itself refuses), so that a GET never does. On SQLite,
writers first queue on a lock of the thread and of a file: polling writers starve each other.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.engine.processors import str_to_datetime
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from learn.errors import Conflict, LearnError, Message

try:
    import fcntl
except ImportError:  # not on Windows: there, one process serves and the thread lock is enough
    fcntl = None  # type: ignore[assignment]

QUEUE_SECONDS = 30.0
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock that did not come in time
DEADLOCK = "40P01"  # two wait for each other; it lets one of them go
NOT_UNIQUE = "23505"
log = logging.getLogger("learn")


class Busy(LearnError):
    """The database did not become free in time; nothing was changed."""

    status = 503
    code = "busy"

    def __init__(self) -> None:
        super().__init__(Message("The system is busy. Nothing was changed; please try again."))


class Overtaken(Conflict):
    """Somebody else did the same at the same moment and was first; nothing was changed."""

    code = "overtaken"

    def __init__(self) -> None:
        super().__init__(
            Message("This has changed since you opened it. Look at it again, then decide.")
        )


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC: ``timestamptz`` on PostgreSQL, sortable ISO text on SQLite."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Return what its values are, also where they are kept as text."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the column type of the database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive moment: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment_text(moment) if dialect.name == "sqlite" else moment

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what makes an aware moment in UTC of a stored one; exports call it by the million."""
        return str_to_datetime if dialect.name == "sqlite" else _read_moment


def _read_moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value kept as its canonical text, the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the canonical text."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """Return the one JSON text of `value`: sorted keys, no spaces, no NaN, UTF-8 kept."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def moment_text(moment: datetime) -> str:
    """Return `moment` in UTC as 27 characters that sort by time: 2026-11-24T08:03:20.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables of Learn; each is named ``learn_...`` so that a host's database can hold them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
    }


class _WriterQueue:
    """One writer at a time, in this process and in all others beside the same SQLite file."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._thread = threading.Lock()
        self._file: IO[bytes] | None = None
        self._holder: int | None = None

    def enter(self) -> None:
        """Wait for the turn of this thread; raise `Busy` when it does not come in time."""
        if self._holder == threading.get_ident():
            raise RuntimeError("a writing session is already open in this thread")
        until = time.monotonic() + self._seconds
        if not self._thread.acquire(timeout=self._seconds):
            raise Busy
        try:
            if fcntl is not None:
                self._file = _locked(self._path, until)
        except BaseException:
            self._thread.release()
            raise
        self._holder = threading.get_ident()

    def leave(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            self._file.close()  # closing gives the lock back
            self._file = None
        if self._holder is not None:
            self._holder = None
            self._thread.release()


def _locked(path: Path, until: float) -> IO[bytes]:
    """Return the file with its lock held; another process that holds it is waited for, not polled."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting = threading.Thread(target=fcntl.flock, args=(file, fcntl.LOCK_EX), daemon=True)
        waiting.start()
        waiting.join(max(0.0, until - time.monotonic()))
        if waiting.is_alive():
            # it gets the lock one day, and gives it back by closing its file
            threading.Thread(target=_close_after, args=(waiting, file), daemon=True).start()
            raise Busy from None
    return file


def _close_after(waiting: threading.Thread, file: IO[bytes]) -> None:
    waiting.join()
    file.close()


def upsert(session: Session, table: type[Any]) -> Any:
    """Return an INSERT that can say what happens ``on_conflict``, in the dialect of the session's database.

    SQLite and PostgreSQL spell it alike; only the one in use is loaded.
    """
    name = session.get_bind().dialect.name
    return importlib.import_module(f"sqlalchemy.dialects.{name}").insert(table)


def take_turn(session: Session, name: str) -> None:
    """Wait until no other transaction has this turn, and hold it to the end of this one.

    It comes before every other lock, and before the first look at what is then changed. SQLite has one
    writer at a time anyway.
    """
    _hold(session, name, func.pg_advisory_xact_lock)


def share_turn(session: Session, name: str) -> None:
    """Hold the turn together with all who share it; who takes it alone waits for them."""
    _hold(session, name, func.pg_advisory_xact_lock_shared)


def _hold(session: Session, name: str, lock_it: Callable[[int], Any]) -> None:
    if session.get_bind().dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"learn-{name}".encode("utf-8", "replace")).digest()
    session.execute(select(lock_it(int.from_bytes(digest[:8], "big", signed=True))))


def memory_of_transaction(session: Session, name: str) -> dict[Any, Any]:
    """Return a dict that lasts as long as the session's transaction (or the savepoint it is in).

    It is for what a lock holds still: a savepoint that ends, and every new transaction, forgets it.
    """
    now = (session.get_transaction(), session.get_nested_transaction())
    kept = session.info.get(name)
    if kept is None or kept[0] != now or now[0] is None:
        kept = session.info[name] = (now, {})
    found: dict[Any, Any] = kept[1]
    return found


class Database:
    """One database with two doors: `reading` and `writing` sessions.

    Parameters
    ----------
    url
        An SQLAlchemy address: ``sqlite:////folder/learn.db`` or ``postgresql+psycopg://...``.
    queue_seconds
        How long a writer waits for its turn before it is told that the system is busy.
    """

    def __init__(self, url: str, *, queue_seconds: float = QUEUE_SECONDS) -> None:
        parsed = make_url(url)
        if parsed.drivername in {"postgres", "postgresql"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._writer, self._reader = (
            _sqlite_engines(Path(parsed.database or ""), parsed, queue_seconds)
            if self.is_sqlite
            else _server_engines(parsed, queue_seconds)
        )

    @property
    def engine(self) -> Engine:
        """Return the writing engine, for migrations and tests."""
        return self._writer

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """Return the writing and the reading engine."""
        return self._writer, self._reader

    def reading(self) -> Session:
        """Return a session that can only read; use it as a context manager."""
        return Session(self._reader, expire_on_commit=False, autoflush=False)

    def snapshot(self) -> Session:
        """Return a reading session that sees one moment to its end, however long that takes."""
        engine = self._reader
        if not self.is_sqlite:  # where each transaction sees one moment anyway
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        return Session(engine, expire_on_commit=False, autoflush=False)

    def writing(self) -> Session:
        """Return a session that writes; the caller commits, leaving it uncommitted changes nothing."""
        return Session(self._writer, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a writing session that commits at the end, or rolls back on an error."""
        try:
            with self.writing() as session, session.begin():
                yield session
        except DBAPIError as error:
            known = in_words(error)
            if known is None:
                raise
            raise known from error

    def dispose(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()


def _sqlite_engines(path: Path, url: URL, queue_seconds: float) -> tuple[Engine, Engine]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # personal data lie here
    writer = create_engine(url, pool_size=4, max_overflow=60)
    reader = create_engine(url, pool_size=8, max_overflow=60)
    _on_connect(
        writer, "busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"
    )
    _on_connect(reader, "busy_timeout=10000", "query_only=ON")
    _queue_writers(writer, _WriterQueue(path.with_name(path.name + ".queue"), queue_seconds))

    @event.listens_for(reader, "begin")
    def begin_reading(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return writer, reader


def _on_connect(engine: Engine, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


def _queue_writers(engine: Engine, queue: _WriterQueue) -> None:
    @event.listens_for(engine, "begin")
    def begin_writing(connection: Connection) -> None:
        queue.enter()
        connection.info["queued"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def leave_queue(_connection: Any, record: Any) -> None:
        if record.info.pop("queued", False):
            queue.leave()


def _server_engines(url: URL, queue_seconds: float) -> tuple[Engine, Engine]:
    writer = create_engine(url, pool_size=5, max_overflow=30, pool_pre_ping=True)

    @event.listens_for(writer, "connect")
    def limit_waiting(connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {int(queue_seconds * 1000)}")
        connection.commit()

    @event.listens_for(writer, "handle_error")
    def tell_busy(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise Busy from context.original_exception

    return writer, writer.execution_options(postgresql_readonly=True)


def in_words(error: DBAPIError) -> LearnError | None:
    """Return what happened where two acted at once and the database ended one transaction, or None.

    Services look before they write, and lock what they decide about; this is for what two may do at
    the same moment without a row to lock, such as adding the same number.
    """
    state = getattr(error.orig, "sqlstate", None)
    if state == DEADLOCK:
        return Busy()
    if state == NOT_UNIQUE:
        diagnosis = getattr(error.orig, "diag", None)
        log.warning("two wrote the same at once: %s", getattr(diagnosis, "constraint_name", None))
        return Overtaken()
    return None
