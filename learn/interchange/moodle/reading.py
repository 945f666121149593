"""Moodle XML in: what all questions have, and which type reads the rest."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.files import keep_file
from learn.interchange.model import BadFile, Draft, Imported, Intake, category_of
from learn.interchange.safexml import root_children
from learn.interchange.shapes import name_of, number_of, number_text, percent
from learn.interchange.texts import markdown_of, markdown_of_plain

LONGEST = 300_000
_DATA = re.compile(r"base64,[A-Za-z0-9+/=\s]+")
PLUGINFILE = "@@PLUGINFILE@@/"
_HINT_WAYS = ("shownumcorrect", "clearwrong")
_DEFAULT_PENALTIES = (1 / 3, 0.1)
_OUTCOMES = {
    "right": "correctfeedback", "partly": "partiallycorrectfeedback", "wrong": "incorrectfeedback",
}  # fmt: skip
_KNOWN = frozenset(
    "name questiontext generalfeedback defaultgrade penalty hidden idnumber tags hint category info "
    "correctfeedback partiallycorrectfeedback incorrectfeedback shownumcorrect answernumbering "
    "showstandardinstruction shuffleanswers image image_base64 editorcustom".split()
)


@dataclass
class Source:
    """One ``<question>`` on its way in."""

    element: Element
    draft: Draft
    intake: Intake
    used: set[str] = field(default_factory=lambda: set(_KNOWN))

    def find(self, path: str) -> Element | None:
        """Return a child, and remember that it was read."""
        self.used.add(path.split("/")[0])
        return self.element.find(path)

    def all(self, tag: str) -> list[Element]:
        """Return all children of a name, and remember that they were read."""
        self.used.add(tag)
        return self.element.findall(tag)

    def value(self, path: str, otherwise: str = "") -> str:
        """Return the text of a child."""
        found = self.find(path)
        return (found.text or "").strip() if found is not None else otherwise

    def flag(self, path: str, otherwise: bool = False) -> bool:
        """Return whether a child says 1 or true."""
        return self.value(path, "1" if otherwise else "0").casefold() in ("1", "true", "")

    def number(self, path: str, otherwise: float) -> float:
        """Return a child's number."""
        found = number_of(self.value(path))
        return otherwise if found is None else float(found)

    def text(self, path: str, *, inline: bool = False) -> str:
        """Return a text in Markdown, its files taken in."""
        found = self.find(path)
        return "" if found is None else self.markdown(found, inline=inline)

    def markdown(self, element: Element, *, inline: bool = False) -> str:
        """Return the Markdown of an element that holds ``<text>`` and files."""
        written = element.findtext("text") or ""
        kind = element.get("format") or self.format
        names = self.files(element)
        if kind == "markdown":
            for there, here in names.items():
                written = written.replace(PLUGINFILE + there, here)
            return written.strip()
        if kind == "plain_text":
            return markdown_of_plain(written)
        if kind == "moodle_auto_format":
            written = written.strip().replace("\n", "<br>")
        made = markdown_of(
            written, lambda address: names.get(address.removeprefix(PLUGINFILE)), inline=inline
        )
        for name, content in made.media.items():
            kept = keep_file(self.intake.media, name, content)
            if isinstance(kept, Message):
                self.draft.dropped(kept)
            made.markdown = made.markdown.replace(f"({name})", f"({kept})")
        for note in made.notes:
            self.draft.dropped(note)
        return made.markdown

    @property
    def format(self) -> str:
        """Return the format of texts that do not say any: that of the question's text."""
        found = self.element.find("questiontext")
        return (found.get("format") if found is not None else None) or "html"

    def files(self, element: Element) -> dict[str, str]:
        """Take in the files of an element; return their names here by those there."""
        names = {}
        for file in element.findall("file"):
            name = file.get("name") or ""
            kept = self.file(file)
            if kept is not None:
                names[name] = kept
                names[(file.get("path") or "/").strip("/") + "/" + name] = kept
        return names

    def file(self, element: Element) -> str | None:
        """Take in one ``<file>``; return its name here."""
        name = element.get("name") or "file"
        try:
            content = base64.b64decode(element.text or "", validate=False)
        except (binascii.Error, ValueError):
            self.draft.dropped(Message("The file %(name)s cannot be decoded.", name=name[:80]))
            return None
        kept = keep_file(self.intake.media, name, content)
        if isinstance(kept, Message):
            self.draft.dropped(kept)
            return None
        return kept


