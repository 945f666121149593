"""Names and texts of people who left long ago go; the ledger verifies and rebuilds as before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learn.ledger.models import LedgerDetail
from learn.ledger.reading import acts, entries_of
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import Counts, verify
from learn.people.services import change_person
from learn.privacy.models import RecordReading
from learn.privacy.retention import DETAILS_ERASED, detach_due, due_people, forget_old_readings
from learn.schema import load_projections
from tests.support import make, records

DAYS = 365


@pytest.fixture(autouse=True)
def projections():
    load_projections()


@pytest.fixture
def settings():
    return replace(make.settings(), retention_days=DAYS, access_log_days=30)


def details(session, person_id):
    query = select(func.count()).select_from(LedgerDetail)
    return session.scalar(query.where(LedgerDetail.person_id == person_id))


def leave(session, person, now):
    change_person(session, person, {"active": False}, actor_id=None, now=now)


@pytest.fixture
def people(database, now):
    """Return the ids of somebody who left long ago, lately, and of one who stays; all did something."""
    with database.transaction() as session:
        made = [make.person(session, name=name) for name in ("Lama Pergi", "Baru Pergi", "Tetap")]
        for person in made:
            records.complete(session, person, now=now - timedelta(days=900))
        leave(session, made[0], now - timedelta(days=DAYS + 1))
        leave(session, made[1], now - timedelta(days=DAYS - 1))
        return [person.id for person in made]


def test_only_those_who_left_long_ago_lose_names_and_texts(database, now, people, settings):
    with database.transaction() as session:
        assert list(due_people(session, settings, now=now)) == people[:1]
        assert detach_due(session, settings, now=now) == 1
        assert [bool(details(session, each)) for each in people] == [False, True, True]
        assert detach_due(session, settings, now=now) == 0


def test_the_ledger_still_verifies_and_rebuilds_without_them(database, now, people, settings):
    with database.transaction() as session:
        before = len(entries_of(session, people[0]))
        detach_due(session, settings, now=now)
    with database.transaction() as session:
        counts = Counts()
        assert list(verify(session, counts)) == [] and counts.findings == 0
        assert list(rebuild_person(session, people[0])) == []
        assert len(entries_of(session, people[0])) == before


def test_the_audit_chain_says_of_how_many_and_names_nobody(database, now, people, settings):
    with database.transaction() as session:
        detach_due(session, settings, now=now)
        (act,) = acts(session, kind=DETAILS_ERASED)
        assert dict(act.data) == {"count": 1, "days": DAYS}


def test_without_a_time_nobody_is_due(database, now, people, settings):
    with database.transaction() as session:
        assert detach_due(session, replace(settings, retention_days=0), now=now) == 0
        assert details(session, people[0])


def test_who_looked_is_forgotten_after_its_own_time(database, now, settings):
    with database.transaction() as session:
        for days in (29, 31):
            at = now - timedelta(days=days)
            session.add(
                RecordReading(person_id=1, day=at.date(), reader_id=2, what="record", at=at)
            )
        session.flush()
        assert forget_old_readings(session, replace(settings, access_log_days=0), now) == 0
        assert forget_old_readings(session, settings, now) == 1
        assert session.query(RecordReading).count() == 1
