"""A short text that is compared with the accepted ones, forgiving what does not matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import (
    FLAG,
    Answer,
    Flaw,
    Grade,
    ParseContext,
    Question,
    QuestionType,
)
from learn.quizzes.source.reading import Block
from learn.quizzes.types.accepted import best, feedback_of, flaws_of, in_full
from learn.quizzes.types.shapes import one_field, read_text, survey_of
from learn.quizzes.types.weights import weight_of
from learn.quizzes.values.patterns import BadPattern, compiled

# phones write these by themselves
_TYPOGRAPHY = str.maketrans("\u2018\u2019\u02bc\u201c\u201d\u2010\u2011\u2013\u2014", "'''\"\"----")


class Text(QuestionType):
    """A short text; case, spaces and typographic signs do not matter, accents need not be written.

    ``{case=exact}`` and ``{accents=exact}`` make it strict. A line ``= /pattern/`` accepts what fits, and
    ``{50%}`` behind a line says what it is worth. In a survey any text is kept.
    """

    key, template, items = "text", "learn/quizzes/types/text.html", "answer"
    item_attributes = ("weight",)
    attributes = {"case": ("ignored", "exact"), "accents": ("optional", "exact"), "survey": FLAG}

    def claims(self, block: Block) -> bool:
        """Whether all items are accepted answers (numbers have been claimed before), or a survey has none."""
        if not block.items:
            return "survey" in block.attributes
        return all(item.kind == "answer" for item in block.items)

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the accepted texts of all languages, and how strictly they are compared."""
        accepted = []
        for item in block.items:
            for passage in item.text.values():
                entry: dict[str, Any] = {"text": passage.text, **weight_of(item, context)}
                if item.feedback:
                    entry["feedback"] = context.html(item.feedback)
                accepted.append(entry)
        return {
            "accepted": accepted,
            "case": block.attributes.get("case", "ignored"),
            "accents": block.attributes.get("accents", "optional"),
            **survey_of(block),
        }

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: nothing accepted, or nothing in full; a pattern that cannot be read."""
        flaws = flaws_of(data, Message("No answer is accepted; write a line such as = answer."))
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
        """Return nothing more than the prompt; in a survey that the text may be long."""
        return {"long": True} if question.data.get("survey") else {}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return what the accepted text or pattern that fits is worth."""
        entry = best(fitting(question.data, answer))
        return Grade(entry.get("weight", 1.0) if entry else 0.0)

    def right_answer(self, question: Question) -> Answer:
        """Return the first text that is accepted in full and no pattern."""
        return a_text(question.data["accepted"])

    def right_text(self, question: Question, language: str | None = None) -> str:
        """Return the right answer as it was written."""
        return self.right_answer(question) or ""

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the accepted text that fits, under the key ``answer``."""
        return feedback_of(best(fitting(question.data, answer)), language)


def a_text(accepted: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the first text that is accepted in full and no pattern."""
    first = in_full([entry for entry in accepted if _pattern_of(entry["text"]) is None])
    return first["text"] if first else None


def fitting(data: Mapping[str, Any], answer: Answer) -> list[Mapping[str, Any]]:
    """Return the accepted texts and patterns that `answer` fits."""
    if answer is None:
        return []
    given = folded(answer, data)
    plain = _unaccented(_spaced(answer), data)
    return [entry for entry in data["accepted"] if _fits(entry["text"], given, plain, data)]


def _fits(text: str, given: str, plain: str, data: Mapping[str, Any]) -> bool:
    pattern = _pattern_of(text)
    if pattern is None:
        return folded(text, data) == given
    return compiled(_unaccented(pattern, data), data["case"] != "exact").matches(plain)


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
