"""A number, with tolerance or range, however its decimals are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from learn.errors import Message
from learn.quizzes.numbers import (
    BadNumber,
    accepted_numbers,
    looks_numeric,
    same_unit,
    written_number,
)
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
from learn.quizzes.reading import Block
from learn.quizzes.types.shapes import one_field, read_text


class Numeric(QuestionType):
    """A number; Indonesian and English decimal marks and unit words behind it are understood.

    Where a text can be two numbers (1.500), it is right when one of them is. A unit that differs from
    every unit in the accepted answers is wrong; none is always fine.
    """

    key, template, items = "numeric", "learn/quizzes/types/numeric.html", "answer"

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
                }
                if item.feedback:
                    entry["feedback"] = context.html(item.feedback)
                accepted.append(entry)
        return {"accepted": accepted}

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: nothing accepted."""
        if data["accepted"]:
            return []
        return [Flaw(Message("No answer is accepted; write a line such as = 20."))]

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
        """Return nothing more than the prompt."""
        return {}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return 1 when a reading of the answer lies in an accepted range."""
        return Grade(0.0 if self._fitting(question, answer) is None else 1.0)

    def right_answer(self, question: Question) -> Answer:
        """Return the middle of the first accepted range."""
        first = question.data["accepted"][0]
        middle = (Decimal(first["low"]) + Decimal(first["high"])) / 2
        return format(middle.normalize(), "f").replace(".", ",")

    def right_text(self, question: Question) -> str:
        """Return what is accepted, as it was written."""
        return (
            str(question.data["accepted"][0]["text"])
            .replace("+-", "\u00b1")
            .replace("..", "\u2013")
        )

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the range that fits, under the key ``answer``."""
        entry = self._fitting(question, answer)
        return (
            {"answer": text_in(entry["feedback"], language)}
            if entry and "feedback" in entry
            else {}
        )

    def _fitting(self, question: Question, answer: Answer) -> Mapping[str, Any] | None:
        values, unit = written_number(answer or "")
        accepted = question.data["accepted"]
        if not same_unit(unit, [entry["unit"] for entry in accepted]):
            return None
        for entry in accepted:
            low, high = Decimal(entry["low"]), Decimal(entry["high"])
            if any(low <= value <= high for value in values):
                return entry  # type: ignore[no-any-return]
        return None
