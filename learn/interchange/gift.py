"""GIFT in: Moodle's text format for questions, whole, with the line of everything."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import zip_longest

from learn.errors import Message
from learn.interchange.files import keep_file
from learn.interchange.giftwords import hidden, shown
from learn.interchange.model import BadFile, Draft, Imported, Intake, category_of
from learn.interchange.shapes import (
    Option,
    Range,
    choice_gap,
    fill_choice,
    fill_matching,
    fill_numeric,
    fill_text,
    fill_true_false,
    name_of,
    number_of,
    typed_gap,
    with_gaps,
    wrong_feedback,
)
from learn.interchange.texts import markdown_of, markdown_of_plain

_CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*)$", re.IGNORECASE)
_NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_MARK = re.compile(r"\[(id|tag):([^\[\]]*)\]")
_TRUTH = re.compile(r"\s*(TRUE|FALSE|T|F)\s*(?:#|$)", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%\s*([-+]?\d{1,3}(?:[.,]\d+)?)\s*%")
_TAG, _ENTITY = re.compile(r"<[a-zA-Z/!]"), re.compile(r"&#?\w+;")
_PICTURE = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^)\s>:]+)>?")
_BRACES = re.compile(r"\{([^{}]*)\}")
LONGEST = 200_000
BLANK = "\\_\\_\\_\\_\\_"
_COMMENTED = "\x00"


@dataclass
class Chunk:
    """One question's lines, comments blanked out, signs behind a backslash hidden."""

    line: int
    category: str
    marks: list[tuple[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    braces: int = 0

    def add(self, line: str) -> None:
        """Add a line at the end."""
        self.lines.append(line)
        self.braces += line.count("{") - line.count("}")

    @cached_property
    def text(self) -> str:
        """Return the lines once all are there; each still stands at its place."""
        return "\n".join(self.lines).replace(_COMMENTED, "")

    @property
    def is_open(self) -> bool:
        """Whether a brace is open, so that an empty line does not end the question."""
        return self.braces > 0

    def line_at(self, offset: int) -> int:
        """Return the line of a place in the text."""
        return self.line + bisect_left(self._line_ends, offset)

    @cached_property
    def _line_ends(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]


@dataclass(frozen=True)
class Answer:
    """What follows ``=`` or ``~`` inside the braces."""

    right: bool
    share: float | None
    text: str
    feedback: str
    line: int

    @property
    def percent(self) -> float:
        """Return what it is worth."""
        return self.share if self.share is not None else 100.0 * self.right


def read_gift(text: str) -> Imported:
    """Return the questions of a GIFT text.

    Raises
    ------
    BadFile
        There is no question in it.
    """
    intake = Intake("gift")
    for chunk in chunks_of(text):
        _Question(chunk, intake).read()
    if not intake.entries:
        raise BadFile(Message("There is no question in this file."))
    return intake.finished()


def chunks_of(text: str) -> Iterator[Chunk]:
    """Yield the questions as they stand: divided by empty lines, but not inside braces."""
    category, marks, chunk = "", list[tuple[str, str]](), None
    for number, line in enumerate(hidden(text).removeprefix("\ufeff").split("\n"), 1):
        if chunk and _ends(chunk, line):
            yield chunk
            chunk = None
        if line.strip().startswith("//"):
            (chunk.marks if chunk else marks).extend(_MARK.findall(shown(line)))
            line = _COMMENTED
        if chunk:
            chunk.add(line)
        elif found := _CATEGORY.match(line):
            category = category_of(shown(found[1]))
        elif line.strip() and line != _COMMENTED:
            chunk, marks = Chunk(number, category, marks), []
            chunk.add(line)
    if chunk:
        yield chunk


def _is_unbalanced(text: str) -> bool:
    """Whether braces are missing, or stand inside each other."""
    return re.sub(r"[^{}]", "", text).replace("{}", "") != ""


def _ends(chunk: Chunk, line: str) -> bool:
    """Whether `line` is the end of a question, or the beginning of another behind an open brace."""
    if not line.strip():
        return not chunk.is_open
    if _CATEGORY.match(line):
        return True
    return line.startswith("::") and not (chunk.is_open and chunk.lines[-1].strip())


class _Question:
    """Reads one chunk."""

    def __init__(self, chunk: Chunk, intake: Intake) -> None:
        self.chunk, self.intake, self.text = chunk, intake, chunk.text
        self.format = "moodle"
        idents = [value for kind, value in chunk.marks if kind == "id"]
        self.draft = Draft("", line=chunk.line, ident=idents[0] if idents else "")
        self.draft.tags = [value for kind, value in chunk.marks if kind == "tag"]
        self.draft.category = chunk.category

    def read(self) -> None:
        """Hand the question to the intake, or its refusal."""
        text, at = self.text, 0
        if len(text) > LONGEST:
            self.draft.name = name_of(shown(text[:1000]))
            self.intake.refuse(
                self.draft, Message("The text is longer than %(most)s characters.", most=LONGEST)
            )
            return
        if found := _NAME.match(text):
            self.draft.name, at = " ".join(shown(found[1]).split())[:200], found.end()
        if found := _FORMAT.match(text, at):
            self.format, at = found[1].lower(), found.end()
        start, end = text.find("{", at), text.find("}", at)
        if start < 0 and end < 0:
            self.draft.type = "description"
            self.finish(text[at:])
        elif end < start or start < 0 or _is_unbalanced(text[start:]):
            self.draft.name = self.draft.name or name_of(shown(text[at:]))
            self.intake.refuse(
                self.draft, Message("A brace is missing: answers stand between { and }.")
            )
        elif "{" in text[end:]:
            self.gaps(text, at)
        else:
            self.whole(text[at:start], start + 1, end, text[end + 1 :])

    def whole(self, before: str, start: int, end: int, after: str) -> None:
        """Read a question with answers from `start` to `end`."""
        inside = self.text[start:end]
        answers, _sign, general = inside.partition("####")
        self.draft.feedback = self.markdown(general)
        refusal = self.answers(answers, start)
        prompt = f"{before.rstrip()} \x10 {after.strip()}" if after.strip() else before
        if refusal is None:
            self.finish(prompt)
        else:
            self.draft.name = self.draft.name or name_of(shown(before))
            self.intake.refuse(self.draft, refusal, line=self.chunk.line_at(start))

    def gaps(self, text: str, at: int) -> None:
        """Read a text with answers at several places."""
        made, prompt, end = [], "", at
        for found in _BRACES.finditer(text, at):
            prompt += f"{text[end : found.start()]}\x11"
            end = found.end()
            answers = list(self.split(found[1], found.start(1)))
            for answer in answers:
                if answer.feedback.strip():
                    self.draft.dropped(Message("A gap has no feedback for one answer: %(text)s",
                                               text=shown(answer.feedback).strip()[:200]))  # fmt: skip
            options = [Option(shown(each.text), each.percent) for each in answers]
            typed = all(answer.right for answer in answers)
            made.append(typed_gap(options) if typed else choice_gap(self.draft, options))
        prompt += text[end:]
        self.draft.name = self.draft.name or name_of(shown(prompt))
        if "{" in prompt or "}" in prompt or None in made:
            self.intake.refuse(self.draft, Message("One of several places for answers has none."))
            return
        self.draft.type = "gaps"
        parts = self.markdown(prompt).split("\x11")
        self.draft.prompt = with_gaps(parts, [gap for gap in made if gap])
        self.intake.keep(self.draft)

    def finish(self, prompt: str) -> None:
        """Set prompt and name, and keep the question."""
        self.draft.prompt = self.markdown(prompt).replace("\x10", BLANK)
        self.draft.name = self.draft.name or name_of(shown(prompt).replace("\x10", " "))
        if not self.draft.prompt:
            self.intake.refuse(self.draft, Message("The question has no text."))
        else:
            self.intake.keep(self.draft)

    def answers(self, text: str, start: int) -> Message | None:
        """Read what stands in the braces; return why it cannot be read."""
        if not text.strip():
            self.draft.type = "essay"
            return None
        if text.lstrip().startswith("#"):
            at = text.index("#") + 1
            return self.numeric(text[at:], start + at)
        if found := _TRUTH.match(text):
            self.true_or_false(found[1].upper().startswith("T"), text)
            return None
        answers = list(self.split(text, start))
        if not answers:
            return Message("No answer begins with = or ~.")
        if all(answer.right and "->" in answer.text for answer in answers):
            self.matching(answers)
        elif any(not answer.right for answer in answers):
            self.choice(answers)
        else:
            options = [self.option(answer, shown(answer.text)) for answer in answers]
            fill_text(self.draft, options, wildcards=True)
        return None

    def true_or_false(self, right: bool, text: str) -> None:
        """Read ``T#feedback for the wrong answer#feedback for the right one``."""
        parts = [*text.split("#", 2)[1:], "", ""]
        wrong, good = self.markdown(parts[0]), self.markdown(parts[1])
        fill_true_false(self.draft, right, (good, wrong) if right else (wrong, good))

    def choice(self, answers: Sequence[Answer]) -> None:
        """Read options; one that begins with = makes it a single choice."""
        options = [self.option(answer, self.markdown(answer.text)) for answer in answers]
        single = any(answer.right for answer in answers)
        fill_choice(self.draft, options, single=single)

    def matching(self, answers: Sequence[Answer]) -> None:
        """Read pairs such as ``=left -> right``."""
        pairs = (answer.text.partition("->") for answer in answers)
        fill_matching(
            self.draft,
            [(self.markdown(left, inline=True), self.markdown(right, inline=True)) for left, _, right in pairs],
        )  # fmt: skip
        for answer in answers:
            if answer.feedback.strip() or answer.share is not None:
                message = Message("A pair has neither weight nor feedback of its own.")
                self.draft.dropped(message, line=answer.line)

    def numeric(self, text: str, start: int) -> Message | None:
        """Read ``3:2``, ``1..5``, or several behind ``=``; return why none can be read."""
        several = re.search("[=~]", text) is not None
        answers = list(self.split(text if several else f"={text}", start - (not several)))
        ranges = []
        for answer in answers:
            found = _range(shown(answer.text))
            if found is not None:
                ranges.append(
                    Range(
                        found[0],
                        found[1],
                        answer.percent,
                        self.markdown(answer.feedback),
                        answer.line,
                    )
                )
            elif answer.text.strip() in ("", "*") and not answer.percent:
                wrong_feedback(self.draft, self.option(answer, ""))
            else:
                return Message("%(text)s is not a number, such as 3, 3:0.5 or 2..4.",
                               text=shown(answer.text).strip()[:60])  # fmt: skip
        fill_numeric(self.draft, ranges)
        return None

    def split(self, text: str, start: int) -> Iterator[Answer]:
        """Yield the answers in `text`, which begins at `start` of the chunk."""
        marks = [*re.finditer("[=~]", text)]
        for mark, following in zip_longest(marks, marks[1:]):
            inside = text[mark.end() : following.start() if following else len(text)]
            share = _WEIGHT.match(inside)
            answer, _sign, feedback = inside[share.end() if share else 0 :].partition("#")
            yield Answer(
                mark[0] == "=",
                float(share[1].replace(",", ".")) if share else None,
                answer.strip(),
                feedback,
                self.chunk.line_at(start + mark.start()),
            )

    def option(self, answer: Answer, text: str) -> Option:
        """Return an answer as an option."""
        return Option(text, answer.percent, self.markdown(answer.feedback), answer.line)

    def markdown(self, text: str, *, inline: bool = False) -> str:
        """Return a text in the format that it or its question says as Markdown."""
        format_ = self.format
        if found := _FORMAT.match(text):
            format_, text = found[1].lower(), text[found.end() :]
        plain = shown(text).strip()
        if format_ == "markdown":
            self.note_pictures(plain)
            return plain
        if format_ == "plain" or (format_ == "moodle" and not _is_html(plain)):
            return markdown_of_plain(plain)
        html = plain if format_ == "html" else plain.replace("\n", "<br>")
        made = markdown_of(html, inline=inline)
        for note in made.notes:
            self.draft.dropped(note)
        text = made.markdown
        for name, content in made.media.items():
            kept = keep_file(self.intake.media, name, content)
            if isinstance(kept, Message):
                self.draft.dropped(kept)
            else:
                text = text.replace(f"({name})", f"({kept})")
        return text

    def note_pictures(self, markdown: str) -> None:
        """Note the pictures that a text names: no file comes with GIFT."""
        for name in _PICTURE.findall(markdown):
            self.draft.changed(Message("Put the file %(name)s beside the quiz.", name=name[:80]))


def _is_html(text: str) -> bool:
    """Whether a text has a tag or a sign by its name."""
    tag = _TAG.search(text)
    return (tag is not None and ">" in text[tag.end() :]) or _ENTITY.search(text) is not None


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    """Return the ends of ``1..5``, ``3:2`` or ``3``."""
    first, dots, second = text.partition("..")
    if not dots:
        first, dots, second = text.partition(":")
    number, other = number_of(first), number_of(second if dots else "0")
    if number is None or other is None:
        return None
    return (number, other) if ".." in text else (number - abs(other), number + abs(other))
