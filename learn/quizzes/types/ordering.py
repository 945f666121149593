"""Steps that were mixed up, to be put in order again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import factorial
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
from learn.quizzes.source.reading import Block, Grammar
from learn.quizzes.types.shapes import one_field, read_keys, shown, spoken, twins

CREDITS = ("neighbours", "positions", "exact")


class Ordering(QuestionType):
    """Put the items in order; `credit` says what a part of it is worth.

    * ``neighbours``: the share of neighbours kept together;
    * ``positions``: the share of items in their own place;
    * ``exact``: all or nothing.
    """

    key, template, items = "ordering", "learn/quizzes/types/ordering.html", "number"
    attributes = {"credit": CREDITS}
    grammar = Grammar(numbered=True)

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the items in the right order; their keys come from their texts alone."""
        items = [
            {"key": context.key("item", item.text), "html": context.html(item.text, inline=True)}
            for item in block.items
        ]
        credit = block.attributes.get("credit", CREDITS[0])
        return {"items": items} if credit == CREDITS[0] else {"items": items, "credit": credit}

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: fewer than two items, two that say the same."""
        flaws = twins(data["items"])
        if len(data["items"]) < 2:
            flaws.append(Flaw(Message("An ordering needs at least two items.")))
        return flaws

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the keys by the numbers that stand in the fields ``name.item-key``."""
        keys = [item["key"] for item in question.data["items"]]
        given = {key: (one_field(fields, f"{name}.{key}") or "").strip() for key in keys}
        if not any(given.values()):
            return None
        places = {
            key: int(text) for key, text in given.items() if text.isdecimal() and len(text) < 4
        }
        if sorted(places.values()) != list(range(1, len(keys) + 1)):
            raise InvalidAnswer(
                Message("Give every item a place of its own, from 1 to %(last)s.", last=len(keys))
            )
        return sorted(keys, key=lambda key: places[key])

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the keys, all of them, in the given order."""
        if value is None or value == []:
            return None
        known = [item["key"] for item in question.data["items"]]
        order = read_keys(value, known)
        if len(order) != len(known):
            raise InvalidAnswer(Message("The answer has to name every item once."))
        return order

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return the items, always shuffled: their order is the key; each with its ``text`` for labels."""
        items = shown(question, question.data["items"], language, seed, always=True)
        return {"options": [{**each, "text": spoken(each["html"])} for each in items]}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return the share by the question's rule of credit; mark what stands in its own place."""
        right = self.right_answer(question)
        marks = {key: key == mine for key, mine in zip(right, answer or (), strict=False)}
        match question.data.get("credit"):
            case "exact":
                score = float(answer == right)
            case "positions":
                score = sum(marks.values()) / len(right)
            case _:
                kept = set(pairwise(right)) & set(pairwise(answer or ()))
                score = len(kept) / (len(right) - 1)
        return Grade(score, marks)

    def right_answer(self, question: Question) -> Answer:
        """Return the keys in the order of the text."""
        return [item["key"] for item in question.data["items"]]

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what was put in each place, by its number."""
        words = _words(question, language)
        return {str(place): words[key] for place, key in enumerate(answer or (), 1) if key in words}

    def summary(self, question: Question, answer: Answer, language: str | None = None) -> str:
        """Return the items in the order that was given."""
        return " \u2192 ".join(self.parts(question, answer, language).values())

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return for each place all items."""
        words = list(_words(question, language).values())
        return {str(place): words for place in range(1, len(words) + 1)}

    def guess(self, question: Question) -> float:
        """Return what a random order is worth: a neighbour, or a place, is kept with a chance of 1 in n."""
        count = len(question.data["items"])
        return 1 / (factorial(count) if question.data.get("credit") == "exact" else count)


def _words(question: Question, language: str | None) -> dict[str, str]:
    """Return what each item says, by key, as plain text."""
    return {item["key"]: spoken(text_in(item["html"], language)) for item in question.data["items"]}
