"""Callers of the API; whatever they are answered is compared with the description of the API."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from learn.api.openapi import errors_of
from learn.api.operations import OPERATIONS, Operation
from learn.api.schemas.common import Problem
from learn.people.models import Unit
from learn.people.signing_in.signed_in import make_token
from learn.web.state import State
from tests.support import make
from tests.support.learning import publish_course

BASE = "/api/v1"


def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation that a request meets."""
    for made in OPERATIONS:
        pattern = re.sub(r"<int:\w+>", r"\\d+", made.path)
        pattern = re.sub(r"<\w+>", "[^/]+", pattern)
        same = made.method == ("GET" if method == "HEAD" else method)
        if same and re.fullmatch(pattern, path.partition("?")[0]):
            return made
    return None


class Caller:
    """Somebody who calls the API with a token (None: with nothing)."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self.client = app.test_client(use_cookies=False)
        self.token = token
        self.person_id = 0
        self.number = ""

    def __call__(
        self, method: str, path: str, json: Any = None, key: str | None = None, **options: Any
    ) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if key is not None:
            headers["Idempotency-Key"] = key
        if json is not None:
            options["json"] = json
        reply = self.client.open(BASE + path, method=method, headers=headers, **options)
        check(method, path, reply)
        return reply


def check(method: str, path: str, reply: TestResponse) -> None:
    """Compare a reply with what is described."""
    assert reply.status_code < 500, reply.get_data(as_text=True)
    if reply.status_code == 308:
        return  # Werkzeug's, for double strokes in an address
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"]
    assert reply.headers["Cache-Control"] == "no-store" or path == "/openapi.json"
    made = operation_of(method, path)
    if reply.status_code >= 400:
        assert reply.mimetype == "application/problem+json"
        if method != "HEAD":
            problem = Problem.model_validate(reply.json)
            assert problem.status == reply.status_code
            assert problem.detail and problem.title
        if made is not None and reply.status_code != 405:
            assert reply.status_code in errors_of(made), (made.name, reply.json)
    elif made is not None and reply.mimetype == "application/json" and method != "HEAD":
        made.replies[reply.status_code].model_validate_json(reply.get_data())


@pytest.fixture
def learn(app: Flask) -> State:
    return app.extensions["learn"]


@pytest.fixture
def caller(app: Flask, learn: State) -> Callable[..., Caller]:
    """Return a function that makes a person with roles and returns them with a token."""

    def made(
        *roles: str, unit: str | None = None, token_role: str | None = None, **known: Any
    ) -> Caller:
        found = Caller(app)
        found.number = known.pop("number", None) or make.nip()
        with learn.database.transaction() as session:
            place = session.query(Unit).filter_by(code=unit).one_or_none() if unit else None
            if unit and place is None:
                place = make.unit(session, unit)
            person = make.person(
                session, *roles, number=found.number, unit=place, password=None, **known
            )
            found.person_id = person.id
            found.token = make_token(session, person.id, now=State.now(), role=token_role, days=30)
        return found

    return made


@pytest.fixture
def me(caller: Callable[..., Caller]) -> Caller:
    """Return an employee who calls."""
    return caller()


@pytest.fixture
def course(app: Flask) -> Any:
    """Publish the small course."""
    return publish_course(app, State.now() - timedelta(days=1))


RIGHT = {"spbe": "Sistem Pemerintahan Berbasis Elektronik", "jp": "20"}


def answers_to(attempt: dict[str, Any]) -> dict[str, Any]:
    """Return the right answers to an attempt of the final test, as the API takes them."""
    answers: dict[str, Any] = {}
    for question in attempt["questions"]:
        text = RIGHT[question["key"]]
        keys = [each["key"] for each in question.get("options") or () if each["html"] == text]
        answers[question["key"]] = keys or text
    return answers


def walk(call: Caller, *, modules: tuple[str, ...] = ("01-satu", "02-dua")) -> dict[str, Any]:
    """Complete the small course; return the reply to the submission."""
    for module in modules:
        call("PUT", f"/courses/dasar/modules/{module}/progress", {"state": "completed"})
    attempt = call("POST", "/courses/dasar/quizzes/akhir/attempts").json
    for key, answer in answers_to(attempt).items():
        saved = call("PUT", f"/attempts/{attempt['id']}/answers/{key}", {"answer": answer})
        assert saved.status_code == 200
    return call("POST", f"/attempts/{attempt['id']}/submission").json
