"""`learn privacy retain`: says of how many people, and changes nothing on a dry run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learn.ledger.models import LedgerDetail
from learn.people.services import change_person
from tests.support import make


@pytest.fixture
def left(state):
    """Let somebody have left two years ago, where one year is set."""
    with state.database.transaction() as session:
        person = make.person(session, password=None)
        longer_ago = state.now() - timedelta(days=730)
        change_person(session, person, {"active": False}, actor_id=None, now=longer_ago)
    state.settings = replace(state.settings, retention_days=365)
    return person.id


def details(state):
    with state.database.reading() as session:
        return session.scalar(select(func.count()).select_from(LedgerDetail))


def test_a_dry_run_tells_of_how_many_and_changes_nothing(run, state, left):
    before = details(state)
    result = run("privacy", "retain", "--dry-run", "--json")
    assert json.loads(result.stdout) == {"people": 1, "days": 365, "dry_run": True}
    assert details(state) == before


def test_it_erases_once_and_the_ledger_verifies(run, state, left):
    before = details(state)
    assert json.loads(run("privacy", "retain", "--json").stdout)["people"] == 1
    assert details(state) < before
    assert json.loads(run("privacy", "retain", "--json").stdout)["people"] == 0
    assert run("ledger", "verify").exit_code == 0


def test_without_a_time_it_says_so(run):
    result = run("privacy", "retain")
    assert result.exit_code == 0 and "LEARN_RETENTION_DAYS" in result.stdout
