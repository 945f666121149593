"""What a file format is: it turns columns and records into bytes, piece by piece."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from learn.errors import Message

Kind = Literal["text", "integer", "decimal", "date", "flag"]
Cell = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """One column of a file: a stable `key`, its name and meaning for people, and where it comes from.

    `value` takes a record and gives what `kind` says, or None.
    """

    key: str
    title: Message
    meaning: Message
    kind: Kind
    value: Callable[[Any], Cell]


@dataclass(frozen=True)
class About:
    """What a file says about itself: what it holds, how it was narrowed, when and where it was made.

    `made_at` is in the time zone of the place; `translate` speaks the language of who asked.
    """

    title: Message
    made_at: datetime
    organiser: str = ""
    filters: Sequence[tuple[Message, str]] = ()
    translate: Callable[[Message], str] = field(default=str)


class Exporter(ABC):
    """A file format.  It yields bytes, so that a file of any size needs no memory."""

    key: str
    label: Message
    suffix: str
    mimetype: str
    binary = False

    @abstractmethod
    def chunks(
        self, columns: Sequence[Column], records: Iterable[Any], *, about: About
    ) -> Iterator[bytes]:
        """Yield the file's bytes; without any record it still has its header."""


def plain(value: Cell) -> str | int | float | None:
    """Return the value as machine formats hold it: dates as 2026-11-24."""
    return value.isoformat() if isinstance(value, date) else value
