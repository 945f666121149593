"""What was marked as exported is not exported again by itself; no record is sent twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learn.db import Database
from learn.errors import Message
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import About
from learn.people.access import EVERYTHING, Scope
from learn.people.directory import number_of
from learn.people.imports.tables import read_table
from learn.progress.services import withdraw
from learn.siasn.models import SiasnPerson, SiasnRecord
from learn.siasn.people import apply_people, plan_people
from learn.siasn.queries import batches
from learn.siasn.results import apply_results, plan_results
from learn.siasn.rows import COLUMNS
from learn.siasn.rules import (
    ACCEPTED,
    EXPORTED,
    FAILED,
    PENDING,
    STANDINGS,
    UNLINKED,
    WAITING,
    WITHDRAWN,
)
from learn.siasn.services import mark
from tests.support import make, records


def ids(session: Session, query: Any) -> list[str]:
    return sorted(row.person_siasn_id for row in query.stream(session))


def answers(session: Session, text: str, now: datetime, scope: Scope = EVERYTHING) -> Any:
    plan = plan_results(session, read_table(text.encode(), "r.csv"), scope=scope)
    if not plan.errors:
        apply_results(session, plan, actor_id=None, now=now)
    return plan


def certificate(session: Session, query: Any, who: str) -> str:
    found = [row.certificate for row in query.stream(session) if row.person_siasn_id == who]
    assert found[0]
    return str(found[0])


def test_exporting_without_marking_changes_nothing(session: Session, ask: Any, done: Any) -> None:
    done("P1")
    assert ids(session, ask()) == ids(session, ask()) == ["P1"]
    assert ask().counts(session)[PENDING] == 1


def test_marking_twice_sends_nothing_twice(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    done("P1")
    done("P2")
    first = mark(session, ask(), actor_id=None, now=now)
    assert first is not None
    assert first.count == 2
    assert ids(session, first.query) == ["P1", "P2"]
    assert mark(session, ask(), actor_id=None, now=now) is None
    done("P3")
    second = mark(session, ask(), actor_id=None, now=now)
    assert second is not None
    assert ids(session, second.query) == ["P3"]
    assert ids(session, first.query) == ["P1", "P2"]
    assert [(line.id, line.waiting) for line in batches(session, EVERYTHING)] == [
        (second.batch, 1), (first.batch, 2),
    ]  # fmt: skip


def test_results_come_back_and_failed_ones_wait_again(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    for number in (1, 2, 3):
        done(f"P{number}")
    one, two = (certificate(session, ask(), who) for who in ("P1", "P2"))
    mark(session, ask(), actor_id=None, now=now)
    text = f"nomorSertipikat,id,pesan\n{one},RW-1,\n{two},,Tanggal bentrok\n"
    plan = answers(session, text, now)
    assert (len(plan.changes), plan.errors, plan.warnings) == (2, (), ())
    assert ask().counts(session) == dict.fromkeys(STANDINGS, 0) | {
        ACCEPTED: 1, FAILED: 1, EXPORTED: 1,
    }  # fmt: skip
    (failed,) = ask(standings=(FAILED,)).page(session).items
    assert failed.message == "Tanggal bentrok"
    assert ids(session, ask()) == ["P2"]
    assert answers(session, text, now).unchanged == 2


def test_accepted_records_go_out_only_when_asked_for_with_the_id_that_was_kept(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    done("P1")
    number = certificate(session, ask(), "P1")
    mark(session, ask(), actor_id=None, now=now)
    answers(session, f"certificate,id\n{number},RW-1\n", now)
    assert ids(session, ask()) == []
    again = mark(session, ask(standings=(*WAITING, ACCEPTED)), actor_id=None, now=now)
    assert again is not None
    assert [row.kept_id for row in again.query.stream(session)] == ["RW-1"]
    assert ask().counts(session)[ACCEPTED] == 1


def test_what_is_withdrawn_after_it_was_sent_is_listed_and_sent_no_more(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    person = done("P1")
    mark(session, ask(), actor_id=None, now=now)
    withdraw(session, person.id, "layanan-publik", 1, reason="Salah", actor_id=None, now=now)
    assert ask().counts(session) == dict.fromkeys(STANDINGS, 0) | {WITHDRAWN: 1}
    assert ask(standings=(WITHDRAWN,)).count(session) == 1
    assert ids(session, ask(standings=(*WAITING, EXPORTED, ACCEPTED))) == []


def test_an_accepted_record_keeps_its_id(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    done("P1")
    number = certificate(session, ask(), "P1")
    answers(session, f"certificate,id\n{number},RW-1\n", now)
    other = answers(session, f"certificate,id\n{number},RW-2\n", now)
    assert [str(error.message) for error in other.errors] == [
        "This record has the id RW-1 in SIASN; another one would be a second record."
    ]
    refused = answers(session, f"certificate,message\n{number},no\n", now)
    assert (refused.unchanged, len(refused.warnings)) == (1, 1)
    assert ask().counts(session)[ACCEPTED] == 1


def test_the_exported_sheet_itself_can_come_back_with_ids(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    done("P1")
    about = About(title=Message("SIASN"), made_at=now)
    sent = b"".join(Csv().chunks(COLUMNS, ask().stream(session), about=about)).decode("utf-8-sig")
    header, row = sent.splitlines()
    plan = answers(session, f"{header}\nRW-9{row}\n", now)
    assert (plan.errors, len(plan.changes)) == ((), 1)


WRONG_RESULTS = {
    "certificate,id\nNONE,RW-1\n": "There is no such record among those of your people.",
    "row_id,id\ncompletion:999:1:x,RW-1\n": "There is no such record among those of your people.",
    "row_id,id\nabc,RW-1\n": "This is no row of Learn; copy it from the exported file.",
    "certificate,id\n,RW-1\n": "Which record? Give the number of its certificate.",
    "certificate,id\n@,RW 1\n": "RW 1 is no id of SIASN; it has letters, digits and hyphens, 64 at most.",
    "certificate,id\n@,RW-1\n@,RW-2\n": "Row 2 is about the same record.",
    "certificate\n@\n": "This column is missing; it can also be named rwkursusid.",
    "id\nRW-1\n": "This column is missing; it can also be named nomorsertipikat.",
}


@pytest.mark.parametrize("text", WRONG_RESULTS)
def test_what_is_wrong_in_results_is_told_by_row(
    session: Session, ask: Any, done: Any, now: datetime, text: str
) -> None:
    done("P1")
    number = certificate(session, ask(), "P1")
    plan = answers(session, text.replace("@", number), now)
    assert [str(error.message) for error in plan.errors] == [WRONG_RESULTS[text]]


def test_results_of_people_elsewhere_are_not_taken(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    here, there = make.unit(session, "A"), make.unit(session, "B")
    done("P1", unit=there)
    number = certificate(session, ask(), "P1")
    plan = answers(session, f"certificate,id\n{number},R\n", now, Scope(unit_paths=(here.path,)))
    assert len(plan.errors) == 1


def link(session: Session, text: str, now: datetime, scope: Scope = EVERYTHING) -> Any:
    plan = plan_people(session, read_table(text.encode(), "p.csv"), scope=scope)
    if not plan.errors:
        apply_people(session, plan, actor_id=None, now=now)
    return plan


def test_ids_of_people_are_set_changed_and_taken_away(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    number = number_of(session, done().id)
    assert link(session, f"NIP;pnsOrangId\n{number};P1\n", now).changes[0].after == "P1"
    assert ids(session, ask()) == ["P1"]
    assert link(session, f"number,siasn_id\n{number},P1\n", now).unchanged == 1
    assert link(session, f"number,siasn_id\n{number},P2\n", now).changes[0].before == "P1"
    assert link(session, f"number,siasn_id\n{number},\n", now).empty
    link(session, f"number,siasn_id\n{number},-\n", now)
    assert session.get(SiasnPerson, 1) is None
    assert ask().counts(session)[UNLINKED] == 1


WRONG_PEOPLE = {
    "number,siasn_id\n123,P9\n": "An employee number has 18 digits.",
    "number,siasn_id\n199001012015031998,P9\n": "Nobody among your people has this number.",
    "number,siasn_id\n@,P1\n": "Somebody else has this id already.",
    "number,siasn_id\n@,199001012015031998\n": "This is an employee number; the id of a person in SIASN is another one.",
    "number,siasn_id\n@,P8\n@,P9\n": "Row 2 is about the same person.",
    "number,siasn_id\n@,P 9\n": "P 9 is no id of SIASN; it has letters, digits and hyphens, 64 at most.",
    "number\n@\n": "This column is missing; it can also be named pnsorangid.",
}


@pytest.mark.parametrize("text", WRONG_PEOPLE)
def test_what_is_wrong_in_ids_is_told_by_row_and_nothing_is_changed(
    session: Session, done: Any, now: datetime, text: str
) -> None:
    done("P1")
    number = number_of(session, done().id)
    plan = link(session, text.replace("@", str(number)), now)
    assert [str(error.message) for error in plan.errors] == [WRONG_PEOPLE[text]]
    assert session.query(SiasnPerson).count() == 1


STEPS = st.lists(st.sampled_from(["complete", "mark", "accept", "fail", "export"]), max_size=14)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_record_is_ever_accepted_twice_or_sent_while_it_waits(
    database: Database, ask: Any, now: datetime, steps: list[str]
) -> None:
    with database.writing() as session:
        waiting: set[Any] = set()
        accepted: dict[Any, str] = {}
        for number, step in enumerate(steps):
            if step == "complete":
                person = make.person(session, password=None)
                records.complete(session, person, now=now)
                session.add(SiasnPerson(person_id=person.id, siasn_id=f"P{person.id}", set_at=now))
                session.flush()
            elif step == "mark":
                made = mark(session, ask(), actor_id=None, now=now)
                sent = [row.key for row in made.query.stream(session)] if made else []
                assert len(sent) == len(set(sent))
                assert not set(sent) & (waiting | set(accepted))
                waiting |= set(sent)
            elif step in {"accept", "fail"} and waiting:
                key = waiting.pop()
                column, text = ("id", f"R{number}") if step == "accept" else ("message", "no")
                answers(session, f"row_id,{column}\n{key.row_id},{text}\n", now)
                if step == "accept":
                    accepted[key] = text
            exported = [row.key for row in ask().stream(session)]
            assert len(exported) == len(set(exported))
            assert not set(exported) & (waiting | set(accepted))
        kept = {r.siasn_id for r in session.query(SiasnRecord) if r.state == ACCEPTED}
        assert kept == set(accepted.values())
        session.rollback()


def test_two_who_mark_at_once_share_the_records_between_them(
    database: Database, ask: Any, now: datetime
) -> None:
    with database.transaction() as session:
        for number in range(6):
            person = make.person(session, password=None)
            records.complete(session, person, now=now)
            session.add(SiasnPerson(person_id=person.id, siasn_id=f"P{number}", set_at=now))
    together = Barrier(3)

    def one(_number: int) -> list[str]:
        together.wait(timeout=30)
        with database.transaction() as session:
            made = mark(session, ask(), actor_id=None, now=now)
            return ids(session, made.query) if made else []

    with ThreadPoolExecutor(3) as several:
        sent = [each for some in several.map(one, range(3)) for each in some]
    assert sorted(sent) == [f"P{number}" for number in range(6)]
