"""Calculated questions of Moodle: formulas, wild cards and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import Draft, item
from learn.interchange.moodle.formulas import WILD, name_of_wild, ours
from learn.interchange.moodle.reading import Source
from learn.interchange.moodle.types import share_of, units
from learn.interchange.shapes import best_in_full, number_of, number_text, percent
from learn.quizzes.source.attributes import WEIGHT
from learn.quizzes.source.reading import Item

_INLINE = re.compile(r"\{=((?:[^{}]|\{[^{}]*\}){1,300})\}")
_TOKEN = re.compile(r"learnvalue(\d+)z")
MOST_ROWS = 100


@dataclass
class _Values:
    """What stands in a text: wild cards by name, and formulas, each with a name of its own."""

    names: list[str] = field(default_factory=list)
    formulas: dict[str, str] = field(default_factory=dict)
    refused: str = ""

    def token(self, name: str) -> str:
        """Return what stands in a text until it is Markdown."""
        if name not in self.names:
            self.names.append(name)
        return f"learnvalue{self.names.index(name)}z"

    def hide(self, html: str) -> str:
        """Return a text with tokens in place of wild cards and formulas."""
        html = _INLINE.sub(lambda found: self.inline(found[1]), html)
        return WILD.sub(
            lambda found: self.token(name) if (name := name_of_wild(found[1])) else found[0], html
        )

    def inline(self, text: str) -> str:
        """Return the token of a formula in a text."""
        made = ours(text)
        if made is None:
            self.refused = self.refused or text
            return ""
        known = next((name for name, each in self.formulas.items() if each == made), None)
        name = known or f"hasil{len(self.formulas) + 1}"
        self.formulas[name] = made
        return self.token(name)

    def shown(self, markdown: str) -> str:
        """Return a Markdown text with our marks in place of tokens."""
        return _TOKEN.sub(lambda found: f"[[{self.names[int(found[1])]}]]", markdown)


def calculated(source: Source) -> Message | None:
    """Read a formula whose wild cards have numbers of their own in each attempt."""
    draft, values = source.draft, _Values()
    for text in source.element.iterfind(".//text"):
        text.text = text.text or ""
    for path in ("questiontext/text", "generalfeedback/text", "answer/feedback/text", "hint/text"):
        for element in source.element.iterfind(path):
            element.text = values.hide(element.text or "")
    draft.type = "calculated"
    draft.notes.clear()
    draft.prompt = values.shown(source.text("questiontext"))
    draft.feedback = values.shown(source.text("generalfeedback"))
    draft.hints = [values.shown(hint) for hint in draft.hints]
    draft.items = []
    unit = units(source)
    refusal = _answers(source, values, unit)
    if values.refused:
        return _no_formula(values.refused)
    draft.items = [*_parameters(source, values), *draft.items]
    source.used |= {"dataset_definitions", "synchronize", "single", "answernumbering"}
    return refusal


def _no_formula(text: str) -> Message:
    return Message("The formula %(text)s uses what is not known here.", text=text[:100])


def _answers(source: Source, values: _Values, unit: str) -> Message | None:
    draft = source.draft
    for answer in source.all("answer"):
        written = (answer.findtext("text") or "").strip()
        made = ours(written)
        if made is None:
            return _no_formula(written)
        for name in WILD.findall(written):
            values.token(name_of_wild(name) or "")
        feedback = answer.find("feedback")
        share = share_of(answer)
        text = f"{made}{_tolerance(answer, draft)} {unit}".strip()
        says = values.shown(source.markdown(feedback)) if feedback is not None else ""
        weight = percent(max(0.0, share)) if share < 100 else ""
        draft.items.append(item("answer", text, marked=True, feedback=says, **{WEIGHT: weight}))  # type: ignore[arg-type]
        _decimals(answer, draft)
    best_in_full(draft)
    return None if draft.items else Message("No answer is accepted.")


def _tolerance(answer: Element, draft: Draft) -> str:
    by = number_of(answer.findtext("tolerance") or "0")
    if by is None or not by:
        return ""
    match answer.findtext("tolerancetype", "1").strip():
        case "1":
            return f" +- {number_text(abs(by) * 100)}%"
        case "2":
            return f" +- {number_text(abs(by))}"
    draft.changed(Message("The geometric tolerance is a relative one here."))
    return f" +- {number_text(abs(by) * 100)}%"


def _decimals(answer: Element, draft: Draft) -> None:
    length = (answer.findtext("correctanswerlength") or "").strip()
    if answer.findtext("correctanswerformat", "1").strip() == "1" and length.isdecimal():
        draft.attributes["decimals"] = str(min(int(length), 6))
    elif length:
        draft.changed(Message("Significant figures are not counted here."))


def _parameters(source: Source, values: _Values) -> list[Item]:
    """Return the numbers of wild cards, those that belong together in one line, then formulas."""
    found = {
        name: each
        for each in source.element.iterfind("dataset_definitions/dataset_definition")
        if (name := name_of_wild(each.findtext("name/text") or "")) in values.names
    }
    made = []
    rows = _rows(found.values())
    if rows:
        lines = " | ".join(", ".join(row) for row in rows[:MOST_ROWS])
        if len(rows) > MOST_ROWS:
            source.draft.dropped(
                Message("Only the first %(most)s rows of numbers were taken.", most=MOST_ROWS)
            )
        made.append(item("pair", ", ".join(str(name) for name in found), other=lines))
    else:
        made += [item("pair", str(name), other=_range(each)) for name, each in found.items()]
    return [*made, *(item("pair", name, other=text) for name, text in values.formulas.items())]


def _rows(definitions: Iterable[Element]) -> list[list[str]]:
    columns: list[dict[str, str]] = []
    for definition in definitions:
        column = {}
        for each in definition.iterfind("dataset_items/dataset_item"):
            value = number_of(each.findtext("value") or "")
            if value is not None:
                column[(each.findtext("number") or "").strip()] = number_text(value)
        columns.append(column)
    shared = (
        [key for key in columns[0] if all(key in column for column in columns)] if columns else []
    )
    return [[column[key] for column in columns] for key in shared]


def _range(definition: Element) -> str:
    low = number_of(definition.findtext("minimum/text") or "1")
    high = number_of(definition.findtext("maximum/text") or "10")
    decimals = number_of(definition.findtext("decimals/text") or "0")
    step = number_of("1")
    if low is None or high is None or step is None:
        return "1..10"
    step = step.scaleb(-int(min(max(decimals or 0, 0), 6)))
    return f"{number_text(low)}..{number_text(max(low, high))} step {number_text(step)}"


def no_choice_of_formulas(_source: Source) -> Message:
    """Refuse options that are formulas."""
    return Message(
        "Options that are calculated have no equal here; make the question one of numbers."
    )
