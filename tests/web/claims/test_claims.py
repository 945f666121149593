"""Claiming development done elsewhere on pages, and having it verified by somebody else."""

from __future__ import annotations

from io import BytesIO

import pytest

from learn.claims.models import Claim
from learn.hours.models import HoursYear
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.web.state import State
from tests.support import make
from tests.support.files import HOSTILE, PDF, PNG

SEMINAR = {
    "title": "Seminar SPBE", "organiser": "LAN", "starts_on": "2026-03-03", "ends_on": "2026-03-03",
    "minutes": "360", "certificate": "12/LAN/2026",
}  # fmt: skip


@pytest.fixture
def learn(app) -> State:
    return app.extensions["learn"]


def claim_with(browser, form="KL06", content=PDF, name="sertifikat.pdf", **changed):
    """Fill in the form of a claim; return the page that follows."""
    browser.get(f"/me/claims/new/{form}/")
    values = {**SEMINAR, **changed}
    if content is not None:
        values["document"] = (BytesIO(content), name)
    return browser.submit("", values)


def send(browser):
    """Send the claim that the browser shows."""
    form = next(form for form in browser.page.forms if form.action.endswith("/submission/"))
    return browser.submit(form.action)


def decide(browser, where, act, reason="", based_on=None):
    browser.get(where)
    form = next(form for form in browser.page.forms if "act" in {b[0] for b in form.buttons})
    seq = form.fields["based_on"].values[0] if based_on is None else based_on
    return browser.post(where, {"act": act, "reason": reason, "based_on": seq}, token=True)


def place(browser, number=1):
    with browser.client.application.extensions["learn"].database.reading() as session:
        claims = (
            session.query(Claim).filter_by(person_id=browser.person_id).order_by(Claim.id).all()
        )
    return f"/verification/{browser.person_id}/{claims[number - 1].id}/"


def one_claim(learn, person_id):
    with learn.database.reading() as session:
        return session.query(Claim).filter_by(person_id=person_id).one()


def earned(learn, person_id):
    with learn.database.reading() as session:
        row = session.get(HoursYear, (person_id, 2026))
        return row.earned if row else 0


