"""One right option among several, or several right ones."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from itertools import product
from math import comb, prod
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
    text_in,
)
from learn.quizzes.source.reading import Block
from learn.quizzes.types.shapes import read_keys, shown, spoken, survey_of, twins
from learn.quizzes.types.weights import (
    is_weighted,
    several_flaws,
    share_of,
    single_flaws,
    single_worth,
    weight_of,
)

CREDITS = ("proportional", "exact", "right-minus-wrong")
MOST_SETS = 1 << 14


class Choice(QuestionType):
    """What single and multiple choice have in common: options, some of them right.

    ``{50%}`` behind an option says what it is worth, ``{-25%}`` what it costs.
    """

    item_attributes = ("fixed", "weight")
    attributes = {"survey": FLAG}

    def claims(self, block: Block) -> bool:
        """Whether all items are options of its kind."""
        return bool(block.items) and all(item.kind == self.items for item in block.items)

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the options in the author's order."""
        options = [
            {
                "key": context.key("option", item.text),
                "html": context.html(item.text, inline=True),
                "right": item.marked,
                "fixed": item.fixed,
                "feedback": context.html(item.feedback),
                **weight_of(item, context),
            }
            for item in block.items
        ]
        return {"options": options, **survey_of(block)}

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: fewer than two options, none right, two that say the same, weights."""
        options = data["options"]
        flaws = twins(options)
        if len(options) < 2:
            flaws.append(Flaw(Message("A choice needs at least two options.")))
        if data.get("survey"):
            right = (
                place for place, each in enumerate(options) if each["right"] or "weight" in each
            )
            message = Message("In a survey no option is right; take the x and the weight away.")
            return [*flaws, *(Flaw(message, place) for place in right)]
        if options and not any(option["right"] for option in options):
            flaws.append(Flaw(Message("No option is marked as right; mark it with an x.")))
        return [*flaws, *self.weight_flaws(options)]

    @abstractmethod
    def weight_flaws(self, options: Sequence[Mapping[str, Any]]) -> list[Flaw]:
        """Return what is wrong with the weights."""

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the keys that were ticked."""
        return self.read_json(question, list(fields.get(name, ())))

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the keys in the author's order, so that the same ticks are the same answer."""
        if value is None:
            return None
        known = [option["key"] for option in question.data["options"]]
        picked = set(read_keys(value, known))
        return [key for key in known if key in picked] or None

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return the options without their marks, and whether this is a survey."""
        survey = {"survey": True} if question.data.get("survey") else {}
        return {"options": shown(question, question.data["options"], language, seed), **survey}

    def right_answer(self, question: Question) -> Answer:
        """Return the keys of the right options; None in a survey."""
        return [option["key"] for option in question.data["options"] if option["right"]] or None

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the options that were picked."""
        return {
            option["key"]: text_in(option["feedback"], language)
            for option in question.data["options"]
            if option["key"] in (answer or ()) and option["feedback"]
        }

    def words(self, question: Question, language: str | None) -> dict[str, str]:
        """Return what each option says, by key, as plain text."""
        return {
            option["key"]: spoken(text_in(option["html"], language))
            for option in question.data["options"]
        }

    def marks(self, question: Question, answer: Sequence[str]) -> dict[str, bool]:
        """Return for each picked option whether it is right; not for one that is partly so."""
        return {
            option["key"]: option["right"]
            for option in question.data["options"]
            if option["key"] in answer and (option["right"] or option.get("weight", 0) <= 0)
        }


