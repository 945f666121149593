"""Questions of an attempt with the keys of another version, where a key was wrong."""

from __future__ import annotations

from collections.abc import Iterable

from learn.quizzes.answers import Answers
from learn.quizzes.engine import Engine
from learn.quizzes.questions import InvalidAnswer, Question
from learn.quizzes.quiz import Quiz


def rekeyed(
    asked: Iterable[Question], keys: Quiz, seed: int, answers: Answers, engine: Engine
) -> tuple[Question, ...]:
    """Return the questions of an attempt with the keys that another version has for them."""
    return tuple(_with_key(question, keys, seed, answers, engine) for question in asked)


def _with_key(
    question: Question, keys: Quiz, seed: int, answers: Answers, engine: Engine
) -> Question:
    published = keys.question(question.key)
    kind = engine.types.get(question.type)
    if published is None or kind is None or published.type != question.type:
        return question
    newer = kind.asked(published, seed)
    try:
        kind.read_json(newer, answers.given.get(question.key))
    except InvalidAnswer:
        return question
    return newer
