"""Whatever is sent as an answer to a question of whatever type: a clear refusal or a saved answer, never a crash."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from learn.quizzes.models import Step
from tests.support.every_type import files
from tests.support.learning import publish_course

API = "/api/v1"
NAUGHTY = {
    "huge text": json.dumps("a" * 200_000),
    "huge list": json.dumps(["a"] * 20_000),
    "NUL": '"\\u0000"',
    "half a sign": '"\\ud800"',
    "right to left": '"\\u202e\\u0000<script>alert(1)</script>"',
    "deep": "[" * 400 + "]" * 400,
    "huge number": "1" + "0" * 4000,
    "no number": "NaN",
    "endless": "1e999",
    "keys of everything": json.dumps(
        {"__class__": "x", "": "", "text": {}, "files": [{}], "path": [1]}
    ),
    "mixed": '[null, true, 1.5, "a", {}, []]',
    "empty things": '{"": []}',
    "binary": '"\\u00ff\\u00fe\\u0001\\u0002"',
}


@pytest.fixture
def attempt(app, signed_in):
    """Return the browser of a learner, the address of an open attempt, and a question of each type."""
    publish_course(app, datetime.now(UTC), files(semua=""))
    learner = signed_in(name="Ni Luh Ayu")
    learner.get("/courses/dasar/quizzes/semua/")
    learner.submit("/courses/dasar/quizzes/semua/attempts")
    address = learner.page.url.split("?")[0]
    told = learner.client.get(f"{API}{address}".rstrip("/")).json
    by_type = {each["type"]: each["key"] for each in told["questions"]}
    assert len(by_type) >= 16
    return learner, address, by_type


def test_no_answer_of_the_api_breaks_anything(attempt):
    learner, address, by_type = attempt
    token = re.search(r'name="csrf_token" value="([^"]+)"', learner.page.html)[1]
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    for kind, key in by_type.items():
        for name, value in NAUGHTY.items():
            reply = learner.client.put(
                f"{API}{address}answers/{key}", data=f'{{"answer": {value}}}', headers=headers
            )
            assert reply.status_code in {200, 400, 409, 413, 422}, (kind, name, reply.text[:300])
            if reply.status_code != 200:
                assert reply.json["detail"] and "Traceback" not in reply.text, (kind, name)


def test_no_form_breaks_anything(attempt):
    learner, address, by_type = attempt
    token = re.search(r'name="csrf_token" value="([^"]+)"', learner.page.html)[1]
    names = set()
    for place in range(1, 60):
        page = learner.client.get(f"{address}?q={place}").text
        names |= set(re.findall(r'name="(answer[^"]*)"', page))
    assert len(names) > 30
    for key in by_type.values():
        for value in ("a" * 50_000, "\x00", "\ud800", "9" * 400, "<script>alert(1)</script>", "-1"):
            fields = dict.fromkeys(names, value)
            known = {"csrf_token": token, "question": key, "place": "1", "based_on": value[:50]}
            encoded = {
                name: text.encode("utf-8", "surrogatepass")
                for name, text in (fields | known).items()
            }
            reply = learner.client.post(address, data=encoded)
            assert reply.status_code in {303, 400, 409, 413, 422}, (
                key,
                value[:20],
                reply.status_code,
            )
            assert "<script>alert(1)" not in reply.text


def test_what_was_refused_left_nothing_behind(app, attempt):
    learner, address, by_type = attempt
    token = re.search(r'name="csrf_token" value="([^"]+)"', learner.page.html)[1]
    for key in by_type.values():
        reply = learner.client.put(
            f"{API}{address}answers/{key}",
            json={"answer": {"?": [1]}},
            headers={"X-CSRFToken": token},
        )
        assert reply.status_code == 422
    with app.extensions["learn"].database.reading() as session:
        assert session.scalars(select(Step)).all() == []
