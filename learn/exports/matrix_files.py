"""The matrix of people and courses as a list and as a file: a column for each course, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy.orm import Session

from learn.errors import Message
from learn.exports.columns import column
from learn.exports.exporter import Column
from learn.exports.matrix import Cell, matrix
from learn.exports.people_lists import COLUMNS, ListedPerson, PeopleList
from learn.exports.people_queries import Line

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

WHO_COLUMNS = tuple(each for each in COLUMNS if each.key in {"number", "name", "unit_code", "unit"})
STATE_COLUMN = Message("State of the newest cycle, with its day; counts are completed modules.")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One person, and how far they are in each course."""

    who: ListedPerson
    cells: dict[str, Cell]

    def __getattr__(self, name: str) -> Any:
        """Return what is known of the person."""
        return getattr(self.who, name)


@dataclass(frozen=True, kw_only=True)
class MatrixList(PeopleList):
    """People of a list, each with how far they are in some courses."""

    versions: Sequence[CourseVersion] = field(default=())
    with_figures: ClassVar[bool] = False

    def rows(self, session: Session, people: Sequence[ListedPerson]) -> Iterator[MatrixRow]:
        """Return the rows of these people."""
        as_of, ids = self.as_of, [who.person_id for who in people]
        cells = matrix(session, ids, self.versions, now=as_of.at, past=as_of.past)
        for who in people:
            yield MatrixRow(
                who,
                {each.course: cells[who.person_id, each.course] for each in self.versions},
            )

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[Any]:
        yield from self.rows(session, list(super()._records(session, lines)))

    def columns(self, words: Any, language: str) -> Sequence[Column]:
        """Return the columns of the file; `words` says a cell."""
        return (*WHO_COLUMNS, *(self._column(each, words, language) for each in self.versions))

    def _column(self, version: CourseVersion, words: Any, language: str) -> Column:
        def value(row: MatrixRow) -> str:
            said: str = words(row.cells[version.course])
            return said

        title = Message("%(title)s", title=version.title(language))
        return column(version.course, "text", title, STATE_COLUMN, value)
