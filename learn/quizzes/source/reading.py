"""The text of a quiz cut into blocks: what stands where, before anybody asks what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from learn.errors import Message, Problem

ItemKind = Literal["radio", "box", "pair", "answer", "number"]
BOTH_SIDES = Message("Both sides of => need a text.")


class SourceText(Protocol):
    """One file of a quiz: where it stands below the content folder, and what it says."""

    @property
    def path(self) -> str:
        """Return the path below the content folder."""

    @property
    def text(self) -> str:
        """Return the whole text, front matter included."""


@dataclass(frozen=True)
class SourceFile:
    """A `SourceText` in memory."""

    path: str
    text: str


class Rendered(Protocol):
    """What rendering Markdown gives: safe HTML, and what was wrong in the Markdown."""

    @property
    def html(self) -> str:
        """Return the sanitised HTML."""

    @property
    def problems(self) -> Sequence[Problem]:
        """Return what was wrong, with lines counted from the top of the file."""


Render = Callable[[str, str, int], Rendered]
"""Markdown, path and first line to `Rendered`."""


@dataclass(frozen=True)
class Passage:
    """Some lines of one file: the text, and where it begins."""

    text: str
    path: str
    line: int


Passages = Mapping[str, Passage]
"""The same passage by language."""


@dataclass(frozen=True)
class Item:
    """One option, pair, accepted answer or step of a question.

    `other` is the right side of a pair; `marked` says that the author ticked it as right; `attributes`
    are what stands in braces behind it, such as ``{fixed}`` or ``{-50%}`` (a weight, kept as ``weight``).
    """

    kind: ItemKind
    path: str
    line: int
    text: Passages
    other: Passages = field(default_factory=dict)
    marked: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    feedback: Passages = field(default_factory=dict)

    @property
    def fixed(self) -> bool:
        """Whether it keeps its place when the others are shuffled."""
        return "fixed" in self.attributes


Outcome = Literal["right", "partly", "wrong"]
OUTCOMES: Mapping[str, Outcome] = {"x": "right", "~": "partly", "": "wrong"}
"""What stands in the parentheses of feedback for one outcome: ``>(x)``, ``>(~)``, ``>( )``."""


@dataclass(frozen=True)
class Section:
    """A part of a block under a heading of its own, ``### key {attributes}``: a node of a scenario."""

    key: str
    path: str
    line: int
    attributes: Mapping[str, str]
    prompt: Passages
    items: tuple[Item, ...]
    feedback: Passages


@dataclass(frozen=True)
class Block:
    """All that stands under one ``## key {attributes}`` heading, in all languages.

    Parameters
    ----------
    feedback
        For everybody, ``> text``; `outcomes` has what stands behind ``>(x)``, ``>(~)`` and ``>( )``.
    hints
        What ``>? text`` says, one after the other.
    sections
        Only of types that have them.
    """

    key: str
    path: str
    line: int
    attributes: Mapping[str, str]
    prompt: Passages
    items: tuple[Item, ...]
    feedback: Passages
    hints: tuple[Passages, ...] = ()
    outcomes: Mapping[Outcome, Passages] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Grammar:
    """What the blocks of one type may hold besides what every block may.

    Parameters
    ----------
    numbered
        Whether numbered lines are items.
    sections
        Whether ``### key`` begins a section.
    item_attributes
        Names that may stand in braces behind a pair or a numbered line (behind options they always may).
    """

    numbered: bool = False
    sections: bool = False
    item_attributes: frozenset[str] = frozenset()


PLAIN = Grammar()


class Problems:
    """Everything found wrong while reading; nothing stops at the first."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, line: int, message: Message, *, warning: bool = False) -> None:
        """Note one problem; a `warning` is worth a look and hinders nothing."""
        self.found.append(Problem(path, line, message, warning))

    @property
    def serious(self) -> bool:
        """Whether something hinders publishing."""
        return any(not problem.warning for problem in self.found)


FENCE = re.compile(r" {0,12}(`{3,}|~{3,})(.*)$")


def outside_fences(lines: Sequence[str]) -> Iterator[bool]:
    """Yield for each line whether it stands outside fenced code; the fences themselves do not."""
    fence = ""
    for line in lines:
        found = FENCE.match(line)
        if fence:
            yield False
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
            yield False
        else:
            yield True
