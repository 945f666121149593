"""What a copy of one's own data consists of: sheets of rows, each explained in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learn.errors import Message

Say = Callable[[Message], str]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: its key in the JSON, and what it is called."""

    key: str
    title: Message


@dataclass(frozen=True)
class Sheet:
    """Rows of one kind; `key` names its files, `about` says what is in it."""

    key: str
    title: Message
    about: Message
    columns: tuple[Column, ...]
    rows: Sequence[Row]


@dataclass(frozen=True)
class File:
    """A file that the person handed in: its name in the copy, and its digest in the storage."""

    name: str
    digest: str
