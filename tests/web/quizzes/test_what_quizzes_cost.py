"""What pages and calls of a quiz cost: few statements, however many questions it has."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.support.learning import files_of_course, publish_course
from tests.support.statements import Counted

MANY = 50
FEW = 5


def text(count, more):
    """Write a quiz; every fifth question is one that a person grades."""
    questions = (
        f"## s{at}\nSoal {at}?\n\n- (x) Benar {at}\n- ( ) Salah {at}\n"
        if at % 5
        else f"## s{at} {{essay}}\nUraikan {at}.\n"
        for at in range(count)
    )
    return f"---\ntitle: Tes\nrole: final\npass: 70\n{more}---\n" + "\n".join(questions)


QUIZZES = {
    f"{name}{count}": text(count, more)
    for count in (FEW, MANY)
    for name, more in {
        "satu": "",
        "semua": "page: all\n",
        "urut": "navigation: sequential\n",
    }.items()
}


@pytest.fixture
def learner(app, signed_in):
    """Give the browser of somebody who has begun the course."""
    files = files_of_course(**{f"quizzes__dasar__{key}.md": each for key, each in QUIZZES.items()})
    publish_course(app, datetime.now(UTC), files)
    browser = signed_in(name="Ni Luh Ayu")
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    return browser


@pytest.fixture
def cost(app):
    """Give a function that counts the statements, and the writing ones, of what it is given."""

    def count(act):
        with Counted(app.extensions["learn"].database) as counted:
            act()
        return len(counted.statements), len(counted.writes)

    return count


def start(browser, quiz):
    browser.get(f"/courses/dasar/quizzes/{quiz}/")
    browser.submit(f"/courses/dasar/quizzes/{quiz}/attempts")
    return browser.page.url.split("?")[0]


def token_of(browser):
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.page.html)[1]


def an_answer(browser):
    """Return something to answer on each of the page's fields."""
    fields = browser.page.form("answer").fields
    answers = {name: sorted(each.offers)[:1] or ["kata"] for name, each in fields.items()}
    return {name: answers[name] for name in answers if re.fullmatch(r"answer\d*", name)}


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_page_costs_the_same_however_many_questions_there_are(learner, cost, count):
    assert cost(lambda: learner.get(f"/courses/dasar/quizzes/satu{count}/")) == (6, 0)
    for quiz in ("satu", "semua", "urut"):
        attempt = start(learner, f"{quiz}{count}")
        assert cost(lambda at=attempt: learner.get(at)) == (3, 0)
        assert cost(lambda at=attempt: learner.get(f"{at}summary/")) == (3, 0)
    token = token_of(learner)
    statements, _writes = cost(
        lambda: learner.client.post(f"{attempt}submission", data={"csrf_token": token})
    )
    assert statements <= 12
    assert cost(lambda: learner.get(attempt)) == (9, 0)


@pytest.mark.parametrize(("quiz", "most"), [("satu", 4), ("urut", 5)])
def test_saving_an_answer_is_one_writing_statement(learner, cost, quiz, most):
    attempt = start(learner, f"{quiz}{MANY}")
    key = re.search(r'name="question" value="([^"]+)"', learner.page.html)[1]
    sent = {"csrf_token": token_of(learner), **an_answer(learner), "client_id": "tab:1"}
    assert cost(lambda: learner.client.post(f"{attempt}answers/{key}", data=sent)) == (most, 1)


def test_on_one_page_only_what_is_new_is_written(learner, cost):
    attempt = start(learner, f"semua{MANY}")
    fields = learner.page.form("answer").fields.items()
    form = {name: each.values for name, each in fields if each.values and name != "go"}
    sent = {**form, **an_answer(learner), "client_id": "tab:1"}
    assert cost(lambda: learner.client.post(f"{attempt}answers", data=sent)) == (3 + 2 * MANY, MANY)
    assert cost(lambda: learner.client.post(f"{attempt}answers", data=sent)) == (3, 0)
    first = next(name for name in sent if name.startswith("answer"))
    changed = {**sent, first: ["lain"], "client_id": "tab:2"}
    spent, writes = cost(lambda: learner.client.post(f"{attempt}answers", data=changed))
    assert spent <= 5 and writes <= 1
