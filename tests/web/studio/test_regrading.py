"""A wrong key is put right: the trainer sees who gets what before anything changes, then does it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from textwrap import dedent

import pytest
from sqlalchemy import select

from learn.ledger.verify import verify
from learn.progress.models import Completion, ItemState
from learn.quizzes.models import Attempt
from tests.support.learning import FILES, files_of_course, publish_course
from tests.unit.cli.conftest import runner_of

QUIZ = "quizzes/dasar/akhir.md"
WRONG = FILES[QUIZ].replace("( ) Sistem Pelayanan", "(y) Sistem Pelayanan").replace(
    "(x) Sistem Pem", "( ) Sistem Pem"
).replace("(y)", "(x)")  # fmt: skip
PAGE = "/studio/dasar/results/akhir/regrade/"


@pytest.fixture
def misjudged(app, signed_in):
    """A learner who read everything and failed the final test because a key was wrong."""
    publish_course(app, datetime.now(UTC), files_of_course() | {QUIZ: dedent(WRONG).encode()})
    learner = signed_in(name="Ni Luh Ayu")
    learner.get("/courses/dasar/")
    learner.submit("/courses/dasar/enrolment")
    for module in ("01-satu", "02-dua"):
        learner.get(f"/courses/dasar/{module}/")
        learner.submit(f"/courses/dasar/{module}/completion")
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    option = re.findall(
        r'value="(\w+)"[^>]*>\s*<span class="l-opt__body">[^<]*Pemerintahan', learner.page.html
    )
    learner.submit("answer", {"answer": option[0]}, press="next")
    learner.submit("answer", {"answer": "20 JP"}, press="summary")
    learner.submit("submission")
    assert "Not passed yet" in learner.page.html
    publish_course(app, datetime.now(UTC))
    return learner


def stored(app, model, person_id):
    with app.extensions["learn"].database.reading() as session:
        return session.scalars(select(model).where(model.person_id == person_id)).all()


def test_the_difference_is_shown_and_nothing_is_changed_by_looking(app, misjudged, trainer):
    page = trainer.get(PAGE)
    assert "Ni Luh Ayu" in page.html and "Grade 1 attempt again" in page.html
    [attempt] = stored(app, Attempt, misjudged.person_id)
    assert (attempt.score, attempt.passed) == (0.5, False)


def test_who_passes_now_completes_the_course(app, misjudged, trainer):
    trainer.get(PAGE)
    trainer.submit(PAGE, {"reason": "Kunci SPBE keliru"})
    [attempt] = stored(app, Attempt, misjudged.person_id)
    assert (attempt.score, attempt.passed) == (1, True)
    [completion] = stored(app, Completion, misjudged.person_id)
    assert (completion.hours, completion.score) == (6, 1)
    quiz = next(each for each in stored(app, ItemState, misjudged.person_id) if each.kind == "quiz")
    assert (quiz.score, quiz.passed) == (1, True)
    assert "Passed: 100" in misjudged.get(f"/attempts/{attempt.id}/").html
    with app.extensions["learn"].database.reading() as session:
        assert not list(verify(session))
    assert "Nothing would change" in trainer.get(PAGE).html


def test_without_a_reason_nothing_is_changed_and_the_page_says_so(app, misjudged, trainer):
    trainer.get(PAGE)
    page = trainer.submit(PAGE, {"reason": " "})
    assert page.status == 422 and "Nothing was changed" in page.html
    assert not stored(app, Completion, misjudged.person_id)


def test_a_difference_that_is_no_longer_the_one_shown_is_shown_anew(app, misjudged, trainer):
    trainer.get(PAGE)
    page = trainer.submit(PAGE, {"reason": "Keliru", "digest": "lama"})
    assert page.status == 409 and "look at the difference again" in page.html
    assert not stored(app, Completion, misjudged.person_id)


def test_an_unknown_rule_is_told(misjudged, trainer):
    assert trainer.get(f"{PAGE}?policy=down").status == 422


def test_the_command_says_what_would_change_and_does_it(app, misjudged):
    run = runner_of(app)
    shown = json.loads(run("quiz", "regrade", "dasar/akhir", "--dry-run", "--json").output)
    assert (shown["changes"], shown["passed_now"], shown["regraded"]) == (1, 1, 0)
    assert run("quiz", "regrade", "dasar/akhir").exit_code == 2
    done = run("quiz", "regrade", "dasar/akhir", "--reason", "Kunci keliru", "--json")
    assert json.loads(done.output)["completed"] == 1
    assert stored(app, Completion, misjudged.person_id)
    again = json.loads(run("quiz", "regrade", "dasar/akhir", "--dry-run", "--json").output)
    assert again["changes"] == 0
    assert run("quiz", "regrade", "dasar/tiada", "--dry-run").exit_code == 2
