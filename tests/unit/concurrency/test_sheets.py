"""Sheets at the same moment: what the same sheet says is done once, whoever sends it and how often."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from learn.claims.importing import apply_records, plan_records
from learn.claims.models import Claim
from learn.competencies.assessments.sheets import apply_levels, plan_levels
from learn.competencies.models import Assessment
from learn.errors import LearnError
from learn.hours.models import HoursCredit
from learn.people.access import EVERYTHING
from learn.people.directory import number_of
from learn.people.imports.services import apply_import, plan_import
from learn.people.imports.sheet_plans import queue_sheets
from learn.people.imports.tables import read_table
from learn.people.models import Person, PersonNumber, Unit
from learn.people.services import add_person
from learn.people.units import create_unit, root_unit
from learn.siasn.models import SiasnBatch, SiasnPerson, SiasnRecord
from learn.siasn.queries import SiasnQuery
from learn.siasn.results import apply_results, plan_results
from learn.siasn.rules import Issuer
from learn.siasn.services import mark
from learn.trainings import closing
from tests.support import make, records
from tests.support.racing import lost
from tests.support.trainings import ORGANISER, attended, no_course, published, signed_up

PEOPLE = "nip,nama,status,kode_unit,unit_kerja,kode_unit_induk,jabatan,jenis_jabatan,golongan,tmt"
RECORDS = "NIP;Jenis Diklat;Nama Diklat;Penyelenggara;Tanggal Mulai;Tanggal Selesai;Jumlah JP;Nomor Sertifikat"
LEVELS = "nip,kompetensi,tingkat,tanggal,berlaku_sampai,instrumen"
TODAY = date(2026, 11, 24)


def sheet(header, *lines):
    return read_table("\n".join([header, *lines]).encode(), "sheet.csv")


def count(database, model):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def people(database):
    """Give the ids and numbers of some people."""
    with database.transaction() as session:
        found = [make.person(session, password=None) for _ in range(4)]
        return [(each.id, number_of(session, each.id)) for each in found]


@pytest.fixture
def import_people(now):
    """Return a work that imports a sheet of people; `queued` as pages do, else by an older look."""

    def importing(table, *, queued=True):
        settings = make.settings()

        def work(session, meet):
            if queued:
                queue_sheets(session)
            plan = plan_import(session, table, actor=None, now=now, settings=settings)
            assert plan.errors == ()
            if not queued:
                meet()
            apply_import(session, plan, actor=None, now=now, settings=settings)
            return len(plan.new), len(plan.changed)

        return work

    return importing


def new_people(unit="BARU,Dinas Baru,"):
    return sheet(
        PEOPLE,
        *(f"{make.nip()},Ni Made Ayu,PNS,{unit},Staf,Pelaksana,III/a,01-02-2024" for _ in range(3)),
    )


def test_the_same_people_are_added_once(database, race, people, import_people):
    work = import_people(new_people())
    assert sorted(race.run(work, work, work)) == [(0, 0), (0, 0), (3, 0)]
    assert count(database, Person) == 7
    assert race.count("person_added") == 7


def test_who_adds_people_by_an_older_look_is_told_and_adds_nobody(
    database, race, people, import_people
):
    work = import_people(new_people(), queued=False)
    results = race.run(work, work, work)
    added = [each for each in results if each == (3, 0)]
    assert len(added) == 1
    assert {each.status for each in lost(results)} <= {409}
    assert count(database, PersonNumber) == 7


def test_an_import_and_the_close_of_a_training_of_the_same_people(
    database, race, people, import_people, now
):
    """The import makes a unit, which the audit chain notes, and changes people, in an order of its own."""
    with database.transaction() as session:
        training = published(session, capacity=9)
        for who, _number in people:
            signed_up(session, training, who)
            attended(session, training, who, 180)
        training_id, ends_at = training.id, training.ends_at
    table = sheet(
        PEOPLE,
        *(
            f"{number},Nama Lain {n},PNS,BARU,Dinas Baru,,Staf,Pelaksana,III/a,02-11-2026"
            for n, (_who, number) in enumerate(people[::-1])
        ),
    )

    def close(session, _meet):
        return closing.close(
            session, training_id, actor_id=ORGANISER, settings=make.settings(),
            current_of=no_course, now=ends_at,
        ).state  # fmt: skip

    results = race.run(close, import_people(table))
    assert results == ["closed", (0, 4)]


def test_the_same_records_come_in_once(database, race, people, now):
    lines = [
        f"{number};KL08;Kursus data;LAN;02-03-2020;04-03-2020;12;{n}/LAN/2020"
        for n, (_who, number) in enumerate(people)
    ]
    table = sheet(RECORDS, *lines)

    def look(session):
        return plan_records(session, table, scope=EVERYTHING, actor_id=900, today=TODAY)

    def queued(session, _meet):
        queue_sheets(session)
        plan = look(session)
        apply_records(session, plan, actor_id=900, now=now)
        return len(plan.new)

    assert sorted(race.run(queued, queued, queued)) == [0, 0, 4]
    assert count(database, Claim) == count(database, HoursCredit) == 4


def test_records_by_an_older_look_are_refused_in_words(database, race, people, now):
    table = sheet(RECORDS, f"{people[0][1]};KL08;Kursus;LAN;02-03-2020;04-03-2020;12;1/LAN/2020")

    def work(session, meet):
        plan = plan_records(session, table, scope=EVERYTHING, actor_id=900, today=TODAY)
        meet()
        apply_records(session, plan, actor_id=900, now=now)
        return len(plan.new)

    results = race.run(work, work)
    assert {each.status for each in lost(results)} <= {409}
    assert sum(each for each in results if not isinstance(each, LearnError)) == 1
    assert count(database, HoursCredit) == 1


def test_records_of_the_same_people_in_another_order_wait_for_each_other(
    database, race, people, now
):
    def bring_in(order, title):
        table = sheet(
            RECORDS,
            *(f"{number};KL08;{title};LAN;02-03-2020;04-03-2020;12;" for _who, number in order),
        )

        def work(session, meet):
            plan = plan_records(session, table, scope=EVERYTHING, actor_id=900, today=TODAY)
            assert plan.errors == ()
            meet()
            apply_records(session, plan, actor_id=900, now=now)
            return len(plan.new)

        return work

    assert race.run(bring_in(people, "Data"), bring_in(people[::-1], "Layanan")) == [4, 4]
    assert count(database, HoursCredit) == 8


def test_the_same_levels_are_taken_over_once(database, race, people, now):
    table = sheet(LEVELS, *(f"{number},M.05,3,24-11-2025,,wawancara" for _who, number in people))

    def work(session, _meet):
        queue_sheets(session)
        plan = plan_levels(session, table, scope=EVERYTHING, actor_id=900, today=now.date())
        assert plan.errors == ()
        apply_levels(session, plan, actor_id=900, now=now)
        return len(plan.changes)

    assert sorted(race.run(work, work, work)) == [0, 0, 4]
    assert count(database, Assessment) == 4


@pytest.mark.parametrize("what", ["person", "unit"])
def test_the_same_thing_added_by_hand_twice_is_there_once(database, race, now, what):
    number = make.nip()
    with database.transaction() as session:
        root_unit(session, now=make.JOINED)

    def add(session, meet):
        unit = root_unit(session, now=make.JOINED)
        meet()
        if what == "unit":
            create_unit(session, code="BARU", name="Baru", parent=unit, actor_id=None, now=now)
        else:
            add_person(session, number=number, name="Ni Made", unit=unit, actor_id=None, now=now,
                       settings=make.settings())  # fmt: skip
        return "added"

    results = race.run(add, add, add)
    assert results.count("added") == 1
    assert {each.status for each in lost(results)} <= {409, 422}
    model, there = {"unit": (Unit, 2), "person": (PersonNumber, 1)}[what]
    assert count(database, model) == there


@pytest.fixture
def sent(database, people, now):
    """Give a query of records for SIASN, the numbers of their certificates, and who has them."""
    with database.transaction() as session:
        numbers = []
        for who, _number in people:
            done = records.complete(session, session.get_one(Person, who), now=now)
            session.add(SiasnPerson(person_id=who, siasn_id=f"P{who}", set_at=now))
            numbers.append(done.certificate)
    query = SiasnQuery(scope=EVERYTHING, timezone="Asia/Makassar", now=now,
                       issuer=Issuer("BKPSDM Kota Denpasar", "A5EB03", "L1"))  # fmt: skip
    return query, numbers


def export(query, now):
    def work(session, _meet):
        made = mark(session, query, actor_id=None, now=now)
        return made.count if made else 0

    return work


def answered(numbers, now, *, queued=True):
    table = sheet("certificate,id", *(f"{each},RW-{n}" for n, each in enumerate(numbers)))

    def work(session, meet):
        if queued:
            queue_sheets(session)
        plan = plan_results(session, table, scope=EVERYTHING)
        assert plan.errors == ()
        if not queued:
            meet()
        apply_results(session, plan, actor_id=None, now=now)
        return len(plan.changes)

    return work


def test_records_are_sent_in_one_batch_and_their_results_taken_once(database, race, sent, now):
    query, numbers = sent
    assert sorted(race.run(*[export(query, now)] * 3)) == [0, 0, 4]
    assert count(database, SiasnBatch) == 1
    assert sorted(race.run(*[answered(numbers, now)] * 3)) == [0, 0, 4]
    with database.reading() as session:
        rows = session.scalars(select(SiasnRecord)).all()
    assert sorted(row.siasn_id for row in rows) == ["RW-0", "RW-1", "RW-2", "RW-3"]
    assert {row.state for row in rows} == {"accepted"}


def test_results_that_come_while_the_records_are_sent_leave_each_in_one_state(
    database, race, sent, now
):
    query, numbers = sent
    results = race.run(
        export(query, now), answered(numbers, now), export(query, now), answered(numbers, now)
    )
    assert {each.status for each in lost(results)} <= {409, 503}
    with database.reading() as session:
        rows = session.scalars(select(SiasnRecord)).all()
    assert len(rows) == 4
    assert {row.state for row in rows} <= {"accepted", "exported"}
    assert all((row.state == "accepted") == (row.siasn_id is not None) for row in rows)
    again = race.run(answered(numbers, now))
    assert lost(again) == []
