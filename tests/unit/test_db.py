"""The two doors of the database: reading ones write nothing, writing ones queue and lose nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError

from learn.db import Busy, Database
from learn.ledger.models import AuditHead, LedgerHead
from learn.people.models import Person, Unit

ROOT = Path(__file__).resolve().parents[2]


def head(person_id: int, seq: int = 0) -> LedgerHead:
    return LedgerHead(person_id=person_id, seq=seq, digest="0" * 64)


@pytest.fixture
def impatient(database_url: str) -> Iterator[Database]:
    database = Database(database_url, queue_seconds=0.3)
    yield database
    database.dispose()


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.reading() as session:
        session.add(head(1))
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.flush()


def test_a_reading_session_cannot_write_by_sql_either(database: Database) -> None:
    for session in (database.reading(), database.snapshot()):
        with session, pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.execute(text("DELETE FROM learn_ledger"))


def test_after_reading_the_same_thread_can_write(database: Database) -> None:
    with database.reading() as session:
        session.execute(select(LedgerHead)).all()
    with database.transaction() as session:
        session.add(head(1))
    with database.reading() as session:
        assert session.get(LedgerHead, 1)


def test_what_is_not_committed_is_not_there(database: Database) -> None:
    with database.writing() as session:
        session.add(head(1))
        session.flush()
    with database.reading() as session:
        assert session.get(LedgerHead, 1) is None


def test_a_snapshot_sees_one_moment(database: Database) -> None:
    with database.snapshot() as session:
        assert session.get(LedgerHead, 1) is None
        with database.transaction() as writing:
            writing.add(head(1))
        assert session.execute(select(LedgerHead)).all() == []


def test_writers_queue_and_nothing_is_lost(database: Database) -> None:
    with database.transaction() as session:
        session.add(AuditHead(id=1, seq=0, digest=""))

    def count(_n: int) -> None:
        with database.transaction() as session:
            row = session.execute(
                select(AuditHead).where(AuditHead.id == 1).with_for_update()
            ).scalar_one()
            row.seq += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(80)))
    with database.reading() as session:
        assert session.get_one(AuditHead, 1).seq == 80


def test_a_writer_that_waits_too_long_is_told_and_changes_nothing(impatient: Database) -> None:
    with impatient.transaction() as session:
        session.add(head(1))
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with impatient.transaction() as session:
            session.get_one(LedgerHead, 1, with_for_update=True).seq = 1
            session.flush()
            held.set()
            release.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    with pytest.raises(Busy, match="Nothing was changed"), impatient.transaction() as session:
        session.get_one(LedgerHead, 1, with_for_update=True).seq = 99
    release.set()
    holder.join()
    with impatient.transaction() as session:  # and the next one finds the door open
        found = session.get_one(LedgerHead, 1, with_for_update=True)
        assert found.seq == 1
        found.seq = 2
    with impatient.reading() as session:
        assert session.get_one(LedgerHead, 1).seq == 2


def test_one_thread_cannot_wait_for_itself(databases) -> None:  # type: ignore[no-untyped-def]
    with databases.sqlite() as url:
        database = Database(url)
        with database.transaction() as session:
            session.add(head(1))
            session.flush()
            with pytest.raises(RuntimeError, match="already open"), database.transaction() as other:
                other.add(head(2))
                other.flush()
        with database.transaction() as session:
            session.add(head(3))
        database.dispose()


HOLD = """
import sys
from learn.db import Database
from learn.ledger.models import LedgerHead
database = Database(sys.argv[1])
with database.transaction() as session:
    session.add(LedgerHead(person_id=7, seq=0, digest="0"))
    session.flush()
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_writers_of_other_processes_are_waited_for_too(databases) -> None:  # type: ignore[no-untyped-def]
    with databases.sqlite() as url:
        database = Database(url, queue_seconds=0.3)
        command = [sys.executable, "-c", HOLD, url]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdin
            assert other.stdout
            assert other.stdout.readline() == "held\n"
            with pytest.raises(Busy), database.transaction() as session:
                session.add(head(8))
                session.flush()
            patient = Database(url)
            released = threading.Timer(0.3, lambda: print("go", file=other.stdin, flush=True))
            released.start()
            with patient.transaction() as session:
                session.add(head(9))
            released.join()
        with database.transaction() as session:
            session.add(head(10))
        with database.reading() as session:
            assert list(session.scalars(select(LedgerHead.person_id).order_by(LedgerHead.person_id))) == [7, 9, 10]  # fmt: skip
        patient.dispose()
        database.dispose()


def test_moments_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    wita = timezone(timedelta(hours=8))
    at = datetime(2026, 11, 24, 8, 30, 1, 250, tzinfo=wita)
    with database.transaction() as session:
        session.add(Unit(id=1, code="U", name="U", path="/1/"))
        session.add(Person(id=1, name="Made", sort_name="made", created_at=at))
    with database.reading() as session:
        found = session.get_one(Person, 1).created_at
        assert found == at
        assert found.tzinfo == UTC
    with (
        pytest.raises(StatementError, match="needs a time zone"),
        database.transaction() as session,
    ):
        naive = at.replace(tzinfo=None)
        session.add(Person(id=2, name="Ketut", sort_name="ketut", created_at=naive))
