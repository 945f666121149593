"""Fenced blocks that become something else than code; plugins add their own to the registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from learn.errors import LearnError
from learn.registry import Registry


class InvalidBlock(LearnError):
    """The text of a block is not what its kind takes; the message says what would be right."""


class Block(Protocol):
    """A kind of fenced block: ```` ```key option="value" ````.

    What `html` returns is sanitised like the page around it; its own classes begin with ``block-``.
    """

    @property
    def key(self) -> str:
        """Return the word after the fence."""

    def html(self, options: Mapping[str, str], body: str) -> str:
        """Return the HTML of one block; raise `InvalidBlock` when its text is wrong."""


def no_blocks() -> Registry[Block]:
    """Return an empty registry: every fenced block is code."""
    return Registry("blocks")
