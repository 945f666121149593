"""Answers of every type in words, and what a guess can expect, against trying all guesses."""

from __future__ import annotations

import itertools
import statistics

import pytest

from tests.support.quizzes import EVERY_TYPE, TYPES, quiz

QUESTIONS = quiz(EVERY_TYPE).questions


def guesses(question):
    """Return every answer that somebody who knows nothing may give, each as likely."""
    kind = TYPES[question.type]
    view = kind.view(question, "id", 1)
    if question.type == "single":
        return [[each["key"]] for each in view["options"]]
    keys = [each["key"] for each in view.get("options", ())]
    if question.type == "multiple":
        sizes = range(1, len(keys) + 1)
        return [list(some) for size in sizes for some in itertools.combinations(keys, size)]
    if question.type == "ordering":
        return [list(order) for order in itertools.permutations(keys)]
    lefts = [each["key"] for each in view["left"]]
    rights = [each["key"] for each in view["right"]]
    return [
        dict(zip(lefts, chosen, strict=True))
        for chosen in itertools.product(rights, repeat=len(lefts))
    ]


@pytest.mark.parametrize(
    "question",
    [q for q in QUESTIONS if q.type in {"single", "multiple", "ordering", "matching"}],
    ids=lambda question: question.key,
)
def test_the_score_of_a_guess_is_the_mean_over_all_guesses(question):
    kind = TYPES[question.type]
    tried = statistics.fmean(
        kind.grade(question, kind.read_json(question, answer)).score for answer in guesses(question)
    )
    assert kind.guess(question) == pytest.approx(tried)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_type_says_in_plain_words_what_was_answered(question):
    kind = TYPES[question.type]
    if kind.varies:
        question = kind.asked(question, 1)
    assert 0 <= kind.guess(question) <= 1
    assert kind.parts(question, None) == {} and kind.summary(question, None) == ""
    right = kind.right_answer(question)
    if right is None:
        return
    parts = kind.parts(question, right)
    assert parts and kind.summary(question, right)
    for text in (*parts, *parts.values()):
        assert isinstance(text, str) and "<p" not in text
    known = kind.responses(question)
    if known:
        assert all(text in known[part] for part, text in parts.items())
