"""Lists in the order of a key that no two of their lines share: a page at a time, or all in constant memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

from learn.exports.filters import Filters
from learn.people.paging import Page, page_of, place_of, rows_after

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
        key, falling = self._order()
        page = page_of(
            session, self._select(session), key, after=after, limit=limit, falling=falling
        )
        return Page(list(self._records(session, page.items)), page.next)

    def stream(self, session: Session) -> Iterator[RecordT]:
        """Return all of them in the same order, in constant memory."""
        return self._streamed(session, self._select(session))

    def _streamed(self, session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[RecordT]:
        key, falling = self._order()
        place: tuple[Any, ...] | None = None
        while lines := session.execute(
            rows_after(query, key, place, falling).limit(self.BATCH)
        ).all():
            yield from self._records(session, lines)
            place = place_of(lines[-1], key)

    def _order(self) -> tuple[tuple[Any, ...], bool]:
        """Return the columns of the key, and whether the highest key comes first."""
        return self.KEY, self.LATEST_FIRST

    @abstractmethod
    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        """Return the query of all lines, in no order."""

    @abstractmethod
    def _records(self, session: Session, lines: Sequence[Line]) -> Iterable[RecordT]:
        """Return the records of some lines."""
