"""What tests stand on: databases of their own, and sessions that read or write."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from learn.db import Database
from learn.ledger.models import LedgerHead


def test_each_test_starts_with_empty_tables(database: Database):
    with database.transaction() as session:
        assert session.query(LedgerHead).count() == 0
        session.add(LedgerHead(person_id=1, seq=1, digest="0" * 64))


def test_what_another_test_wrote_is_not_there(database: Database):
    with database.reading() as session:
        assert session.query(LedgerHead).count() == 0


def test_a_reading_session_cannot_write(database: Database):
    with database.reading() as session, pytest.raises(DBAPIError, match="read.?only"):
        session.execute(text("DELETE FROM learn_ledger_head"))
