"""`learn crowd`: people for measuring, whose records are those that the services would have written."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from sqlalchemy import func, select

from learn.certificates.models import Certificate
from learn.errors import Conflict
from learn.people.models import Person, PersonNumber
from learn.people.numbers import parse_number
from learn.progress.models import Completion
from learn.web.state import State
from tests.support import make

Run = Callable[..., Result]


def crowd(run: Run, people: int, completions: int) -> Result:
    return run("crowd", "--people", str(people), "--completions", str(completions))


def test_the_ledger_of_a_crowd_is_sound_and_says_what_the_tables_say(run: Run) -> None:
    assert crowd(run, 12, 150).exit_code == 0
    assert run("ledger", "verify").exit_code == 0
    result = run("ledger", "rebuild", "--check", "--json")
    assert json.loads(result.stdout) == {"people": 12, "differences": 0, "failed": 0, "list": []}


def test_a_second_crowd_joins_the_first_and_certificates_are_numbered_without_a_gap(
    run: Run, state: State
) -> None:
    (state.settings.data_dir / "demo-sign-ins.txt").parent.mkdir(parents=True, exist_ok=True)
    (state.settings.data_dir / "demo-sign-ins.txt").write_text("made up", encoding="utf-8")
    assert crowd(run, 3, 10).exit_code == crowd(run, 4, 20).exit_code == 0
    with state.database.reading() as session:
        people = list(session.scalars(select(Person.id)))
        assert len(people) == 7
        assert session.scalar(select(func.count()).select_from(Completion)) == 30
        today = state.now().date()
        numbers = list(session.scalars(select(PersonNumber.number)))
        assert len({parse_number(each, today=today).digits for each in numbers}) == 7
        places: dict[str, list[int]] = {}
        for series, position in session.execute(select(Certificate.series, Certificate.position)):
            places.setdefault(series, []).append(position)
    assert all(sorted(each) == list(range(1, len(each) + 1)) for each in places.values())
    assert run("ledger", "rebuild", "--check").exit_code == 0
    with state.database.transaction() as session:
        assert make.person(session, password=None).id > max(people)


def test_real_people_get_no_crowd_beside_them(run: Run, state: State) -> None:
    with state.database.transaction() as session:
        make.person(session, password=None)
    with pytest.raises(Conflict, match="made up"):
        crowd(run, 3, 10)
    with state.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
