"""Claims in the ledger: the account is their sum, and whoever comes second is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from learn.claims import services
from learn.claims.documents import Document
from learn.claims.models import Claim
from learn.claims.queries import claims_of, count_claims, list_claims, twins_of
from learn.claims.rules import Act, CannotClaim, Moved, NotNow, Said, State
from learn.errors import Forbidden, Invalid, LearnError
from learn.hours.models import HoursCredit, HoursYear
from learn.ledger import erase_details
from learn.ledger.rebuild import rebuild_person
from learn.people.access import EVERYTHING
from learn.schema import load_projections
from tests.support import make

load_projections()
DAY, TODAY, OTHER = date(2026, 11, 3), date(2026, 11, 24), 99
PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")
SEMINAR = Said("KL06", "Seminar SPBE", "LAN", DAY, DAY, "12/LAN/2026", minutes={DAY: 360})


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def owner(session):
    return make.person(session, password=None)


@pytest.fixture
def drafted(session, owner, now):
    def draft(said=SEMINAR, *, document=PDF, key="", person=owner):
        return services.draft(
            session, person.id, said, today=TODAY, now=now, document=document, key=key
        )

    return draft


@pytest.fixture
def sent(session, drafted, now):
    def send(said=SEMINAR, **known):
        claim = drafted(said, **known)
        return services.submit(
            session, claim.person_id, claim.id, based_on=claim.seq, today=TODAY, now=now
        )

    return send


@pytest.fixture
def decide(session, now):
    def decide(claim, act, *, based_on=None, actor=OTHER, reason="Tidak cocok"):
        return services.decide(
            session, claim.person_id, claim.id, act, actor_id=actor, now=now,
            based_on=claim.seq if based_on is None else based_on, reason=reason,
        )  # fmt: skip

    return decide


def earned(session, person):
    return dict(
        session.execute(
            select(HoursYear.year, HoursYear.earned).where(HoursYear.person_id == person.id)
        ).all()
    )


def test_an_accepted_claim_counts_in_the_year_of_its_last_day(session, owner, sent, decide):
    last_year = replace(
        SEMINAR, starts_on=date(2025, 12, 31), ends_on=date(2026, 1, 1),
        minutes={date(2026, 1, 1): 90},
    )  # fmt: skip
    claim = decide(sent(last_year), Act.ACCEPT)
    assert (claim.state, claim.jp, claim.decided_by) == (State.ACCEPTED, 2, OTHER)
    assert earned(session, owner) == {2026: 2}
    credit = session.scalars(select(HoursCredit)).one()
    assert (credit.source, credit.ref, credit.form) == ("claim", str(claim.id), "KL06")
    decide(claim, Act.REVOKE)
    assert (claim.state, earned(session, owner)) == (State.REVOKED, {2026: 0})


def test_a_returned_claim_is_corrected_and_sent_again(session, owner, sent, decide, now):
    claim = decide(sent(), Act.RETURN, reason="Jadwal belum ada")
    (line,) = claims_of(session, owner.id)
    assert (line.reason, line.texts.title) == ("Jadwal belum ada", "Seminar SPBE")
    services.change(session, owner.id, claim.id, replace(SEMINAR, minutes={DAY: 90}),
                    based_on=claim.seq, today=TODAY, now=now)  # fmt: skip
    services.submit(session, owner.id, claim.id, based_on=claim.seq, today=TODAY, now=now)
    assert (claim.state, claim.jp, claim.document) == (State.SUBMITTED, 2, PDF.digest)


def test_of_two_who_decide_the_second_is_told(sent, decide):
    claim = sent()
    seen = claim.seq
    decide(claim, Act.ACCEPT, based_on=seen)
    with pytest.raises(NotNow, match="Somebody else"):
        decide(claim, Act.REJECT, based_on=seen, actor=98)
    with pytest.raises(NotNow):
        decide(claim, Act.ACCEPT, based_on=seen)


def test_a_decision_on_what_has_changed_meanwhile_is_refused(session, owner, sent, decide, now):
    claim = sent()
    seen = claim.seq
    decide(claim, Act.RETURN)
    services.submit(session, owner.id, claim.id, based_on=claim.seq, today=TODAY, now=now)
    with pytest.raises(Moved):
        decide(claim, Act.ACCEPT, based_on=seen)


def test_nobody_decides_their_own_and_no_refusal_comes_without_a_reason(owner, sent, decide):
    claim = sent()
    with pytest.raises(Forbidden):
        decide(claim, Act.ACCEPT, actor=owner.id)
    for act in (Act.RETURN, Act.REJECT):
        with pytest.raises(Invalid, match="reason"):
            decide(claim, act, reason=" \x00 ")
    assert claim.state == State.SUBMITTED


def test_sending_twice_sends_once_and_beginning_twice_begins_once(session, owner, drafted, now):
    claim = drafted(key="k")
    assert drafted(key="k").id == claim.id
    for _ in range(2):
        services.submit(session, owner.id, claim.id, based_on=claim.seq, today=TODAY, now=now)
    assert claim.seq == claim.id + 1


def test_without_a_document_nothing_is_sent(session, owner, drafted, now):
    claim = drafted(document=None)
    with pytest.raises(Invalid, match="document"):
        services.submit(session, owner.id, claim.id, based_on=claim.seq, today=TODAY, now=now)


def test_what_cannot_be_leaves_nothing(session, owner, drafted):
    with pytest.raises(CannotClaim):
        drafted(replace(SEMINAR, ends_on=TODAY + timedelta(days=1)))
    assert claims_of(session, owner.id) == []


def test_a_cap_of_the_year_counts_what_was_accepted_before(session, owner, sent, decide):
    study = Said("PD01", "S2", "Universitas Udayana", date(2026, 1, 5), date(2026, 6, 30), semesters=1)  # fmt: skip
    decide(sent(study), Act.ACCEPT)
    second = decide(sent(replace(study, starts_on=date(2026, 7, 1), ends_on=date(2026, 11, 1))), Act.ACCEPT)  # fmt: skip
    assert (second.state, second.jp) == (State.ACCEPTED, 0)
    assert earned(session, owner) == {2026: 20}


def test_the_queue_is_oldest_first_and_without_ones_own(session, owner, sent):
    first, second = sent(), sent(replace(SEMINAR, title="Lain"), person=make.person(session))
    page = list_claims(session, EVERYTHING, actor_id=OTHER, limit=1)
    rest = list_claims(session, EVERYTHING, actor_id=OTHER, limit=1, after=page.next)
    assert [page.items[0].claim, rest.items[0].claim, rest.next] == [first, second, None]
    assert count_claims(session, EVERYTHING, actor_id=owner.id) == 1


def test_twins_are_found_by_document_certificate_and_title(session, sent):
    stranger = make.person(session)
    claim = sent()
    sent(replace(SEMINAR, title="Hal lain", certificate=""), person=stranger)
    other = Document("b" * 64, "image/png", "foto.png")
    sent(replace(SEMINAR, title="Hal lagi", certificate="12 / lan / 2026"), document=other, person=stranger)  # fmt: skip
    sent(replace(SEMINAR, title="seminar  spbe!", certificate=""), document=other)
    colleague = make.person(session)
    sent(replace(SEMINAR, certificate=""), document=Document("c" * 64, "image/png", "x.png"), person=colleague)  # fmt: skip
    found = twins_of(session, claim, services.texts_of(session, claim))
    assert sorted(twin.why for twin in found) == ["certificate", "document", "title"]
    assert colleague.id not in {twin.line.claim.person_id for twin in found}


def test_erased_texts_leave_the_claim_and_its_hours(session, owner, sent, decide):
    claim = decide(sent(), Act.ACCEPT)
    erase_details(session, owner.id)
    (line,) = claims_of(session, owner.id)
    assert (line.texts.title, line.claim.jp) == ("", claim.jp)
    assert rebuild_person(session, owner.id) == []


ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["draft", *Act]), st.integers(0, 500)),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_the_account_is_the_sum_of_what_stands(database, now, acts):
    with database.transaction() as session:
        owner = make.person(session, password=None)
        claims = []
        for number, act, minutes in acts:
            claim = claims[number] if number < len(claims) else None
            said = replace(SEMINAR, minutes={DAY: minutes})
            try:
                if act == "draft":
                    claims.append(services.draft(session, owner.id, said, today=TODAY, now=now, document=PDF))  # fmt: skip
                elif claim is not None:
                    _do(session, claim, act, said, now)
            except LearnError:
                pass
        standing = session.scalars(
            select(Claim.jp).where(Claim.person_id == owner.id, Claim.state == State.ACCEPTED)
        ).all()
        assert sum(earned(session, owner).values()) == sum(standing)
        assert rebuild_person(session, owner.id) == []


def _do(session, claim, act, said, now):
    known = {"based_on": claim.seq, "now": now}
    if act == Act.CHANGE:
        services.change(session, claim.person_id, claim.id, said, today=TODAY, **known)
    elif act == Act.SUBMIT:
        services.submit(session, claim.person_id, claim.id, today=TODAY, **known)
    elif act == Act.WITHDRAW:
        services.withdraw(session, claim.person_id, claim.id, **known)
    else:
        services.decide(session, claim.person_id, claim.id, act, actor_id=OTHER, reason="x", **known)  # fmt: skip
