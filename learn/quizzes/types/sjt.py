"""Situational judgement: ways to act in a case, compared with what experts say of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import permutations
from math import ceil
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
from learn.quizzes.source.reading import Block, Grammar, Item
from learn.quizzes.types.shapes import one_field, shown, spoken, twins
from learn.quizzes.values.numbers import BadNumber, accepted_numbers

ENDS = ("best", "worst")
MOST_POINTS = 10
_SCALE = re.compile(r"(\d{1,2})\.\.(\d{1,2})")
Data = Mapping[str, Any]


class Judgement(QuestionType):
    """Rate each way to act on a scale, or name the best and the worst; experts' ratings are the key.

    ``- Menenangkan warga => 5`` has the experts' rating on its right, ``4..5`` where they differ. With
    ``credit=distance`` a rating r is worth 1 - |r - k| / d, where k is the nearest rating of the experts
    and d the longest distance that the scale leaves from it; with ``credit=exact`` only r = k counts. The
    score is the mean over the options. With ``{ask=best-worst}`` an option of rating k is worth
    (k - lowest) / (highest - lowest) as the best one, and the rest of it as the worst.
    """

    key, template, items = "sjt", "learn/quizzes/types/sjt.html", "pair"
    attributes = {"scale": (), "credit": ("distance", "exact"), "ask": ("rating", "best-worst")}
    grammar = Grammar(item_attributes=frozenset({"*"}))  # so that options may have feedback

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the options with the lowest and highest rating of the experts, and the scale."""
        scale = _scale(block.attributes.get("scale") or "1..5")
        if scale is None:
            message = Message(
                "scale has two to %(most)s whole numbers, as in {scale=1..5}.", most=MOST_POINTS
            )
            context.problems.add(block.path, block.line, message)
        low, high = scale or (1, 5)
        options = [
            {
                "key": context.key("option", item.text),
                "html": context.html(item.text, inline=True),
                **_rating(item, low, high, context),
                **({"feedback": context.html(item.feedback)} if item.feedback else {}),
            }
            for item in block.items
        ]
        return {
            "options": options,
            "scale": [low, high],
            "credit": block.attributes.get("credit") or "distance",
            "ask": block.attributes.get("ask") or "rating",
        }

    def check(self, data: Data) -> list[Flaw]:
        """Return what is wrong: fewer than two options, twins, or no best and worst one."""
        options = data["options"]
        flaws = twins(options)
        if len(options) < 2:
            flaws.append(Flaw(Message("A judgement needs at least two options.")))
        elif data["ask"] == "best-worst" and len({_middle(each) for each in options}) < 2:
            flaws.append(Flaw(Message("All options are as good; none is the best or the worst.")))
        return flaws

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return what stands in the fields ``name.option-key``, or ``name.best`` and ``name.worst``."""
        given = {key: one_field(fields, f"{name}.{key}") for key in _asked(question.data)}
        return self.read_json(question, {key: value for key, value in given.items() if value})

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return ratings by option keys, or the keys of the best and the worst option."""
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise InvalidAnswer(Message("The answer to this question is an object."))
        asked = _asked(question.data)
        if any(key not in asked for key in value):
            raise InvalidAnswer(
                Message("The answer names an option that this question does not have.")
            )
        read = _option_key if question.data["ask"] == "best-worst" else _point
        given = {
            key: read(value[key], question.data)
            for key in asked
            if value.get(key) not in (None, "")
        }
        if (
            len(given) == 2
            and question.data["ask"] == "best-worst"
            and given["best"] == given["worst"]
        ):
            raise InvalidAnswer(Message("The best and the worst option are two different ones."))
        return given or None

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return the options, and the points of the scale where each is rated."""
        data = question.data
        return {
            "ask": data["ask"],
            "options": shown(question, data["options"], language, seed),
            **({"scale": _points(data)} if data["ask"] == "rating" else {}),
        }

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return the mean of what is asked; what is neither right nor worth nothing has no mark."""
        given, asked = answer or {}, _asked(question.data)
        worth = {key: _worth(question.data, key, given[key]) for key in asked if key in given}
        marks = {key: share >= 1 for key, share in worth.items() if share >= 1 or share <= 0}
        return Grade(sum(worth.values()) / len(asked), marks)

    def right_answer(self, question: Question) -> Answer:
        """Return the experts' ratings, or the option they rate highest and the one they rate lowest."""
        options = question.data["options"]
        if question.data["ask"] == "rating":
            return {each["key"]: each["low"] for each in options}
        best, worst = max(options, key=_middle), min(options, key=_middle)
        return {"best": best["key"], "worst": worst["key"]}

    def right_text(self, question: Question, language: str | None = None) -> str:
        """Return the experts' ratings where they are not one number each."""
        options = question.data["options"]
        if question.data["ask"] != "rating" or all(each["low"] == each["high"] for each in options):
            return ""
        words = _words(question, language)
        return "; ".join(f"{words[each['key']]}: {_said(each)}" for each in options)

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the options that were rated or named."""
        given = answer or {}
        named = given.values() if question.data["ask"] == "best-worst" else given
        return {
            option["key"]: text_in(option["feedback"], language)
            for option in question.data["options"]
            if option["key"] in named and option.get("feedback")
        }

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return the ratings by what the options say, or what was named best and worst."""
        words, given = _words(question, language), answer or {}
        if question.data["ask"] == "rating":
            return {words[key]: str(point) for key, point in given.items() if key in words}
        return {end: words[given[end]] for end in ENDS if given.get(end) in words}

    def summary(self, question: Question, answer: Answer, language: str | None = None) -> str:
        """Return the parts, each with what it is."""
        found = self.parts(question, answer, language)
        return "; ".join(f"{part}: {said}" for part, said in found.items())

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return for each option the points of the scale, or for best and worst all options."""
        words = list(_words(question, language).values())
        if question.data["ask"] == "rating":
            points = [str(point) for point in _points(question.data)]
            return dict.fromkeys(words, points)
        return dict.fromkeys(ENDS, words)

    def guess(self, question: Question) -> float:
        """Return the mean over all points for each option, or over all pairs of options."""
        data = question.data
        keys = [each["key"] for each in data["options"]]
        if data["ask"] == "rating":
            worth = [_worth(data, key, point) for key in keys for point in _points(data)]
        else:
            pairs = permutations(keys, 2)
            worth = [
                _worth(data, end, key)
                for pair in pairs
                for end, key in zip(ENDS, pair, strict=True)
            ]
        return sum(worth) / len(worth)


def _scale(text: str) -> tuple[int, int] | None:
    found = _SCALE.fullmatch(text.strip())
    if found is None:
        return None
    low, high = int(found[1]), int(found[2])
    return (low, high) if low < high < low + MOST_POINTS + 1 else None


def _rating(item: Item, low: int, high: int, context: ParseContext) -> dict[str, int]:
    """Return the lowest and highest whole rating that the right side of an item names."""
    passage = item.other[context.main_language]
    try:
        found = accepted_numbers(passage.text)
    except BadNumber as error:
        context.refuse(passage, error.message)
        return {"low": low, "high": low}
    first, last = ceil(found.low), int(found.high // 1)
    if found.unit or not low <= first <= last <= high:
        message = Message(
            "The experts' rating is a whole number from %(low)s to %(high)s, or a range such as %(range)s.",
            low=low, high=high, range=f"{high - 1}..{high}",
        )  # fmt: skip
        context.refuse(passage, message)
    return {"low": first, "high": last}


def _asked(data: Data) -> list[str]:
    """Return what has to be answered: every option, or the best and the worst."""
    return list(ENDS) if data["ask"] == "best-worst" else [each["key"] for each in data["options"]]


def _points(data: Data) -> list[int]:
    low, high = data["scale"]
    return list(range(low, high + 1))


def _point(value: Any, data: Data) -> int:
    """Return a rating of the scale."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    known = {str(point): point for point in _points(data)}
    if text not in known:
        low, high = data["scale"]
        raise InvalidAnswer(
            Message("A rating is a whole number from %(low)s to %(high)s.", low=low, high=high)
        )
    return known[text]