class Single(Choice):
    """One right option among several; also true or false."""

    key, template, items = "single", "learn/quizzes/types/single.html", "radio"

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong: besides the rest, a second right option."""
        if data.get("survey"):
            return super().check(data)
        right = [place for place, option in enumerate(data["options"]) if option["right"]]
        more = Message(
            "A second option is marked as right; several right ones are written [x] and [ ]."
        )
        return [*super().check(data), *(Flaw(more, place) for place in right[1:])]

    def weight_flaws(self, options: Sequence[Mapping[str, Any]]) -> list[Flaw]:
        """Return what is wrong with the weights: the right option is worth all, no other is."""
        return single_flaws(options)

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the one key that was picked, as a list."""
        answer = super().read_json(question, [value] if isinstance(value, str) else value)
        if answer and len(answer) > 1:
            raise InvalidAnswer(Message("Choose one option only."))
        return answer

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return what the picked option is worth: 1 when it is right."""
        picked = answer or ()
        worth = sum(
            single_worth(each) for each in question.data["options"] if each["key"] in picked
        )
        return Grade(max(0.0, worth), self.marks(question, picked))

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what the picked option says."""
        words = self.words(question, language)
        return {"": words[key]} if (key := next(iter(answer or ()), None)) in words else {}

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return what all options say."""
        return {"": list(self.words(question, language).values())}

    def guess(self, question: Question) -> float:
        """Return the mean of what the options are worth: each is as likely."""
        keys = [option["key"] for option in question.data["options"]]
        return sum(self.grade(question, [key]).score for key in keys) / len(keys)


class Multiple(Choice):
    """Any number of right options; `credit` says what a part of them is worth.

    * ``proportional``: right ones picked, as a share of all that are right or picked, so that neither
      leaving out nor picking everything pays;
    * ``exact``: all or nothing;
    * ``right-minus-wrong``: each right one picked less each wrong one, over the right ones, not below 0.

    With weights each right one counts as its own weight, and so does a wrong one that has any; see
    `share_of`.
    """

    key, template, items = "multiple", "learn/quizzes/types/multiple.html", "box"
    attributes = {**Choice.attributes, "credit": CREDITS}

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the options and how a part of them counts."""
        credit = block.attributes.get("credit", "proportional")
        return {**super().parse(block, context), "credit": credit}

    def weight_flaws(self, options: Sequence[Mapping[str, Any]]) -> list[Flaw]:
        """Return what is wrong with the weights: those of the right ones come to 100 %."""
        return several_flaws(options)

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return the share by the question's rule of credit."""
        marks = self.marks(question, answer or ())
        wanted = len(self.right_answer(question) or ())
        if not wanted:
            return Grade(0.0)
        hits = sum(marks.values())
        misses = len(marks) - hits
        credit, options = question.data["credit"], question.data["options"]
        match credit:
            case "exact":
                score = 1.0 if hits == wanted and not misses else 0.0
            case _ if is_weighted(options):
                score = share_of(options, answer or (), credit)
            case "right-minus-wrong":
                score = max(0.0, (hits - misses) / wanted)
            case _:
                score = hits / (wanted + misses)
        return Grade(score, marks)

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what the picked options say: each is a part of its own."""
        words = self.words(question, language)
        return {words[key]: words[key] for key in answer or () if key in words}

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return what all options say: each can be picked, whatever else is."""
        return {text: [text] for text in self.words(question, language).values()}

    def guess(self, question: Question) -> float:
        """Return the mean score over all sets of options with one at least, each as likely.

        Sets that hold as many options of each worth score alike, so they are counted, not listed;
        where there are still too many to try, guessing is taken to give nothing.
        """
        kinds: dict[tuple[Any, ...], list[str]] = {}
        for option in question.data["options"]:
            kinds.setdefault(_worth(option), []).append(option["key"])
        groups = list(kinds.values())
        if prod(len(keys) + 1 for keys in groups) > MOST_SETS:
            return 0.0
        total = 0.0
        for counts in product(*(range(len(keys) + 1) for keys in groups)):
            picked = [
                key for keys, count in zip(groups, counts, strict=True) for key in keys[:count]
            ]
            ways = prod(comb(len(keys), count) for keys, count in zip(groups, counts, strict=True))
            total += ways * self.grade(question, picked or None).score
        return total / ((1 << sum(map(len, groups))) - 1)


def _worth(option: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what two options that count alike have in common."""
    return option["right"], option.get("weight")
