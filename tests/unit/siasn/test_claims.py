"""Accepted development done elsewhere goes to SIASN as completed courses do, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from learn.claims import services
from learn.claims.documents import Document
from learn.claims.rules import Act, Said
from learn.ledger import erase_details
from learn.people.access import Scope
from learn.people.imports.tables import read_table
from learn.schema import load_projections
from learn.siasn.models import SiasnPerson
from learn.siasn.results import apply_results, plan_results
from learn.siasn.rules import (
    ACCEPTED,
    EXPORTED,
    FAILED,
    OTHER_FORM,
    PENDING,
    UNLINKED,
    WITHDRAWN,
    read_row_id,
)
from learn.siasn.services import mark
from tests.support import make

load_projections()
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)
PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")
COURSE = Said("KL08", "Kursus data", "LAN", FIRST, LAST, "12/LAN/2026", declared_jp=12)


@pytest.fixture
def claimed(session, now):
    """Return a function that makes somebody with an accepted claim: claimed("P1", form="KL01")."""

    def claimed(siasn_id=None, *, unit=None, act=Act.ACCEPT, **said):
        person = make.person(session, unit=unit, password=None)
        made = replace(COURSE, **said)
        claim = services.draft(session, person.id, made, today=now.date(), now=now, document=PDF)
        services.submit(session, person.id, claim.id, based_on=claim.seq, today=now.date(), now=now)
        services.decide(
            session, person.id, claim.id, act, actor_id=999, based_on=claim.seq, now=now,
            reason="Tidak jelas" if act != Act.ACCEPT else "",
        )  # fmt: skip
        if siasn_id:
            session.add(SiasnPerson(person_id=person.id, siasn_id=siasn_id, set_at=now))
        session.flush()
        return claim

    return claimed


def revoke(session, claim, now):
    services.decide(session, claim.person_id, claim.id, Act.REVOKE, actor_id=999,
                    based_on=claim.seq, now=now, reason="Keliru")  # fmt: skip
    session.flush()


def counts(session, query):
    return {standing: count for standing, count in query.counts(session).items() if count}


def test_an_accepted_claim_becomes_a_row_with_its_own_organiser(session, ask, claimed):
    claim = claimed("P1")
    [row] = ask().stream(session)
    assert (row.issuer.organiser, row.title, row.certificate) == (
        "LAN",
        "Kursus data",
        "12/LAN/2026",
    )
    assert (row.begins, row.ends, row.hours, row.form) == (FIRST, LAST, 12, "KL08")
    assert read_row_id(row.key.row_id) == ("claim", claim.person_id, "", claim.id)


def test_claims_and_completions_stand_in_one_list_page_by_page(session, ask, claimed, done):
    done("P1")
    claimed("P2")
    claimed("P3")
    assert ask().count(session) == 3
    found, after = [], None
    while True:
        page = ask().page(session, limit=1, after=after)
        found += [row.person_siasn_id for row in page.items]
        if page.next is None:
            break
        after = page.next
    assert sorted(found) == ["P1", "P2", "P3"]
    assert {row.key.source for row in ask().stream(session)} == {"completion", "claim"}


def test_only_what_was_accepted_is_sent(session, ask, claimed):
    claimed("P1", act=Act.REJECT)
    claimed("P2", act=Act.RETURN)
    assert list(ask().stream(session)) == []


@pytest.mark.parametrize("form", ["KL01", "PD01"])
def test_structural_training_and_formal_education_stand_apart(session, ask, claimed, form):
    claimed("P1", form=form, **({"semesters": 1, "declared_jp": None} if form == "PD01" else {}))
    standing = ask(standings=(OTHER_FORM,))
    assert list(ask().stream(session)) == []
    assert standing.count(session) in {0, 1}
    if form == "KL01":
        assert counts(session, ask()) == {OTHER_FORM: 1}


def test_claims_of_people_without_an_id_stand_apart(session, ask, claimed):
    claimed()
    assert list(ask().stream(session)) == []
    assert counts(session, ask()) == {UNLINKED: 1}


def test_marking_twice_sends_nothing_twice_and_results_are_kept(session, ask, claimed, now):
    claim = claimed("P1")
    other = claimed("P2")
    batch = mark(session, ask(), actor_id=None, now=now)
    assert batch.count == 2
    assert mark(session, ask(), actor_id=None, now=now) is None
    assert counts(session, ask()) == {EXPORTED: 2}
    rows = {row.key.person_id: row.key.row_id for row in batch.query.stream(session)}
    sheet = (
        f"rowId,id,message\n{rows[claim.person_id]},S-1,\n{rows[other.person_id]},,Nama tidak sah\n"
    )
    plan = plan_results(session, read_table(sheet.encode(), "r.csv"), scope=ask().scope)
    assert plan.errors == ()
    apply_results(session, plan, actor_id=None, now=now)
    assert counts(session, ask()) == {ACCEPTED: 1, FAILED: 1}
    assert [row.message for row in ask().stream(session)] == ["Nama tidak sah"]
    [again] = ask(standings=(ACCEPTED,)).stream(session)
    assert again.kept_id == "S-1", "sent again it keeps its id, so that no second record is made"


def test_a_claim_that_was_revoked_after_it_was_sent_is_told(session, ask, claimed, now):
    claim = claimed("P1")
    mark(session, ask(), actor_id=None, now=now)
    revoke(session, claim, now)
    never = claimed("P2")
    revoke(session, never, now)
    assert counts(session, ask()) == {WITHDRAWN: 1}


def test_each_sees_the_claims_of_their_own_units_alone(session, ask, claimed):
    health, roads = make.unit(session, "DINKES"), make.unit(session, "PUPR")
    claimed("P1", unit=health)
    claimed("P2", unit=roads)
    query = ask(scope=Scope(unit_paths=(health.path,)))
    assert [row.person_siasn_id for row in query.stream(session)] == ["P1"]
    assert query.counts(session)[PENDING] == 1
    assert [row.person_siasn_id for row in ask(unit="PUPR").stream(session)] == ["P2"]
    sheet = "rowId,id\n" + ask(unit="PUPR").page(session).items[0].key.row_id + ",S-9\n"
    plan = plan_results(session, read_table(sheet.encode(), "r.csv"), scope=query.scope)
    assert [error.row for error in plan.errors] == [2]


def test_a_claim_whose_texts_were_erased_keeps_its_row(session, ask, claimed):
    claim = claimed("P1")
    erase_details(session, claim.person_id)
    session.expire_all()
    [row] = ask().stream(session)
    assert (row.title, row.issuer.organiser, row.certificate) == ("-", "-", None)


def test_a_course_names_no_claim(session, ask, claimed, done):
    claimed("P1")
    done("P2")
    assert [row.person_siasn_id for row in ask(course="layanan-publik").stream(session)] == ["P2"]
