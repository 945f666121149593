"""Hostile values to everything there is, by everybody: no answer is a fault, and the ledger is whole after it."""

from __future__ import annotations

import logging
import random

import pytest

from learn.ledger.rebuild import people_in_ledger, rebuild_person
from learn.ledger.verify import verify
from learn.people.access import Role
from learn.people.models import Person
from learn.people.roles import grant_role
from learn.web.state import State
from tests.support import make
from tests.support.fuzzing import Fuzzer, Known, look_around
from tests.web.hostile.apart import Somebody, side
from tests.web.hostile.conftest import learn_of

REQUESTS, SEED = 750, 20261124
ROLES = tuple(role for role in Role if role != Role.EMPLOYEE)
STARTS = ("/", "/hr/", "/admin/", "/studio/", "/team/", "/me/record/", "/account")


@pytest.fixture
def app(database_url, tmp_path):
    """Give Learn with one unit in it."""
    app = learn_of(database_url, tmp_path / "data")
    yield app
    app.extensions["learn"].database.dispose()


@pytest.fixture
def people(app) -> dict[str, Somebody]:
    """Build the unit; its administrator is one of the whole."""
    made = side(app, "Anggrek", roles=ROLES, drafts=1)
    with app.extensions["learn"].database.transaction() as session:
        admin = session.get_one(Person, made.people["admin"].id)
        grant_role(session, admin, Role.ADMIN, actor=None, now=make.JOINED)
    return made.people


def what_does_not_hold(learn: State) -> list[str]:
    """Return what `ledger verify` and `ledger rebuild --check` find."""
    with learn.database.snapshot() as session:
        found = [str(each.message) for each in verify(session)]
        everybody = people_in_ledger(session)
    for person_id in everybody:
        with learn.database.transaction() as session:
            found += [str(each) for each in rebuild_person(session, person_id)]
    return found


def test_no_answer_is_a_fault_and_the_ledger_is_whole_after_it(app, people, caplog):
    rng, known = random.Random(SEED), Known()
    for name in ("learner", "supervisor", "organiser", "admin"):
        look_around(app, people[name].browser, known, starts=STARTS, most=45, who=name)
    for each in people.values():
        known.add({"number": each.number})
    browsers = {name: each.browser for name, each in people.items()}
    fuzzer = Fuzzer(app, rng, browsers, known, [each.call.token for each in people.values()])
    with caplog.at_level(logging.ERROR):
        for step in range(REQUESTS):
            fuzzer.send(step)
    assert fuzzer.wrong == []
    assert [record.getMessage() for record in caplog.records] == []
    assert what_does_not_hold(app.extensions["learn"]) == []
    done = sum(count for status, count in fuzzer.counts.items() if status < 400)
    assert done > REQUESTS // 10, fuzzer.counts
