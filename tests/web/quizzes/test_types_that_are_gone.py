"""The plugin of a question type is taken out: attempts that were graded with it stay readable and keep their score."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from learn.quizzes.models import Attempt
from learn.registry import Registry
from tests.support.learning import publish_course


@pytest.fixture
def graded(app, signed_in):
    """Return a learner and the address of an attempt that was graded; then the type text is taken away."""
    publish_course(app, datetime.now(UTC))
    learner = signed_in(name="Ni Luh Ayu")
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    address = learner.page.url
    option = re.findall(
        r'value="(\w+)"[^>]*>\s*<span class="l-opt__body">[^<]*Pemerintahan', learner.page.html
    )
    learner.submit("answer", {"answer": option[0]}, press="next")
    learner.submit("answer", {"answer": "20 JP"}, press="summary")
    learner.submit("submission")
    state = app.extensions["learn"]
    left = Registry("question type")
    for kind in state.question_types:
        if kind.key != "numeric":
            left.add(kind)
    state.question_types = left
    return learner, address


def test_the_result_still_shows_what_was_answered_and_counted(graded):
    learner, address = graded
    page = learner.get(address)
    assert page.status == 200 and "20 JP" in page.html and "100" in page.html
    shown = learner.client.get(f"/api/v1{address}".rstrip("/")).json
    assert shown["score"] == 1 and shown["questions"][1]["review"]["score"] == 1


def test_an_open_attempt_goes_on_with_the_other_questions(app, graded):
    learner, _address = graded
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    address = learner.page.url.split("?")[0]
    assert learner.get(f"{address}?q=2").status == 200
    learner.get(f"{address}summary/")
    learner.submit("submission")
    assert learner.page.status == 200
    with app.extensions["learn"].database.reading() as session:
        scores = session.scalars(select(Attempt.score).order_by(Attempt.number)).all()
    assert scores == [1, 0]
