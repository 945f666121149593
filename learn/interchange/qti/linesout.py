"""Choices, pairs, steps and free answers out."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from learn.errors import Message
from learn.interchange.model import text_of
from learn.interchange.qti.pairing import MOST_COLUMNS, TABULAR
from learn.interchange.qti.scoring import (
    RESPONSE,
    all_or_nothing,
    declaration,
    element,
    mapped,
    neighbours,
    positions,
    proportional,
)
from learn.interchange.qti.sheets import Sheet
from learn.quizzes.handed_in.files import KINDS
from learn.quizzes.source.attributes import WEIGHT
from learn.quizzes.types.tables import table_in
from learn.quizzes.values.numbers import accepted_numbers

OPTIONS = frozenset({"shuffle", "credit", "survey", "fixed"})
HELD = frozenset({"points", "tags", "competency", "difficulty", "outcomes"})


def choice(sheet: Sheet) -> frozenset[str]:
    """Write one right option or several."""
    sheet.blocks(sheet.body, sheet.prompt)
    several = score_options(sheet)
    options = [
        element("simple-choice", identifier=f"o{at}", **({"fixed": "true"} if each.fixed else {}))
        for at, each in enumerate(sheet.block.items, 1)
    ]
    for option, each in zip(options, sheet.block.items, strict=True):
        sheet.line(option, text_of(each.text))
    sheet.body.append(
        element(
            "choice-interaction", *options, response_identifier=RESPONSE,
            shuffle=sheet.block.attributes.get("shuffle", "true"),
            max_choices="0" if several else "1",
        )
    )  # fmt: skip
    return OPTIONS


def score_options(sheet: Sheet) -> bool:
    """Declare the right options and the rules that score them; say whether several may be picked."""
    items = sheet.block.items
    names = [f"o{at}" for at in range(1, len(items) + 1)]
    several = any(each.kind == "box" for each in items)
    right = [name for name, each in zip(names, items, strict=True) if each.marked]
    cardinality = "multiple" if several else "single"
    sheet.several = several
    sheet.said = {
        name: text_of(each.feedback)
        for name, each in zip(names, items, strict=True)
        if each.feedback
    }
    if "survey" in sheet.block.attributes:
        sheet.responses.append(declaration(RESPONSE, cardinality, "identifier"))
        return several
    share, worths = _is_share(sheet), _worths(sheet, names, several)
    sheet.responses.append(
        declaration(RESPONSE, cardinality, "identifier", right, worths, bounded=not share)
    )
    if share:
        sheet.rules = proportional(len(right))
    elif worths:
        sheet.rules, sheet.template = mapped(RESPONSE), "map_response"
    else:
        sheet.rules, sheet.template = all_or_nothing(), "match_correct"
    return several


def _is_share(sheet: Sheet) -> bool:
    """Whether right ones count as a share of all that are right or picked."""
    items = sheet.block.items
    plain = not any(WEIGHT in each.attributes for each in items)
    credit = sheet.block.attributes.get("credit", "proportional")
    return plain and credit == "proportional" and any(each.kind == "box" for each in items)


def _worths(sheet: Sheet, names: list[str], several: bool) -> dict[str, float]:
    """Return what each option is worth; nothing where all or nothing counts."""
    items = sheet.block.items
    weighted = any(WEIGHT in each.attributes for each in items)
    credit = sheet.block.attributes.get("credit", "proportional")
    if credit == "exact" or not (weighted or several):
        return {}
    if _is_share(sheet):
        return {name: 1.0 for name, each in zip(names, items, strict=True) if each.marked}
    if credit == "exact":
        return {}
    if (
        several
        and weighted
        and any(not each.marked and WEIGHT not in each.attributes for each in items)
    ):
        sheet.change(Message("A wrong option without a weight costs a share of a right one there."))
    shares = {name: option.share / 100 for name, option in zip(names, sheet.options(), strict=True)}
    if several:
        total = sum(share for share in shares.values() if share > 0)
        shares = {name: share / total if share > 0 else share for name, share in shares.items()}
    return shares


def matching(sheet: Sheet) -> frozenset[str]:
    """Write pairs."""
    sheet.blocks(sheet.body, sheet.prompt)
    rights = list(dict.fromkeys(right for _left, right in sheet.pairs()))
    lefts = [(left, right) for left, right in sheet.pairs() if left]
    pairs = [f"l{at} r{rights.index(right) + 1}" for at, (_, right) in enumerate(lefts, 1)]
    _match(sheet, {left: None for left, _ in lefts}, dict.fromkeys(rights), pairs)
    return frozenset({"shuffle"})


def _match(
    sheet: Sheet, lefts: Mapping[str, None], rights: Mapping[str, None], pairs: list[str],
    *, worths: Mapping[str, float] | None = None, table: bool = False, several: bool = False,
) -> None:  # fmt: skip
    """Put two sets into the item; `several` says that a left side may have more than one partner."""
    worths = worths or {pair: 1 / len(pairs) for pair in pairs}
    sheet.responses.append(declaration(RESPONSE, "multiple", "directedPair", pairs, worths))
    if pairs:
        sheet.rules, sheet.template = mapped(RESPONSE), "map_response"
    sets = [
        element("simple-match-set", *(
            sheet.line(element("simple-associable-choice", identifier=f"{side}{at}", match_max=most), text)
            for at, text in enumerate(texts, 1)
        ))
        for side, texts, most in (("l", lefts, "0" if several else "1"), ("r", rights, "0"))
    ]  # fmt: skip
    more = {"class": TABULAR} if table else {}
    sheet.body.append(
        element(
            "match-interaction", *sets, response_identifier=RESPONSE,
            shuffle=sheet.block.attributes.get("shuffle", "true"), max_associations="0", **more,
        )
    )  # fmt: skip


def matrix(sheet: Sheet) -> frozenset[str] | None:
    """Write a grid as a match that is shown as a table."""
    table = table_in(next(iter(sheet.block.prompt.values())))
    if table is None:
        return None
    sheet.blocks(sheet.body, table.rest.text if table.rest else "")
    lefts = {row[0].text: None for row in table.rows}
    rights = {cell.text: None for cell in table.head[1:]}
    pairs = [
        f"l{at} r{place}"
        for at, row in enumerate(table.rows, 1)
        for place, cell in enumerate(row[1:], 1)
        if "x" in cell.text.casefold()
    ]
    several = any("[" in cell.text for row in table.rows for cell in row[1:])
    if several:
        sheet.change(
            Message("Each right cell counts the same there, and a wrong one costs nothing.")
        )
    _match(sheet, lefts, rights, pairs, table=True, several=several)
    return frozenset({"shuffle", "survey"})


def judgement(sheet: Sheet) -> frozenset[str] | None:
    """Write ratings as a table of pairs, each worth what the rating is worth here."""
    said = sheet.block.attributes
    scale = accepted_numbers(said.get("scale") or "1..5")
    low, high = int(scale.low), int(scale.high)
    pairs = sheet.pairs()
    if said.get("ask", "rating") != "rating" or high - low >= MOST_COLUMNS or low >= high:
        return None
    sheet.blocks(sheet.body, sheet.prompt)
    worths, right = {}, []
    for at, (_left, rating) in enumerate(pairs, 1):
        key = accepted_numbers(rating)
        first, last = ceil(key.low), int(key.high)
        farthest = max(first - low, high - last)
        for place, given in enumerate(range(low, high + 1), 1):
            off = max(first - given, given - last, 0)
            exact = said.get("credit") == "exact" or not farthest
            worth = float(not off) if exact else max(0.0, 1 - off / farthest)
            worths[f"l{at} r{place}"] = worth / len(pairs)
        right.append(f"l{at} r{first - low + 1}")
    if any(each.feedback for each in sheet.block.items):
        sheet.lose(Message("The feedback of single ratings cannot go along."))
    sheet.change(Message("The judgement is a table of ratings there."))
    columns = [str(each) for each in range(low, high + 1)]
    _match(sheet, dict.fromkeys(left for left, _ in pairs), dict.fromkeys(columns), right,
           worths=worths, table=True)  # fmt: skip
    return frozenset({"shuffle", "scale", "credit", "ask"})


def ordering(sheet: Sheet) -> frozenset[str]:
    """Write steps."""
    sheet.blocks(sheet.body, sheet.prompt)
    names = [f"s{at}" for at in range(1, len(sheet.block.items) + 1)]
    steps = [
        sheet.line(element("simple-choice", identifier=name), text_of(each.text))
        for name, each in zip(names, sheet.block.items, strict=True)
    ]
    sheet.responses.append(declaration(RESPONSE, "ordered", "identifier", names))
    match sheet.block.attributes.get("credit", "neighbours"):
        case "exact":
            sheet.rules, sheet.template = all_or_nothing(), "match_correct"
        case "positions":
            sheet.rules = positions(names)
        case _:
            sheet.rules = neighbours(names)
    sheet.body.append(
        element("order-interaction", *steps, response_identifier=RESPONSE, shuffle="true")
    )
    return frozenset({"credit", "shuffle"})


def essay(sheet: Sheet) -> frozenset[str]:
    """Write a question that a person grades."""
    sheet.blocks(sheet.body, sheet.prompt)
    _for_graders(sheet)
    sheet.human = True
    sheet.responses.append(declaration(RESPONSE, "single", "string"))
    lines = sheet.block.attributes.get("lines", "")
    more = {"expected_lines": lines} if lines else {}
    sheet.body.append(element("extended-text-interaction", response_identifier=RESPONSE, **more))
    return frozenset({"lines", "sections"})


def upload(sheet: Sheet) -> frozenset[str]:
    """Write a question that asks for a file."""
    sheet.blocks(sheet.body, sheet.prompt)
    _for_graders(sheet)
    sheet.human = True
    sheet.responses.append(declaration(RESPONSE, "single", "file"))
    names = [each.strip().lower() for each in sheet.block.attributes.get("types", "").split(",")]
    kinds = [KINDS[name].media_type for name in names if name in KINDS]
    more = {"type": " ".join(kinds)} if kinds else {}
    sheet.body.append(element("upload-interaction", response_identifier=RESPONSE, **more))
    return frozenset({"types", "sections"})


def _for_graders(sheet: Sheet) -> None:
    """Put model answer and rubric where only those who grade see them."""
    parts = [text_of(each.prompt) for each in sheet.block.sections]
    if sheet.block.items:
        sheet.change(Message("The rubric is a text for those who grade there."))
        parts += [
            "\n".join(f"- {left}: {right}" for left, right in sheet.pairs() if left and right)
        ]
    text = "\n\n".join(each for each in parts if each)
    if text:
        content = sheet.blocks(element("content-body"), text)
        sheet.body.append(element("rubric-block", content, view="scorer", use="scoring"))


def description(sheet: Sheet) -> frozenset[str]:
    """Write a text that asks nothing."""
    sheet.blocks(sheet.body, sheet.prompt)
    if sheet.feedback:
        sheet.lose(Message("A description has no feedback in QTI."))
    return frozenset()
