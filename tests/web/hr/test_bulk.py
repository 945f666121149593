"""Bulk acts on the pages: from a list to its preview, to the act, to undoing it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from learn.bulk.models import BulkBatch
from learn.claims import services as claims
from learn.claims.documents import Document
from learn.claims.models import Claim
from learn.claims.rules import Said
from learn.people.models import OneTimeCode, Unit
from learn.progress.models import Completion, Enrolment
from tests.support import make, records
from tests.support.learning import COURSE, publish_course

NOW = datetime.now(UTC)  # the pages have the real clock
TODAY = NOW.astimezone(ZoneInfo("Asia/Makassar")).date()
PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")


@pytest.fixture
def city(app):
    """An office with two people, one of whom completed the course; another office."""
    publish_course(app, NOW)
    with app.extensions["learn"].database.transaction() as session:
        health, roads = make.unit(session, "DINKES"), make.unit(session, "PUPR")
        done = make.person(session, name="I Wayan Selesai", unit=health, password=None)
        idle = make.person(session, name="Ni Made Belum", unit=health, password=None)
        away = make.person(session, name="I Ketut Jalan", unit=roads, password=None)
        records.complete(session, done, records.version(COURSE, "Dasar pelayanan"), now=NOW)
        return {"done": done.id, "idle": idle.id, "away": away.id, "health": health.id}


@pytest.fixture
def enter(signed_in):
    def enter(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return enter


@pytest.fixture
def hr(enter, city):
    return enter("hr", name="Ni Kadek Kepegawaian")


def reading(app):
    return app.extensions["learn"].database.reading()


def preview(hr, **form):
    hr.get("/hr/people/")
    return hr.post("/hr/bulk/preview/", form, token=True)


def do(hr, page, **more):
    """Send the form of the preview that lies on the screen."""
    form = {}
    for tag in re.findall(r"<input[^>]*hidden[^>]*>", page.html):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and value and name[1] != "csrf_token":
            form.setdefault(name[1], value[1])
    return follow(hr, hr.post("/hr/bulk/", {**form, **more}, token=True))


def follow(hr, page):
    """Go where an answer leads."""
    return hr.get(page.headers["Location"]) if page.status == 303 else page


def test_from_a_filtered_list_to_the_act_and_back(hr, app, city):
    asked = {"list": "people", "act": "enrol", "pick": "all", "unit": "DINKES"}
    page = preview(hr, **asked)
    assert "2 lines were chosen" in page.text
    assert "Choose a course" in page.text
    page = preview(hr, **asked, ready="1", do_course="")
    assert page.status == 422
    page = preview(hr, **asked, ready="1", do_course=COURSE)
    assert "Ni Made Belum" in page.text
    assert "Enrolled already. (1)" in page.text
    page = do(hr, page)
    assert page.url.startswith("/hr/bulk/")
    assert "Enrolled in Dasar pelayanan" in page.text
    with reading(app) as session:
        assert session.get(Enrolment, (city["idle"], COURSE, 1)) is not None
        assert session.get(Enrolment, (city["away"], COURSE, 1)) is None
    where = page.url
    assert "Enrolled in Dasar pelayanan" in hr.get("/hr/bulk/").text
    page = hr.get(where)
    page = follow(hr, hr.post(page.url + "undo", {}, token=True))
    assert "Undone (1)" in page.text
    with reading(app) as session:
        assert session.get(Enrolment, (city["idle"], COURSE, 1)) is None
    assert hr.post(page.url + "undo", {}, token=True).status == 409


def test_ticked_completions_are_withdrawn_with_a_reason_and_come_back(hr, app, city):
    key = f"{city['done']}:{COURSE}:1"
    assert key in hr.get("/hr/completions/").html
    asked = {"list": "completions", "act": "withdraw", "pick": "ticked", "who": key}
    page = preview(hr, **asked, ready="1", do_reason="Versi keliru")
    page = do(hr, page)
    with reading(app) as session:
        assert session.get_one(Completion, (city["done"], COURSE, 1)).withdrawn_at is not None
    hr.post(page.url + "undo", {}, token=True)
    with reading(app) as session:
        assert session.get_one(Completion, (city["done"], COURSE, 1)).withdrawn_at is None
    assert "I Wayan Selesai" in hr.get("/hr/completions/").text


def test_a_list_that_changed_is_shown_again_and_nothing_is_done(hr, app, city):
    asked = {"list": "people", "act": "enrol", "pick": "all", "unit": "DINKES"}
    page = preview(hr, **asked, ready="1", do_course=COURSE)
    with app.extensions["learn"].database.transaction() as session:
        health = session.get_one(Unit, city["health"])
        make.person(session, name="Baru", unit=health, password=None)
    page = do(hr, page)
    assert page.status == 409
    assert "Baru" in page.text
    with reading(app) as session:
        assert session.query(BulkBatch).count() == 0


def test_codes_are_shown_once_and_can_be_taken_back(hr, app, city):
    asked = {"list": "people", "act": "codes", "pick": "ticked", "who": str(city["idle"])}
    page = do(hr, preview(hr, **asked))
    assert re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page.text)
    with reading(app) as session:
        assert session.get(OneTimeCode, city["idle"]) is not None
        batch = session.query(BulkBatch).one().id
    hr.get(f"/hr/bulk/{batch}/")
    hr.post(f"/hr/bulk/{batch}/undo", {}, token=True)
    with reading(app) as session:
        assert session.get(OneTimeCode, city["idle"]) is None


@pytest.mark.parametrize(
    "form",
    [
        {}, {"list": "people"}, {"list": "people", "act": "x"}, {"list": "x", "act": "enrol"},
        {"list": "claims", "act": "enrol"}, {"list": "people", "act": "enrol", "who": "x"},
        {"list": "people", "act": "enrol", "who": "9" * 30},
        {"list": "people", "act": "enrol", "who": "1", "ready": "1", "do_course": "\0"},
        {"list": "people", "act": "assign", "who": "1", "ready": "1", "do_course": COURSE,
         "do_due": "31-02-2026"},
        {"list": "completions", "act": "withdraw", "who": "1:x:y", "ready": "1", "do_reason": "x"},
        {"list": "people", "act": "enrol", "pick": "all", "on": "2026-01-01"},
        {"list": "people", "act": "enrol", "pick": "all", "unit": "NONE"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_breaks(hr, form):
    for address in ("/hr/bulk/preview/", "/hr/bulk/"):
        hr.get("/hr/people/")
        assert hr.post(address, form, token=True).status in (200, 404, 409, 422)


def test_hr_of_an_office_does_nothing_elsewhere_and_sees_its_own_acts_alone(app, enter, hr, city):
    page = do(hr, preview(hr, list="people", act="enrol", pick="ticked", who=str(city["away"]),
                          ready="1", do_course=COURSE))  # fmt: skip
    with app.extensions["learn"].database.transaction() as session:
        health = session.get_one(Unit, city["health"])
    local = enter("hr", unit=health, name="HR Dinkes")
    assert local.get(page.url).status == 404
    assert "Enrolled in" not in local.get("/hr/bulk/").text
    shown = preview(local, list="people", act="enrol", pick="ticked", who=str(city["away"]),
                    ready="1", do_course=COURSE)  # fmt: skip
    assert "Outside the units" in shown.text
    assert "I Ketut Jalan" not in shown.text


def test_a_verifier_accepts_what_waits_but_not_their_own(app, enter, city):
    verifier = enter("verifier", name="Ni Luh Verifikator")
    day = TODAY - timedelta(days=3)
    with app.extensions["learn"].database.transaction() as session:
        for who in (city["idle"], verifier.person_id):
            said = Said("KL08", "Kursus", "LAN", day, day, declared_jp=4)
            made = claims.draft(session, who, said, today=TODAY, now=NOW, document=PDF)
            claims.submit(session, who, made.id, based_on=made.seq, today=TODAY, now=NOW)
    verifier.get("/verification/")
    page = verifier.click("Accept several at once")
    assert not re.search(r"\b\d{18}\b", page.text)
    page = verifier.post(
        "/hr/bulk/preview/", {"list": "claims", "act": "accept", "pick": "all"}, token=True
    )
    assert "It is your own" in page.text
    page = do(verifier, page)
    assert "Done 1 of 1" in page.text
    with reading(app) as session:
        states = {row.person_id: row.state for row in session.query(Claim)}
    assert states == {city["idle"]: "accepted", verifier.person_id: "submitted"}
