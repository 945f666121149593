"""Fixtures of tests of attempts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from learn.db import Database
from learn.quizzes import services
from learn.quizzes.models import Attempt
from learn.quizzes.quiz import Quiz
from learn.shipped import shipped
from tests.support.quizzes import ENGINE, EVERY_TYPE, TYPES, quiz

PERSON = 7


@dataclass
class Taking:
    """One person taking one quiz: the services with what they need besides."""

    session: Session
    quiz: Quiz
    now: datetime
    person_id: int = PERSON
    version_id: str = "v1"

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def start(self, **named: Any) -> Attempt:
        given = {"version_id": self.version_id, "cycle": 1, "rng_seed": 42, "quiz_of": self.quiz_of}
        return services.start_attempt(
            self.session,
            self.person_id,
            course=self.quiz.course,
            quiz=self.quiz,
            now=self.now,
            engine=ENGINE,
            **{**given, **named},
        )

    def quiz_of(self, _attempt: Attempt) -> Quiz:
        return self.quiz

    def save(self, attempt: Attempt, key: str, value: Any, **named: Any) -> services.Saved:
        return services.save_answer(
            self.session, attempt, self.quiz, key, value,
            engine=ENGINE, now=self.now, **named,
        )  # fmt: skip

    def check(self, attempt: Attempt, key: str) -> dict[str, Any]:
        return services.check_answer(
            self.session, attempt, self.quiz, key, engine=ENGINE, now=self.now
        )

    def flag(self, attempt: Attempt, key: str, flagged: bool) -> None:
        services.flag_question(
            self.session, attempt, self.quiz, key, flagged, engine=ENGINE, now=self.now
        )

    def submit(self, attempt: Attempt) -> services.Grading:
        return services.submit_attempt(
            self.session, attempt, self.quiz, engine=ENGINE, now=self.now
        )

    def expire(self, **named: Any) -> list[Attempt]:
        return services.expire_due_attempts(
            self.session, self.now, quiz_of=self.quiz_of, engine=ENGINE, **named
        )

    def shown(self, attempt: Attempt, **named: Any) -> dict[str, Any]:
        answers = services.latest_answers(self.session, attempt)
        return services.attempt_json(
            attempt, self.quiz, answers, now=self.now, engine=ENGINE, **named
        )

    def answer_all(self, attempt: Attempt) -> None:
        for question in ENGINE.questions(attempt, self.quiz):
            self.save(attempt, question.key, TYPES[question.type].right_answer(question))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def taking(session: Session, now: datetime) -> Callable[..., Taking]:
    """Return a function that gives a person in front of a quiz with this front matter."""
    people = itertools.count(PERSON)

    def make(front: str = "", body: str = EVERY_TYPE) -> Taking:
        return Taking(session, quiz(body, front), now, next(people))

    return make


@pytest.fixture(scope="module")
def page() -> Callable[..., str]:
    """Return a function that renders the fields of one question."""
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(shipped("templates")),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
    )
    environment.install_null_translations(newstyle=True)
    environment.globals |= {"icon": lambda name: "", "number": str}

    def render(
        question: Any, answer: Any = None, review: Any = None, disabled: bool = False
    ) -> str:
        return environment.get_template(TYPES[question["type"]].template).render(
            question=question, answer=answer, name="a", disabled=disabled, review=review
        )

    return render
