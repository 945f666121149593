"""Every type of question on one page: each has ids, fields and a certainty of its own."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.support.every_type import files
from tests.support.learning import publish_course

QUIZZES = {
    "sehalaman": "page: all\n",
    "yakin": "page: all\nbehaviour: certainty\n",
    "satu": "behaviour: certainty\n",
}


@pytest.fixture
def start(app, signed_in):
    """Begin one of the quizzes; give the browser at its first page."""
    publish_course(app, datetime.now(UTC), files(**QUIZZES))
    browser = signed_in(name="Ni Luh Ayu")
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")

    def start(quiz):
        browser.get(f"/courses/dasar/quizzes/{quiz}/")
        browser.submit(f"/courses/dasar/quizzes/{quiz}/attempts")
        browser.attempt = browser.page.url.split("?")[0]
        return browser

    return start


def repeated(page):
    """Return the ids that a page has more than once, and those it refers to and does not have."""
    ids = Counter(re.findall(r'\sid="([^"]*)"', page.html))
    meant = re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"', page.html)
    missing = {name for names in meant for name in names.split() if name not in ids}
    return [name for name, count in ids.items() if count > 1], missing


@pytest.mark.parametrize("quiz", QUIZZES)
def test_no_id_stands_twice_and_none_is_missing(start, quiz):
    browser = start(quiz)
    assert repeated(browser.page) == ([], set())
    assert repeated(browser.get(f"{browser.attempt}summary/")) == ([], set())
    browser.submit("submission")
    assert "Question by question" in browser.page.html or "Soal demi soal" in browser.page.html
    assert repeated(browser.page) == ([], set())


def test_how_sure_one_is_is_said_of_each_question(start):
    browser = start("yakin")
    names = sorted(set(re.findall(r'name="(certainty\d*)"', browser.page.html)))
    first, second = names[:2]
    browser.submit("answer", {first: "3", second: "1"}, press="save")
    chosen = re.findall(r'name="(certainty\d*)"\s+value="(\d)"[^>]*\schecked', browser.page.html)
    assert sorted(chosen) == [(first, "3"), (second, "1")]
