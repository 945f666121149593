"""Gaps in a text, as Moodle's embedded answers or words to drag."""

from __future__ import annotations

import re
from collections.abc import Sequence

from learn.errors import Message
from learn.interchange.giftout import answer_text
from learn.interchange.moodle.writing import Sheet, plain, tag_of
from learn.interchange.rendering import html_line_of, html_of
from learn.interchange.shapes import number_text, percent
from learn.quizzes.types.gap_text import Entry, Gap
from learn.quizzes.values.numbers import BadNumber, accepted_numbers, looks_numeric

Made = tuple[str, str, frozenset[str]]


def gaps(sheet: Sheet) -> Made | None:
    """Return words to drag when all gaps take words of the bank, else embedded answers."""
    parts, found = sheet.gaps()
    words = sheet.words(found)
    if found and all(gap.kind == "word" for gap in found):
        return _drag_words(sheet, parts, found, words)
    if any(gap.kind == "word" for gap in found):
        sheet.change(Message("A word of the bank is chosen from a list over there."))
    made = [_embedded(sheet, gap, words) for gap in found]
    if not made or None in made:
        sheet.note("refused", Message("A pattern in a gap says more than * can."))
        return None
    text = _woven(parts, [each or "" for each in made])
    return "cloze", _with_text(sheet, parts, text), frozenset({"prompt", "case", "accents", "bank"})


def _woven(parts: Sequence[str], between: Sequence[str]) -> dict[str, str]:
    """Return for each token in a text what stands there."""
    return {f"learngap{number}z": each for number, each in enumerate(between, 1)}


def _with_text(sheet: Sheet, parts: Sequence[str], holes: dict[str, str]) -> str:
    """Return the text of the question with its holes filled, braces in the rest made harmless."""
    tokens = [*holes, ""]
    markdown = "".join(part + token for part, token in zip(parts, tokens, strict=True))
    element = sheet.html("questiontext", markdown)
    for token, text in holes.items():
        element = element.replace(token, plain(text))
    return element


def _embedded(sheet: Sheet, gap: Gap, words: Sequence[str]) -> str | None:
    if gap.kind == "word":
        options = [Entry(word, word == gap.entries[0].text) for word in words]
        return _list("MULTICHOICE", [_choice(each) for each in options])
    if gap.kind == "choice":
        return _list("MULTICHOICE", [_choice(each) for each in gap.entries])
    if all(looks_numeric(entry.text) for entry in gap.entries):
        return _list("NUMERICAL", [_number(entry) for entry in gap.entries])
    exact = sheet.block.attributes.get("case") == "exact"
    texts = [_typed(entry) for entry in gap.entries]
    if None in texts:
        return None
    return _list("SHORTANSWER_C" if exact else "SHORTANSWER", [each or "" for each in texts])


def _list(kind: str, answers: Sequence[str]) -> str:
    return f"{{1:{kind}:{'~'.join(answers)}}}"


def _share(entry: Entry) -> str:
    if entry.right and entry.weight in (None, 1):
        return "="
    return f"%{percent(100 * entry.weight)}%" if entry.weight else ""


def _choice(entry: Entry) -> str:
    return _share(entry) + _safe(html_line_of(entry.text))


def _typed(entry: Entry) -> str | None:
    text = answer_text(entry.text)
    return None if text is None else _share(entry) + _safe(plain(text))


def _number(entry: Entry) -> str:
    try:
        found = accepted_numbers(entry.text)
    except BadNumber:
        return _share(entry) + _safe(entry.text)
    middle, by = (found.low + found.high) / 2, (found.high - found.low) / 2
    return f"{_share(entry)}{number_text(middle)}:{number_text(by)}"


def _safe(text: str) -> str:
    return re.sub(
        r"[}~#=\\/\"]" if "://" not in text else r"[}~#\\]", lambda found: "\\" + found[0], text
    )


def _drag_words(
    sheet: Sheet, parts: Sequence[str], found: Sequence[Gap], words: Sequence[str]
) -> Made:
    places = [f"[[{words.index(gap.entries[0].text) + 1}]]" for gap in found]
    text = _with_text(sheet, parts, _woven(parts, places))
    boxes = "".join(
        f"<dragbox><text>{plain(html_of(word).removeprefix('<p>').removesuffix('</p>'))}</text>"
        "<group>1</group></dragbox>\n"
        for word in words
    )
    kept = frozenset({"prompt", "outcomes", "bank"})
    return "ddwtos", text + tag_of("shuffleanswers", 1) + sheet.outcomes() + boxes, kept
