"""`learn ledger`: says what it found, in words or JSON, and with its exit code."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from click.testing import Result
from sqlalchemy import text

from learn.ledger import append, set_ledger_key
from learn.web.state import State
from tests.support import make, records

Run = Callable[..., Result]


@pytest.fixture
def filled(state: State, now: datetime) -> State:
    with state.database.transaction() as session:
        person = make.person(session, password=None)
        records.complete(session, person, now=now)
    return state


def sql(state: State, statement: str) -> None:
    with state.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_sound_ledger_is_exit_code_0(run: Run, filled: State) -> None:
    result = run("ledger", "verify")
    assert result.exit_code == 0
    assert " 0 " in result.stdout


def test_verify_names_the_entry_with_exit_code_1(run: Run, filled: State) -> None:
    sql(filled, "UPDATE learn_ledger SET data = '{}' WHERE person_id = 1 AND seq = 3")
    result = run("ledger", "verify")
    assert result.exit_code == 1
    told = json.loads(run("ledger", "verify", "--json").stdout)
    assert [(each["chain"], each["person_id"], each["seq"]) for each in told["list"]] == [
        ("ledger", 1, 3)
    ]
    assert told["findings"] == 1


def test_another_key_is_told_as_such(run: Run, filled: State) -> None:
    set_ledger_key("another")
    try:
        result = run("ledger", "verify")
    finally:
        set_ledger_key("")
    assert result.exit_code == 1
    assert "LEARN_LEDGER_KEY" in result.stdout


def test_checking_tells_differences_and_keeps_them(run: Run, filled: State) -> None:
    assert run("ledger", "rebuild", "--check").exit_code == 0
    sql(filled, "UPDATE learn_hours_year SET earned = 99")
    for _ in range(2):
        result = run("ledger", "rebuild", "--check")
        assert result.exit_code == 1
        assert "learn_hours_year (1, 2026)" in result.stdout
        assert "99" in result.stdout


def test_rebuilding_puts_right_with_exit_code_0(run: Run, filled: State) -> None:
    sql(filled, "UPDATE learn_hours_year SET earned = 99")
    result = run("ledger", "rebuild", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["people"], told["differences"], told["failed"]) == (1, 1, 0)
    assert run("ledger", "rebuild", "--check").exit_code == 0


def test_who_cannot_be_rebuilt_is_left_as_it_was_and_the_others_go_on(
    run: Run, filled: State, now: datetime
) -> None:
    with filled.database.transaction() as session:
        records.complete(session, make.person(session, password=None), now=now)
    sql(filled, "UPDATE learn_ledger SET data = '{}' WHERE person_id = 1 AND kind = 'enrolled'")
    sql(filled, "UPDATE learn_hours_year SET earned = 99")
    result = run("ledger", "rebuild")
    assert result.exit_code == 1
    with filled.database.reading() as session:
        years = session.execute(text("SELECT earned FROM learn_hours_year ORDER BY person_id"))
        assert [row.earned for row in years] == [99, 6]


def test_rebuilding_is_safe_while_people_learn(run: Run, filled: State, now: datetime) -> None:
    done = threading.Event()
    failures: list[Exception] = []

    def learn() -> None:
        try:
            for n in range(20):
                with filled.database.transaction() as session:
                    append(session, 1, "hours_credited", {"year": 2026, "jp": 1, "form": "NKL03", "course": f"c{n}", "cycle": 1}, at=now)  # fmt: skip
        except Exception as error:
            failures.append(error)
        finally:
            done.set()

    learner = threading.Thread(target=learn)
    learner.start()
    while not done.is_set():
        assert run("ledger", "rebuild").exit_code == 0
    learner.join()
    assert failures == []
    assert run("ledger", "rebuild", "--check").exit_code == 0
    with filled.database.reading() as session:
        assert session.execute(text("SELECT earned FROM learn_hours_year")).scalar_one() == 26
