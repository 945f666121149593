"""A text between questions: shown, and nothing is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import (
    Answer,
    Grade,
    InvalidAnswer,
    ParseContext,
    Question,
    QuestionType,
)
from learn.quizzes.source.reading import Block


class Description(QuestionType):
    """What learners read before the questions that follow it; ``{description}`` behind its key."""

    key, template = "description", "learn/quizzes/types/description.html"
    answerable, scored = False, False

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return nothing: the prompt is all there is."""
        return {}

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return no answer, whatever a form holds."""
        return None

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return no answer."""
        if value is not None:
            raise InvalidAnswer(Message("This is a text to read; it has no answer."))
        return None

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return that nothing is asked."""
        return {"answerable": False}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return nothing: there is no answer."""
        return Grade(0.0)

    def right_answer(self, question: Question) -> Answer:
        """Return no answer."""
        return None
