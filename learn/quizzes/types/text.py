"""A short text that is compared with the accepted ones, forgiving what does not matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.patterns import BadPattern, compiled
from learn.quizzes.questions import (
    Answer,
    Flaw,
    Grade,
    ParseContext,
    Question,
    QuestionType,
    text_in,
)
from learn.quizzes.reading import Block
from learn.quizzes.types.shapes import one_field, read_text

# phones write these by themselves
_TYPOGRAPHY = str.maketrans("\u2018\u2019\u02bc\u201c\u201d\u2010\u2011\u2013\u2014", "'''\"\"----")


class Text(QuestionType):
    """A short text; case, spaces and typographic signs do not matter, accents need not be written.

    ``{case=exact}`` and ``{accents=exact}`` make it strict. A line ``= /pattern/`` accepts what fits.
    """

    key, template, items = "text", "learn/quizzes/types/text.html", "answer"
    attributes = {"case": ("ignored", "exact"), "accents": ("optional", "exact")}

    def claims(self, block: Block) -> bool:
        """Whether all items are accepted answers (numbers have been claimed before)."""
        return bool(block.items) and all(item.kind == "answer" for item in block.items)

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the accepted texts of all languages, and how strictly they are compared."""
        accepted = []
        for item in block.items:
            for passage in item.text.values():
                entry: dict[str, Any] = {"text": passage.text}
                if item.feedback:
                    entry["feedback"] = context.html(item.feedback)
                accepted.append(entry)
        return {
            "accepted": accepted,
            "case": block.attributes.get("case", "ignored"),
            "accents": block.attributes.get("accents", "optional"),
        }

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: nothing accepted, a pattern that cannot be read."""
        if not data["accepted"]:
            return [Flaw(Message("No answer is accepted; write a line such as = answer."))]
        flaws = []
        for place, entry in enumerate(data["accepted"]):
            pattern = _pattern_of(entry["text"])
            try:
                if pattern is not None:
                    compiled(_unaccented(pattern, data), data["case"] != "exact")
            except BadPattern as error:
                flaws.append(Flaw(error.message, place))
        return flaws

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the text of the field."""
        return read_text(one_field(fields, name))

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the text."""
        return read_text(value)

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return nothing more than the prompt."""
        return {}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return 1 when an accepted text or pattern fits."""
        return Grade(0.0 if self._fitting(question, answer) is None else 1.0)

    def right_answer(self, question: Question) -> Answer:
        """Return the first accepted text that is no pattern."""
        texts = (entry["text"] for entry in question.data["accepted"])
        return next((text for text in texts if _pattern_of(text) is None), None)

    def right_text(self, question: Question) -> str:
        """Return the right answer as it was written."""
        return self.right_answer(question) or ""

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the accepted text that fits, under the key ``answer``."""
        entry = self._fitting(question, answer)
        return (
            {"answer": text_in(entry["feedback"], language)}
            if entry and "feedback" in entry
            else {}
        )

    def _fitting(self, question: Question, answer: Answer) -> Mapping[str, Any] | None:
        if answer is None:
            return None
        data = question.data
        given = folded(answer, data)
        plain = _unaccented(_spaced(answer), data)
        for entry in data["accepted"]:
            pattern = _pattern_of(entry["text"])
            if pattern is None:
                if folded(entry["text"], data) == given:
                    return entry  # type: ignore[no-any-return]
            elif compiled(_unaccented(pattern, data), data["case"] != "exact").matches(plain):
                return entry  # type: ignore[no-any-return]
        return None


def folded(text: str, data: Mapping[str, Any]) -> str:
    """Return `text` as it is compared: NFKC, one space, plain quotes, no full stop; case by the rule."""
    text = _unaccented(_spaced(text), data)
    if data["case"] != "exact":
        text = unicodedata.normalize("NFKC", text.casefold())
    return text.rstrip(". ") or text


def _spaced(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY).split())


def _unaccented(text: str, data: Mapping[str, Any]) -> str:
    if data["accents"] == "exact":
        return text
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize(
        "NFKC", "".join(sign for sign in apart if not unicodedata.combining(sign))
    )


def _pattern_of(text: str) -> str | None:
    """Return what stands between the slashes of ``/pattern/``; None when `text` is none."""
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "/" else None
