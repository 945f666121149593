"""`learn doctor`: every line says how a thing is; something wrong is exit code 1 and comes with advice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from learn.app import create_app
from learn.cli import checks
from learn.ledger import append
from learn.startup import prepare
from learn.web.state import State
from tests.support import make
from tests.unit.cli.conftest import runner_of

Run = Callable[..., Result]


def told(run: Run) -> list[dict[str, str]]:
    """Return all checks but that of the tests' own PostgreSQL, which keeps nothing safe."""
    result = run("doctor", "--json")
    found: list[dict[str, str]] = json.loads(result.stdout)
    wrong = any(each["state"] == "problem" for each in found)
    assert result.exit_code == (1 if wrong else 0)
    return [each for each in found if not each["detail"].startswith("fsync off")]


def problems(run: Run) -> list[dict[str, str]]:
    found = [each for each in told(run) if each["state"] == "problem"]
    assert all(each["advice"] for each in found)
    return found


def test_a_sound_installation_has_no_problem(run: Run, state: State) -> None:
    prepare(state)
    assert {each["state"] for each in told(run)} == {"ok"}
    lines = run("doctor").stdout.splitlines()
    assert len(lines) == len(json.loads(run("doctor", "--json").stdout))


def test_a_database_that_keeps_nothing_safe_is_a_problem(run: Run, state: State) -> None:
    found = json.loads(run("doctor", "--json").stdout)
    durable = {each["detail"].split()[0]: each["state"] for each in found}
    expected = ("journal_mode", "ok") if state.database.is_sqlite else ("fsync", "problem")
    assert expected in durable.items()


def test_courses_that_are_not_published_are_a_warning(run: Run) -> None:
    assert {each["state"] for each in told(run)} == {"ok", "warning"}


def test_a_changed_entry_is_a_problem(run: Run, state: State) -> None:
    with state.database.transaction() as session:
        make.person(session, password=None)
    with state.database.engine.begin() as connection:
        connection.execute(text("UPDATE learn_ledger SET kind = 'x' WHERE seq = 1"))
    assert "verify" in problems(run)[0]["advice"]


def test_a_projection_that_differs_is_a_problem(run: Run, state: State) -> None:
    with state.database.transaction() as session:
        make.person(session, "hr", password=None)
    with state.database.engine.begin() as connection:
        connection.execute(text("UPDATE learn_role_grant SET role = 'admin'"))
    assert "rebuild" in problems(run)[0]["advice"]


def test_a_clock_that_runs_behind_is_a_problem(run: Run, state: State) -> None:
    with state.database.transaction() as session:
        append(session, 1, "noted", {}, at=datetime.now(UTC) + timedelta(days=2))
    assert [each for each in problems(run) if "NTP" in each["advice"]]


def test_a_secret_key_that_others_can_read_is_a_problem(tmp_path: Path) -> None:
    app = create_app({"LEARN_DATA_DIR": str(tmp_path), "TESTING": True, "LEARN_LANGUAGE": "en"})
    (tmp_path / "secret-key").chmod(0o644)
    assert "chmod 600" in problems(runner_of(app))[0]["advice"]
    app.extensions["learn"].database.dispose()


def test_a_database_without_tables_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    app = create_app({"LEARN_DATA_DIR": str(tmp_path), "TESTING": True, "LEARN_LANGUAGE": "en"})
    assert [each["advice"] for each in problems(runner_of(app))] == ["learn init"]
    app.extensions["learn"].database.dispose()


@pytest.mark.postgres
def test_a_database_that_does_not_answer_is_a_problem_without_its_password(tmp_path: Path) -> None:
    app = create_app(
        {
            "LEARN_DATA_DIR": str(tmp_path),
            "LEARN_DATABASE_URL": "postgresql://learn:kata-sandi@127.0.0.1:1/learn",
            "TESTING": True,
        }
    )
    [found] = problems(runner_of(app))
    assert "kata-sandi" not in json.dumps(found)
    app.extensions["learn"].database.dispose()


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    [found] = checks.data_folder(tmp_path / "file" / "below")
    assert (found.state, "LEARN_DATA_DIR" in str(found.advice)) == ("problem", True)
