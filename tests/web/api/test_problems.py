"""Whatever comes in: a clear problem document in the caller's language, never a 500."""

import json
import random

import pytest

from learn.api.operations import OPERATIONS
from learn.people.models import Person
from learn.web.i18n import LANGUAGES
from tests.web.api.conftest import walk

PROGRESS = "/courses/dasar/modules/01-satu/progress"
pytestmark = pytest.mark.usefixtures("course")


def send(call, content, *, path=PROGRESS, method="PUT", kind="application/json"):
    return call(method, path, data=content, content_type=kind)


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "line 1"),
        (b"\xff\xfe", 400, "UTF-8"),
        (b"[" * 100_000, 400, "nested"),
        (b'{"state":' + b"[" * 30 + b"]" * 30 + b"}", 400, "nested"),
        (b'{"state": NaN}', 400, "number"),
        (b'{"state": ' + b"9" * 5000 + b"}", 400, "number"),
        (b'{"state": "a\\u0000b"}', 400, "character"),
        (b'{"state": "\\ud800"}', 400, "character"),
        (b'{"\\ud800": 1}', 400, "character"),
        (b"[]", 422, "cannot be used"),
        (b"null", 422, "cannot be used"),
        (b'"text"', 422, "cannot be used"),
        (b"{}", 422, "cannot be used"),
        (b'{"state": "done"}', 422, "cannot be used"),
        (b'{"state": 1}', 422, "cannot be used"),
        (b'{"stat": "completed"}', 422, "cannot be used"),
        (b'{"state": "completed", "extra": 1}', 422, "cannot be used"),
        (b" " * (2**20 + 1), 413, "too large"),
    ],
)
def test_a_body_that_cannot_be_used_is_told(me, content, status, says):
    reply = me(
        "PUT", PROGRESS, data=content, content_type="application/json",
        headers={"Accept-Language": "en"},
    )  # fmt: skip
    assert reply.status_code == status
    assert says in reply.json["detail"]


def test_every_wrong_field_is_told_with_the_nearest_known(me):
    reply = me("PUT", PROGRESS, {"stat": "completed"}, headers={"Accept-Language": "en"})
    assert {each["field"]: each["message"] for each in reply.json["errors"]} == {
        "state": "state is missing.",
        "stat": "There is no field stat; did you mean state?",
    }


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type_of_body_is_refused(me, kind):
    assert send(me, b'{"state":"completed"}', kind=kind).status_code == 415


@pytest.mark.parametrize("path", ["", "/", "/none", "/courses/dasar/none", "/%00", "/me/record/x"])
def test_an_unknown_address_is_a_problem_document(me, path):
    for method in ("GET", "POST", "DELETE", "HEAD"):
        assert me(method, path).status_code == 404


def test_another_method_is_refused_with_those_that_are_taken(me):
    reply = me("DELETE", "/courses/dasar/enrolment")
    assert reply.status_code == 405
    assert "POST" in reply.headers["Allow"]
    assert "POST" in reply.json["detail"]


def test_pages_elsewhere_keep_their_own_errors(client):
    assert client.get("/none").response.mimetype == "text/html"


@pytest.mark.parametrize(
    "path",
    [
        "/courses?limit=0", "/courses?limit=201", "/courses?limit=x", "/courses?cursor=x",
        "/courses?cursor=WyJhIiwgMV0", "/courses?lmit=1", "/people?cursor=WyJhIl0",
        "/people?active=perhaps", "/completions?since=yesterday", "/completions?format=pdf",
        "/completions?since=2026-02-02&until=2026-01-01", "/completions?cursor=W10",
        "/completions?cursor=WyJ4IiwgMSwgImEiLCAxXQ", "/people/123/record",
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_told(caller, path):
    reply = caller("hr")("GET", path)
    assert reply.status_code == 422, reply.json


@pytest.mark.parametrize("path", ["/people?unit=NONE", "/completions?unit=NONE", "/courses/none",
                                  "/completions?course=none", "/courses/%00"])  # fmt: skip
def test_what_does_not_exist_is_not_found(caller, path):
    assert caller("hr")("GET", path).status_code == 404


def test_problems_speak_the_language_of_the_caller(me):
    for language in LANGUAGES:
        reply = me("GET", "/courses/none", headers={"Accept-Language": f"{language},xx;q=0.3"})
        assert reply.headers["Content-Language"] == language
        assert "Accept-Language" in reply.headers["Vary"]


def test_who_names_no_language_is_told_in_that_of_the_person(me, learn):
    for language in LANGUAGES:
        with learn.database.transaction() as session:
            session.get_one(Person, me.person_id).language = language
        for headers in ({}, {"Accept-Language": "*"}, {"Accept-Language": "fr"}):
            reply = me("GET", "/courses/none", headers=headers)
            assert reply.headers["Content-Language"] == language


@pytest.mark.parametrize(
    "answer",
    [1, 1.5, True, [], {}, [1], [None], {"a": "b"}, "", " ", "x" * 3000, ["x"] * 5000, {"": ""},
     -1e308, 10**30, "\u202e", "<script>", {"a": {"b": {}}}],
    ids=repr,
)  # fmt: skip
def test_whatever_is_answered_is_saved_or_refused(me, answer):
    attempt = me("POST", "/courses/dasar/quizzes/akhir/attempts").json
    for question in attempt["questions"]:
        reply = me(
            "PUT", f"/attempts/{attempt['id']}/answers/{question['key']}", {"answer": answer}
        )
        assert reply.status_code in {200, 422}
    assert me("POST", f"/attempts/{attempt['id']}/submission").status_code == 200


def test_nothing_that_a_machine_invents_brings_an_error_of_our_own(caller):
    invented = random.Random(7)
    hr = caller("hr")
    walk(hr)
    attempt = hr("POST", "/courses/dasar/quizzes/akhir/attempts").json["id"]
    parts = ["dasar", "akhir", "01-satu", "jp", attempt, hr.number, "0", "-1", "9" * 30, "a" * 500,
             "%00", "%ff", "..", "é", "'", "%25", "%2f", "\u202e", " "]  # fmt: skip
    values = [None, True, 0, -1, 1e300, 10**40, "", "x", "completed", "é\u0301", [], {}, [[]], "1"]
    names = ["state", "answer", "client_id", "based_on", "reason", "limit", "cursor", "q", "unit",
             "since", "format", "active", "dry_run", "x"]  # fmt: skip
    for _ in range(400):
        made = invented.choice(OPERATIONS)
        path = "/".join(
            invented.choice(parts) if part.startswith("<") else part
            for part in made.path.split("/")
        )
        query = "&".join(
            f"{invented.choice(names)}={invented.choice([*parts, 'json', 'csv', 'true', '5'])}"
            for _ in range(invented.randrange(3))
        )
        body = {
            invented.choice(names): invented.choice(values) for _ in range(invented.randrange(4))
        }
        content = json.dumps(body).encode() if made.writes else None
        if content and invented.random() < 0.2:
            content = content[: invented.randrange(len(content))]
        kind = invented.choice(["application/json"] * 5 + ["text/csv", "multipart/form-data"])
        reply = hr(
            made.method, f"{path}?{query}", data=content, content_type=kind if content else None
        )
        assert reply.status_code < 500, (made.method, path, query, content)
