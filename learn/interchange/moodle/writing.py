"""Moodle XML out: questions with their files, and what Moodle cannot hold."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from learn.errors import Message
from learn.interchange.model import MODEL, Exported, category_path, text_of
from learn.interchange.moodle.reading import PLUGINFILE
from learn.interchange.outgoing import Outgoing
from learn.interchange.rendering import html_line_of, html_of
from learn.interchange.shapes import percent
from learn.quizzes.source.reading import Block, Passages
from learn.quizzes.types.calculating import SIGN

COMMON = frozenset({"points", "tags", "penalty", "hints"})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OUTCOMES = {
    "right": "correctfeedback", "partly": "partiallycorrectfeedback", "wrong": "incorrectfeedback",
}  # fmt: skip


@dataclass
class Sheet(Outgoing):
    """One question on its way to Moodle; `media` are the quiz's files by name."""

    media: Mapping[str, bytes] = None  # type: ignore[assignment]

    def html(
        self, tag: str, markdown: str, *, line: bool = False, attributes: str = "", more: str = ""
    ) -> str:
        """Return an element with a text as HTML and the files that it shows."""
        shown: list[str] = []

        def address(name: str) -> str:
            if name not in self.media:
                self.lose(Message("The file %(name)s is not beside the quiz.", name=name[:80]))
            shown.append(name)
            return PLUGINFILE + quote(name)

        html = (html_line_of if line else html_of)(markdown, address) if markdown else ""
        files = "".join(self.file(name) for name in dict.fromkeys(shown) if name in self.media)
        return f'<{tag} format="html"{attributes}><text>{plain(html)}</text>{files}{more}</{tag}>\n'

    def file(self, name: str) -> str:
        """Return a file of the quiz as an element."""
        content = base64.b64encode(self.media[name]).decode()
        return f'<file name="{plain(name)}" path="/" encoding="base64">{content}</file>'

    def answer(self, share: float, body: str, feedback: str, *, html: bool) -> str:
        """Return an ``<answer>`` with its feedback."""
        attributes = f' fraction="{percent(share)}"'
        behind = self.html("feedback", feedback)
        if html:
            return self.html("answer", body, line=True, attributes=attributes, more=behind)
        return f"<answer{attributes}><text>{plain(body)}</text>{behind}</answer>\n"

    def outcomes(self) -> str:
        """Return the feedback by outcome."""
        return "".join(
            self.html(_OUTCOMES[name], text_of(texts))
            for name, texts in self.block.outcomes.items()
        )


Body = Callable[[Sheet], tuple[str, str, frozenset[str]] | None]
"""A type over there, its own elements, and what of the question it holds; None when it cannot."""


def plain(text: str) -> str:
    """Return `text` as it stands in XML."""
    return escape(_NOT_XML.sub("", text))


def tag_of(name: str, value: object) -> str:
    """Return a small element."""
    return f"<{name}>{plain(str(value))}</{name}>\n"


def write_questions(
    blocks: Sequence[Block], title: str, media: Mapping[str, bytes], types: Mapping[str, Body]
) -> Exported:
    """Return the questions as Moodle XML, under a category of the quiz's title."""
    entries, parts = [], []
    for block in blocks:
        sheet = Sheet(block, "Moodle XML", media=media)
        body = types.get(sheet.type)
        made = body(sheet) if body and "survey" not in block.attributes else None
        if made is not None:
            parts.append(_question(sheet, *made))
        elif not any(note.verdict == "refused" for note in sheet.notes):
            sheet.refuse()
        entries.append(sheet.entry())
    category = plain(category_path(title))
    head = f'<question type="category"><category><text>{category}</text></category></question>\n'
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{head}{"".join(parts)}</quiz>\n'
    return Exported("moodle-xml", text.encode(), tuple(entries), (), ".xml", "application/xml")


def _question(sheet: Sheet, kind: str, body: str, kept: frozenset[str]) -> str:
    block = sheet.block
    sheet.lose_all_but(COMMON | kept)
    sheet.lose_languages()
    points = block.attributes.get("points", "0" if kind == "description" else "1").replace(",", ".")
    prompt = "" if "prompt" in kept else sheet.html("questiontext", sheet.prompt)
    tags = "".join(f"<tag><text>{plain(tag)}</text></tag>" for tag in sheet.tags)
    return (
        f'<question type="{kind}">\n<name><text>{plain(block.key)}</text></name>\n{prompt}'
        + sheet.html("generalfeedback", _feedback(sheet))
        + tag_of("defaultgrade", points)
        + tag_of("penalty", _penalty(block))
        + tag_of("hidden", 0)
        + body
        + "".join(_hint(sheet, hint) for hint in block.hints)
        + (f"<tags>{tags}</tags>\n" if tags else "")
        + "</question>\n"
    )


def _feedback(sheet: Sheet) -> str:
    """Return the general feedback; marks of parameters stand in braces over there."""
    if sheet.type != "calculated":
        return sheet.feedback
    return SIGN.sub(lambda found: "{" + found[1] + "}", sheet.feedback)


def _hint(sheet: Sheet, hint: Passages) -> str:
    return sheet.html("hint", text_of(hint))


def _penalty(block: Block) -> str:
    try:
        return f"{float(block.attributes['penalty'].replace(',', '.').rstrip('%')) / 100:.7f}"
    except (KeyError, ValueError):
        return "0.3333333"


def model_answer(sheet: Sheet) -> str:
    """Return what a good answer holds, for those who grade."""
    found = next((each for each in sheet.block.sections if each.key in (MODEL, "key")), None)
    return text_of(found.prompt) if found else ""
