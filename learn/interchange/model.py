"""What every format is read into and written from: blocks of a quiz file, media, and a whole report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from learn.errors import Invalid, Message
from learn.quizzes.questions import DIFFICULTIES
from learn.quizzes.source.blocks import MAX_KEY, slug
from learn.quizzes.source.reading import Block, Item, ItemKind, Outcome, Passage, Passages, Section
from learn.quizzes.values.numbers import looks_numeric

Verdict = Literal["kept", "changed", "dropped", "refused"]
VERDICTS: tuple[Verdict, ...] = ("kept", "changed", "dropped", "refused")
"""From the mildest to the gravest."""

LANGUAGE = "id"
MODEL = "kunci"
"""The section of an essay that says what a good answer holds."""
TAGGED = ("competency", "difficulty")
"""Attributes that other systems keep as tags: ``competency:M.05``."""
MAX_FILE_BYTES = 60_000_000
MAX_QUESTIONS = 2_000
# what a quiz file can hold in one passage, with room for its neighbours
MAX_TEXT = 60_000


class BadFile(Invalid):
    """A file that cannot be read as questions at all; the message says why."""

    code = "bad-question-file"


@dataclass(frozen=True)
class Note:
    """One thing that is not as it was: changed, dropped, or reason for a refusal.

    `line` counts from 1 in text formats, `ident` names the element in XML; what is unknown is 0 or empty.
    """

    verdict: Verdict
    message: Message
    line: int = 0
    ident: str = ""


@dataclass(frozen=True)
class Entry:
    """What became of one question: its name there, its key and type here (empty when it was refused)."""

    name: str
    key: str
    type: str
    line: int = 0
    ident: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the gravest verdict of its notes; ``kept`` without any."""
        return max((note.verdict for note in self.notes), key=VERDICTS.index, default="kept")


