"""An attempt with the keys that grade it: those it was taken on, or another version's where one was wrong.

An attempt keeps its questions, answers and pass mark. A question of it is graded by the published
question of the same key and type when that has the options that were answered; any other stays as it
was graded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from learn.quizzes.attempts.answers import Answers
from learn.quizzes.engine import Engine
from learn.quizzes.grading import Grading, grade_attempt
from learn.quizzes.questions import InvalidAnswer, Question
from learn.quizzes.quiz import Quiz

if TYPE_CHECKING:
    from learn.quizzes.models import Attempt


@dataclass(frozen=True)
class Keyed:
    """An attempt with its answers and what they are graded by.

    Parameters
    ----------
    quiz
        In the version that the attempt was taken on.
    keys
        In the version by whose keys it is graded; None: its own.
    """

    attempt: Attempt
    quiz: Quiz
    answers: Answers
    engine: Engine
    keys: Quiz | None = None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions that the attempt asks, with the keys that grade them."""
        if self.keys is None:
            return self._asked
        return tuple(self._with_key(question, self.keys) for question in self._asked)

    @property
    def kept(self) -> list[str]:
        """Keys of the questions that the other version cannot grade."""
        if self.keys is None:
            return []
        pairs = zip(self._asked, self.questions, strict=True)
        return [
            then.key for then, now in pairs if then is now and not self._is_same(then, self.keys)
        ]

    def grading(self) -> Grading:
        """Return what the answers are worth; what the other version cannot grade counts as it did."""
        before = self.attempt.credits or {}
        standing = {key: before[key] for key in self.kept if key in before}
        return grade_attempt(self.quiz, self.questions, self.answers, self.engine, standing)

    @property
    def _asked(self) -> tuple[Question, ...]:
        return self.engine.questions(self.attempt, self.quiz)

    def _published(self, question: Question, keys: Quiz) -> Question | None:
        """Return what the other version asks in the place of this question."""
        published, kind = keys.question(question.key), self.engine.types.get(question.type)
        if published is None or kind is None or published.type != question.type:
            return None
        return kind.asked(published, self.attempt.seed)

    def _is_same(self, question: Question, keys: Quiz) -> bool:
        return self._published(question, keys) == question

    def _with_key(self, question: Question, keys: Quiz) -> Question:
        newer = self._published(question, keys)
        if newer is None:
            return question
        try:
            self.engine.types[question.type].read_json(newer, self.answers.given.get(question.key))
        except InvalidAnswer:
            return question
        return newer
