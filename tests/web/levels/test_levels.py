"""Assessing, confirming, asking for recognition, and the reasons for a level, on pages."""

from __future__ import annotations

from io import BytesIO

import pytest

from learn.competencies.models import Assessment, CompetencyLevel, Evidence, PriorLearning
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.web.state import State
from tests.support import make
from tests.support.files import HOSTILE, PDF, PNG

WHY = "/me/record/competencies/M.05/"


@pytest.fixture
def learn(app) -> State:
    return app.extensions["learn"]


def rows(learn, model, person_id):
    with learn.database.reading() as session:
        return session.query(model).filter_by(person_id=person_id).all()


def level(learn, person_id, code="M.05"):
    with learn.database.reading() as session:
        row = session.get(CompetencyLevel, (person_id, code))
        return (row.learned_level, row.assessed_level) if row else (0, None)


def assess(browser, person_id, levels, **changed):
    browser.get(f"/assess/{person_id}/")
    values = {f"level-{code}": str(number) for code, number in levels.items()}
    return browser.submit(f"/assess/{person_id}/", {**values, **changed})


def confirm(browser, person_id, **changed):
    browser.get(f"/team/{person_id}/confirmation/?code=M.05")
    values = {"competency": "M.05", "level": "2", "note": "Melayani warga dengan baik."}
    return browser.submit(f"/team/{person_id}/confirmation/", {**values, **changed})


def ask(browser, *files, **changed):
    browser.get("/me/prior/new/?competency=M.05")
    values = {"competency": "M.05", "level": "3", "about": "S2 Manajemen Publik, 2020"}
    sent = [(BytesIO(content), name) for content, name in files] or [(BytesIO(PDF), "ijazah.pdf")]
    return browser.submit("/me/prior/new/", {**values, "documents": sent, **changed})


def review(browser, person_id, request_id, act, **said):
    where = f"/assess/prior/{person_id}/{request_id}/"
    page = browser.get(where)
    form = page.form(where)
    fields = {name: field.values[0] for name, field in form.fields.items() if field.values}
    return browser.post(where, {**fields, "act": act, **said}, token=True)


def test_a_whole_profile_is_assessed_in_one_form_and_told_with_its_report(app, learn, signed_in):
    me, assessor = signed_in(name="Ni Made Rai"), signed_in("assessor", name="I Ketut Budi")
    assert "Ni Made Rai" in assessor.get("/assess/").text
    profile = {f"M.0{number}": 3 for number in range(1, 9)} | {"SK.01": 2}
    assess(assessor, me.person_id, profile, instrument="assessment_center",
           note="Pusat penilaian provinsi", document=(BytesIO(PDF), "laporan.pdf"))  # fmt: skip
    assert len(rows(learn, Assessment, me.person_id)) == 9
    assert level(learn, me.person_id) == (0, 3)
    told = me.get(WHY)
    assert all(text in told.text for text in ("I Ketut Budi", "Pusat penilaian provinsi"))
    seq = rows(learn, Assessment, me.person_id)[0].seq
    report = me.get(f"/levels/{me.person_id}/assessment/{seq}/document")
    assert report.data == PDF
    report.response.close()
    assert signed_in().get(f"/levels/{me.person_id}/assessment/{seq}/document").status == 404


