"""Rebuild makes from the ledger what is stored, and finds what somebody changed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Date, Integer, inspect, text
from sqlalchemy.orm import Session

from learn.db import Base, Database, UTCDateTime
from learn.ledger import projections
from learn.ledger.rebuild import CannotRebuild, Difference, people_in_ledger, rebuild_person
from learn.progress.services import withdraw
from learn.schema import PROJECTIONS, load_projections
from tests.support import make, records

load_projections()
ROOT = Path(__file__).resolve().parents[3]
FILLED = (
    "learn_enrolment", "learn_item_state", "learn_completion", "learn_hours_credit",
    "learn_hours_year", "learn_evidence", "learn_competency_level", "learn_certificate",
    "learn_role_grant",
)  # fmt: skip
TABLES = {table.__tablename__: table for table in projections.TABLES}


@pytest.fixture
def person_id(database: Database, now: datetime) -> int:
    """Give somebody with roles who completed two courses, of which one was withdrawn."""
    with database.transaction() as session:
        person = make.person(session, "hr", "admin", password=None)
        records.complete(session, person, now=now)
        other = records.version("kearsipan", valid_for=records.YEARLY)
        records.complete(session, person, other, now=now)
        withdraw(session, person.id, "kearsipan", 1, reason="keliru", actor_id=9, now=now)
        return person.id


def differences(database: Database, person_id: int) -> list[Difference]:
    with database.writing() as session:
        return rebuild_person(session, person_id)


def sql(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1


def columns() -> Iterator[tuple[str, str]]:
    for name in FILLED:
        mapper = inspect(TABLES[name])
        key = {column.name for column in mapper.primary_key}
        yield from ((name, column.name) for column in mapper.columns if column.name not in key)


def another_value(table: type[Base], column: str) -> str:
    kind = inspect(table).columns[column].type
    if isinstance(kind, UTCDateTime):
        return "'2001-01-01T00:00:00.000000Z'"
    if isinstance(kind, Date):
        return "'2001-01-01'"
    if isinstance(kind, Boolean):
        return "TRUE"
    if isinstance(kind, Integer) or column == "score":
        return "1" if column in {"level", "learned_level", "assessed_level", "score"} else "77"
    return "'forged'"


def one_row(name: str, person_id: int) -> str:
    """Return the condition for the first row of the person, by its key."""
    key = [column.name for column in inspect(TABLES[name]).primary_key]
    first = f"SELECT {', '.join(key)} FROM {name} WHERE person_id = {person_id} ORDER BY {', '.join(key)} LIMIT 1"  # fmt: skip
    return f"({', '.join(key)}) = ({first})"


def test_what_services_stored_is_what_the_ledger_says(database: Database, person_id: int) -> None:
    assert differences(database, person_id) == []


def test_every_module_that_folds_entries_is_loaded_with_the_others() -> None:
    folding = {
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
        for path in (ROOT / "learn").rglob("*.py")
        if "\n@project(" in path.read_text(encoding="utf-8")
    }
    assert folding == set(PROJECTIONS)


def test_these_tests_look_at_every_projection_that_has_rows(
    database: Database, person_id: int
) -> None:
    with database.reading() as session:
        filled = {name for name in TABLES if session.execute(text(f"SELECT 1 FROM {name}")).first()}
    assert filled == set(FILLED)


@pytest.mark.parametrize(("table", "column"), list(columns()))
def test_a_changed_value_is_found(
    database: Database, person_id: int, table: str, column: str
) -> None:
    value = another_value(TABLES[table], column)
    sql(database, f"UPDATE {table} SET {column} = {value} WHERE {one_row(table, person_id)}")
    found = differences(database, person_id)
    assert [each.table for each in found] == [table]
    assert f"{column} is " in str(found[0])


@pytest.mark.parametrize("table", FILLED)
def test_a_lost_row_is_found(database: Database, person_id: int, table: str) -> None:
    sql(database, f"DELETE FROM {table} WHERE {one_row(table, person_id)}")
    assert [(each.table, str(each.what)) for each in differences(database, person_id)] == [
        (table, "is missing")
    ]


def test_a_forged_completion_is_found_even_of_somebody_without_a_chain(database: Database) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO learn_hours_year (person_id, year, earned) VALUES (4711, 2026, 20)"
            )
        )  # fmt: skip
    with database.reading() as session:
        assert people_in_ledger(session) == [4711]
    assert [str(each) for each in differences(database, 4711)] == [
        "learn_hours_year (4711, 2026): has no entry behind it"
    ]


def test_rebuilding_puts_right_what_was_changed(database: Database, person_id: int) -> None:
    sql(database, f"UPDATE learn_hours_year SET earned = 99 WHERE person_id = {person_id}")
    with database.transaction() as session:
        assert len(rebuild_person(session, person_id)) == 1
    assert differences(database, person_id) == []


def test_looking_changes_nothing(database: Database, person_id: int) -> None:
    sql(database, f"UPDATE learn_hours_year SET earned = 99 WHERE person_id = {person_id}")
    assert differences(database, person_id) == differences(database, person_id) != []


DAMAGE = {
    "no moment": "at = 'x'",
    "no json": "data = '{'",
    "not what the fold needs": "data = '{}'",
    "no object": "data = '[]'",
}


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
def test_an_entry_that_cannot_be_folded_is_named_and_nothing_is_lost(
    database: Database, person_id: int, change: str
) -> None:
    def rows(session: Session) -> int:
        return session.execute(text("SELECT count(*) FROM learn_completion")).scalar_one()

    sql(database, f"UPDATE learn_ledger SET {change} WHERE person_id = {person_id} AND kind = 'course_completed' AND seq = (SELECT min(seq) FROM learn_ledger WHERE person_id = {person_id} AND kind = 'course_completed')")  # fmt: skip
    with pytest.raises(CannotRebuild, match="the entry cannot be folded"):
        differences(database, person_id)
    with database.reading() as session:
        assert rows(session) == 2


def test_values_that_cannot_be_read_are_differences(databases, now: datetime) -> None:  # type: ignore[no-untyped-def]
    with databases.sqlite() as url:
        database = Database(url)
        with database.transaction() as session:
            person = make.person(session, password=None)
            records.complete(session, person, now=now)
        sql(database, "UPDATE learn_completion SET completed_at = 'x', title = CAST(x'FF' AS TEXT)")
        found = differences(database, person.id)
        assert {str(each.what).split(" is ")[0] for each in found} == {"completed_at", "title"}
        database.dispose()
