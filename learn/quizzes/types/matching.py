"""Pairs that were taken apart, to be put together again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import (
    Answer,
    Flaw,
    Grade,
    InvalidAnswer,
    ParseContext,
    Question,
    QuestionType,
    text_in,
)
from learn.quizzes.source.reading import Block
from learn.quizzes.types.shapes import one_field, shown, spoken


class Matching(QuestionType):
    """Each left side gets a right side; the score is the share of left sides that got theirs.

    Left sides may share a right side. A pair without a left side (``- => text``) is one that nobody needs.
    """

    key, template, items = "matching", "learn/quizzes/types/matching.html", "pair"
    lone_rights = True

    def claims(self, block: Block) -> bool:
        """Whether all items are pairs."""
        return bool(block.items) and all(item.kind == "pair" for item in block.items)

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the pairs; keys of the two sides come from their own texts and do not show who belongs.

        ``left`` is None where a right side stands alone.
        """
        pairs = [
            {
                "left": {
                    "key": context.key("left", item.text),
                    "html": context.html(item.text, inline=True),
                }
                if item.text
                else None,
                "right": {
                    "key": context.key("right", item.other),
                    "html": context.html(item.other, inline=True),
                },
            }
            for item in block.items
        ]
        return {"pairs": pairs}

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: fewer than two pairs, a side that stands there twice, one right side only."""
        pairs = data["pairs"]
        whole = [pair for pair in pairs if pair["left"]]
        flaws = [*_twin_lefts(pairs), *_useless_rights(pairs)]
        if len(whole) < 2:
            flaws.append(Flaw(Message("Matching needs at least two pairs.")))
        elif len({pair["right"]["key"] for pair in pairs}) < 2:
            flaws.append(Flaw(Message("All pairs have the same right side.")))
        return flaws

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return what was chosen for each left side; its field is ``name.left-key``."""
        chosen = {left: one_field(fields, f"{name}.{left}") for left in _wanted(question)}
        return self.read_json(question, {left: right for left, right in chosen.items() if right})

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return right keys by left keys; left sides may still be open."""
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise InvalidAnswer(
                Message("The answer to this question is an object of left keys and right keys.")
            )
        wanted = _wanted(question)
        rights = {pair["right"]["key"] for pair in question.data["pairs"]}
        for left, right in value.items():
            if left not in wanted or not isinstance(right, str) or right not in rights:
                raise InvalidAnswer(
                    Message("The answer names an option that this question does not have.")
                )
        return {left: value[left] for left in wanted if left in value} or None

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return both sides, each in an order of its own; right sides are always shuffled.

        A right side has its ``text`` too, which a list to choose from can say.
        """
        pairs = question.data["pairs"]
        lefts = [pair["left"] for pair in pairs if pair["left"]]
        rights = {pair["right"]["key"]: pair["right"] for pair in pairs}
        shuffled = shown(question, list(rights.values()), language, seed, always=True)
        return {
            "left": shown(question, lefts, language, seed),
            "right": [{**each, "text": spoken(each["html"])} for each in shuffled],
        }

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return the share of left sides with their right side."""
        wanted = _wanted(question)
        marks = {left: wanted[left] == right for left, right in (answer or {}).items()}
        return Grade(sum(marks.values()) / len(wanted), marks)

    def right_answer(self, question: Question) -> Answer:
        """Return the pairs as they were written."""
        return _wanted(question)

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what was chosen, by what the left side says."""
        lefts, rights = _words(question, "left", language), _words(question, "right", language)
        return {
            lefts[left]: rights[right]
            for left, right in (answer or {}).items()
            if left in lefts and right in rights
        }

    def summary(self, question: Question, answer: Answer, language: str | None = None) -> str:
        """Return the pairs in words."""
        found = self.parts(question, answer, language)
        return "; ".join(f"{left} \u2192 {right}" for left, right in found.items())

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return for each left side all right sides."""
        rights = list(_words(question, "right", language).values())
        return dict.fromkeys(_words(question, "left", language).values(), rights)

    def guess(self, question: Question) -> float:
        """Return one over the number of right sides: each left side may get any of them."""
        return 1 / len({pair["right"]["key"] for pair in question.data["pairs"]})


def _words(question: Question, side: str, language: str | None) -> dict[str, str]:
    """Return what each item of a side says, by key, as plain text."""
    return {
        pair[side]["key"]: spoken(text_in(pair[side]["html"], language))
        for pair in question.data["pairs"]
        if pair[side]
    }


def _wanted(question: Question) -> dict[str, str]:
    return {
        pair["left"]["key"]: pair["right"]["key"] for pair in question.data["pairs"] if pair["left"]
    }


def _twin_lefts(pairs: Sequence[Mapping[str, Any]]) -> Iterator[Flaw]:
    seen = set()
    for place, pair in enumerate(pairs):
        key = pair["left"] and pair["left"]["key"]
        if key in seen:
            yield Flaw(Message("This left side stands there twice."), place)
        seen.add(key or place)


def _useless_rights(pairs: Sequence[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Yield a flaw for each right side that stands alone, and with a left side or alone once more."""
    seen = {pair["right"]["key"] for pair in pairs if pair["left"]}
    for place, pair in enumerate(pairs):
        if pair["left"]:
            continue
        if pair["right"]["key"] in seen:
            yield Flaw(
                Message("This right side stands there already; take one of them away."), place
            )
        seen.add(pair["right"]["key"])
