"""A number that follows by a formula from parameters, which are other ones in each attempt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import Answer, Flaw, Grade, ParseContext, Question
from learn.quizzes.source.reading import Block, Passage
from learn.quizzes.types.calculating import (
    MOST_DECIMALS,
    SIGN,
    filled,
    filled_entry,
    sampled_flaws,
    use,
)
from learn.quizzes.types.numeric import Numeric
from learn.quizzes.types.weights import weight_of
from learn.quizzes.values.arithmetic import BadFormula, formula
from learn.quizzes.values.parameters import BadParameter, drawn, parameter, unknown

_AROUND = re.compile(r"(.+?)\s*(?:\+-|\+/-|\u00b1)\s*(.+)")
_UNIT = re.compile(r"(.*[\w)%])\s+([^\W\d_%][^\s\d]*)")

Data = Mapping[str, Any]


class Calculated(Numeric):
    """A numeric question whose accepted answers are formulas.

    The version keeps parameters and formulas.  What an attempt asks, has numbers in their places: its
    data are those of a numeric question, and `values`.
    """

    key, template, items = "calculated", "learn/quizzes/types/calculated.html", "pair answer"
    attributes = {
        "where": (),
        "decimals": tuple(str(count) for count in range(MOST_DECIMALS + 1)),
        "units": (),
        "unit": ("optional", "required"),
    }
    varies = True

    def claims(self, block: Block) -> bool:
        """Whether it is of this type without saying so: never."""
        return False

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return parameters, condition and answers; what cannot be read is refused."""
        parameters = list(_parameters(block, context))
        names = [name for each in parameters for name in each["names"]]
        context.marks.update(
            {f"[[{name}]]": f"81059{at:03d}30718" for at, name in enumerate(names)}
        )
        for passage in _texts(block):
            _check_signs(passage, names, context)
        plain = super().parse(replace(block, items=()), context)
        decimals = block.attributes.get("decimals", "")
        data = {
            **{name: value for name, value in plain.items() if name in ("units", "unit")},
            "parameters": parameters,
            "where": _where(block, names, context),
            "answers": list(_answers(block, names, context)),
            "decimals": int(decimals) if decimals.isdecimal() else None,
        }
        if not context.wrong and data["answers"]:
            found = drawn(parameters, data["where"], "example", lambda values: use(data, values))
            data["example"] = {name: str(value) for name, value in (found or ({}, []))[0].items()}
        return data

    def check(self, data: Data) -> list[Flaw]:
        """Return what is wrong: nothing accepted, numbers for which a formula has no value."""
        if "accepted" in data:
            return super().check(data)
        worth = [{"weight": each.get("weight", 1.0)} for each in data["answers"]]
        flaws = [
            replace(
                flaw, item=data["answers"][flaw.item]["item"] if flaw.item is not None else None
            )
            for flaw in super().check(
                {**data, "accepted": [{**each, "unit": ""} for each in worth]}
            )
        ]
        if not data["parameters"]:
            flaws.append(
                Flaw(Message("There is no parameter; write one such as - n => 10..50 step 5"))
            )
        return flaws or list(sampled_flaws(data))

    def asked(self, question: Question, seed: int) -> Question:
        """Return the question with the numbers that this seed draws."""
        data = question.data
        if "accepted" in data:
            return question
        scope = f"{seed}/{question.source}/{question.key}"
        found = drawn(data["parameters"], data["where"], scope, lambda values: use(data, values))
        if found is None:
            found = use(data, {name: Decimal(text) for name, text in data["example"].items()})
        values, accepted = found
        told = {
            name: data[name] for name in ("units", "unit", "decimals") if data.get(name) is not None
        }
        written = {name: str(value) for name, value in values.items()}
        return replace(
            question,
            data={
                **told,
                "values": written,
                "accepted": [filled_entry(each, values) for each in accepted],
            },
            prompt=filled(question.prompt, values),
            feedback=filled(question.feedback, values),
            hints=tuple(filled(hint, values) for hint in question.hints),
            outcomes={name: filled(texts, values) for name, texts in question.outcomes.items()},
        )

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return how many decimals are wanted, where the author says so."""
        decimals = question.data.get("decimals")
        told = {} if decimals is None else {"decimals": decimals}
        return {**super().view(question, language, seed), **told}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return what the accepted number in whose bounds the answer lies is worth."""
        return super().grade(self.asked(question, 0), answer)

    def right_answer(self, question: Question) -> Answer:
        """Return the number that the formula gives, with no more decimals than it needs."""
        first = _in_full(self.asked(question, 0).data)
        number = str(first["number"]).replace(".", ",")
        return (
            f"{number} {first['unit']}".strip()
            if question.data.get("unit") == "required"
            else number
        )

    def right_text(self, question: Question, language: str | None = None) -> str:
        """Return the right number with its tolerance and unit."""
        return str(_in_full(self.asked(question, 0).data)["text"])

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback of the number that fits."""
        return super().option_feedback(self.asked(question, 0), answer, language)


def _in_full(data: Data) -> Data:
    return next(each for each in data["accepted"] if each.get("weight", 1.0) >= 1)


def _parameters(block: Block, context: ParseContext) -> Iterator[dict[str, Any]]:
    known: list[str] = []
    main = context.main_language
    for place, item in enumerate(block.items):
        if item.kind != "pair":
            continue
        for side in (item.text, item.other):
            _same(side, main, context)
        try:
            found = parameter(item.text[main].text, item.other[main].text, known)
        except BadParameter as error:
            context.refuse(item.text[main], error.message)
            continue
        known += found["names"]
        yield {**found, "item": place}


def _same(texts: Mapping[str, Passage], main: str, context: ParseContext) -> None:
    for passage in texts.values():
        if passage.text != texts[main].text:
            message = Message(
                "Parameters and formulas are the same in all languages: %(text)s",
                text=texts[main].text,
            )
            context.refuse(passage, message)


def _answers(block: Block, names: Sequence[str], context: ParseContext) -> Iterator[dict[str, Any]]:
    for place, item in enumerate(block.items):
        if item.kind != "answer" or not item.text:
            continue
        passage = item.text.get(context.main_language) or next(iter(item.text.values()))
        _same(item.text, next(iter(item.text)), context)
        try:
            entry = _answer(passage.text, names)
        except BadFormula as error:
            context.refuse(passage, error.message)
            continue
        feedback = {"feedback": context.html(item.feedback)} if item.feedback else {}
        yield {"item": place, **entry, **weight_of(item, context), **feedback}


def _answer(text: str, names: Sequence[str]) -> dict[str, Any]:
    """Return ``n * 45 +- 5% JP`` or ``n .. n + 2`` in its parts."""
    with_unit = _UNIT.fullmatch(text)
    body, unit = (with_unit[1], with_unit[2]) if with_unit else (text, "")
    low, dots, high = body.partition("..")
    if dots:
        entry = {"low": low.strip(), "high": high.strip(), "unit": unit}
    elif around := _AROUND.fullmatch(body):
        share = around[2].endswith("%")
        entry = {"value": around[1], "by": around[2].removesuffix("%").strip(), "unit": unit}
        entry |= {"share": "yes"} if share else {}
    else:
        entry = {"value": body, "unit": unit}
    for part in ("value", "by", "low", "high"):
        if part in entry:
            unknown(formula(entry[part]).names, names)
    return entry


def _where(block: Block, names: Sequence[str], context: ParseContext) -> str:
    text = block.attributes.get("where", "")
    if text:
        try:
            unknown(formula(text, condition=True).names, names)
        except BadFormula as error:
            context.problems.add(block.path, block.line, error.message)
            return ""
    return text


def _texts(block: Block) -> Iterator[Passage]:
    yield from block.prompt.values()
    yield from block.feedback.values()
    for texts in (*block.hints, *block.outcomes.values(), *(item.feedback for item in block.items)):
        yield from texts.values()


def _check_signs(passage: Passage, names: Sequence[str], context: ParseContext) -> None:
    for found in SIGN.finditer(passage.text):
        if found[0] not in {f"[[{name}]]" for name in names}:
            line = passage.line + passage.text.count("\n", 0, found.start())
            message = Message("%(text)s stands for no parameter; known are %(known)s.",
                              text=found[0], known=", ".join(f"[[{name}]]" for name in names) or "-")  # fmt: skip
            context.problems.add(passage.path, line, message)
