"""One file of a quiz cut into its blocks: prompt, options and feedback, each with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from learn.errors import Message
from learn.quizzes.source.attributes import heading_attributes
from learn.quizzes.source.lines import Line, passage
from learn.quizzes.source.reading import (
    PLAIN,
    Block,
    Grammar,
    Passages,
    Problems,
    Section,
    outside_fences,
)
from learn.quizzes.source.walking import Walk

KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
MAX_KEY = 64
# what a person can still answer; more than that is a mistake, and slow to render
MOST_QUESTIONS, MOST_OPTIONS, MOST_SECTIONS = 500, 100, 100
_MARK = re.compile(r" ?(?:[-*+=]|\d+[.)])\s")
_HEADING = re.compile(r"##(?!#)")
_SECTION = re.compile(r"###(?!#)")


@dataclass(frozen=True)
class Cut:
    """A file in its parts; `language` is the one it is written in."""

    intro: Passages
    blocks: tuple[Block, ...]


def cut(
    path: str,
    body: str,
    first_line: int,
    language: str,
    problems: Problems,
    grammars: Mapping[str, Grammar] | None = None,
) -> Cut:
    """Return the introduction and the blocks of `body`, which begins at `first_line` of its file.

    Parameters
    ----------
    grammars
        By question type, what its blocks may hold besides what every block may.
    """
    texts = [line.expandtabs(4).rstrip() for line in body.split("\n")]
    lines = [
        Line(text, number, free)
        for number, (text, free) in enumerate(
            zip(texts, outside_fences(texts), strict=True), first_line
        )
    ]
    head, parts = _parted(lines, _HEADING)
    if len(parts) > MOST_QUESTIONS:
        problems.add(path, parts[MOST_QUESTIONS][0].number, _too_many_questions())
        parts = parts[:MOST_QUESTIONS]
    intro = passage(head, path)
    cutter = _Cutter(path, language, problems, grammars or {})
    blocks = (cutter.block(part[0], part[1:]) for part in parts)
    return Cut({language: intro} if intro else {}, tuple(block for block in blocks if block))


def _too_many_questions() -> Message:
    return Message("A quiz file has at most %(most)s questions; put the others into a bank of their own.",
                   most=MOST_QUESTIONS)  # fmt: skip


def _parted(
    lines: Sequence[Line], heading: re.Pattern[str]
) -> tuple[Sequence[Line], list[Sequence[Line]]]:
    """Return what stands before the first heading, and each heading with what follows it."""
    starts = [at for at, line in enumerate(lines) if line.free and heading.match(line.text)]
    before = lines[: starts[0]] if starts else lines
    return before, [lines[start:end] for start, end in pairwise([*starts, len(lines)])]


def slug(text: str) -> str:
    """Return `text` as a key could be."""
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))[:MAX_KEY] or "q1"


@dataclass(frozen=True)
class _Cutter:
    """Makes blocks of one file."""

    path: str
    language: str
    problems: Problems
    grammars: Mapping[str, Grammar]

    def block(self, head: Line, body: Sequence[Line]) -> Block | None:
        """Return the block below the heading `head`; None when it cannot be one."""
        named = self.named(head, "##", _no_question_key)
        if named is None:
            return None
        key, attributes = named
        grammar = self.grammar(attributes)
        parts: list[Sequence[Line]] = []
        if grammar.sections:
            body, parts = _parted(body, _SECTION)
        if not all(self.is_short(each) for each in (body, *parts)):
            return None
        if len(parts) > MOST_SECTIONS:
            message = Message("A question has at most %(most)s sections.", most=MOST_SECTIONS)
            self.problems.add(self.path, parts[MOST_SECTIONS][0].number, message)
            return None
        block = self.walk(body, grammar).block(key, head.number, attributes)
        return replace(block, sections=tuple(self.sections(parts, grammar)))

    def sections(self, parts: Sequence[Sequence[Line]], grammar: Grammar) -> Iterator[Section]:
        """Yield the sections whose heading can be read."""
        for head, *body in parts:
            named = self.named(head, "###", _no_section_key)
            if named is not None:
                key, attributes = named
                yield self.walk(body, grammar).section(key, head.number, attributes)

    def named(
        self, head: Line, marks: str, wrong: Callable[[str], Message]
    ) -> tuple[str, dict[str, str]] | None:
        """Return key and attributes of a heading; None, with a problem, when the key is none."""
        key, brace, written = head.text.removeprefix(marks).partition("{")
        key = key.strip()
        if not KEY.fullmatch(key) or len(key) > MAX_KEY:
            self.problems.add(self.path, head.number, wrong(slug(key)))
            return None
        return key, heading_attributes(brace + written, self.path, head.number, self.problems)

    def grammar(self, attributes: Mapping[str, str]) -> Grammar:
        """Return the grammar of the type that a heading names."""
        lone = (name for name, value in attributes.items() if not value and name in self.grammars)
        return self.grammars.get(attributes.get("type") or next(lone, ""), PLAIN)

    def is_short(self, body: Sequence[Line]) -> bool:
        """Whether `body` has no more options than a question may have."""
        marked = [line for line in body if line.free and _MARK.match(line.text)]
        if len(marked) <= MOST_OPTIONS:
            return True
        message = Message("A question has at most %(most)s options or answers.", most=MOST_OPTIONS)
        self.problems.add(self.path, marked[MOST_OPTIONS].number, message)
        return False

    def walk(self, body: Sequence[Line], grammar: Grammar) -> Walk:
        """Return a walk that has gone through `body`."""
        walk = Walk(self.path, self.language, self.problems, grammar)
        for line in body:
            walk.take(line)
        return walk


def _no_question_key(near: str) -> Message:
    return Message(
        "A question begins with ## and a key of small letters, digits and hyphens: ## %(near)s",
        near=near,
    )


def _no_section_key(near: str) -> Message:
    return Message(
        "A section begins with ### and a key of small letters, digits and hyphens: ### %(near)s",
        near=near,
    )
