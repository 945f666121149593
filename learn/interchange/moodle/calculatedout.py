"""Calculated questions, as Moodle's with a set of numbers that were drawn for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from learn.errors import LearnError, Message
from learn.interchange.model import text_of
from learn.interchange.moodle.formulas import theirs
from learn.interchange.moodle.writing import Sheet, plain, tag_of
from learn.interchange.shapes import number_of, number_text, percent
from learn.quizzes.source.attributes import WEIGHT
from learn.quizzes.source.reading import Item
from learn.quizzes.types.calculating import SIGN
from learn.quizzes.values.parameters import Parameter, drawn, parameter

ROWS = 20
_UNIT = re.compile(r"(.*[\w)%])\s+([^\W\d_%][^\s\d]*)")
_AROUND = re.compile(r"(.+?)\s*(?:\+-|\+/-|\u00b1)\s*([\d.,]+)\s*(%?)")
KEPT = frozenset({"prompt", "feedback", "decimals", "where"})


def calculated(sheet: Sheet) -> tuple[str, str, frozenset[str]] | None:
    """Return formulas in Moodle's spelling, and numbers for their names."""
    items = sheet.block.items
    try:
        parameters = _parameters([each for each in items if each.kind == "pair"])
    except LearnError as error:
        sheet.note("refused", error.message)
        return None
    where = sheet.block.attributes.get("where", "")
    rows = [drawn(parameters, where, f"moodle-{number}", dict) for number in range(ROWS)]
    names = [name for each in parameters for name in each["names"]]
    answers = [_answer(sheet, each, names) for each in items if each.kind == "answer"]
    rows = [row for at, row in enumerate(rows) if row not in rows[:at]]
    if None in rows or not any(answers):
        sheet.note("refused", Message("No formula of the question can be said over there."))
        return None
    sheet.change(
        Message("%(count)s sets of numbers were drawn for the file; here each attempt draws its own.",
                count=len(rows))
    )  # fmt: skip
    body = sheet.html("questiontext", _wild(sheet.prompt))
    sets = "".join(_definition(name, [row[name] for row in rows]) for name in names)
    return (
        "calculated",
        f"{body}{''.join(filter(None, answers))}<dataset_definitions>{sets}</dataset_definitions>\n",
        KEPT,
    )


def _parameters(items: Sequence[Item]) -> list[Parameter]:
    found: list[Parameter] = []
    known: list[str] = []
    for each in items:
        made = parameter(text_of(each.text), text_of(each.other), known)
        known += made["names"]
        found.append(made)
    return found


def _wild(markdown: str) -> str:
    return SIGN.sub(lambda found: "{" + found[1] + "}", markdown)


def _answer(sheet: Sheet, item: Item, names: Sequence[str]) -> str | None:
    text = text_of(item.text)
    if with_unit := _UNIT.fullmatch(text):
        text = with_unit[1]
        sheet.lose(
            Message(
                "%(format)s does not hold the unit %(unit)s.",
                format="Moodle XML",
                unit=with_unit[2],
            )
        )
    around = _AROUND.fullmatch(text)
    body, by, share = (around[1], around[2], around[3]) if around else (text, "0", "")
    made = None if ".." in body else theirs(body, {name: name for name in names})
    tolerance = number_of(by)
    if made is None or tolerance is None:
        sheet.lose(Message("The formula %(text)s cannot be said over there.", text=text))
        return None
    decimals = sheet.block.attributes.get("decimals", "2")
    weight = item.attributes.get(WEIGHT)
    return (
        f'<answer fraction="{weight or percent(100)}"><text>{plain(made)}</text>'
        + tag_of("tolerance", number_text(tolerance / 100 if share else tolerance))
        + tag_of("tolerancetype", 1 if share else 2)
        + tag_of("correctanswerformat", 1)
        + tag_of("correctanswerlength", decimals)
        + sheet.html("feedback", _wild(text_of(item.feedback)))
        + "</answer>\n"
    )


def _definition(name: str, values: Sequence[Decimal]) -> str:
    items = "".join(
        f"<dataset_item><number>{number}</number><value>{number_text(value)}</value></dataset_item>"
        for number, value in enumerate(values, 1)
    )
    texts: Mapping[str, object] = {
        "status": "private", "name": name, "distribution": "uniform",
        "minimum": number_text(min(values)), "maximum": number_text(max(values)), "decimals": 2,
    }  # fmt: skip
    said = "".join(f"<{tag}><text>{plain(str(text))}</text></{tag}>" for tag, text in texts.items())
    return (
        f"<dataset_definition>{said}<type>calculated</type><itemcount>{len(values)}</itemcount>"
        f"<dataset_items>{items}</dataset_items><number_of_items>{len(values)}</number_of_items>"
        "</dataset_definition>\n"
    )
