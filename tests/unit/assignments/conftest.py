"""What the tests of assignments share: a session, a city in three zones, and courses."""

from __future__ import annotations

import pytest

from learn.ledger.rebuild import rebuild_person
from learn.schema import load_projections
from tests.support import make, records

load_projections()


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def city(session):
    """Give the units WIB, WITA and WIT, each in its own zone."""
    units = {name: make.unit(session, name) for name in ("WIB", "WITA", "WIT")}
    units["WIB"].time_zone = "Asia/Jakarta"
    units["WITA"].time_zone = "Asia/Makassar"
    units["WIT"].time_zone = "Asia/Jayapura"
    session.flush()
    return units


@pytest.fixture
def person(session, city):
    return make.person(session, unit=city["WITA"], password=None)


@pytest.fixture
def yearly():
    """Give a course that is valid for a year."""
    return records.version("k3", valid_for=records.YEARLY)


@pytest.fixture
def same_when_rebuilt(session):
    """Give a check that the stored projections are what the ledger says."""

    def check(*people):
        session.flush()
        for person in people:
            assert rebuild_person(session, person.id) == []

    return check
