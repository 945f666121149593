"""Learn as a guest: in a host's application, beside its users, look, languages and addresses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, session
from flask_babel import Babel
from sqlalchemy import select
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from learn import Learn
from learn.people.models import Person
from learn.people.source import Identity
from tests.support.browsing import Browser
from tests.support.learning import publish_course


class HostPeople:
    """The host's own users, kept in its session."""

    def current(self):
        return Identity(session["user"], "Ni Host") if "user" in session else None

    def sign_in_url(self, next_url):
        return f"/host/sign-in?next={next_url}"


@pytest.fixture
def host(database_url, tmp_path):
    app = Flask("host")
    app.config.update(
        SECRET_KEY="the host's", TESTING=True, LEARN_DATABASE_URL=database_url,
        LEARN_DATA_DIR=str(tmp_path / "data"),
    )  # fmt: skip
    Babel(app)
    Learn(app, people=HostPeople(), url_prefix="/belajar")

    @app.get("/host/sign-in")
    def sign_in():
        session["user"] = "u-17"
        return "host"

    @app.get("/")
    def front():
        return "the host's own front page"

    publish_course(app, datetime.now(UTC))
    yield app
    app.extensions["learn"].database.dispose()


def people(app):
    with app.extensions["learn"].database.reading() as reading:
        return reading.scalars(select(Person)).all()


def test_the_host_keeps_its_own_pages(host):
    assert Browser(host).get("/").text == "the host's own front page"


def test_nobody_signed_in_is_sent_to_the_hosts_sign_in(host):
    answer = host.test_client().get("/belajar/courses/")
    assert answer.status_code == 303
    assert answer.location == "/host/sign-in?next=/belajar/courses/"


def test_the_hosts_person_is_noted_at_the_first_visit_by_a_button_and_never_by_a_look(host):
    browser = Browser(host)
    browser.get("/host/sign-in")
    page = browser.get("/belajar/sign-in?next=/belajar/courses/")
    assert people(host) == []
    page = browser.submit("/belajar/sign-in")
    assert page.status == 200
    assert [person.name for person in people(host)] == ["Ni Host"]
    assert browser.get("/belajar/courses/dasar/").status == 200


def test_addresses_stay_under_the_mount_and_under_script_name(host):
    mounted = Client(DispatcherMiddleware(Flask("outer"), {"/aplikasi": host}))
    answer = mounted.get("/aplikasi/belajar/verify/")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert 'action="/aplikasi/belajar/verify/"' in text
    assert 'href="/aplikasi/belajar/static/learn.css' in text


def test_a_host_template_replaces_one_of_learns_by_its_path(host, tmp_path):
    folder = tmp_path / "templates" / "learn" / "help"
    folder.mkdir(parents=True)
    (folder / "help.html").write_text("the host's help")
    host.jinja_loader.searchpath.insert(0, str(tmp_path / "templates"))
    browser = Browser(host)
    assert browser.get("/belajar/help").text == "the host's help"


def test_two_applications_in_one_process_do_not_mix(host, app):
    assert host.extensions["learn"] is not app.extensions["learn"]
    assert Browser(app).get("/sign-in").status == 200
