"""The types of Moodle that are gaps here: embedded answers, words to drag, words to select."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from learn.courses.entities import unescaped
from learn.errors import Message
from learn.interchange.moodle.reading import Source
from learn.interchange.shapes import (
    Option,
    choice_gap,
    literal,
    number_of,
    number_text,
    pattern_of,
    range_text,
    typed_gap,
    with_gaps,
    word_gap,
)
from learn.interchange.texts import markdown_of
from learn.quizzes.questions import plain_text

_CLOZE = re.compile(r"(?<!\\)\{\s*(\d*)\s*:\s*([A-Z_]+)\s*:((?:[^\\}]|\\.){0,5000})\}", re.DOTALL)
_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")
_SHARE = re.compile(r"%\s*([-+]?\d{1,3}(?:[.,]\d+)?)\s*%")
_HOLE = "learngap{}z"
_SPLIT = re.compile(r"learngap\d+z")
_TYPED = {"SHORTANSWER": False, "SA": False, "MW": False,
          "SHORTANSWER_C": True, "SAC": True, "MWC": True}  # fmt: skip
_NUMBER = frozenset({"NUMERICAL", "NM"})
_CHOICE = re.compile(r"MULTICHOICE(?:_[HVS]{1,2})?|MC[HV]?S?")


def cloze(source: Source) -> Message | None:
    """Read a text with embedded answers."""
    made: list[str | None] = []
    weights: list[str] = []
    kinds: list[str] = []

    def gap(found: re.Match[str]) -> str:
        weights.append(found[1] or "1")
        kinds.append(found[2])
        made.append(_embedded(source, found[2], found[3]))
        return _HOLE.format(len(made))

    refusal = _put(source, lambda html: _CLOZE.sub(gap, html), made)
    if len(set(weights)) > 1:
        source.draft.changed(Message("The gaps had different weights; here each counts the same."))
    exact = {_TYPED[kind] for kind in kinds if kind in _TYPED}
    if True in exact:
        source.draft.attributes["case"] = "exact"
    if len(exact) > 1:
        source.draft.changed(Message("Case mattered in some gaps; here it does in all or none."))
    if source.find("defaultgrade") is None and len(weights) > 1:
        source.draft.attributes["points"] = number_text(
            sum((Decimal(each) for each in weights), Decimal())
        )
    return refusal


def _embedded(source: Source, kind: str, inside: str) -> str | None:
    answers = [_answer(source, part) for part in re.split(r"(?<!\\)~", inside) if part.strip()]
    if kind in _TYPED:
        texts = [_pattern(each) for each in answers if each.text.strip() != "*"]
        return typed_gap(texts, patterns=True)
    if kind in _NUMBER:
        return typed_gap([each for answer in answers if (each := _number(answer))])
    if _CHOICE.fullmatch(kind):
        return choice_gap(source.draft, [_shown(each) for each in answers])
    return None


def _answer(source: Source, part: str) -> Option:
    part = part.strip()
    share, right = 0.0, part.startswith("=")
    if right:
        share, part = 100.0, part[1:]
    if found := _SHARE.match(part):
        share, part = float(found[1].replace(",", ".")), part[found.end() :]
    text, *feedback = re.split(r"(?<!\\)#", part, maxsplit=1)
    if feedback and feedback[0].strip():
        source.draft.dropped(
            Message("A gap has no feedback for one answer: %(text)s",
                    text=plain_text(_bare(feedback[0]))[:200])
        )  # fmt: skip
    return Option(_bare(text), share)


def _bare(text: str) -> str:
    return re.sub(r"\\([}~#=\\/\"])", r"\1", text).strip()


def _pattern(answer: Option) -> Option:
    plain = plain_text(answer.text)
    text = pattern_of(plain) if "*" in plain else literal(plain)
    return Option(text or plain, answer.share)


def _shown(answer: Option) -> Option:
    return Option(markdown_of(answer.text, inline=True).markdown, answer.share)


def _number(answer: Option) -> Option | None:
    value, _colon, by = unescaped(answer.text).partition(":")
    middle, tolerance = number_of(value), number_of(by or "0")
    if middle is None or tolerance is None:
        return None
    text = range_text(middle - abs(tolerance), middle + abs(tolerance))
    return Option(text, answer.share) if text else None


def _put(
    source: Source, replace: Callable[[str], str], made: Sequence[str | None]
) -> Message | None:
    """Put gaps into the question's text; `replace` leaves a token where each of `made` stands."""
    element = source.find("questiontext/text")
    if element is None or not element.text:
        return Message("The question has no text.")
    element.text = replace(element.text)
    if not made:
        return Message("There is no gap in the text.")
    if None in made:
        return Message("The gap number %(number)s cannot be one here.", number=made.index(None) + 1)
    draft = source.draft
    draft.type = "gaps"
    parts = _SPLIT.split(source.text("questiontext"))
    if len(parts) != len(made) + 1:
        return Message("A gap stands where none can be.")
    draft.prompt = with_gaps(parts, [each for each in made if each])
    return None


def drag_words(source: Source) -> Message | None:
    """Read a text whose gaps are filled with words of a bank."""
    words = [
        (each.findtext("text") or "", each.findtext("group") or "1")
        for each in source.all("dragbox")
    ]
    plain = [plain_text(text) for text, _group in words]
    if len({group for _text, group in words}) > 1:
        source.draft.changed(Message("The groups of words are one bank here."))
    used: set[int] = set()
    made: list[str | None] = []

    def gap(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        used.add(at)
        made.append(word_gap(plain[at]) if 0 <= at < len(plain) and plain[at] else None)
        return _HOLE.format(len(made))

    refusal = _put(source, lambda html: _PLACE.sub(gap, html), made)
    more = [word.replace("|", "/") for at, word in enumerate(plain) if at not in used and word]
    if more:
        source.draft.attributes["bank"] = "|".join(more) + ("|" if len(more) == 1 else "")
    source.find("shuffleanswers")
    return refusal


def select_words(source: Source) -> Message | None:
    """Read a text whose gaps are lists to choose from."""
    options = [
        (markdown_of(each.findtext("text") or "", inline=True).markdown, each.findtext("group") or "1")
        for each in source.all("selectoption")
    ]  # fmt: skip
    made: list[str | None] = []

    def gap(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        if not 0 <= at < len(options):
            made.append(None)
        else:
            group = [
                Option(text, 100.0 * (place == at))
                for place, (text, number) in enumerate(options)
                if number == options[at][1]
            ]
            made.append(choice_gap(source.draft, group))
        return _HOLE.format(len(made))

    source.find("shuffleanswers")
    return _put(source, lambda html: _PLACE.sub(gap, html), made)
