"""Verify finds whatever was done to a chain, and names the entry."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from learn.db import Database
from learn.ledger import append, audit, erase_details, set_ledger_key
from learn.ledger.verify import Counts, Finding, verify

PEOPLE, LENGTH = (1, 2, 3), 5


@pytest.fixture(params=["", "a key that SQL does not know"], ids=["plain", "keyed"])
def ledger(request: pytest.FixtureRequest, database: Database, now: datetime) -> Iterator[Database]:
    """Give a database with three chains of five entries, the third of each with a detail, and acts."""
    set_ledger_key(request.param)
    for person_id in PEOPLE:
        with database.transaction() as session:
            for n in range(1, LENGTH + 1):
                detail = {"reason": f"alasan {n}"} if n == 3 else None
                append(session, person_id, "noted", {"n": n, "word": "é"}, at=now, detail=detail)
    with database.transaction() as session:
        for n in range(1, LENGTH + 1):
            audit(session, "published", {"n": n}, actor_id=n if n % 2 else None, at=now)
    yield database
    set_ledger_key("")


def found(database: Database) -> list[Finding]:
    with database.snapshot() as session:
        return list(verify(session))


def places(database: Database) -> set[tuple[str, int | None, int]]:
    return {(each.chain, each.person_id, each.seq) for each in found(database)}


def sql(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_chains_that_nobody_touched_hold(ledger: Database) -> None:
    counts = Counts()
    with ledger.snapshot() as session:
        assert list(verify(session, counts)) == []
    assert counts == Counts(
        people=3, entries=15, details=3, detached=0, acts=5, findings=0, whole_chains=3
    )


CHANGES = {
    "kind": "kind = 'n0ted'",
    "at": "at = '2026-11-24T01:30:00.000001Z'",
    "data": "data = replace(data, '3', '4')",
    "one sign of data": "data = data || ' '",
    "detail": "detail = 'x' || substr(detail, 2)",
    "no detail": "detail = NULL",
    "digest": "digest = 'x' || substr(digest, 2)",
    "no moment": "at = 'yesterday'",
    "no json": "data = '{\"n\":'",
    "another kind of json": "data = '[1]'",
    "empty": "data = ''",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_value_is_found_and_its_entry_named(ledger: Database, change: str) -> None:
    sql(ledger, f"UPDATE learn_ledger SET {change} WHERE person_id = 2 AND seq = 3")
    assert ("ledger", 2, 3) in places(ledger)
    assert {person for _chain, person, _seq in places(ledger)} == {2}


@pytest.mark.parametrize("seq", [1, 3])
def test_a_row_that_was_dropped_is_named(ledger: Database, seq: int) -> None:
    sql(ledger, f"DELETE FROM learn_ledger WHERE person_id = 2 AND seq = {seq}")
    assert ("ledger", 2, seq) in places(ledger)
    assert f"entry {seq}: missing" in str(found(ledger)[0])


@pytest.mark.parametrize("seq", [5, 4])
def test_a_lost_tail_is_found_by_the_head(ledger: Database, seq: int) -> None:
    sql(ledger, f"DELETE FROM learn_ledger WHERE person_id = 2 AND seq >= {seq}")
    assert [str(each) for each in found(ledger)] == [
        f"ledger of person 2, entry {seq}: missing; the head says that 5 is the last"
    ]


def test_two_entries_that_changed_places_are_found(ledger: Database) -> None:
    sql(
        ledger,
        "UPDATE learn_ledger SET seq = 99 WHERE person_id = 2 AND seq = 1",
        "UPDATE learn_ledger SET seq = 1 WHERE person_id = 2 AND seq = 2",
        "UPDATE learn_ledger SET seq = 2 WHERE person_id = 2 AND seq = 99",
    )
    assert places(ledger) >= {("ledger", 2, 1), ("ledger", 2, 2)}


def test_an_entry_given_to_somebody_else_is_found_on_both_sides(ledger: Database) -> None:
    sql(ledger, "UPDATE learn_ledger SET person_id = 3, seq = 6 WHERE person_id = 2 AND seq = 5")
    assert places(ledger) == {("ledger", 2, 5), ("ledger", 3, 6)}


def test_an_added_entry_is_found(ledger: Database) -> None:
    sql(
        ledger,
        "INSERT INTO learn_ledger (person_id, seq, kind, at, data, digest)"
        " SELECT person_id, 6, kind, at, data, digest FROM learn_ledger WHERE person_id = 2 AND seq = 5",
    )
    assert ("ledger", 2, 6) in places(ledger)


def test_a_lost_head_is_found(ledger: Database) -> None:
    sql(ledger, "DELETE FROM learn_ledger_head WHERE person_id = 2")
    assert [str(each) for each in found(ledger)] == [
        "ledger of person 2, entry 5: the chain has entries and no head"
    ]


@pytest.mark.parametrize("change", ["seq = 4", "seq = 6", "digest = 'x' || substr(digest, 2)"])
def test_a_changed_head_is_found(ledger: Database, change: str) -> None:
    sql(ledger, f"UPDATE learn_ledger_head SET {change} WHERE person_id = 2")
    assert {person for _chain, person, _seq in places(ledger)} == {2}


@pytest.mark.parametrize("person_id", PEOPLE)
def test_a_lost_person_is_found(ledger: Database, person_id: int) -> None:
    sql(ledger, f"DELETE FROM learn_ledger WHERE person_id = {person_id}")
    sql(ledger, f"DELETE FROM learn_ledger_detail WHERE person_id = {person_id}")
    assert [str(each) for each in found(ledger)] == [
        f"ledger of person {person_id}, entry 1: missing, and all up to 5 with it"
    ]


def test_details_may_be_taken_away_but_not_changed(ledger: Database) -> None:
    with ledger.transaction() as session:
        erase_details(session, 1)
    sql(ledger, "UPDATE learn_ledger_detail SET body = '{}' WHERE person_id = 2")
    sql(ledger, "UPDATE learn_ledger_detail SET salt = upper(salt) WHERE person_id = 3")
    counts = Counts()
    with ledger.snapshot() as session:
        assert {(f.chain, f.person_id, f.seq) for f in verify(session, counts)} == {
            ("detail", 2, 3),
            ("detail", 3, 3),
        }
    assert (counts.details, counts.detached) == (2, 1)


def test_a_detail_without_an_entry_is_found(ledger: Database) -> None:
    sql(ledger, "UPDATE learn_ledger_detail SET seq = 4 WHERE person_id = 2")
    assert places(ledger) == {("detail", 2, 4)}


AUDIT_CHANGES = [
    "kind = 'x'",
    "at = '2026-11-24T01:30:00.000001Z'",
    "actor_id = 9",
    "actor_id = NULL",
    "data = '{}'",
    "data = 'x'",
    "digest = 'x' || substr(digest, 2)",
]


@pytest.mark.parametrize("change", AUDIT_CHANGES)
def test_a_changed_act_is_found(ledger: Database, change: str) -> None:
    sql(ledger, f"UPDATE learn_audit SET {change} WHERE seq = 3")
    assert ("audit", None, 3) in places(ledger)
    assert "audit, entry 3: its " in str(found(ledger)[0])


@pytest.mark.parametrize(
    ("seqs", "named"), [("= 1", 1), ("= 3", 3), ("= 5", 5), (">= 4", 4), ("> 0", 1)]
)
def test_dropped_acts_are_found(ledger: Database, seqs: str, named: int) -> None:
    sql(ledger, f"DELETE FROM learn_audit WHERE seq {seqs}")
    assert ("audit", None, named) in places(ledger)


def test_a_lost_head_of_the_acts_is_found(ledger: Database) -> None:
    sql(ledger, "DELETE FROM learn_audit_head")
    assert places(ledger) == {("audit", None, 5)}


def test_with_another_key_no_chain_holds(ledger: Database) -> None:
    set_ledger_key("another key")
    counts = Counts()
    with ledger.snapshot() as session:
        assert len(list(verify(session, counts))) >= 20
    assert counts.whole_chains == 0


def test_who_has_sql_alone_cannot_forge_a_keyed_chain(database: Database, now: datetime) -> None:
    set_ledger_key("kept elsewhere")
    try:
        with database.transaction() as session:
            append(session, 1, "noted", {"n": 1}, at=now)
        set_ledger_key("")
        with database.transaction() as session:
            append(session, 1, "noted", {"n": 2}, at=now)
        set_ledger_key("kept elsewhere")
        assert places(database) == {("ledger", 1, 2)}
    finally:
        set_ledger_key("")


DAMAGE: dict[str, str] = {
    "no UTF-8": "data = CAST(x'7BFF7D' AS TEXT)",
    "bytes": "data = x'7B7D'",
    "a number": "kind = 12",
    "bytes for a digest": "digest = x'00'",
    "bytes for a detail": "detail = x'00FF'",
    "no number": "seq = 'three'",
    "half a number": "seq = 2.5",
    "bytes for a moment": "at = x'FF'",
}


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
def test_damage_on_the_disk_is_a_finding_and_no_exception(
    databases: Any, now: datetime, change: str
) -> None:
    with databases.sqlite() as url:
        database = Database(url)
        with database.transaction() as session:
            for n in range(5):
                append(session, 2, "noted", {"n": n}, at=now)
            audit(session, "published", {"n": 1}, actor_id=None, at=now)
        sql(database, f"UPDATE learn_ledger SET {change} WHERE person_id = 2 AND seq = 3")
        assert {person for _chain, person, _seq in places(database)} == {2}
        assert {seq for _chain, _person, seq in places(database)} & {3, 4}
        with database.reading() as session:  # the connection reads texts as before
            assert session.scalar(text("SELECT kind FROM learn_audit")) == "published"
        database.dispose()


@pytest.mark.parametrize("table", ["learn_ledger_detail", "learn_ledger_head", "learn_audit"])
def test_damaged_bytes_beside_the_entries_are_findings_too(
    databases: Any, now: datetime, table: str
) -> None:
    column = {"learn_ledger_detail": "body", "learn_ledger_head": "seq", "learn_audit": "actor_id"}
    with databases.sqlite() as url:
        database = Database(url)
        with database.transaction() as session:
            append(session, 2, "noted", {}, at=now, detail={"reason": "x"})
            audit(session, "published", {}, actor_id=None, at=now)
        sql(database, f"UPDATE {table} SET {column[table]} = x'FF00'")
        assert len(found(database)) == 1
        database.dispose()


def test_entries_of_one_person_that_come_together_make_one_chain(
    database: Database, now: datetime
) -> None:
    def note(n: int) -> None:
        with database.transaction() as session:
            append(session, 1 + n % 2, "noted", {"n": n}, at=now)
            audit(session, "noted", {"n": n}, actor_id=None, at=now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(60)))
    counts = Counts()
    with database.snapshot() as session:
        assert list(verify(session, counts)) == []
    assert (counts.people, counts.entries, counts.acts) == (2, 60, 60)


def test_a_chain_that_was_rolled_back_leaves_no_gap(database: Database, now: datetime) -> None:
    with database.writing() as session:
        append(session, 1, "noted", {}, at=now)
    with database.transaction() as session:
        append(session, 1, "noted", {}, at=now)
    assert found(database) == []
