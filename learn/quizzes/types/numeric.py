"""A number, with tolerance or range, however its decimals are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import (
    FLAG,
    Answer,
    Flaw,
    Grade,
    InvalidAnswer,
    ParseContext,
    Question,
    QuestionType,
)
from learn.quizzes.source.reading import Block
from learn.quizzes.types.accepted import best, feedback_of, flaws_of, in_full
from learn.quizzes.types.shapes import one_field, read_text, survey_of
from learn.quizzes.types.weights import weight_of
from learn.quizzes.values.numbers import BadNumber, accepted_numbers, looks_numeric, written_number
from learn.quizzes.values.units import BadUnits, equal_units, in_unit, is_known


class Numeric(QuestionType):
    """A number; Indonesian and English decimal marks and unit words behind it are understood.

    Where a text can be two numbers (1.500), it is right when one of them is. A unit that differs from
    every unit in the accepted answers is wrong, unless ``{units="1 km = 1000 m"}`` says what it equals;
    none is fine unless ``{unit=required}``.
    """

    key, template, items = "numeric", "learn/quizzes/types/numeric.html", "answer"
    item_attributes = ("weight",)
    attributes = {"units": (), "unit": ("optional", "required"), "survey": FLAG}

    def claims(self, block: Block) -> bool:
        """Whether all items are accepted answers and each is, or is meant as, a number."""
        return bool(block.items) and all(
            item.kind == "answer" and all(looks_numeric(each.text) for each in item.text.values())
            for item in block.items
        )

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the accepted ranges; bounds are texts, so that they stay exact."""
        accepted = []
        for item in block.items:
            for passage in item.text.values():
                try:
                    found = accepted_numbers(passage.text)
                except BadNumber as error:
                    context.refuse(passage, error.message)
                    continue
                entry: dict[str, Any] = {
                    "text": passage.text,
                    "low": str(found.low),
                    "high": str(found.high),
                    "unit": found.unit,
                    **weight_of(item, context),
                }
                if item.feedback:
                    entry["feedback"] = context.html(item.feedback)
                accepted.append(entry)
        return {"accepted": accepted, **_units_of(block, context), **survey_of(block)}

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: nothing accepted, or nothing in full; a required unit that nobody knows."""
        flaws = flaws_of(data, Message("No answer is accepted; write a line such as = 20."))
        units = [*data.get("units", ()), *(entry["unit"] for entry in data["accepted"])]
        if data.get("unit") == "required" and not any(units):
            message = Message("unit=required needs an answer with its unit, such as = 20 km.")
            flaws.append(Flaw(message))
        return flaws

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the text of the field, as it was written."""
        return self.read_json(question, one_field(fields, name))

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the number as it was written."""
        text = read_text(value)
        if text is not None and len(text) > 100:
            raise InvalidAnswer(Message("A number has at most 100 characters."))
        return text

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return whether the unit has to be written."""
        return {"unit": "required"} if question.data.get("unit") == "required" else {}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return what the accepted range in which a reading of the answer lies is worth."""
        entry = best(fitting(question.data, answer))
        return Grade(entry.get("weight", 1.0) if entry else 0.0)

    def right_answer(self, question: Question) -> Answer:
        """Return the middle of the first range that is accepted in full."""
        first = in_full(question.data["accepted"])
        number = a_number(first)
        if number and first and question.data.get("unit") == "required":
            return f"{number} {_a_unit(question.data, first)}"
        return number

    def right_text(self, question: Question, language: str | None = None) -> str:
        """Return what is accepted, as it was written."""
        first = in_full(question.data["accepted"])
        return first["text"].replace("+-", "\u00b1").replace("..", "\u2013") if first else ""

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the range that fits, under the key ``answer``."""
        return feedback_of(best(fitting(question.data, answer)), language)


def a_number(entry: Mapping[str, Any] | None) -> str | None:
    """Return the middle of an accepted range; None when there is none."""
    if entry is None:
        return None
    middle = (Decimal(entry["low"]) + Decimal(entry["high"])) / 2
    return format(middle.normalize(), "f").replace(".", ",")


def fitting(data: Mapping[str, Any], answer: Answer) -> list[Mapping[str, Any]]:
    """Return the accepted ranges in which a reading of `answer` lies."""
    values, unit = written_number(answer or "")
    accepted, units = data["accepted"], data.get("units", {})
    known = [*units, *(entry["unit"] for entry in accepted)]
    if not unit and data.get("unit") == "required":
        return []
    if unit and any(known) and not is_known(unit, known):
        return []
    return [
        each
        for each in accepted
        if any(_lies(Fraction(value), unit, each, units) for value in values)
    ]


def _lies(value: Fraction, unit: str, entry: Mapping[str, Any], units: Mapping[str, str]) -> bool:
    wanted = entry["unit"] or next(iter(units), "")
    here = in_unit(value, unit, wanted, units) if units else value
    return here is not None and Fraction(entry["low"]) <= here <= Fraction(entry["high"])


def _a_unit(data: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    """Return the unit in which the numbers of `entry` are."""
    others = (each["unit"] for each in data["accepted"] if each["unit"])
    return str(entry["unit"] or next(iter(data.get("units", ())), "") or next(others, ""))


def _units_of(block: Block, context: ParseContext) -> dict[str, Any]:
    """Return what a heading says of units; what it does not say is not there."""
    found: dict[str, Any] = {}
    if block.attributes.get("units"):
        try:
            found["units"] = equal_units(block.attributes["units"])
        except BadUnits as error:
            context.problems.add(block.path, block.line, error.message)
    if block.attributes.get("unit") == "required":
        found["unit"] = "required"
    return found
