"""Written answers and gaps out."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from learn.errors import LearnError, Message
from learn.interchange.model import text_of
from learn.interchange.qti.markup import append_text, put_blocks
from learn.interchange.qti.scoring import (
    FEEDBACK,
    RESPONSE,
    SCORE,
    added,
    base,
    choose,
    declaration,
    element,
    mapped,
    number_text,
    put,
    variable,
    within,
)
from learn.interchange.qti.sheets import Sheet
from learn.interchange.qti.typed import UNIT, without_accents
from learn.interchange.rendering import html_of
from learn.interchange.shapes import Option, Range
from learn.quizzes.types.gap_text import Gap
from learn.quizzes.values.numbers import accepted_numbers, looks_numeric

STRICT = frozenset({"case", "accents"})


def is_pattern(text: str) -> bool:
    """Whether an accepted answer is a pattern."""
    return len(text) > 2 and text[0] == text[-1] == "/"


def _texts(sheet: Sheet, options: Sequence[Option], share: float = 1.0) -> dict[str, float]:
    """Return accepted texts with their worths; patterns are noted, accents may be left out."""
    found: dict[str, float] = {}
    optional = sheet.block.attributes.get("accents") != "exact"
    for option in options:
        if is_pattern(option.text):
            sheet.lose(
                Message("QTI takes no patterns: %(text)s stays here.", text=option.text[:80])
            )
            continue
        found.setdefault(option.text, share * option.share / 100)
        plain = without_accents(option.text)
        if optional and plain not in found:
            found[plain] = share * option.share / 100
            sheet.change(
                Message(
                    "%(text)s is accepted without its accents there too.", text=option.text[:80]
                )
            )
    return found


def text(sheet: Sheet) -> frozenset[str] | None:
    """Write a short text."""
    sheet.blocks(sheet.body, sheet.prompt)
    if "survey" in sheet.block.attributes:
        sheet.responses.append(declaration(RESPONSE, "single", "string"))
    else:
        options = sheet.answers()
        worths = _texts(sheet, options)
        right = [key for key, worth in worths.items() if worth >= 1][:1]
        if not right:
            sheet.note("refused", Message("No answer that is right in full can go along."))
            return None
        exact = sheet.block.attributes.get("case") == "exact"
        sheet.responses.append(
            declaration(RESPONSE, "single", "string", right, worths, exact=exact)
        )
        sheet.rules, sheet.template = mapped(RESPONSE), "map_response"
        _say(sheet, options, exact=exact)
    _entry(sheet)
    return STRICT | {"survey"}


def _say(sheet: Sheet, options: Sequence[Option], *, exact: bool) -> None:
    """Put the feedback of accepted texts behind rules that know them."""
    branches = []
    for at, option in enumerate(options, 1):
        if option.feedback and not is_pattern(option.text):
            sheet.said[f"a{at}"] = option.feedback
            case = "true" if exact else "false"
            test = element(
                "string-match", variable(), base(option.text, "string"), case_sensitive=case
            )
            branches.append((test, [put(FEEDBACK, base(f"a{at}", "identifier"))]))
    if branches:
        sheet.feedback_rules = [choose(*branches)]


def _entry(sheet: Sheet, unit: str = "") -> None:
    """Put the field below the text, with the unit behind it."""
    holder = Element("p")
    holder.append(element("text-entry-interaction", response_identifier=RESPONSE))
    if unit:
        holder[0].tail = " "
        append_text(SubElement(holder, "span", {"class": UNIT}), unit)
    sheet.body.append(holder)


def numeric(sheet: Sheet) -> frozenset[str] | None:
    """Write a number."""
    sheet.blocks(sheet.body, sheet.prompt)
    if "survey" in sheet.block.attributes:
        sheet.responses.append(declaration(RESPONSE, "single", "float"))
        _entry(sheet)
        return frozenset({"survey"})
    ranges, unit = _of_one_unit(sheet)
    if unit:
        sheet.change(Message("The unit %(unit)s stands behind the field there.", unit=unit))
    ranges = sorted(ranges, key=lambda each: -each.share)
    if not ranges or ranges[0].share < 100:
        sheet.note("refused", Message("No answer that is right in full can go along."))
        return None
    middle = number_text(float((ranges[0].low + ranges[0].high) / 2))
    sheet.responses.append(declaration(RESPONSE, "single", "float", [middle]))
    branches = []
    for at, each in enumerate(ranges, 1):
        rules = [put(SCORE, base(number_text(each.share / 100)))]
        if each.feedback:
            sheet.said[f"a{at}"] = each.feedback
            rules.append(put(FEEDBACK, base(f"a{at}", "identifier")))
        branches.append((within(RESPONSE, f"{each.low:f}", f"{each.high:f}"), rules))
    sheet.rules = [choose(*branches)]
    sheet.feedback_rules = []  # the ranges say it
    _entry(sheet, unit)
    return frozenset({"survey"})


def _of_one_unit(sheet: Sheet) -> tuple[list[Range], str]:
    """Return the accepted numbers in the first unit that is named; those in others are noted."""
    ranges, unit = sheet.ranges()
    items = sheet.block.items
    if len(ranges) < len(items):
        return ranges, unit  # some cannot be read, which is noted
    kept = []
    for item, each in zip(items, ranges, strict=True):
        said = text_of(item.text)
        if accepted_numbers(said).unit in ("", unit):
            kept.append(each)
        else:
            sheet.lose(Message("The answer %(text)s has another unit and stays here.", text=said))
    return kept, unit


def gaps(sheet: Sheet) -> frozenset[str] | None:
    """Write a text with gaps: with a bank when all take words, else with fields in it."""
    parts, found = sheet.gaps()
    if found and all(gap.kind == "word" for gap in found):
        _bank(sheet, parts, found)
        return frozenset({"bank"})
    if any(gap.kind == "word" for gap in found):
        sheet.change(Message("The bank of words became a list at each gap."))
    fields: list[Element] = []
    for at, gap in enumerate(found, 1):
        field = _field(sheet, gap, f"R{at}", len(found), sheet.words(found))
        if field is None:
            return None
        fields.append(field)
    names = [
        each.get("identifier", "")
        for each in sheet.responses
        if each.find("qti-mapping") is not None
    ]
    sheet.rules = [*(mapped(*names) if names else []), *sheet.rules]
    _put_fields(sheet.body, sheet, parts, fields)
    return STRICT | {"bank", "shuffle"}


def _field(sheet: Sheet, gap: Gap, name: str, count: int, words: Sequence[str]) -> Element | None:
    """Return the interaction of one gap; its response and rules are put into the sheet."""
    options = [
        Option(each.text, 100 * (each.weight if each.weight is not None else float(each.right)))
        for each in gap.entries
    ]
    if gap.kind == "word":
        options = [Option(each, 100.0 * (each == gap.entries[0].text)) for each in words]
    if gap.kind != "typed":
        return _list(sheet, options, name, count)
    if all(looks_numeric(each.text) for each in options):
        return _number(sheet, options, name, count)
    worths = _texts(sheet, options, 1 / count)
    right = [key for key, worth in worths.items() if worth >= 1 / count - 1e-9][:1]
    if not right:
        sheet.note("refused", Message("No answer that is right in full can go along."))
        return None
    exact = sheet.block.attributes.get("case") == "exact"
    sheet.responses.append(declaration(name, "single", "string", right, worths, exact=exact))
    return element("text-entry-interaction", response_identifier=name)


def _list(sheet: Sheet, options: Sequence[Option], name: str, count: int) -> Element:
    names = [f"{name}-{at}" for at in range(1, len(options) + 1)]
    right = [key for key, each in zip(names, options, strict=True) if each.share >= 100]
    worths = {
        key: each.share / 100 / count
        for key, each in zip(names, options, strict=True)
        if each.share
    }
    sheet.responses.append(declaration(name, "single", "identifier", right, worths))
    choices = [
        sheet.said_plainly(element("inline-choice", identifier=key), each.text)
        for key, each in zip(names, options, strict=True)
    ]
    return element(
        "inline-choice-interaction", *choices, response_identifier=name,
        shuffle=sheet.block.attributes.get("shuffle", "true"),
    )  # fmt: skip


def _number(sheet: Sheet, options: Sequence[Option], name: str, count: int) -> Element | None:
    branches, right = [], []
    for option in sorted(options, key=lambda each: -each.share):
        try:
            accepted = accepted_numbers(option.text)
        except LearnError as error:
            sheet.note("refused", error.message)
            return None
        if accepted.unit:
            sheet.lose(
                Message("QTI numbers have no unit: %(unit)s stays here.", unit=accepted.unit)
            )
        right.append(number_text(float((accepted.low + accepted.high) / 2)))
        test = within(name, f"{accepted.low:f}", f"{accepted.high:f}")
        branches.append((test, [added(option.share / 100 / count)]))
    sheet.responses.append(declaration(name, "single", "float", right[:1]))
    sheet.rules.append(choose(*branches))
    return element("text-entry-interaction", response_identifier=name)


def _put_fields(
    parent: Element, sheet: Sheet, parts: Sequence[str], fields: Sequence[Element]
) -> None:
    """Put a text with fields into `parent`: marks stand for them while it is made HTML."""
    marks = [f"\ue010{at}\ue011" for at in range(len(fields))]
    markdown = "".join(part + mark for part, mark in zip(parts, [*marks, ""], strict=True))
    put_blocks(parent, html_of(markdown, sheet.address))
    for mark, field in zip(marks, fields, strict=True):
        _replace(parent, mark, field)


def _replace(parent: Element, mark: str, field: Element) -> None:
    """Put `field` where `mark` stands in the texts below `parent`."""
    for each in parent.iter():
        if mark in (each.text or ""):
            before, _, after = (each.text or "").partition(mark)
            each.text, field.tail = before, after
            each.insert(0, field)
            return
        for at, child in enumerate(each):
            if mark in (child.tail or ""):
                before, _, after = (child.tail or "").partition(mark)
                child.tail, field.tail = before, after
                each.insert(at + 1, field)
                return


def _bank(sheet: Sheet, parts: Sequence[str], found: Sequence[Gap]) -> None:
    words = sheet.words(found)
    places = {" ".join(word.casefold().split()): f"w{at}" for at, word in enumerate(words, 1)}
    pairs = [
        f"{places[' '.join(gap.entries[0].text.casefold().split())]} g{at}"
        for at, gap in enumerate(found, 1)
    ]
    worths = {pair: 1 / len(pairs) for pair in pairs}
    sheet.responses.append(declaration(RESPONSE, "multiple", "directedPair", pairs, worths))
    sheet.rules, sheet.template = mapped(RESPONSE), "map_response"
    made = element("gap-match-interaction", response_identifier=RESPONSE, shuffle="true")
    for name, word in {places[" ".join(each.casefold().split())]: each for each in words}.items():
        choice = element("gap-text", identifier=name, match_max="0")
        append_text(choice, word)
        made.append(choice)
    _put_fields(
        made, sheet, parts, [element("gap", identifier=f"g{at}") for at in range(1, len(found) + 1)]
    )
    sheet.body.append(made)
