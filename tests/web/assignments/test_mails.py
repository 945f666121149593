"""Notices as mails: in the person's language, with the way to the page, without any number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from learn.assignments.services import assign
from learn.notices.models import Notice
from learn.notices.services import notify
from learn.people.dates import local_date
from learn.people.models import Person, PersonNumber
from learn.upkeep import sweep
from learn.web.notices.mailing import letter, send_waiting_mails
from learn.web.state import State
from tests.support import make
from tests.support.learning import COURSE, publish_course
from tests.support.smtp import mail_server


@pytest.fixture
def learn(app, now):
    publish_course(app, now)
    return app.extensions["learn"]


@pytest.fixture
def server(learn):
    with mail_server() as server:
        learn.settings = replace(
            learn.settings, mail_url=server.address, mail_from="learn@kota.test",
            base_url="https://learn.kota.test",
        )  # fmt: skip
        yield server


def ayu(learn, **known):
    with learn.database.transaction() as session:
        person = make.person(session, name="Ni Luh Ayu", password=None)
        person.email = "ayu@kota.test"
        for name, value in known.items():
            setattr(person, name, value)
        return person.id


def test_the_keeper_sends_what_comes_into_a_stage_once(learn, server):
    person, now = ayu(learn), State.now()
    day = local_date(now, "Asia/Makassar") + timedelta(days=8)
    with learn.database.transaction() as session:
        assign(session, person, COURSE, due_at=day, actor_id=None, now=now)
    for days in (0, 1, 1, 2):
        sweep(learn, now + timedelta(days=days))
    (message,) = server.messages
    text = message.get_content()
    assert "Dasar pelayanan" in text and "https://learn.kota.test/notices/" in text
    assert message["To"] == "ayu@kota.test"


@pytest.mark.parametrize(("language", "month"), [("id", "Desember"), ("en", "December")])
def test_a_mail_speaks_the_persons_language_and_holds_no_number(learn, server, language, month):
    person, now = ayu(learn, language=language), State.now()
    with learn.database.transaction() as session:
        data = {"course": COURSE, "due": "2026-12-12", "required": True}
        notify(session, person, "course_due", data, now=now, key="a")
        notice = session.get_one(Notice, (person, "a"))
        found = letter(learn, session, notice, session.get_one(Person, person))
        number = session.query(PersonNumber).filter_by(person_id=person).one().number
    assert month in found.body and number not in found.body + found.subject


def test_without_a_server_nothing_is_sent(learn):
    assert send_waiting_mails(learn, State.now()) == 0
