"""The texts of an item: XML content as HTML, and from there as Markdown, with the pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import Draft
from learn.interchange.texts import Files, markdown_of
from learn.interchange.trees import EMPTY

FEEDBACKS = ("feedback-inline", "feedback-block")
OWN_CLASS = "learn-"
OWN_MARKS = frozenset({"mark", "ins", "del", "u", "s", "time"})
"""What HTML marks and QTI does not: there it is a ``<span class="learn-mark">``."""
_OPEN = frozenset({"content-body", "item-body", "stimulus-body", "prompt", "label", "caption-text"})
_MARKS = "\ue000", "\ue001"
_PLACE = re.compile(rf"{_MARKS[0]}(\d{{1,6}}){_MARKS[1]}")


@dataclass
class Texts:
    """Makes Markdown of an item's elements; what is lost is noted in its `draft`.

    `keep` gives a file a name that no other has, or says why it is not kept; `placed` says what stands for an element in the Markdown: a gap, or nothing.
    """

    draft: Draft
    files: Files
    media: dict[str, bytes]
    keep: Callable[[str, bytes], str | Message]
    placed: dict[int, str] = field(default_factory=dict)

    def place(self, element: Element, text: str) -> None:
        """Let `text` stand in the Markdown where `element` stands in the XML."""
        self.placed[id(element)] = text

    def block(self, *elements: Element) -> str:
        """Return the content of `elements` as Markdown of any number of lines."""
        return self._markdown("".join(self._inner(each) for each in elements), inline=False)

    def line(self, element: Element) -> str:
        """Return the content of `element` as Markdown on one line."""
        return self._markdown(self._inner(element), inline=True)

    def plain(self, text: str) -> str:
        """Return plain text as Markdown on one line."""
        return self._markdown(_text(text), inline=True)

    def _markdown(self, html: str, *, inline: bool) -> str:
        found = markdown_of(html, self.files, inline=inline)
        for note in found.notes:
            self.draft.dropped(note)
        text = found.markdown
        for name, content in found.media.items():
            text = self._with_file(text, name, content)
        gaps = [*self.placed.values()] if _MARKS[0] in text else []
        return _PLACE.sub(lambda mark: gaps[int(mark[1])] if int(mark[1]) < len(gaps) else "", text)

    def _with_file(self, text: str, name: str, content: bytes) -> str:
        """Return a text whose picture, which was written into it, is a file of its own."""
        kept = self.keep(name, content)
        if isinstance(kept, Message):
            self.draft.dropped(kept)
            return text
        self.media[kept] = content
        return text.replace(f"({name})", f"({kept})")

    def _inner(self, element: Element) -> str:
        return "".join(self._pieces(element))

    def _pieces(self, element: Element) -> Iterator[str]:
        yield _text(element.text)
        for child in element:
            yield self._element(child)
            yield _text(child.tail)

    def _element(self, element: Element) -> str:
        if self.placed.get(id(element)) == "":
            return ""
        if id(element) in self.placed:
            return f"{_MARKS[0]}{list(self.placed).index(id(element))}{_MARKS[1]}"
        tag = element.tag
        if tag in FEEDBACKS:
            return ""  # found by `feedback`, which reads them where they are shown
        if tag in _LEFT_OUT:
            self.draft.dropped(_left_out(element))
            return ""
        if tag == "rubric-block":
            return self._instructions(element)
        if tag in ("object", "picture"):
            return self._object(element)
        return self._markup(element)

    def _markup(self, element: Element) -> str:
        tag = "div" if element.tag.endswith("-interaction") else element.tag
        if tag in _OPEN:
            return self._inner(element)
        if tag == "math" and (tex := _tex(element)):
            return escape(f"\\({tex}\\)")
        if tag == "span" and (was := element.get("class", "").removeprefix(OWN_CLASS)) in OWN_MARKS:
            tag = was
        attributes = {name: value for name, value in element.attrib.items() if name in _KEPT}
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        if tag in EMPTY:
            return f"<{tag}{written}>"
        return f"<{tag}{written}>{self._inner(element)}</{tag}>"

    def _instructions(self, element: Element) -> str:
        views = element.get("view", "").split()
        if "candidate" in views:
            return f"<div>{self._inner(element)}</div>"
        if {"scorer", "author", "tutor"} & set(views) and self.draft.type in ("essay", "upload"):
            self.draft.model = self.block(element)
            return ""
        self.draft.dropped(
            Message(
                "<%(tag)s> for %(view)s is left out.",
                tag="rubric-block",
                view=element.get("view", "") or "-",
            )
        )
        return ""

    def _object(self, element: Element) -> str:
        picture = next((each for each in element.iter("img")), None)
        source = element.get("data", "") if picture is None else picture.get("src", "")
        kind = element.get("type", "")
        if picture is None and kind and not kind.startswith("image/"):
            self.draft.dropped(
                Message("<%(tag)s> %(source)s is left out.", tag="object", source=source)
            )
            return escape("".join(element.itertext()))
        alt = "".join(element.itertext()).strip() if picture is None else picture.get("alt", "")
        alt = alt or element.get("aria-label", "")
        return f'<img src="{escape(source)}" alt="{escape(alt)}">'


def _tex(maths: Element) -> str:
    """Return a formula's source in TeX where it has one; what else is only noted beside it goes away."""
    found = ""
    for parent in list(maths.iter()):
        for child in [each for each in parent if each.tag in ("annotation", "annotation-xml")]:
            if child.get("encoding", "").lower() in _TEX:
                found = " ".join("".join(child.itertext()).split())
            parent.remove(child)
    return found.strip("$").strip()


_TEX = frozenset({"application/x-tex", "tex", "latex", "application/x-latex"})


def _text(text: str | None) -> str:
    if not text:
        return ""
    return escape(text.translate({ord(mark): None for mark in _MARKS}), quote=False)


def _left_out(element: Element) -> Message:
    name = element.get("identifier") or element.get("href") or ""
    return Message("<%(tag)s> %(source)s is left out.", tag=element.tag, source=name)


_LEFT_OUT = frozenset(
    "printed-variable stylesheet catalog-info companion-materials-info info-control "
    "end-attempt-interaction include card".split()
)
_KEPT = frozenset(
    "href src alt class start type value colspan rowspan scope lang title cite datetime controls "
    "span display alttext mathvariant open dir".split()
)


def plain(element: Element) -> str:
    """Return the text of an answer: on one line, without what is feedback."""
    return " ".join("".join(_words(element)).split())


def _words(element: Element) -> Iterable[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in FEEDBACKS:
            yield from _words(child)
        yield child.tail or ""
