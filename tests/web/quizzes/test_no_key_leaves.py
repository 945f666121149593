"""While an attempt is open, no byte of a key or of feedback leaves: every type, behaviour, page and call."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from tests.support.every_type import SECRETS, files
from tests.support.learning import publish_course

QUIZZES = {
    "tunda": "",
    "segera": "behaviour: immediate\n",
    "coba": "behaviour: interactive\n",
    "yakin": "behaviour: certainty\n",
    "tangan": "behaviour: manual\n",
    "berurut": "navigation: sequential\n",
    "sehalaman": "page: all\n",
    "tertutup": "review: never\n",
}
API = "/api/v1"


@pytest.fixture
def published(app):
    """Publish a course with a quiz of every type for each behaviour."""
    return publish_course(app, datetime.now(UTC), files(**QUIZZES))


@pytest.fixture
def learner(published, signed_in):
    """Give the browser of somebody who has begun the course."""
    browser = signed_in(name="Ni Luh Ayu")
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    return browser


def leaked(reply):
    """Return what of the secrets stands in a whole reply, its headers too."""
    text = reply.get_data(as_text=True) + str(reply.headers)
    return [secret for secret in SECRETS if secret in text]


def start(browser, quiz):
    browser.get(f"/courses/dasar/quizzes/{quiz}/")
    browser.submit(f"/courses/dasar/quizzes/{quiz}/attempts")
    return browser.page.url.split("?")[0]


WRONG = ("salah", ["salah"], {"salah": "salah"}, 7, None)


def calls(browser, attempt, wrong):
    """Yield every reply that has to do with an attempt: its pages and its calls, right and wrong ones."""
    client = browser.client
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.page.html)[1]
    headers = {"X-CSRFToken": token}
    told = client.get(f"{API}{attempt}".rstrip("/"))
    yield told
    yield client.get(f"{attempt}summary/")
    for place, question in enumerate(told.json["questions"], start=1):
        key = question["key"]
        yield client.get(f"{attempt}?q={place}")
        address = f"{API}{attempt}answers/{key}"
        for answer in wrong:
            yield client.put(address, json={"answer": answer}, headers=headers)
        yield client.post(
            f"{attempt}answers/{key}",
            data={"csrf_token": token, "question": key, "answer": "salah", "place": str(place)},
        )
    for path in ("/", "/courses/", "/courses/dasar/", "/courses/dasar/01-satu/", "/me/record/"):
        yield client.get(path)
    for path in ("/me", "/courses", "/courses/dasar", "/me/record", "/openapi.json"):
        yield client.get(API + path)
    for quiz in QUIZZES:
        yield client.get(f"/courses/dasar/quizzes/{quiz}/")
        for page in ("", "attempts/", "running/", "regrade/", "questions/jp/"):
            yield client.get(f"/studio/dasar/results/{quiz}/{page}")
    yield client.get("/studio/dasar/files/quizzes/dasar/tunda.md")


@pytest.mark.parametrize("quiz", QUIZZES)
def test_nothing_secret_is_in_any_reply_while_an_attempt_is_open(learner, quiz):
    attempt = start(learner, quiz)
    wrong = WRONG if quiz == "tunda" else WRONG[:1]
    seen = [
        (reply.request.path, reply.status_code, leaked(reply))
        for reply in calls(learner, attempt, wrong)
    ]
    assert [each for each in seen if each[2]] == []
    assert [each for each in seen if each[1] >= 500] == []
    assert sum(status == 200 for _path, status, _found in seen) > 40


def test_nothing_secret_is_told_of_a_quiz_whose_review_is_never(learner):
    attempt = start(learner, "tertutup")
    learner.submit("submission")
    result = learner.client.get(attempt), learner.client.get(f"{API}{attempt}".rstrip("/"))
    assert [leaked(reply) for reply in result] == [[], []]


def test_the_secrets_are_told_when_they_may_be(learner):
    """Without this the tests above could not fail."""
    attempt = start(learner, "tunda")
    learner.submit("submission")
    told = leaked(learner.client.get(attempt)) + leaked(
        learner.client.get(f"{API}{attempt}".rstrip("/"))
    )
    assert set(told) >= {"RAHASIA", "1987654", "Rahasia"}


def test_a_checked_answer_tells_of_its_own_question_only(learner):
    attempt = start(learner, "segera")
    token = re.search(r'name="csrf_token" value="([^"]+)"', learner.page.html)[1]
    address = f"{API}{attempt}answers"
    headers = {"X-CSRFToken": token}
    learner.client.put(f"{address}/jp", json={"answer": "7"}, headers=headers)
    assert learner.client.post(f"{address}/jp/check", headers=headers).status_code == 200
    told = learner.client.get(f"{API}{attempt}".rstrip("/")).json
    others = [each for each in told["questions"] if each["key"] != "jp"]
    assert not any(secret in json.dumps(others) for secret in SECRETS)
