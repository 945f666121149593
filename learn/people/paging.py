"""Keyset paging: a page knows where the next one starts, whatever was added meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, Tuple, literal, tuple_
from sqlalchemy.orm import Session

from learn.db import UTCDateTime, moment_text
from learn.errors import Invalid, Message

LARGEST_PAGE = 200
ItemT = TypeVar("ItemT")
OtherT = TypeVar("OtherT")
Key = Sequence[Any]
"""Columns of tables, in the order of which a list stands; no two of its rows share their values."""


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

    def of(self, made: Callable[[ItemT], OtherT]) -> Page[OtherT]:
        """Return the page with what is made of each item."""
        return Page([made(each) for each in self.items], self.next)


def page_of(
    session: Session, query: Select[*tuple[Any, ...]], key: Key, *, after: str | None, limit: int,
    falling: bool = False,
) -> Page[Row[*tuple[Any, ...]]]:  # fmt: skip
    """Return the page of the rows of a query that follows the cursor `after`.

    Parameters
    ----------
    falling
        Whether the highest key comes first.

    Raises
    ------
    NoPlace
        The cursor is none of this list.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    place = read_cursor(after, *(column.type.python_type for column in key)) if after else None
    rows = session.execute(rows_after(query, key, place, falling).limit(limit + 1)).all()
    following = cursor_of(*place_of(rows[limit - 1], key)) if len(rows) > limit else None
    return Page(rows[:limit], following)


def rows_after(
    query: Select[*tuple[Any, ...]], key: Key, place: Sequence[Any] | None, falling: bool = False
) -> Select[*tuple[Any, ...]]:
    """Return the query in the order of `key`, of the rows behind a place; None: of all."""
    if place is not None:
        here, there = tuple_(*key), row_of(*place)
        query = query.where(here < there if falling else here > there)
    return query.order_by(*(column.desc() if falling else column for column in key))


def place_of(row: Row[*tuple[Any, ...]], key: Key) -> tuple[Any, ...]:
    """Return the key of a row: of the table's object in it, or of the row's own columns."""
    return tuple(getattr(getattr(row, column.class_.__name__, row), column.key) for column in key)


def cursor_of(*key: str | int | date) -> str:
    """Return the opaque text that names the place after the row with this sort key."""
    text = json.dumps(key, default=_written)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _written(part: date) -> str:
    return moment_text(part) if isinstance(part, datetime) else part.isoformat()


def read_cursor(text: str, *types: type[Any]) -> tuple[Any, ...]:
    """Return the sort key in a cursor; its parts have these types: texts, numbers, days, moments.

    Raises
    ------
    NoPlace
        The text is no cursor of this list.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, UnicodeError, RecursionError):
        raise NoPlace from None
    kept = [str if issubclass(each, date) else each for each in types]
    if not isinstance(key, list) or [type(part) for part in key] != kept:
        raise NoPlace
    if not all(_fits_a_column(part) for part in key):
        raise NoPlace
    try:
        return tuple(_read(part, each) for part, each in zip(key, types, strict=True))
    except (ValueError, OverflowError):
        raise NoPlace from None


def _read(part: Any, kind: type[Any]) -> Any:
    if issubclass(kind, datetime):
        moment = datetime.fromisoformat(part)
        if moment.tzinfo is None:
            raise NoPlace
        return moment.astimezone(UTC)
    return date.fromisoformat(part) if issubclass(kind, date) else part


def _fits_a_column(part: str | int) -> bool:
    """Whether a database takes the value: cursors come from outside, and can hold anything."""
    if isinstance(part, int):
        return abs(part) < 2**63
    return "\0" not in part and part.encode("utf-8", "replace").decode() == part


def row_of(*key: Any) -> Tuple:
    """Return a sort key as a row that `tuple_` of the columns can be compared with."""
    return tuple_(
        *(
            literal(part, UTCDateTime()) if isinstance(part, datetime) else literal(part)
            for part in key
        )
    )
