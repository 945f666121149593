"""Markdown to safe HTML: at publishing, never when somebody reads."""

from __future__ import annotations

import math
import re
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from markdown import Markdown

from learn.courses import links as addresses
from learn.courses.blocks import Block
from learn.courses.links import NO_LINKS, Links, Reference
from learn.courses.markup import Page, Shelf, make_markdown
from learn.courses.sanitise import sanitise
from learn.courses.source import Source, count_words
from learn.courses.version import PLACE, Heading
from learn.errors import Message, Problem

WORDS_A_MINUTE = 180
# A line of words: nothing in it means anything to Markdown.  Most options of questions are such lines, and
# a whole conversion for each would be most of the time that publishing takes.
PLAIN = re.compile(r"[^\W\d_](?:[^\W_]| (?=[^\W_(])|[,.;?()%-])*")


@dataclass(frozen=True)
class Rendered:
    """What became of a text.

    `html` is safe and has `PLACE` in its addresses; `toc` holds the headings of level 2 and 3; `text`
    is plain, for searching; `anchors` and `references` let the caller check links between pages.
    """

    html: str
    toc: tuple[Heading, ...] = ()
    problems: tuple[Problem, ...] = ()
    text: str = ""
    anchors: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()

    @property
    def words(self) -> int:
        """Return the number of words."""
        return count_words(self.text)

    @property
    def minutes(self) -> int:
        """Return the reading time, at least one minute."""
        return max(1, math.ceil(self.words / WORDS_A_MINUTE))


class Renderer:
    """Renders texts with the given kinds of blocks; may be shared by threads."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self._blocks = tuple(blocks)
        self._local = threading.local()

    def render(
        self,
        text: str,
        path: str = "",
        line: int = 1,
        *,
        links: Links = NO_LINKS,
        language: str = "id",
        above: int = 1,
    ) -> Rendered:
        """Return the safe HTML of a Markdown text and all that is wrong with it.

        Parameters
        ----------
        path, line
            The file and the number of the text's first line in it, for the problems.
        links
            The course that the text belongs to and the files beside it.
        above
            The level of the heading under which the text will stand.
        """
        source = Source(text, path, line)
        refused = source.refusals()
        if refused:
            return Rendered("", problems=tuple(refused))
        if PLAIN.fullmatch(text) and "www" not in text.lower():
            return Rendered(f"<p>{text}</p>", text=text)
        page = Page(source, links, language, above, secrets.token_hex(8))
        try:
            raw, tokens = self._convert(page)
        except RecursionError:
            page.say(line, Message("This text is nested too deeply; write it flatter."))
            return Rendered("", problems=tuple(page.problems))
        return _finished(page, raw, tokens)

    def render_inline(
        self,
        text: str,
        path: str = "",
        line: int = 1,
        *,
        links: Links = NO_LINKS,
        language: str = "id",
    ) -> Rendered:
        """Return a short text without a paragraph around it: the option of a question, a caption."""
        made = self.render(text, path, line, links=links, language=language)
        inner = made.html.strip()
        if inner.startswith("<p>") and inner.endswith("</p>") and inner.count("<p>") == 1:
            inner = inner[3:-4]
        return Rendered(inner, made.toc, made.problems, made.text, made.anchors, made.references)

    def _convert(self, page: Page) -> tuple[str, list[dict[str, Any]]]:
        shelf, markdown = self._instance(page.language)
        shelf.page = page
        markdown.reset()
        raw = markdown.convert(page.source.text)
        return raw, getattr(markdown, "toc_tokens", [])

    def _instance(self, language: str) -> tuple[Shelf, Markdown]:
        made: dict[str, tuple[Shelf, Markdown]] = self._local.__dict__.setdefault("made", {})
        if language not in made:
            shelf = Shelf()
            made[language] = shelf, make_markdown(shelf, self._blocks, language)
        return made[language]


def _finished(page: Page, raw: str, tokens: list[dict[str, Any]]) -> Rendered:
    html = sanitise(raw, lambda target: _resolve(page, target))
    for number, own in enumerate(page.inputs):
        html = html.replace(f"@@{page.nonce}:{number}@@", own)
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for line in page.source.tags:
        page.say(
            line,
            Message("Raw HTML is made harmless here, parts of it may be missing; write Markdown."),
            warning=True,
        )
    problems = sorted(dict.fromkeys(page.problems), key=lambda problem: problem.line)
    return Rendered(
        html, tuple(_outline(tokens)), tuple(problems), reader.text(), frozenset(reader.ids),
        tuple(page.references),
    )  # fmt: skip


def _outline(tokens: list[dict[str, Any]]) -> Iterable[Heading]:
    for token in tokens:
        if token["level"] in {2, 3}:
            yield Heading(token["level"], token["id"], _plain(token["name"]))
        yield from _outline(token["children"])


def _plain(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


def _resolve(page: Page, target: str) -> str | None:
    """Return what an address in raw HTML may become."""
    scheme = addresses.scheme_of(target)
    if scheme is not None:
        return target if scheme in addresses.SCHEMES else None
    if "\\" in target:  # a browser takes it for a slash
        return None
    media = page.links.files.get(addresses.file_name(target))
    if media is not None:
        return addresses.media_address(media)
    if target.startswith("/") and not target.startswith("//"):
        return PLACE + target.lstrip("/")
    reference = addresses.reference_of(target, 0, page.links.course)
    return addresses.address_of(reference) if reference is not None else None


class _Reader(HTMLParser):
    """Takes the plain text and the anchors from safe HTML."""

    BLOCKS = frozenset(
        "p div li dt dd h1 h2 h3 h4 h5 h6 tr td th pre summary figcaption blockquote br".split()
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag in self.BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def text(self) -> str:
        return " ".join("".join(self.parts).split())
