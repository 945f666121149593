"""The privacy notice: for everybody to read, and confirmed once for each version."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.privacy import notice
from learn.privacy.models import NoticeRead
from learn.web.state import State
from tests.support import make
from tests.support.browsing import Browser
from tests.support.statements import Counted


@pytest.fixture
def learn(app) -> State:
    return app.extensions["learn"]


@pytest.fixture
def newcomer(app, learn):
    """Give a browser and the number of somebody who has never been here."""
    number = make.nip()
    with learn.database.transaction() as session:
        person_id = make.person(session, number=number).id
    browser = Browser(app)
    browser.person_id = person_id
    return browser, number


def entries(learn):
    with learn.database.reading() as session:
        query = select(LedgerEntry).where(LedgerEntry.kind == notice.NOTICE_READ)
        return session.scalars(query).all()


def confirm(browser):
    browser.get("/privacy?next=/account")
    return browser.submit("/privacy")


@pytest.mark.parametrize("language", ["id", "en"])
def test_anybody_reads_it_without_signing_in(client, language):
    client.get("/help")
    client.post("/language", {"language": language}, token=True)
    page = client.get("/privacy")
    assert page.status == 200
    assert "27" in page.text and "2022" in page.text and "BKPSDM" in page.text
    assert not [form for form in page.forms if form.action == "/privacy"]


def test_the_languages_say_the_same_parts(client):
    parts = {}
    for language in ("id", "en"):
        client.get("/help")
        client.post("/language", {"language": language}, token=True)
        html = client.get("/privacy").html
        parts[language] = (html.count("<h2>"), html.count("<li>"))
    assert parts["id"] == parts["en"]


def test_it_comes_right_after_the_first_sign_in_and_leads_on(learn, newcomer):
    browser, number = newcomer
    browser.get("/sign-in?next=/account")
    browser.submit("/sign-in", number=number, password=make.PASSWORD)
    assert browser.page.url == "/privacy"
    browser.submit("/privacy")
    assert browser.page.url == "/account"
    (entry,) = entries(learn)
    assert entry.person_id == browser.person_id and f'"{notice.VERSION}"' in entry.data


def test_it_comes_once_for_a_version_and_again_for_the_next(learn, newcomer, monkeypatch):
    browser, number = newcomer
    browser.sign_in(number, make.PASSWORD)
    confirm(browser)
    browser.post("/sign-out", token=True)
    browser.sign_in(number, make.PASSWORD)
    assert browser.page.url == "/"
    monkeypatch.setattr(notice, "VERSION", "2")
    assert 'href="/privacy?next=' in browser.get("/courses/").html
    browser.post("/sign-out", token=True)
    browser.sign_in(number, make.PASSWORD)
    assert browser.page.url == "/privacy"
    confirm(browser)
    assert len(entries(learn)) == 2


def test_confirming_twice_is_one_entry(learn, signed_in):
    browser = signed_in()
    confirm(browser)
    browser.post("/privacy", {"next": "/"}, token=True)
    assert len(entries(learn)) == 1
    with learn.database.transaction() as session:
        assert list(rebuild_person(session, browser.person_id)) == []
        assert session.query(NoticeRead).count() == 1


def test_until_then_every_page_points_to_it_and_none_is_closed(signed_in):
    browser = signed_in()
    page = browser.get("/courses/")
    assert page.status == 200 and 'href="/privacy?next=/courses/"' in page.html
    confirm(browser)
    assert 'href="/privacy?next=' not in browser.get("/courses/").html


def test_pointing_to_it_asks_the_database_nothing(learn, signed_in):
    browser = signed_in()
    browser.get("/courses/")
    with Counted(learn.database) as before:
        browser.get("/courses/")
    confirm(browser)
    with Counted(learn.database) as after:
        browser.get("/courses/")
    assert len(before.statements) == len(after.statements)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil", "javascript:1"]
)
def test_it_leads_nowhere_else(signed_in, target):
    browser = signed_in()
    browser.get("/privacy", query_string={"next": target})
    assert not re.search(r'value="(?!/privacy)[^"]*evil', browser.page.html)
    page = browser.post("/privacy", {"next": target}, token=True)
    assert page.headers["Location"] == "/"


def test_who_is_not_signed_in_confirms_nothing(learn, client):
    client.get("/privacy")
    page = client.post("/privacy", {"next": "/"}, token=True)
    assert "/sign-in" in page.headers["Location"]
    assert entries(learn) == []
