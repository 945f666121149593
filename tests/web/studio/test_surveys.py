"""The result of a survey stands above the figures of its questions, from five people on."""

from __future__ import annotations

from datetime import timedelta
from textwrap import dedent

import pytest

from learn.people.access import Role
from learn.progress import attempts
from learn.quizzes.attempts.answering import save_answer
from tests.support import make
from tests.support.learning import files_of_course, publish_course

PAGE = "/studio/dasar/results/skm/"
ELEMENTS = [f"u{number}" for number in range(1, 10)]
HEAD = """
    ---
    title: Survei kepuasan
    role: practice
    instrument: skm
    shuffle: false
    ---
    """


def survey() -> str:
    questions = (
        f"## {key} {{survey}}\nBagaimana {key}?\n\n- ( ) Buruk\n- ( ) Kurang\n- ( ) Baik\n- ( ) Amat baik\n"
        for key in ELEMENTS
    )
    return dedent(HEAD).lstrip() + "\n".join(questions)


@pytest.fixture
def version(app, now):
    return publish_course(app, now, files_of_course(**{"quizzes__dasar__skm.md": survey()}))


def answer(app, version, now, people: int, places: dict[str, int]) -> None:
    state, quiz = app.extensions["learn"], version.quizzes["skm"]
    with state.database.transaction() as session:
        for number in range(people):
            who = make.person(session, password=None)
            start = now + timedelta(minutes=number)
            attempt = attempts.start(
                session, who.id, version, quiz, engine=state.engine,
                version_of=lambda _id: version, settings=state.settings, now=start,
            )  # fmt: skip
            for key in ELEMENTS:
                option = quiz.question(key).data["options"][places.get(key, 3) - 1]["key"]
                save_answer(session, attempt, quiz, key, option, engine=state.engine, now=start)
            attempts.submit(
                session, attempt, engine=state.engine, version_of=lambda _id: version,
                current=version, settings=state.settings, now=start,
            )  # fmt: skip


@pytest.fixture
def trainer(signed_in):
    browser = signed_in(Role.TRAINER)
    browser.client.set_cookie("learn_language", "en")
    return browser


def test_satisfaction_is_shown_with_its_grade_and_where_to_begin(app, version, now, trainer):
    answer(app, version, now, 5, {"u8": 1, "u3": 2})
    page = trainer.get(PAGE)
    assert page.status == 200
    for text in ("Public satisfaction (SKM)", "66.67", "Less good",
                 "Handling of complaints, suggestions and input; Time until completion"):  # fmt: skip
        assert text in page.text


def test_of_fewer_than_five_people_nothing_is_shown(app, version, now, trainer):
    answer(app, version, now, 4, {})
    page = trainer.get(PAGE)
    assert "from five on" in page.text and "Grade of service" not in page.text


def test_other_quizzes_show_no_survey(app, version, now, trainer):
    assert "SKM" not in trainer.get("/studio/dasar/results/akhir/").text
