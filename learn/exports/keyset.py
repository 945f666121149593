"""Lists in the order of a key that no two of their lines share: a page at a time, or all in constant memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Row, Select, tuple_
from sqlalchemy.orm import Session

from learn.exports.filters import Filters
from learn.people.paging import Page, cursor_of, read_cursor, row_of

LARGEST_PAGE = 200
RecordT = TypeVar("RecordT")
Line = Row[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Keyset(Filters, ABC, Generic[RecordT]):
    """Records made of the lines of one query, in the order of `KEY`; `BATCH` lines are read at a time."""

    KEY: ClassVar[tuple[Any, ...]]
    LATEST_FIRST: ClassVar[bool] = False
    BATCH: ClassVar[int] = 500

    def page(self, session: Session, *, limit: int = 50, after: str | None = None) -> Page[RecordT]:
        """Return the page that follows the cursor `after`; `limit` counts lines."""
        limit = max(1, min(limit, LARGEST_PAGE))
        types = (column.type.python_type for column in self._order()[0])
        place = read_cursor(after, *types) if after else None
        lines = self._following(session, self._ordered(session), place, limit + 1)
        records = list(self._records(session, lines[:limit]))
        return Page(
            records, cursor_of(*self._place(lines[limit - 1])) if len(lines) > limit else None
        )

    def stream(self, session: Session) -> Iterator[RecordT]:
        """Return all of them in the same order, in constant memory."""
        return self._streamed(session, self._ordered(session))

    def _streamed(self, session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[RecordT]:
        place: tuple[Any, ...] | None = None
        while lines := self._following(session, query, place, self.BATCH):
            yield from self._records(session, lines)
            place = self._place(lines[-1])

    def _following(
        self, session: Session, query: Select[*tuple[Any, ...]], place: tuple[Any, ...] | None,
        limit: int,
    ) -> Sequence[Line]:  # fmt: skip
        if place is not None:
            key, falling = self._order()
            here, there = tuple_(*key), row_of(*place)
            query = query.where(here < there if falling else here > there)
        return session.execute(query.limit(limit)).all()

    def _ordered(self, session: Session) -> Select[*tuple[Any, ...]]:
        key, falling = self._order()
        return self._select(session).order_by(
            *(column.desc() if falling else column for column in key)
        )

    def _order(self) -> tuple[tuple[Any, ...], bool]:
        """Return the columns of the key, and whether the highest key comes first."""
        return self.KEY, self.LATEST_FIRST

    def _place(self, line: Line) -> tuple[Any, ...]:
        """Return the key of a line; it stands in what the line begins with."""
        return tuple(getattr(line[0], column.key) for column in self._order()[0])

    @abstractmethod
    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        """Return the query of all lines, in no order."""

    @abstractmethod
    def _records(self, session: Session, lines: Sequence[Line]) -> Iterable[RecordT]:
        """Return the records of some lines."""
