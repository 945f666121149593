"""An attempt of the person who is here: found, shown, and where its pages are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from learn.errors import Message, NotFound
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.results import attempt_json
from learn.quizzes.attempts.steps import is_due, latest_answers
from learn.quizzes.models import OPEN, Attempt
from learn.quizzes.questions import Question
from learn.quizzes.services import find_attempt
from learn.quizzes.terms import Terms
from learn.web.context import now, person, session
from learn.web.courses.reading import mount
from learn.web.i18n import language
from learn.web.quizzes.start import keys_of_attempt, version_of
from learn.web.quizzes.terms import is_closed, stay_inside, terms_for
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz


CLOCKS_DIFFER = timedelta(seconds=5)


@dataclass(frozen=True)
class Taking:
    """An attempt of the signed-in person, with the version and the quiz that it was begun on."""

    attempt: Attempt
    version: CourseVersion
    quiz: Quiz

    @property
    def over(self) -> bool:
        """Return whether the time limit and its grace are over."""
        return is_due(self.attempt, now(), state().engine.grace_seconds)

    @cached_property
    def terms(self) -> Terms:
        """The terms that hold for the person."""
        return terms_for(self.attempt, self.quiz)

    def is_closed(self) -> bool:
        """Return whether the quiz is over for the person."""
        return self.attempt.state != OPEN and is_closed(self.attempt, self.quiz, self.terms)

    @property
    def goes_on(self) -> bool:
        """Return whether there is time left, more than clocks differ."""
        ends = self.attempt.expires_at
        return self.attempt.state == OPEN and (ends is None or ends - now() > CLOCKS_DIFFER)

    @property
    def inside(self) -> bool:
        """Return whether the quiz may be taken from where the person is now."""
        return self.quiz.access.allows_address(request.remote_addr)

    @property
    def url(self) -> str:
        """Return the attempt's address."""
        return url_for("learn.attempt", attempt_id=self.attempt.id)

    @property
    def on_one_page(self) -> bool:
        """Whether all questions stand on one page."""
        return self.quiz.page == "all"

    def place_url(self, place: int) -> str:
        """Return the address of the question with this number."""
        if self.on_one_page:
            return f"{self.url}#q{place}"
        return url_for("learn.attempt", attempt_id=self.attempt.id, q=place)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions as they are asked."""
        return state().engine.questions(self.attempt, self.quiz)

    def question(self, key: str) -> Question:
        """Return one of its questions."""
        for question in self.questions:
            if question.key == key:
                return question
        raise NotFound(Message("This attempt has no such question."))

    def answers(self) -> Answers:
        """Return what was answered so far."""
        return latest_answers(session(), self.attempt)

    def shown(self) -> dict[str, Any]:
        """Return the attempt as it may be seen now."""
        return attempt_json(
            self.attempt, self.quiz, self.answers(), now=now(), engine=state().engine,
            language=language(), mount=mount(), closed=self.is_closed(),
            keys=keys_of_attempt(self.attempt),
        )  # fmt: skip


def own_attempt(attempt_id: str, *, to_write: bool = False, anywhere: bool = False) -> Taking:
    """Return the person's attempt; another's is not there, for anybody.

    A running one is to be seen only in the networks of its quiz, unless `anywhere`.
    """
    who = person()
    attempt = find_attempt(session(), attempt_id, to_write=to_write)
    version = version_of(attempt.version_id) if attempt and attempt.person_id == who.id else None
    quiz = version.quiz(attempt.quiz) if version and attempt else None
    if attempt is None or version is None or quiz is None:
        raise NotFound(Message("There is no such attempt."))
    taking = Taking(attempt, version, quiz)
    if attempt.state == OPEN and not anywhere and not taking.over:
        stay_inside(quiz)
    return taking
