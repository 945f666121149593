"""One's own data as one file: everything about oneself, nothing about anybody else, no key too early."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime

import pytest

from learn.people.access import ROLE_NAMES
from learn.people.models import Person, PersonNumber
from learn.people.services import change_person, number_of
from learn.people.signing_in.signed_in import make_token
from learn.web.i18n import say
from learn.web.state import State
from tests.support import make
from tests.support.learning import publish_course
from tests.support.statements import Counted


@pytest.fixture
def learn(app) -> State:
    publish_course(app, datetime.now(UTC))
    return app.extensions["learn"]


def copy_of(browser) -> zipfile.ZipFile:
    browser.get("/account/data/")
    page = browser.get("/account/data/zip")
    assert page.status == 200
    assert page.headers["Content-Type"] == "application/zip"
    assert page.headers["Cache-Control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(page.data))


def sheet(archive, key):
    return json.loads(archive.read(f"json/{key}.json"))


def all_text(archive) -> str:
    return "\n".join(archive.read(name).decode() for name in archive.namelist())


def option_key(html, word):
    found = re.findall(r'value="(\w+)"[^>]*>\s*<span class="l-opt__body">(.*?)</span>', html, re.S)
    return next(key for key, text in found if word in text)


def begin(browser, quiz):
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    browser.get(f"/courses/dasar/quizzes/{quiz}/")
    browser.submit(f"/courses/dasar/quizzes/{quiz}/attempts")


def take_final(browser):
    begin(browser, "akhir")
    browser.submit("answer", {"answer": option_key(browser.page.html, "Pelayanan")}, press="next")
    browser.submit("answer", {"answer": "20 JP"}, press="summary")
    browser.submit("submission")


def test_the_copy_holds_profile_answers_in_words_and_every_entry(learn, signed_in):
    browser = signed_in(name="Ni Luh Ayu")
    take_final(browser)
    archive = copy_of(browser)
    assert archive.testzip() is None
    assert sheet(archive, "profile")[0]["name"] == "Ni Luh Ayu"
    with learn.database.reading() as session:
        number = number_of(session, browser.person_id)
    assert sheet(archive, "numbers")[0]["number"] == number
    answers = {row["question"]: row for row in sheet(archive, "answers")}
    assert answers["spbe"]["answer"] == "Sistem Pelayanan Berbasis Elektronik"
    assert answers["jp"]["answer"] == "20 JP"
    entries = [row["kind"] for row in sheet(archive, "ledger")]
    assert entries[0] == "person_added" and "attempt_graded" in entries
    assert sheet(archive, "sign-ins") and sheet(archive, "enrolments")
    index = archive.read("index.html").decode()
    for name in archive.namelist():
        if name.startswith("html/"):
            assert name in index


def role_of_hr(browser) -> str:
    with browser.client.application.app_context():
        return say(ROLE_NAMES["hr"])


def test_the_copy_names_nobody_else(learn, signed_in):
    hr = signed_in("hr", name="Ketut Rahasia Nama")
    other = signed_in(name="Orang Lain Sekali")
    browser = signed_in(name="Ni Luh Ayu")
    take_final(other)
    take_final(browser)
    with learn.database.transaction() as session:
        mine = session.get_one(Person, browser.person_id)
        change_person(
            session, mine, {"title_after": "S.Kom."}, actor_id=hr.person_id, now=learn.now()
        )
    with learn.database.reading() as session:
        foreign = [
            *session.query(PersonNumber.number).filter(PersonNumber.person_id != browser.person_id)
        ]
    text = all_text(copy_of(browser))
    assert "Rahasia" not in text and "Orang Lain" not in text
    assert not [number for (number,) in foreign if number in text]
    (changed,) = [
        row for row in sheet(copy_of(browser), "ledger") if row["kind"] == "person_changed"
    ]
    assert changed["by"] == changed["data"]["actor"] == role_of_hr(browser)


def test_ids_of_others_are_not_in_the_data_of_entries(learn, signed_in):
    hr = signed_in("hr")
    browser = signed_in()
    with learn.database.transaction() as session:
        mine = session.get_one(Person, browser.person_id)
        change_person(session, mine, {"name": "Baru"}, actor_id=hr.person_id, now=learn.now())
    for row in sheet(copy_of(browser), "ledger"):
        assert not isinstance(row["data"].get("actor"), int)


@pytest.mark.parametrize("quiz", ["akhir", "sekali"])
def test_an_open_attempt_brings_no_question_and_no_key(learn, signed_in, quiz):
    browser = signed_in()
    begin(browser, quiz)
    archive = copy_of(browser)
    assert [row["state"] for row in sheet(archive, "attempts")] == ["open"]
    assert sheet(archive, "answers") == []
    text = all_text(archive)
    assert "RAHASIA" not in text and "Pemerintahan" not in text and '"seed"' not in text


def test_a_quiz_that_never_shows_results_shows_none_in_the_copy(learn, signed_in):
    browser = signed_in()
    begin(browser, "sekali")
    browser.submit("answer", {"answer": "3"}, press="summary")
    browser.submit("submission")
    archive = copy_of(browser)
    (row,) = sheet(archive, "answers")
    assert row["answer"] == "3"
    assert row["verdict"] is None and row["right"] is None and row["credit"] is None
    graded = [each for each in sheet(archive, "ledger") if each["kind"] == "attempt_graded"]
    assert graded and all("credits" not in each["data"] for each in graded)
    assert all(
        set(each) == {"attempt_id", "seq", "question", "kind", "at"}
        for each in sheet(archive, "steps")
    )


def test_nothing_secret_is_in_the_copy(learn, signed_in, app):
    browser = signed_in()
    text = all_text(copy_of(browser))
    assert "argon2" not in text and make.PASSWORD not in text


def test_texts_of_people_are_no_markup_in_its_pages(learn, signed_in):
    browser = signed_in(name="<script>alert(1)</script> Sari")
    archive = copy_of(browser)
    pages = [name for name in archive.namelist() if name.endswith(".html")]
    assert all(b"<script" not in archive.read(name) for name in pages)


def test_getting_the_copy_writes_nothing(learn, signed_in):
    browser = signed_in()
    with Counted(learn.database) as counted:
        copy_of(browser)
    assert counted.writes == []


def test_the_api_gives_the_same_copy(learn, signed_in, app):
    browser = signed_in(name="Ni Luh Ayu")
    with learn.database.transaction() as session:
        token = make_token(session, browser.person_id, now=learn.now())
    reply = app.test_client().get("/api/v1/me/data", headers={"Authorization": f"Bearer {token}"})
    archive = zipfile.ZipFile(io.BytesIO(reply.get_data()))
    assert sheet(archive, "profile")[0]["name"] == "Ni Luh Ayu"
    assert app.test_client().get("/api/v1/me/data").status_code == 401
