"""Certificates as a file: each that was issued within reach, with how it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from learn.exports.kinds import kind_named, query_of
from learn.people.access import EVERYTHING, Scope
from learn.progress.services import withdraw
from tests.support import make, records


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


def rows(session, now: datetime, scope=EVERYTHING, **filters):
    session.flush()
    query = query_of(
        kind_named("certificates"), scope, timezone="Asia/Makassar", now=now, **filters
    )
    return list(query.stream(session))


def test_each_certificate_is_told_with_its_state(session, now):
    office, other = make.unit(session, "A"), make.unit(session, "B")
    lasting = make.person(session, name="Anna", unit=office, password=None)
    lapsed = make.person(session, name="Budi", unit=other, password=None)
    taken = make.person(session, name="Citra", unit=other, password=None)
    done = records.complete(session, lasting, now=now)
    yearly = records.version(valid_for=records.YEARLY)
    records.complete(session, lapsed, yearly, now=now - timedelta(days=400))
    records.complete(session, taken, now=now)
    withdraw(session, taken.id, "layanan-publik", 1, reason="Keliru", actor_id=None, now=now)
    found = {row.name: row for row in rows(session, now)}
    assert {name: row.status for name, row in found.items()} == {
        "Anna": "valid", "Budi": "expired", "Citra": "withdrawn",
    }  # fmt: skip
    assert found["Anna"].certificate == done.certificate
    assert found["Anna"].code
    assert [row.name for row in rows(session, now, unit="A")] == ["Anna"]
    assert [row.name for row in rows(session, now, Scope(unit_paths=(office.path,)))] == ["Anna"]
    before = (now - timedelta(days=300)).date()
    assert [row.name for row in rows(session, now, until=before)] == ["Budi"]