def test_the_whole_way(app, learn, signed_in):
    me, verifier = signed_in(name="Ni Made Rai"), signed_in("verifier")
    assert "/me/claims/new/" in me.get("/me/record/").html
    assert me.get("/me/claims/new/").html.count("/me/claims/new/") >= 26
    shown = claim_with(me)
    assert shown.status == 200 and "8 JP" in shown.text
    assert earned(learn, me.person_id) == 0
    send(me)
    assert one_claim(learn, me.person_id).state == "submitted"

    queue = verifier.get("/verification/")
    assert "Seminar SPBE" in queue.text and "Ni Made Rai" in queue.text
    assert "/verification/" in verifier.get("/").html
    where = place(me)
    document = verifier.get(f"{where}document")
    assert document.data == PDF and document.headers["X-Content-Type-Options"] == "nosniff"
    document.response.close()
    decide(verifier, where, "return", "Lampirkan jadwal")
    assert "Lampirkan jadwal" in me.get("/me/claims/").text
    claim = one_claim(learn, me.person_id)
    me.get(f"/me/claims/{claim.id}/change/")
    me.submit("", {"minutes": "03-03-2026 180"})
    assert "4 JP" in me.page.text
    send(me)
    decide(verifier, where, "accept")
    assert earned(learn, me.person_id) == 4
    assert "Seminar SPBE" in me.get("/me/record/").text

    office = signed_in("hr")
    assert "Seminar SPBE" in office.get(f"/hr/people/{me.person_id}/").text
    decide(office, where, "revoke", "Sertifikat palsu")
    assert earned(learn, me.person_id) == 0
    assert "Sertifikat palsu" in me.get(f"/me/claims/{claim.id}/").text
    with learn.database.writing() as session:
        assert rebuild_person(session, me.person_id) == []
    with learn.database.reading() as session:
        assert list(verify(session)) == []
    ledger = signed_in("auditor").get(f"/hr/people/{me.person_id}/ledger/").text
    assert f"{claim.id}" in ledger and "%(" not in ledger


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"starts_on": "2026-03-04"}, "ends_on"),
        ({"ends_on": "2999-01-01"}, "ends_on"),
        ({"starts_on": "kemarin"}, "starts_on"),
        ({"minutes": "-5"}, "minutes"),
        ({"minutes": "1,5"}, "minutes"),
        ({"minutes": "1441"}, "minutes"),
        ({"minutes": "04-03-2026 45"}, "minutes"),
        ({"minutes": ""}, "minutes"),
        ({"declared_jp": "-1"}, "declared_jp"),
        ({"declared_jp": "2.5"}, "declared_jp"),
        ({"declared_jp": "999999"}, "declared_jp"),
        ({"title": ""}, "title"),
        ({"organiser": "x" * 300}, "organiser"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_kept(
    learn, signed_in, changed, said
):
    me = signed_in()
    page = claim_with(me, **changed)
    assert page.status == 422 and f"{said}-error" in page.ids
    with learn.database.reading() as session:
        assert session.query(Claim).count() == 0


@pytest.mark.parametrize("what", sorted(HOSTILE.keys() - {"nothing"}))
def test_a_document_that_is_more_than_it_seems_is_refused(learn, signed_in, what):
    me = signed_in()
    page = claim_with(me, content=HOSTILE[what])
    assert page.status == 422 and "document-error" in page.ids
    assert "Seminar SPBE" in page.html
    with learn.database.reading() as session:
        assert session.query(Claim).count() == 0


def test_the_same_form_sent_twice_is_one_claim_and_sending_twice_is_one_sending(learn, signed_in):
    me = signed_in()
    me.get("/me/claims/new/KL06/")
    fields = me.page.form().fields
    values = {**SEMINAR, "key": fields["key"].values[0]}
    for _ in range(2):
        me.get("/me/claims/")
        me.post("/me/claims/new/KL06/", {**values, "document": (BytesIO(PNG), "x.png")}, token=True)
    claim = one_claim(learn, me.person_id)
    for _ in range(2):
        where = f"/me/claims/{claim.id}/submission/"
        me.get("/me/claims/")
        assert me.post(where, {"based_on": claim.seq}, token=True).status == 303
    assert one_claim(learn, me.person_id).seq == claim.seq + 1


def test_nobody_verifies_their_own(learn, signed_in):
    me = signed_in("hr")
    claim_with(me)
    send(me)
    where = place(me)
    assert me.get(where).status == 403
    seq = one_claim(learn, me.person_id).seq
    assert me.post(where, {"act": "accept", "based_on": seq}, token=True).status == 403
    assert "Seminar SPBE" not in me.get("/verification/").text
    assert earned(learn, me.person_id) == 0


def test_a_verifier_reaches_only_their_units(app, learn, signed_in):
    with learn.database.transaction() as session:
        here, elsewhere = make.unit(session, "A"), make.unit(session, "B")
    me = signed_in(unit=here)
    claim_with(me)
    send(me)
    where, seq = place(me), one_claim(learn, me.person_id).seq
    stranger = signed_in("verifier", unit=elsewhere)
    assert stranger.get(where).status == 404
    assert stranger.get(f"{where}document").status == 404
    assert stranger.post(where, {"act": "accept", "based_on": seq}, token=True).status == 404
    assert "Seminar SPBE" not in stranger.get("/verification/").text
    assert "Seminar SPBE" in signed_in("verifier", unit=here).get("/verification/?unit=A").text
    assert stranger.get("/verification/?unit=A").status == 404


def test_the_second_of_two_verifiers_is_told_and_changes_nothing(learn, signed_in):
    me, one, two = signed_in(), signed_in("verifier"), signed_in("verifier")
    claim_with(me)
    send(me)
    where, seq = place(me), one_claim(learn, me.person_id).seq
    decide(one, where, "accept", based_on=seq)
    answer = two.post(where, {"act": "reject", "reason": "x", "based_on": seq}, token=True)
    assert answer.status == 409 and earned(learn, me.person_id) == 8
    assert one_claim(learn, me.person_id).state == "accepted"


def test_no_return_or_rejection_without_a_reason_and_no_unknown_act(learn, signed_in):
    me, verifier = signed_in(), signed_in("verifier")
    claim_with(me)
    send(me)
    where = place(me)
    for act in ("return", "reject", "approve", "", "revoke", "submit"):
        page = decide(verifier, where, act)
        assert page.status == 422, act
        assert ("reason-error" in page.ids) == (act in {"return", "reject"}), act
    assert one_claim(learn, me.person_id).state == "submitted"


def test_a_verifier_does_not_revoke(learn, signed_in):
    me, verifier = signed_in(), signed_in("verifier")
    claim_with(me)
    send(me)
    where = place(me)
    decide(verifier, where, "accept")
    assert "revoke" not in verifier.get(where).html
    seq = one_claim(learn, me.person_id).seq
    values = {"act": "revoke", "reason": "x", "based_on": seq}
    assert verifier.post(where, values, token=True).status == 422
    assert earned(learn, me.person_id) == 8


def test_a_duplicate_warns_the_owner_and_shows_both_to_the_verifier(learn, signed_in):
    me, verifier = signed_in(), signed_in("verifier")
    claim_with(me)
    send(me)
    claim_with(me, title="Seminar SPBE lain")
    assert "l-is-due" in me.page.html and "/me/claims/" in me.page.html
    send(me)
    page = verifier.get(place(me, 2))
    assert place(me, 1) in page.html


def test_the_claims_of_others_are_nobodys_to_see(learn, signed_in):
    me, other = signed_in(), signed_in()
    claim_with(me)
    claim = one_claim(learn, me.person_id)
    for tail in ("", "change/", "document"):
        assert other.get(f"/me/claims/{claim.id}/{tail}").status == 404
    assert signed_in("verifier").get(place(me)).status == 404, "drafts are their owner's alone"


def test_texts_are_shown_as_texts(signed_in):
    me, verifier = signed_in(), signed_in("verifier")
    naughty = "<script>alert(1)</script>\"'{{ 7*7 }}"
    claim_with(me, title=naughty, organiser=naughty, note=naughty)
    assert "<script>alert" not in me.page.html
    send(me)
    assert "<script>alert" not in verifier.get(place(me)).html
    assert "<script>alert" not in verifier.get("/verification/").html


def test_the_queue_goes_on_page_by_page_and_refuses_what_is_no_place(signed_in):
    verifier = signed_in("verifier")
    assert verifier.get("/verification/?after=x").status == 422
    assert verifier.get("/verification/?after=WyJ4IiwxLDFd").status == 422
    assert verifier.get("/verification/?state=accepted").status == 200
