"""Older records come in once, with their JP, and whatever is wrong is told by row and column."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from learn.claims import services
from learn.claims.documents import Document
from learn.claims.importing import apply_records, plan_records
from learn.claims.models import Claim
from learn.claims.rules import Act, Said, State
from learn.errors import Invalid
from learn.exports.lists.claims import ClaimQuery
from learn.hours.models import HoursCredit, HoursYear
from learn.ledger.models import AuditEntry
from learn.ledger.rebuild import rebuild_person
from learn.people.access import EVERYTHING, Scope
from learn.people.directory import number_of
from learn.people.imports.tables import read_table
from learn.schema import load_projections
from tests.support import make, records

load_projections()
TODAY = date(2026, 11, 24)
HEADER = "NIP;Jenis Diklat;Nama Diklat;Penyelenggara;Tanggal Mulai;Tanggal Selesai;Jumlah JP;Nomor Sertifikat"
PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def anna(session):
    return make.person(session, name="Ni Anna", password=None)


@pytest.fixture
def plan(session):
    def plan(*lines, scope=EVERYTHING, actor_id=None):
        session.flush()
        table = read_table("\n".join([HEADER, *lines]).encode(), "old.csv")
        return plan_records(session, table, scope=scope, actor_id=actor_id, today=TODAY)

    return plan


@pytest.fixture
def line(session, anna):
    def line(number=None, form="KL08", title="Kursus data", organiser="LAN", starts="02-03-2020",
             ends="04-03-2020", jp="12", certificate="12/LAN/2020"):  # fmt: skip
        number = number_of(session, anna.id) if number is None else number
        return f"{number};{form};{title};{organiser};{starts};{ends};{jp};{certificate}"

    return line


@pytest.fixture
def do(session, plan, now):
    def do(*lines):
        made = plan(*lines)
        assert made.errors == ()
        apply_records(session, made, actor_id=99, now=now)
        session.flush()
        return made

    return do


def told(made):
    return [(error.row, error.column, str(error.message)) for error in made.errors]


def test_a_row_becomes_an_accepted_record_with_its_jp_in_the_year_it_ended(
    session, anna, do, line, now
):
    made = do(line())
    assert (len(made.new), made.hours) == (1, 12)
    claim = session.scalars(select(Claim)).one()
    assert (claim.state, claim.source, claim.jp, claim.decided_by) == (
        State.ACCEPTED,
        "import",
        12,
        99,
    )
    assert services.texts_of(session, claim).title == "Kursus data"
    assert session.get_one(HoursYear, (anna.id, 2020)).earned == 12
    query = ClaimQuery(scope=EVERYTHING, timezone="Asia/Makassar", now=now)
    [record] = query.stream(session)
    assert (record.title, record.organiser, record.certificate, record.hours) == (
        "Kursus data", "LAN", "12/LAN/2020", 12,
    )  # fmt: skip


def test_the_same_file_again_changes_nothing(session, do, plan, line):
    lines = (line(), line(title="Seminar", certificate="", form="KL06", jp="4"))
    do(*lines)
    again = plan(*lines)
    assert (again.empty, again.unchanged, again.errors, again.warnings) == (True, 2, (), ())


def test_the_ledger_makes_the_same_again(session, anna, do, line):
    do(line())
    session.commit()
    assert rebuild_person(session, anna.id) == []
    session.rollback()


def test_an_imported_record_is_revoked_like_any_other(session, anna, do, line, now):
    do(line())
    claim = session.scalars(select(Claim)).one()
    services.decide(session, anna.id, claim.id, Act.REVOKE, actor_id=99, based_on=claim.seq,
                    now=now, reason="Keliru")  # fmt: skip
    session.flush()
    assert session.get_one(HoursYear, (anna.id, 2020)).earned == 0
    assert services.worth_of(session, claim).jp == 12


@pytest.mark.parametrize(
    ("wrong", "column", "words"),
    [
        ({"number": "123"}, "NIP", "18 digits"),
        ({"number": "199001012015031998"}, "NIP", "Nobody among your people"),
        ({"form": "KL99"}, "Jenis Diklat", "did you mean"),
        ({"form": "§§"}, "Jenis Diklat", "no form of development"),
        ({"title": ""}, "Nama Diklat", "what it was called"),
        ({"title": "x" * 256}, "Nama Diklat", "At most 255"),
        ({"ends": ""}, "Tanggal Selesai", "missing"),
        ({"ends": "31-02-2020"}, "Tanggal Selesai", "not a date"),
        ({"starts": "05-03-2020"}, "Tanggal Selesai", "exchange them"),
        ({"starts": "01-01-2030", "ends": "02-01-2030"}, "Tanggal Selesai", "future"),
        ({"jp": "-4"}, "Jumlah JP", "whole number"),
        ({"jp": "4,5"}, "Jumlah JP", "whole number"),
        ({"jp": "4.5"}, "Jumlah JP", "whole number"),
        ({"jp": ""}, "Jumlah JP", "whole number"),
        ({"jp": "99999"}, "Jumlah JP", "for these days"),
    ],
)
def test_what_cannot_be_is_told_by_row_and_column_and_nothing_comes_in(
    session, plan, line, now, wrong, column, words
):
    made = plan(line(title="Good", certificate="1"), line(**wrong))
    [(row, named, message)] = told(made)
    assert (row, named) == (3, column)
    assert words in message
    with pytest.raises(Invalid):
        apply_records(session, made, actor_id=None, now=now)
    assert session.scalar(select(func.count()).select_from(Claim)) == 0


@pytest.mark.parametrize("form", ["kl08", "KL08", " Kl08 "])
def test_a_form_is_known_by_code_number_and_name(plan, line, form):
    assert [record.form for record in plan(line(form=form)).new] == ["KL08"]
    assert [record.form for record in plan(line(form="16")).new] == ["NKL03"]


def test_what_counts_already_is_left_out_and_told(session, anna, plan, line, do, now):
    said = Said(
        "KL08",
        "Kursus data",
        "LAN",
        date(2020, 3, 2),
        date(2020, 3, 4),
        "12/LAN/2020",
        declared_jp=12,
    )
    claim = services.draft(session, anna.id, said, today=TODAY, now=now, document=PDF)
    services.submit(session, anna.id, claim.id, based_on=claim.seq, today=TODAY, now=now)
    made = plan(
        line(title="Another name of it", jp="10"),  # the same certificate
        line(
            certificate="", organiser="Other", starts="04-03-2020", ends="05-03-2020"
        ),  # the same title, overlapping
        line(
            certificate="99", title="Kursus data", starts="01-01-2021", ends="02-01-2021"
        ),  # another year
    )
    assert (made.duplicates, [record.row for record in made.new]) == (2, [4])
    assert [warning.row for warning in made.warnings] == [2, 3]


def test_a_certificate_that_was_issued_here_is_left_out(session, anna, plan, line, now):
    completion = records.complete(session, anna, now=now)
    made = plan(line(certificate=completion.certificate, title="Layanan"))
    assert (made.duplicates, made.new) == (1, ())


def test_a_row_twice_in_one_file_is_an_error(plan, line):
    assert [(row, column) for row, column, _ in told(plan(line(), line()))] == [(3, "Nama Diklat")]


def test_nobody_brings_in_records_of_their_own_or_of_people_out_of_reach(session, anna, plan, line):
    assert "their own" in told(plan(line(), actor_id=anna.id))[0][2]
    office = make.unit(session, "DINKES")
    assert (
        "Nobody among your people"
        in told(plan(line(), scope=Scope(unit_paths=(office.path,))))[0][2]
    )


def test_a_record_of_another_person_with_the_same_certificate_is_told(session, do, plan, line):
    do(line())
    other = make.person(session, name="I Budi", password=None)
    made = plan(line(number=number_of(session, other.id)))
    assert len(made.new) == 1
    assert "Somebody else" in str(made.warnings[0].message)


def test_the_import_stands_in_the_audit_chain_once(session, do, line):
    do(line())
    kinds = list(session.scalars(select(AuditEntry.kind)))
    assert kinds.count("records_imported") == 1


def test_a_missing_column_is_named(session):
    table = read_table(b"nip;judul\n1;x\n", "old.csv")
    made = plan_records(session, table, scope=EVERYTHING, actor_id=None, today=TODAY)
    assert {error.column for error in made.errors} == {"form", "ends_on", "hours"}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 700)),
        max_size=6,
        unique_by=lambda each: each[1],
    )
)
def test_the_account_holds_the_sum_of_what_came_in_whatever_the_order(
    session, anna, plan, line, rows
):
    nested = session.begin_nested()
    lines = [
        line(title=f"Kursus {n}", certificate=f"C{n}", jp=str(jp),
             starts=(day := date.fromordinal(date(2019, 1, 1).toordinal() + offset)).isoformat(), ends=day.isoformat())
        for n, (jp, offset) in enumerate(rows)
    ]  # fmt: skip
    made = plan(*lines)
    assert made.errors == ()
    apply_records(
        session, made, actor_id=None, now=datetime.fromisoformat("2026-11-24T01:00:00+00:00")
    )
    session.flush()
    total = session.scalar(select(func.coalesce(func.sum(HoursCredit.jp), 0)))
    years = session.scalar(select(func.coalesce(func.sum(HoursYear.earned), 0)))
    assert total == years == sum(jp for jp, _offset in rows)
    assert plan(*lines).empty
    nested.rollback()
    session.expire_all()
