"""The steps of many attempts are found by their attempts, however many steps others have made."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy.dialects import sqlite

from learn.quizzes.attempts.many_steps import select_steps, steps_by_attempt
from learn.quizzes.models import ANSWER, MARK, Step

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ATTEMPTS = [SimpleNamespace(person_id=1, id="a"), SimpleNamespace(person_id=2, id="b")]


def step(person, attempt, seq, kind=ANSWER):
    return Step(
        person_id=person, attempt_id=attempt, seq=seq, question="q", kind=kind, data=seq, at=NOW
    )


def test_each_attempt_gets_its_own_steps_in_order(database):
    with database.writing() as session:
        session.add_all(
            [step(1, "a", 2, MARK), step(1, "a", 1), step(2, "b", 1), step(2, "c", 1), step(3, "a", 7)]
        )  # fmt: skip
        session.flush()
        found = steps_by_attempt(session, ATTEMPTS)
        assert {key: [each.seq for each in steps] for key, steps in found.items()} == {
            "a": [1, 2], "b": [1],
        }  # fmt: skip
        assert steps_by_attempt(session, []) == {}


def test_no_step_of_other_attempts_is_read(database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL plans by what is in the tables, and these are empty")
    text = select_steps(ATTEMPTS, Step.seq).compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    with database.reading() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
        read = [row[-1] for row in plan if "learn_step" in row[-1]]
    assert len(read) == 1 and read[0].startswith("SEARCH learn_step USING")
