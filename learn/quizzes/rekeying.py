"""Questions of an attempt with the keys of another version, where a key was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from learn.quizzes.answers import Answers
from learn.quizzes.engine import Engine
from learn.quizzes.questions import InvalidAnswer, Question
from learn.quizzes.quiz import Quiz


def rekeyed(
    asked: Iterable[Question], keys: Quiz, seed: int, answers: Answers, engine: Engine
) -> tuple[Question, ...]:
    """Return the questions of an attempt with the keys that another version has for them."""
    return tuple(_with_key(question, keys, seed, answers, engine) for question in asked)


def keeping(
    asked: Iterable[Question], rekeyed: Iterable[Question], keys: Quiz, seed: int, engine: Engine
) -> list[str]:
    """Return the keys of questions that another version cannot grade: they stay as they were graded."""
    return [
        then.key
        for then, now in zip(asked, rekeyed, strict=True)
        if then is now and not _same(then, keys.question(then.key), seed, engine)
    ]


def _same(then: Question, published: Question | None, seed: int, engine: Engine) -> bool:
    kind = engine.types.get(then.type)
    return kind is not None and published is not None and kind.asked(published, seed) == then


def standing(kept: Iterable[str], credits: Mapping[str, float] | None) -> dict[str, float]:
    """Return what the questions that were kept count by now."""
    return {key: credits[key] for key in kept if credits and key in credits}


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
