"""What runs attempts: the types of questions and the behaviours there are, and how late is too late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from learn.quizzes.behaviours import Behaviour, Deferred
from learn.quizzes.questions import Question, QuestionType
from learn.quizzes.quiz import Quiz, drawn_questions
from learn.registry import Registry

if TYPE_CHECKING:
    from learn.quizzes.models import Attempt

GRACE_SECONDS = 30
_DEFERRED = Deferred()


@dataclass(frozen=True)
class Engine:
    """The registries of one application, and its grace after a time limit in seconds."""

    types: Registry[QuestionType]
    behaviours: Registry[Behaviour]
    grace_seconds: int = GRACE_SECONDS

    def behaviour(self, quiz: Quiz) -> Behaviour:
        """Return the quiz's behaviour; one whose plugin is gone checks nothing."""
        return self.behaviours.get(quiz.behaviour) or _DEFERRED

    def questions(self, attempt: Attempt, quiz: Quiz) -> tuple[Question, ...]:
        """Return the questions of the attempt, as its seed draws and asks them."""
        return drawn_questions(quiz, attempt.seed, self.types)

    def is_manual(self, question: Question, behaviour: Behaviour) -> bool:
        """Whether a person grades the answer."""
        kind = self.types.get(question.type)
        return behaviour.manual or (kind is not None and kind.manual)

    def is_scored(self, question: Question, behaviour: Behaviour) -> bool:
        """Whether the question counts; one of a type that is gone does, and nobody can earn it."""
        kind = self.types.get(question.type)
        return behaviour.scored and (kind is None or kind.is_scored(question))
