"""`learn assignments apply`: rules at once, and safe to repeat."""

from __future__ import annotations

import json
from datetime import timedelta

from learn.assignments.queries import open_of
from learn.assignments.ruling import Wanted, make_rule
from learn.web.state import State
from tests.support import make


def test_rules_are_applied_once_however_often_it_is_run(run, state):
    now = State.now()
    with state.database.transaction() as session:
        unit = make.unit(session, "DINKES")
        people = [make.person(session, unit=unit, password=None).id for _ in range(3)]
        wanted = Wanted("dasar", now.date() - timedelta(days=1), unit_id=unit.id, days=40)
        make_rule(session, wanted, actor_id=None, now=now)
    first = json.loads(run("assignments", "apply", "--json").stdout)
    assert first == {"rules": 1, "assigned": 3, "passed_over": 0, "ended": 0}
    again = run("assignments", "apply")
    assert again.exit_code == 0 and "0" in again.stdout
    with state.database.reading() as session:
        assert all(len(open_of(session, each)) == 1 for each in people)
