"""Notices by mail: sent once to a real server, tried again when it fails, given up when it is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learn.notices.mailing import MOST_TRIES, Letter, message_id, send_mails
from learn.notices.models import Mail
from learn.notices.services import notify
from learn.people.models import Person
from tests.support import make
from tests.support.smtp import mail_server

SENDER = "learn@kota.test"


def compose(_session, notice, person):
    return Letter(f"Untuk {person.name}", f"Isi {notice.data['n']}\n.titik di awal baris\n")


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


@pytest.fixture
def ayu(database):
    with database.transaction() as session:
        person = make.person(session, name="Ayu", password=None)
        person.email = "ayu@kota.test"
        return person.id


def write(database, person_id, now, key="a"):
    with database.transaction() as session:
        notify(session, person_id, "due", {"n": 1}, now=now, key=key, mail=True)


def mail_of(database, person_id, key="a"):
    with database.reading() as session:
        return session.get_one(Mail, (person_id, key))


def test_a_mail_goes_out_once_with_an_id_made_of_what_it_tells(database, server, ayu, now):
    write(database, ayu, now)
    assert send_mails(database, server.address, SENDER, compose, now=now) == 1
    assert send_mails(database, server.address, SENDER, compose, now=now) == 0
    (message,) = server.messages
    assert message["Message-ID"] == message_id((ayu, "a"), SENDER)
    assert (message["To"], message["From"], message["Subject"]) == (
        "ayu@kota.test",
        SENDER,
        "Untuk Ayu",
    )
    assert message.get_content().splitlines() == ["Isi 1", ".titik di awal baris"]


def test_what_is_not_committed_is_not_sent(database, server, ayu, now):
    with database.writing() as session:
        notify(session, ayu, "due", {"n": 1}, now=now, key="a", mail=True)
        session.rollback()
    assert send_mails(database, server.address, SENDER, compose, now=now) == 0


def test_a_server_that_is_away_is_tried_again_after_a_pause_that_grows(database, server, ayu, now):
    write(database, ayu, now)
    nowhere = "smtp://127.0.0.1:9"
    pauses, moment = [], now
    for _ in range(3):
        assert send_mails(database, nowhere, SENDER, compose, now=moment) == 0
        following = mail_of(database, ayu).next_try_at
        pauses.append(following - moment)
        assert (
            send_mails(
                database, server.address, SENDER, compose, now=following - timedelta(seconds=1)
            )
            == 0
        )
        moment = following
    assert pauses == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert send_mails(database, server.address, SENDER, compose, now=moment) == 1
    assert len(server.messages) == 1


def test_after_many_tries_it_is_given_up(database, ayu, now):
    write(database, ayu, now)
    moment = now
    for _ in range(MOST_TRIES):
        send_mails(database, "smtp://127.0.0.1:9", SENDER, compose, now=moment)
        moment = mail_of(database, ayu).next_try_at or moment
    found = mail_of(database, ayu)
    assert (found.next_try_at, found.sent_at, found.tries) == (None, None, MOST_TRIES)
    assert found.problem


@pytest.mark.parametrize(
    ("answer", "given_up"), [("550 no such person", True), ("451 later", False)]
)
def test_a_refusal_for_good_is_not_tried_again(database, server, ayu, now, answer, given_up):
    server.refuse["ayu@kota.test"] = answer
    write(database, ayu, now)
    assert send_mails(database, server.address, SENDER, compose, now=now) == 0
    assert (mail_of(database, ayu).next_try_at is None) == given_up


def test_one_refused_mail_hinders_no_other(database, server, ayu, now):
    with database.transaction() as session:
        other = make.person(session, name="Budi", password=None)
        other.email = "budi@kota.test"
        budi = other.id
    server.refuse["ayu@kota.test"] = "550 no"
    write(database, ayu, now)
    write(database, budi, now)
    assert send_mails(database, server.address, SENDER, compose, now=now) == 1
    assert server.recipients == ["budi@kota.test"]


def test_who_has_no_address_gets_no_mail_and_the_notice_stays(database, server, now):
    with database.transaction() as session:
        person = make.person(session, password=None).id
    write(database, person, now)
    assert send_mails(database, server.address, SENDER, compose, now=now) == 0
    assert mail_of(database, person).next_try_at is None


@pytest.mark.parametrize("address", ["a\r\nBcc: x@y.z", "tanpa alamat\n"])
def test_an_address_with_line_breaks_sends_nothing(database, server, ayu, now, address):
    with database.transaction() as session:
        session.get_one(Person, ayu).email = address
    write(database, ayu, now)
    assert send_mails(database, server.address, SENDER, compose, now=now) == 0
    assert server.messages == [] and mail_of(database, ayu).next_try_at is None
