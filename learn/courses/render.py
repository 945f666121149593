"""Markdown to safe HTML: at publishing, never when somebody reads."""

from __future__ import annotations

from dataclasses import dataclass

from learn.courses.blocks import Block, no_blocks
from learn.courses.links import NO_LINKS, Links, Reference
from learn.courses.version import Heading
from learn.errors import Problem
from learn.registry import Registry


@dataclass(frozen=True)
class Rendered:
    """What became of a text.

    `html` is safe and has `PLACE` in its addresses; `toc` holds the headings of level 2 and 3; `text`
    is plain, for searching; `anchors` and `references` let the caller check links between pages.
    """

    html: str
    toc: tuple[Heading, ...]
    problems: tuple[Problem, ...]
    text: str
    words: int
    title: str = ""
    anchors: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()
