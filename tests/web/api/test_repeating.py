"""Idempotency-Key: the same write twice happens once and is answered the same."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learn.ledger.models import LedgerEntry
from learn.web.models import IdempotentReply
from tests.web.api.conftest import BASE

pytestmark = pytest.mark.usefixtures("course")
ATTEMPTS = "/courses/dasar/quizzes/latihan/attempts"
PROGRESS = "/courses/dasar/modules/01-satu/progress"


def entries(learn) -> int:
    with learn.database.reading() as session:
        return session.scalar(select(func.count()).select_from(LedgerEntry))


def test_the_same_key_and_request_give_the_first_reply_again(me, learn):
    first = me("POST", "/courses/dasar/enrolment", key="k-1")
    before = entries(learn)
    again = me("POST", "/courses/dasar/enrolment", key="k-1")
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert entries(learn) == before


def test_without_a_key_nothing_is_kept(me, learn):
    me("POST", "/courses/dasar/enrolment")
    with learn.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotentReply)) == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", PROGRESS, {"state": "completed"}), ("PUT", PROGRESS.replace("01-satu", "02-dua"),
     {"state": "in_progress"}), ("POST", ATTEMPTS, None)],
)  # fmt: skip
def test_the_same_key_for_another_request_is_refused(me, learn, method, path, body):
    me("PUT", PROGRESS, {"state": "in_progress"}, key="k-1")
    before = entries(learn)
    assert me(method, path, body, key="k-1").status_code == 422
    assert entries(learn) == before


def test_a_key_belongs_to_its_person(me, caller):
    other = caller()
    replies = [each("POST", ATTEMPTS, key="same").json["id"] for each in (me, other)]
    assert len(set(replies)) == 2


def test_a_write_that_failed_can_be_sent_again_with_its_key(me):
    assert me("PUT", PROGRESS, {"state": "no"}, key="k-1").status_code == 422
    assert me("PUT", PROGRESS, {"state": "completed"}, key="k-1").status_code == 200


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 81, "\xe9"])
def test_a_key_of_the_wrong_form_is_told(me, key):
    assert me("POST", ATTEMPTS, key=key).status_code == 422


def test_an_import_sent_again_is_replayed_though_the_form_is_packed_anew(caller):
    hr = caller("hr")
    replies = []
    for boundary in ("one", "two"):
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n'
            f"NIP;Nama\n198501152010012003;Ni Luh Sekar\n\r\n--{boundary}--\r\n"
        ).encode()
        kind = f"multipart/form-data; boundary={boundary}"
        replies.append(hr("POST", "/people/imports", key="k", data=body, content_type=kind))
    assert [reply.json["new"] for reply in replies] == [1, 1]
    assert replies[1].headers["Idempotency-Replayed"] == "true"


def test_the_same_write_from_many_at_once_happens_once(app, me, learn):
    headers = {"Authorization": f"Bearer {me.token}", "Idempotency-Key": "at-once"}
    found, start = [], threading.Barrier(6)

    def send() -> None:
        client = app.test_client(use_cookies=False)
        start.wait()
        reply = client.post(f"{BASE}{ATTEMPTS}", headers=headers)
        found.append((reply.status_code, reply.get_data(), "Idempotency-Replayed" in reply.headers))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _body, _again in found} == {201}
    assert len({body for _status, body, _again in found}) == 1
    assert sorted(again for _status, _body, again in found) == [False] + [True] * 5


def test_old_replies_are_forgotten(me, learn):
    first = me("POST", ATTEMPTS, key="old")
    with learn.database.transaction() as session:
        row = session.scalars(select(IdempotentReply)).one()
        row.at -= timedelta(days=8)
    again = me("POST", ATTEMPTS, key="old")
    assert (first.status_code, again.status_code) == (201, 200)
