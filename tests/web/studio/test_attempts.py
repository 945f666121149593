"""What trainers see of attempts: those that run now, and files with scores and answers."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from sqlalchemy import select

from learn.ledger.models import AuditEntry
from tests.support.statements import Counted

RUNNING = "/studio/dasar/results/akhir/running/"
EXPORT = "/studio/dasar/results/akhir/export"


@pytest.fixture
def learner(published, signed_in):
    """Somebody in the middle of the final test, one of two questions answered."""
    browser = signed_in(name="Ni Luh Ayu")
    browser.get("/courses/dasar/quizzes/akhir/")
    browser.submit("/courses/dasar/quizzes/akhir/attempts")
    option = re.findall(
        r'value="(\w+)"[^>]*>\s*<span class="l-opt__body">[^<]*Pemerintahan', browser.page.html
    )
    browser.submit("answer", {"answer": option[0]}, press="next")
    return browser


def handed_in(browser):
    browser.submit("answer", {"answer": "=7+1"}, press="summary")
    browser.submit("submission")


def test_who_is_taking_a_quiz_is_shown_with_how_far_they_are(learner, trainer):
    page = trainer.get(RUNNING)
    assert "Ni Luh Ayu" in page.html and "1 of 2" in page.html and "20 minutes left" in page.html
    handed_in(learner)
    assert "Nobody is taking this quiz now" in trainer.get(RUNNING).html


def test_looking_at_running_attempts_costs_the_same_however_many_there_are(
    app, learner, signed_in, trainer
):
    trainer.get(RUNNING)
    with Counted(app.extensions["learn"].database) as one:
        trainer.get(RUNNING)
    for number in range(3):
        other = signed_in(name=f"Made {number}")
        other.get("/courses/dasar/quizzes/akhir/")
        other.submit("/courses/dasar/quizzes/akhir/attempts")
    with Counted(app.extensions["learn"].database) as four:
        trainer.get(RUNNING)
    assert len(four.statements) == len(one.statements)


def lines(trainer, what, kind="csv"):
    trainer.get("/studio/dasar/results/akhir/attempts/")
    token = re.search(r'name="csrf_token" value="([^"]+)"', trainer.page.html)[1]
    reply = trainer.client.post(EXPORT, data={"csrf_token": token, "what": what, "format": kind})
    assert reply.status_code == 200
    return list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))


def test_scores_have_a_column_for_each_question(learner, trainer):
    handed_in(learner)
    [line] = lines(trainer, "scores")
    assert (line["name"], line["score"], line["q:spbe"], line["q:jp"]) == (
        "Ni Luh Ayu", "50.0", "100.0", "0.0",
    )  # fmt: skip


def test_answers_are_told_in_words_and_start_no_formula(learner, trainer):
    handed_in(learner)
    first, second = lines(trainer, "answers")
    assert first["answer"] == first["right"] == "Sistem Pemerintahan Berbasis Elektronik"
    assert second["question"] == "jp" and not second["answer"].startswith("=")
    assert second["answer"].endswith("=7+1")


def test_an_attempt_that_is_open_stays_out_of_files(learner, signed_in, trainer):
    other = signed_in(name="Made")
    other.get("/courses/dasar/quizzes/akhir/")
    other.submit("/courses/dasar/quizzes/akhir/attempts")
    handed_in(learner)
    assert [line["name"] for line in lines(trainer, "scores")] == ["Ni Luh Ayu"]


def test_who_took_answers_away_stands_in_the_audit_chain(app, learner, trainer):
    handed_in(learner)
    lines(trainer, "answers")
    with app.extensions["learn"].database.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.kind == "exported").order_by(AuditEntry.seq.desc())
        ).first()
    assert json.loads(entry.data)["filters"] == {"course": "dasar", "quiz": "akhir"}
