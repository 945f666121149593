"""Keyset paging: a page knows where the next one starts, whatever was added meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from learn.errors import Invalid, Message

ItemT = TypeVar("ItemT")


class NoPlace(Invalid):
    """The text is no cursor of this list."""

    def __init__(self) -> None:
        super().__init__(
            Message("This is not a place in the list. Start again from its first page.")
        )


@dataclass(frozen=True)
class Page(Generic[ItemT]):
    """Some items of a list; `next` is the cursor of the following page, None at the end."""

    items: Sequence[ItemT]
    next: str | None = None


def cursor_of(*key: str | int) -> str:
    """Return the opaque text that names the place after the row with this sort key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_cursor(text: str, *types: type[Any]) -> tuple[Any, ...]:
    """Return the sort key in a cursor; its parts have these types.

    Raises
    ------
    NoPlace
        The text is no cursor of this list.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, UnicodeError, RecursionError):
        raise NoPlace from None
    if not isinstance(key, list) or [type(part) for part in key] != list(types):
        raise NoPlace
    if not all(_fits_a_column(part) for part in key):
        raise NoPlace
    return tuple(key)


def _fits_a_column(part: str | int) -> bool:
    """Whether a database takes the value: cursors come from outside, and can hold anything."""
    if isinstance(part, int):
        return abs(part) < 2**63
    return "\0" not in part and part.encode("utf-8", "replace").decode() == part