Fill = Callable[[Source], Message | None]
"""Fills the draft of one type; returns why the question cannot be taken in."""


def read_moodle(content: bytes, types: dict[str, Fill]) -> Imported:
    """Return the questions of a Moodle XML file.

    Parameters
    ----------
    types
        By the name of a type over there, what reads it.

    Raises
    ------
    BadFile
        It is no such file, or there is no question in it.
    """
    intake, category, number = Intake("moodle-xml"), "", 0
    for element in root_children(content, "quiz"):
        if element.tag != "question":
            continue
        if element.get("type") == "category":
            category = category_of(element.findtext("category/text") or "")
            continue
        number += 1
        _read(element, number, category, intake, types)
        element.clear()
    if not intake.entries:
        raise BadFile(Message("There is no question in this file."))
    return intake.finished()


def _read(
    element: Element, number: int, category: str, intake: Intake, types: dict[str, Fill]
) -> None:
    kind = element.get("type") or ""
    name = " ".join((element.findtext("name/text") or "").split())[:200]
    draft = Draft(name or f"soal {number}", ident=f"question[{number}]", category=category)
    source = Source(element, draft, intake)
    if _length(element) > LONGEST:
        intake.refuse(draft, Message("The text is longer than %(most)s characters.", most=LONGEST))
        return
    fill = types.get(kind)
    if fill is None:
        intake.refuse(draft, Message("There is no type like %(type)s here.", type=kind[:60] or "-"))
        return
    draft.prompt = source.text("questiontext")
    draft.name = name or name_of(draft.prompt)
    _common(source)
    refusal = fill(source)
    if refusal is None and not draft.prompt.strip():
        refusal = Message("The question has no text.")
    if refusal is not None:
        intake.refuse(draft, refusal)
        return
    unread = {child.tag for child in element if isinstance(child.tag, str)} - source.used
    for tag in sorted(unread):
        draft.dropped(Message("<%(tag)s> is left out.", tag=tag[:60]))
    intake.keep(draft)


def _length(element: Element) -> int:
    """Return how long the texts of a question are; pictures inside them do not count."""
    texts = (each.text or "" for each in element.iter() if each.tag != "file")
    return sum(len(text) if "base64," not in text else len(_DATA.sub("", text)) for text in texts)


def _common(source: Source) -> None:
    draft = source.draft
    draft.feedback = source.text("generalfeedback")
    points = number_of(source.value("defaultgrade"))
    if points is not None and points > 0 and points != 1:
        draft.attributes["points"] = number_text(points)
    penalty = source.number("penalty", 0)
    if 0 < penalty < 1 and min(abs(penalty - each) for each in _DEFAULT_PENALTIES) > 0.001:
        draft.attributes["penalty"] = percent(100 * penalty)
    if source.value("hidden") == "1":
        draft.changed(Message("The question was hidden over there."))
    if ident := source.value("idnumber"):
        draft.ident = f"{draft.ident} ({ident[:60]})"
    draft.tags = [
        (tag.findtext("text") or tag.text or "").strip() for tag in source.all("tags/tag")
    ]
    source.used.add("tags")
    for name, tag in _OUTCOMES.items():
        if text := source.text(tag):
            draft.outcomes[name] = text  # type: ignore[index]
    draft.hints = [text for hint in source.all("hint") if (text := source.markdown(hint))]
    _ways(source)


def _ways(source: Source) -> None:
    """Note how Moodle would show things that have one way to be shown here."""
    draft = source.draft
    if any(hint.find(tag) is not None for hint in source.all("hint") for tag in _HINT_WAYS):
        draft.changed(Message("Hints here neither count right parts nor clear wrong ones."))
    if source.value("answernumbering", "abc") not in ("", "abc", "none"):
        draft.changed(Message("Options are not numbered here."))