@dataclass(frozen=True)
class Imported:
    """What a file gave.

    Parameters
    ----------
    format
        ``gift``, ``aiken``, ``moodle-xml`` or ``qti``.
    blocks
        The questions, as if cut from a quiz file; keys are unique.
    entries
        One for every item of the file, in its order, refused ones too.
    media
        Files by the names that the blocks' Markdown gives them.
    notes
        What concerns the file as a whole.
    """

    format: str
    blocks: tuple[Block, ...]
    entries: tuple[Entry, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    title: str = ""

    def counted(self, verdict: Verdict) -> int:
        """Return how many questions have this verdict."""
        return sum(entry.verdict == verdict for entry in self.entries)


@dataclass(frozen=True)
class Exported:
    """A file for another system, and what it could not hold."""

    format: str
    content: bytes
    entries: tuple[Entry, ...]
    notes: tuple[Note, ...] = ()
    suffix: str = ".txt"
    mimetype: str = "text/plain"


def passages(text: str, line: int = 0) -> Passages:
    """Return `text` as a block holds it; nothing when it is blank."""
    text = "\n".join(each.expandtabs(4).rstrip() for each in text.split("\n")).strip("\n")
    return {LANGUAGE: Passage(text, "", line)} if text.strip() else {}


def text_of(texts: Passages) -> str:
    """Return the Markdown in the first language of some passages; empty when there is none."""
    passage = next(iter(texts.values()), None)
    return passage.text if passage else ""


def item(
    kind: ItemKind,
    text: str,
    *,
    other: str = "",
    marked: bool = False,
    feedback: str = "",
    line: int = 0,
    **attributes: str,
) -> Item:
    """Return an option, pair, answer or step; texts are Markdown, but those of answers are plain."""
    return Item(
        kind, "", line, passages(text, line), passages(other, line), marked,
        {name: value for name, value in attributes.items() if value or name == "fixed"},
        passages(feedback, line),
    )  # fmt: skip


@dataclass
class Draft:
    """A question while it is read from a file; an importer fills it and hands it to `Intake.keep`."""

    name: str
    type: str = ""
    line: int = 0
    ident: str = ""
    prompt: str = ""
    items: list[Item] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    feedback: str = ""
    outcomes: dict[Outcome, str] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    category: str = ""
    model: str = ""

    def changed(self, message: Message, *, line: int = 0) -> None:
        """Note that something means nearly the same here."""
        self.notes.append(Note("changed", message, line or self.line, self.ident))

    def dropped(self, message: Message, *, line: int = 0) -> None:
        """Note that something is lost."""
        self.notes.append(Note("dropped", message, line or self.line, self.ident))


class Intake:
    """Collects the questions of a file: gives them unique keys, and an entry to every item."""

    def __init__(self, format_: str) -> None:
        self.format = format_
        self.blocks: list[Block] = []
        self.entries: list[Entry] = []
        self.media: dict[str, bytes] = {}
        self.notes: list[Note] = []
        self.title = ""
        self._keys: set[str] = set()
        self._categories: list[str] = []

    def keep(self, draft: Draft) -> None:
        """Take a question in; `type` stands in its heading unless its lines show it."""
        if len(self.entries) >= MAX_QUESTIONS:
            raise BadFile(
                Message(
                    "The file holds more than %(most)s questions; divide it.", most=MAX_QUESTIONS
                )
            )
        if max(map(len, (draft.prompt, draft.feedback))) > MAX_TEXT:
            self.refuse(
                draft, Message("The text is longer than %(most)s characters.", most=MAX_TEXT)
            )
            return
        key = unique(slug(draft.name).rstrip("-"), self._keys)
        self._keys.add(key)
        self._categories.append(draft.category)
        self.blocks.append(_block(key, draft))
        notes = tuple(dict.fromkeys(draft.notes))
        self.entries.append(Entry(draft.name, key, draft.type, draft.line, draft.ident, notes))

    def refuse(self, draft: Draft, message: Message, *, line: int = 0) -> None:
        """Name a question that cannot be taken in, with the reason."""
        note = Note("refused", message, line or draft.line, draft.ident)
        notes = (*draft.notes, note)
        self.entries.append(Entry(draft.name, "", draft.type, draft.line, draft.ident, notes))

    def finished(self) -> Imported:
        """Return all that came in; one category for all is the title, several become tags."""
        several = len(set(self._categories)) > 1
        blocks = [
            _with_tag(block, category) if several and category else block
            for block, category in zip(self.blocks, self._categories, strict=True)
        ]
        title = self.title or ("" if several else next(iter(self._categories), "").split("/")[-1])
        return Imported(
            self.format, tuple(blocks), tuple(self.entries), dict(self.media),
            tuple(self.notes), title,
        )  # fmt: skip


def _from_tags(tags: Iterable[str]) -> dict[str, str]:
    """Return the attributes that other systems kept as tags."""
    found = {}
    for tag in tags:
        name, _, value = tag.partition(":")
        if name in TAGGED and (value in DIFFICULTIES if name == "difficulty" else value.strip()):
            found[name] = value.strip()
    return found


def _tags(tags: Iterable[str]) -> str:
    """Return tags as a heading has them."""
    plain = (" ".join(tag.replace(",", " ").split()) for tag in tags)
    return ",".join(dict.fromkeys(tag for tag in plain if tag))


def _with_tag(block: Block, tag: str) -> Block:
    tags = _tags([*block.attributes.get("tags", "").split(","), tag])
    return replace(block, attributes={**block.attributes, "tags": tags})


def _model_section(draft: Draft) -> tuple[Section, ...]:
    """Return the section with what a good answer holds, which only those who grade read."""
    text = passages(draft.model, draft.line)
    return (Section(MODEL, "", draft.line, {}, text, (), {}),) if text else ()


def _block(key: str, draft: Draft) -> Block:
    """Return the block that stands for a question in the course's own files."""
    return Block(
        key=key,
        path="",
        line=draft.line,
        attributes=_attributes(draft),
        prompt=passages(draft.prompt, draft.line),
        items=tuple(draft.items),
        feedback=passages(draft.feedback, draft.line),
        hints=tuple(filter(None, (passages(hint, draft.line) for hint in draft.hints))),
        outcomes={
            name: passages(text, draft.line)
            for name, text in draft.outcomes.items()
            if text.strip()
        },
        sections=_model_section(draft),
    )


def _attributes(draft: Draft) -> dict[str, str]:
    found = {**({} if _shows(draft) else {draft.type: ""}), **draft.attributes}
    found |= _from_tags(draft.tags)
    if tags := _tags(tag for tag in draft.tags if not _from_tags([tag])):
        found["tags"] = tags
    return found


def _shows(draft: Draft) -> bool:
    """Whether the lines of a question show its type, so that the heading need not name it."""
    numbers = [looks_numeric(text_of(each.text)) for each in draft.items]
    match draft.type:
        case "single" | "multiple" | "matching":
            return bool(draft.items)
        case "gaps":
            return not draft.items
        case "text":
            return bool(numbers) and not all(numbers)
        case "numeric":
            return bool(numbers) and all(numbers)
    return not draft.type


_SLASH = re.compile(r"(?<!/)/(?!/)")


def category_of(path: str) -> str:
    """Return a category such as ``$course$/top/Dasar/SPBE`` without what every path begins with; ``//`` is a slash."""
    parts = [re.sub(r"\s*//\s*", " - ", part).strip() for part in _SLASH.split(path.strip())]
    return "/".join(part for part in parts if part and part != "top" and part.strip("$") == part)


def category_path(title: str) -> str:
    """Return the category that the questions of a quiz go out under."""
    return "$course$/top/" + " ".join(title.replace("/", "//").split())


def unique(key: str, taken: set[str]) -> str:
    """Return `key`, with a number behind it when it is taken."""
    numbers: Iterator[str] = (f"-{number}" for number in range(2, len(taken) + 3))
    tries = (key, *(key[: MAX_KEY - len(tail)].rstrip("-_") + tail for tail in numbers))
    return next(each for each in tries if each not in taken)


def with_keys(imported: Imported, taken: set[str]) -> Imported:
    """Return `imported` with keys that differ from those `taken` in the quiz that it goes into."""
    taken, new = set(taken), dict[str, str]()
    for block in imported.blocks:
        new[block.key] = unique(block.key, taken)
        taken.add(new[block.key])
    return replace(
        imported,
        blocks=tuple(replace(block, key=new[block.key]) for block in imported.blocks),
        entries=tuple(
            replace(entry, key=new.get(entry.key, entry.key)) for entry in imported.entries
        ),
    )


Reader = Callable[[bytes], Imported]
"""Reads one format; raises nothing but `BadFile`."""

Writer = Callable[[Sequence[Block], str, Mapping[str, bytes]], Exported]
"""Writes one format from blocks, the quiz's title and its media by name; each block says its ``type``."""