def _option_key(value: Any, data: Data) -> str:
    if not isinstance(value, str) or all(value != each["key"] for each in data["options"]):
        raise InvalidAnswer(Message("The answer names an option that this question does not have."))
    return value


def _worth(data: Data, key: str, given: Any) -> float:
    """Return what one rating, or one option named best or worst, is worth."""
    options = {each["key"]: each for each in data["options"]}
    if key in ENDS:
        return _end_worth(options, key, given, exact=data["credit"] == "exact")
    option, (low, high) = options[key], data["scale"]
    off: int = max(option["low"] - given, given - option["high"], 0)
    farthest: int = max(option["low"] - low, high - option["high"])
    if data["credit"] == "exact" or not farthest:
        return float(not off)
    return max(0.0, 1 - off / farthest)


def _end_worth(options: Mapping[str, Data], end: str, given: str, *, exact: bool) -> float:
    if given not in options:
        return 0.0
    middles = [_middle(each) for each in options.values()]
    lowest, highest = min(middles), max(middles)
    share: float = (_middle(options[given]) - lowest) / (highest - lowest)
    share = share if end == "best" else 1 - share
    return float(share >= 1) if exact else share


def _middle(option: Data) -> float:
    return float(option["low"] + option["high"]) / 2


def _said(option: Data) -> str:
    low, high = option["low"], option["high"]
    return str(low) if low == high else f"{low}\u2013{high}"


def _words(question: Question, language: str | None) -> dict[str, str]:
    return {
        each["key"]: spoken(text_in(each["html"], language)) for each in question.data["options"]
    }