@pytest.mark.parametrize(
    ("levels", "changed", "told"),
    [
        ({}, {}, "#levels"),
        ({"M.05": 3}, {"assessed_on": "2999-01-01"}, "#assessed_on"),
        ({"M.05": 3}, {"assessed_on": "2026-11-01", "valid_until": "2026-10-01"}, "#valid_until"),
        ({"M.05": 3}, {"assessed_on": "bukan tanggal"}, "#assessed_on"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(learn, signed_in, levels, changed, told):
    me, assessor = signed_in(), signed_in("assessor")
    page = assess(assessor, me.person_id, levels, **changed)
    assert page.status == 422 and told in page.html
    assert rows(learn, Assessment, me.person_id) == []


@pytest.mark.parametrize("text", ["0", "6", "-1", "3.5", "٣", "9" * 30])
def test_a_level_that_is_none_is_refused(learn, signed_in, text):
    me, assessor = signed_in(), signed_in("assessor")
    fields = {"level-M.05": text, "assessed_on": "2026-11-01", "instrument": "interview"}
    assessor.get(f"/assess/{me.person_id}/")
    page = assessor.post(f"/assess/{me.person_id}/", fields, token=True)
    assert page.status == 422 and rows(learn, Assessment, me.person_id) == []


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_report_or_document_that_is_more_than_it_seems_is_refused(learn, signed_in, what):
    me, assessor = signed_in(), signed_in("assessor")
    page = assess(assessor, me.person_id, {"M.05": 3}, document=(BytesIO(HOSTILE[what]), "a.pdf"))
    assert page.status == 422 and rows(learn, Assessment, me.person_id) == []
    assert ask(me, (HOSTILE[what], "a.pdf")).status == 422
    assert rows(learn, PriorLearning, me.person_id) == []


def test_nobody_assesses_confirms_or_reviews_themselves(learn, signed_in):
    assessor, boss = signed_in("assessor"), signed_in("supervisor")
    assert assessor.get(f"/assess/{assessor.person_id}/").status == 403
    assert boss.get(f"/team/{boss.person_id}/confirmation/").status == 403
    ask(assessor)
    (row,) = rows(learn, PriorLearning, assessor.person_id)
    assert assessor.get(f"/assess/prior/{assessor.person_id}/{row.id}/").status == 403
    assert "ijazah" not in assessor.get("/assess/prior/").text


def test_a_supervisor_confirms_and_takes_it_back_with_a_reason(learn, signed_in):
    me, boss = signed_in(), signed_in("supervisor", name="I Gede Arta")
    assert "confirmation" in boss.get(f"/team/{me.person_id}/").html
    assert confirm(boss, me.person_id).status == 200
    assert level(learn, me.person_id) == (2, None)
    assert "I Gede Arta" in me.get(WHY).text and "Melayani warga" in me.page.text
    (row,) = rows(learn, Evidence, me.person_id)
    where = f"/levels/{me.person_id}/evidence/{row.seq}/"
    assert where in boss.get(f"/team/{me.person_id}/competencies/M.05/").html
    assert signed_in("supervisor").get(where).status == 403
    boss.get(where)
    assert boss.post(where, {"act": "withdraw", "reason": " "}, token=True).status == 422
    boss.post(where, {"act": "withdraw", "reason": "Keliru orang"}, token=True)
    assert level(learn, me.person_id) == (0, None)
    assert "Keliru orang" in me.get(WHY).text


def test_hr_suspends_and_ends_it(learn, signed_in):
    me, boss, office = signed_in(), signed_in("supervisor"), signed_in("hr")
    confirm(boss, me.person_id)
    (row,) = rows(learn, Evidence, me.person_id)
    where = f"/levels/{me.person_id}/evidence/{row.seq}/"
    office.get(where)
    reversed_days = {"act": "suspend", "begins": "2026-12-02", "ends": "2026-12-01", "reason": "x"}
    assert office.post(where, reversed_days, token=True).status == 422
    office.post(where, {"act": "suspend", "reason": "Penyelidikan"}, token=True)
    assert level(learn, me.person_id) == (0, None)
    assert "Penyelidikan" in me.get(WHY).text
    office.get(where)
    office.post(where, {"act": "resume"}, token=True)
    assert level(learn, me.person_id) == (2, None)
    assert me.get(where).status == 403
    with learn.database.writing() as session:
        assert rebuild_person(session, me.person_id) == []
    with learn.database.reading() as session:
        assert list(verify(session)) == []


def test_prior_learning_all_the_way(learn, signed_in):
    me, reviewer = signed_in(name="Ni Made Rai"), signed_in("verifier")
    ask(me, (PDF, "ijazah.pdf"), (PNG, "sk.png"))
    (row,) = rows(learn, PriorLearning, me.person_id)
    assert "Ni Made Rai" in reviewer.get("/assess/prior/").text
    document = reviewer.get(f"/assess/prior/{me.person_id}/{row.id}/documents/2")
    assert document.data == PNG and "sandbox" in document.headers["Content-Security-Policy"]
    document.response.close()
    assert reviewer.get(f"/assess/prior/{me.person_id}/{row.id}/documents/3").status == 404
    asked = review(reviewer, me.person_id, row.id, "return")
    assert asked.status == 422 and "reason-error" in asked.ids
    review(reviewer, me.person_id, row.id, "return", reason="Buram")
    assert f"/me/prior/{row.id}/" in me.get("/notices/").html
    assert "Buram" in me.get(f"/me/prior/{row.id}/").text
    me.get(f"/me/prior/{row.id}/change/")
    me.submit(f"/me/prior/{row.id}/change/", {"level": "2"})
    assert review(reviewer, me.person_id, row.id, "accept", level="5").status == 422
    review(reviewer, me.person_id, row.id, "accept", level="2")
    assert level(learn, me.person_id) == (2, None)
    office = signed_in("admin")
    review(office, me.person_id, row.id, "revoke", reason="Palsu")
    assert level(learn, me.person_id) == (0, None)
    ledger = signed_in("auditor").get(f"/hr/people/{me.person_id}/ledger/").text
    assert "%(" not in ledger


def test_sending_a_request_twice_sends_it_once(learn, signed_in):
    me = signed_in()
    fields = {"key": "k1", "competency": "M.05", "level": "3", "about": "S2"}
    for _again in range(2):
        me.get("/me/prior/new/")
        me.post("/me/prior/new/", {**fields, "documents": (BytesIO(PDF), "a.pdf")}, token=True)
    assert len(rows(learn, PriorLearning, me.person_id)) == 1


def test_of_other_peoples_requests_nothing_is_told(learn, signed_in):
    me, other = signed_in(), signed_in()
    ask(me)
    (row,) = rows(learn, PriorLearning, me.person_id)
    assert other.get(f"/me/prior/{row.id}/").status == 404
    assert other.get(f"/me/prior/{row.id}/documents/1").status == 404
    with learn.database.transaction() as session:
        elsewhere = make.unit(session, "B")
    assert signed_in("assessor", unit=elsewhere).get(
        f"/assess/prior/{me.person_id}/{row.id}/"
    ).status in (403, 404)


def test_who_has_no_level_is_told_what_would_give_the_next(app, signed_in, now):
    me = signed_in()
    page = me.get(WHY)
    assert page.status == 200 and "/me/prior/new/?competency=M.05" in page.html
