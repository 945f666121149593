"""What was answered, in words: how often, what it was worth, and how well those did who answered it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from learn.errors import LearnError
from learn.quizzes.questions import Answer, Question, QuestionType

KEPT = 1_000
SHOWN = 40
LONGEST = 200
REMEMBERED = 2_000

Place = tuple[str, str]
"""A part of a question, and a response to it in words."""


@dataclass(slots=True)
class Given:
    """How often one response was given, with the sums over those who gave it.

    `rest` is their share of the rest of the attempt, `credit` what the question came to.
    """

    count: int = 0
    rest: float = 0.0
    credit: float = 0.0
    right: bool = False

    def add(self, rest: float, credit: float, right: bool) -> None:
        """Count it once more."""
        self.count += 1
        self.rest += rest
        self.credit += credit
        self.right = self.right or right

    def join(self, other: Given) -> None:
        """Take in what another has counted."""
        self.count += other.count
        self.rest += other.rest
        self.credit += other.credit
        self.right = self.right or other.right


@dataclass
class Tally:
    """The responses to one question, by part.

    Where anything can be typed, at most `KEPT` different responses are kept: those that came once (then
    twice, and so on) are let go and counted together in `others`, as in lossy counting (Manku, Motwani 2002).
    """

    given: dict[Place, Given] = field(default_factory=dict)
    answered: int = 0
    others: int = 0

    def add(self, places: tuple[Place, ...], rest: float, credit: float, right: bool) -> None:
        """Count one answer, part by part; `right`: it was worth everything."""
        self.answered += 1
        given = self.given
        for place in places:
            found = given.get(place)
            if found is None:
                found = given[place] = Given()
            found.add(rest, credit, right)
        if len(given) > KEPT:
            self._let_go()

    def join(self, other: Tally) -> None:
        """Take in what another has counted."""
        self.answered += other.answered
        self.others += other.others
        for place, found in other.given.items():
            self.given.setdefault(place, Given()).join(found)
        if len(self.given) > KEPT:
            self._let_go()

    def _let_go(self) -> None:
        fewest = min(found.count for found in self.given.values())
        while len(self.given) > KEPT // 2:
            gone = [place for place, found in self.given.items() if found.count <= fewest]
            self.others += sum(self.given.pop(place).count for place in gone)
            fewest += 1


@dataclass
class Reader:
    """Turns stored answers to one question into words; the same text is read once.

    Parameters
    ----------
    kind
        None when the type's plugin is gone: then nothing is said.
    """

    question: Question
    kind: QuestionType | None
    known: dict[str, tuple[tuple[Place, ...], bool]] = field(default_factory=dict)

    def read(self, text: str, seed: int) -> tuple[tuple[Place, ...], bool]:
        """Return what an answer (its JSON) says by part, and whether it is worth everything."""
        if self.kind is None or self.kind.manual:
            return (), False
        if self.kind.varies:
            return _said(self.kind, self.kind.asked(self.question, seed), json.loads(text))
        found = self.known.get(text)
        if found is None:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            found = self.known[text] = _said(self.kind, self.question, json.loads(text))
        return found

    def expected(self) -> Iterator[tuple[Place, bool]]:
        """Return every response that can be given, in the author's order, and whether it is right."""
        if self.kind is None or self.kind.varies:
            return
        right = _right(self.kind, self.question)
        for part, responses in self.kind.responses(self.question).items():
            for response in responses:
                yield (part, _short(response)), (part, response) in right


def _said(kind: QuestionType, question: Question, answer: Answer) -> tuple[tuple[Place, ...], bool]:
    """Read one answer; one that an older program stored and this one cannot read says nothing."""
    if answer is None:
        return (), False
    try:
        parts = kind.parts(question, answer)
        right = kind.is_scored(question) and kind.grade(question, answer).score >= 1
    except (LearnError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return (), False
    return tuple((part, _short(text)) for part, text in parts.items()), right


def _right(kind: QuestionType, question: Question) -> set[Place]:
    if not kind.is_scored(question) or kind.manual:
        return set()
    answer = kind.right_answer(question)
    return set() if answer is None else set(kind.parts(question, answer).items())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
