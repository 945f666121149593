"""Corrections: asked for by the person, answered by somebody else of their unit's office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.people.access import Role
from learn.privacy.models import Correction
from learn.web.state import State
from tests.support import make

RIGHT = "Ni Luh Ayu Lestari, sesuai akta"


@pytest.fixture
def learn(app) -> State:
    return app.extensions["learn"]


@pytest.fixture
def units(learn):
    with learn.database.transaction() as session:
        return make.unit(session, "A"), make.unit(session, "B")


@pytest.fixture
def asked(units, signed_in):
    """Give the browser of somebody of unit A who asked for a correction of the name."""
    browser = signed_in(name="Ni Luh Ayu", unit=units[0])
    ask(browser)
    return browser


def ask(browser, field="name", right=RIGHT):
    browser.get("/account/corrections/")
    return browser.submit("/account/corrections/", field=field, right=right)


def state_of(learn, person_id):
    with learn.database.reading() as session:
        rows = session.scalars(select(Correction).where(Correction.person_id == person_id)).all()
        return [(row.field, row.state) for row in rows]


def place(learn, person_id):
    with learn.database.reading() as session:
        number = session.scalar(select(Correction.id).where(Correction.person_id == person_id))
    return f"/admin/corrections/{person_id}/{number}/"


def answer(learn, browser, person_id, act, reason=""):
    browser.get("/admin/corrections/")
    where = place(learn, person_id)
    return browser.post(where, {"act": act, "reason": reason}, token=True)


def test_the_office_sees_it_corrects_and_the_person_reads_the_answer(
    learn, units, asked, signed_in
):
    office = signed_in(Role.HR, unit=units[0])
    assert RIGHT in office.get("/admin/corrections/").text
    answer(learn, office, asked.person_id, "done", "Sudah disesuaikan")
    assert state_of(learn, asked.person_id) == [("name", "done")]
    assert RIGHT not in office.get("/admin/corrections/").text
    page = asked.get("/account/corrections/")
    assert "Sudah disesuaikan" in page.text
    with learn.database.transaction() as session:
        assert list(rebuild_person(session, asked.person_id)) == []
        assert list(verify(session)) == []


def test_the_chain_holds_no_text_of_it(learn, asked):
    with learn.database.reading() as session:
        texts = session.scalars(select(LedgerEntry.data)).all()
    assert not [text for text in texts if "Lestari" in text]


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(learn, units, asked, signed_in):
    office = signed_in(Role.HR, unit=units[0])
    page = answer(learn, office, asked.person_id, "refused", "  ")
    assert page.status == 400 or page.status == 422
    assert state_of(learn, asked.person_id) == [("name", "asked")]
    answer(learn, office, asked.person_id, "refused", "Akta belum ada")
    assert state_of(learn, asked.person_id) == [("name", "refused")]
    assert "Akta belum ada" in asked.get("/account/corrections/").text


def test_another_units_office_sees_and_answers_nothing(learn, units, asked, signed_in):
    office = signed_in(Role.HR, unit=units[1])
    assert RIGHT not in office.get("/admin/corrections/").text
    assert answer(learn, office, asked.person_id, "done").status == 404
    assert state_of(learn, asked.person_id) == [("name", "asked")]


def test_nobody_answers_their_own(learn, signed_in):
    office = signed_in(Role.HR)
    ask(office)
    assert RIGHT not in office.get("/admin/corrections/").text
    assert answer(learn, office, office.person_id, "done").status == 403


def test_an_answer_that_comes_second_changes_nothing(learn, units, asked, signed_in):
    office = signed_in(Role.HR, unit=units[0])
    answer(learn, office, asked.person_id, "done")
    page = answer(learn, office, asked.person_id, "refused", "Terlambat")
    assert page.status == 409 and 'role="alert"' in page.html
    assert state_of(learn, asked.person_id) == [("name", "done")]


@pytest.mark.parametrize(
    ("field", "right"),
    [("salary", "x"), ("name", ""), ("name", "  "), ("name", "x" * 1001), ("", "x")],
)
def test_what_cannot_be_asked_is_told_and_nothing_is_kept(learn, signed_in, field, right):
    browser = signed_in()
    browser.get("/account/corrections/")
    page = browser.post("/account/corrections/", {"field": field, "right": right}, token=True)
    assert 400 <= page.status < 500
    assert state_of(learn, browser.person_id) == []


def test_the_same_is_asked_once_while_it_waits(learn, asked):
    assert ask(asked).status == 409
    asked.get("/account/corrections/")
    asked.submit(next(f.action for f in asked.page.forms if f.action.endswith("/withdrawal")))
    assert state_of(learn, asked.person_id) == [("name", "withdrawn")]
    ask(asked)
    assert ("name", "asked") in state_of(learn, asked.person_id)


def test_nobody_takes_back_that_of_another(learn, asked, signed_in):
    other = signed_in()
    other.get("/account/corrections/")
    number = place(learn, asked.person_id).split("/")[-2]
    where = f"/account/corrections/{number}/withdrawal"
    assert other.post(where, token=True).status == 404
    assert state_of(learn, asked.person_id) == [("name", "asked")]


def test_texts_are_no_markup(learn, units, signed_in):
    browser = signed_in(unit=units[0])
    ask(browser, right="<script>alert(1)</script>\x00 & co")
    office = signed_in(Role.HR, unit=units[0])
    for page in (browser.get("/account/corrections/"), office.get("/admin/corrections/")):
        assert "<script>alert" not in page.html and "alert(1)" in page.text


def test_what_waits_longer_than_three_days_is_marked(learn, units, asked, signed_in):
    office = signed_in(Role.HR, unit=units[0])
    with learn.database.transaction() as session:
        session.execute(update(Correction).values(asked_at=learn.now() - timedelta(hours=73)))
    assert "l-tag--late" in office.get("/admin/corrections/").html


def test_the_queue_is_paged_and_narrowed_by_unit(learn, units, asked, signed_in):
    office = signed_in(Role.HR)
    assert RIGHT in office.get("/admin/corrections/?unit=A").text
    assert RIGHT not in office.get("/admin/corrections/?unit=B").text
    assert office.get("/admin/corrections/?after=x").status == 422
    assert office.get("/admin/corrections/?unit=ZZ").status == 404
