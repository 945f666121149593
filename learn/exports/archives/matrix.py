"""The matrix of people and courses as a list and as a file: a column for each course, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from learn.assignments.models import OPEN, Assignment
from learn.errors import Message
from learn.exports.columns import column
from learn.exports.formats.exporter import Column
from learn.exports.keyset import Line
from learn.exports.lists.hr_people import COLUMNS, ListedPerson, PeopleList
from learn.exports.lists.matrix import DONE, Cell, matrix
from learn.exports.lists.overdue import open_on
from learn.publishing.models import CoursePointer

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
        self._add_dues(session, cells, ids)
        for who in people:
            yield MatrixRow(
                who,
                {each.course: cells[who.person_id, each.course] for each in self.versions},
            )

    def _add_dues(
        self, session: Session, cells: dict[tuple[int, str], Cell], ids: Sequence[int]
    ) -> None:
        """Say in the cells until when what was assigned is to be done."""
        as_of, courses = self.as_of, [each.course for each in self.versions]
        rows = session.execute(
            select(Assignment.person_id, Assignment.course, Assignment.due_at).where(
                Assignment.person_id.in_(ids),
                Assignment.course.in_(courses),
                Assignment.required.is_(True),
                Assignment.due_at.is_not(None),
                open_on(as_of),
            )
        )
        for person_id, course, due_at in rows:
            cell = cells[person_id, course]
            if cell.state != DONE and due_at is not None:
                late = due_at < as_of.at
                cells[person_id, course] = replace(cell, due=due_at, overdue=late)

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


def required_courses(session: Session) -> set[str]:
    """Return the keys of the courses that somebody has to complete."""
    assigned = exists().where(
        Assignment.course == CoursePointer.course,
        Assignment.state == OPEN,
        Assignment.required.is_(True),
    )
    return set(session.scalars(select(CoursePointer.course).where(assigned)))
