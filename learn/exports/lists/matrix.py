"""How far some people are in some courses: the cells of the completion matrix and of the team's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from learn.progress.models import COMPLETED, MODULE, Completion, Enrolment, ItemState

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

NONE, UNDER_WAY, DONE, LAPSED, WITHDRAWN = "none", "under_way", "done", "lapsed", "withdrawn"
Key = tuple[int, str]


@dataclass(frozen=True)
class Cell:
    """One person in one course: the state of the newest cycle, and what it says in figures.

    `due` is the day by which the course is to be done, where it was assigned and is not done.
    """

    state: str = NONE
    done: int = 0
    total: int = 0
    day: datetime | None = None
    due: datetime | None = None
    overdue: bool = False


def matrix(
    session: Session, person_ids: Sequence[int], versions: Sequence[CourseVersion], *,
    now: datetime, past: bool = False,
) -> dict[Key, Cell]:  # fmt: skip
    """Return the cells by person and course, in three statements whatever their number.

    Parameters
    ----------
    now
        The moment that they show.
    past
        Whether the moment has passed: what happened later is left out, and what was withdrawn later stood.
    """
    until = now if past else None
    cycles = _cycles(session, person_ids, versions, until)
    completions = _completions(session, person_ids, versions, until)
    modules = _modules(session, person_ids, versions, until)
    return {
        (person_id, version.course): _cell(
            version, cycles.get((person_id, version.course)), completions, modules, person_id, now
        )
        for person_id in person_ids
        for version in versions
    }


def _cell(
    version: CourseVersion,
    cycle: int | None,
    completions: dict[tuple[int, str, int], Completion],
    modules: dict[tuple[int, str, int], int],
    person_id: int,
    now: datetime,
) -> Cell:
    total = len(version.modules)
    if cycle is None:
        return Cell(total=total)
    place = (person_id, version.course, cycle)
    found, done = completions.get(place), modules.get(place, 0)
    if found is None:
        return Cell(UNDER_WAY, done, total)
    if found.withdrawn_at is not None and found.withdrawn_at <= now:
        return Cell(WITHDRAWN, done, total, found.withdrawn_at)
    if found.valid_until is not None and found.valid_until <= now:
        return Cell(LAPSED, done, total, found.valid_until)
    return Cell(DONE, done, total, found.completed_at)


def _cycles(
    session: Session, person_ids: Sequence[int], versions: Sequence[CourseVersion],
    until: datetime | None,
) -> dict[Key, int]:  # fmt: skip
    query = (
        select(Enrolment.person_id, Enrolment.course, func.max(Enrolment.cycle))
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.course.in_([version.course for version in versions]),
        )
        .group_by(Enrolment.person_id, Enrolment.course)
    )
    if until is not None:
        query = query.where(Enrolment.enrolled_at <= until)
    return {(person_id, course): cycle for person_id, course, cycle in session.execute(query)}


def _completions(
    session: Session, person_ids: Sequence[int], versions: Sequence[CourseVersion],
    until: datetime | None,
) -> dict[tuple[int, str, int], Completion]:  # fmt: skip
    query = select(Completion).where(
        Completion.person_id.in_(person_ids),
        Completion.course.in_([version.course for version in versions]),
    )
    if until is not None:
        query = query.where(Completion.completed_at <= until)
    return {(row.person_id, row.course, row.cycle): row for row in session.scalars(query)}


def _modules(
    session: Session, person_ids: Sequence[int], versions: Sequence[CourseVersion],
    until: datetime | None,
) -> dict[tuple[int, str, int], int]:  # fmt: skip
    """Return how many modules of the present versions are completed: never more than there are."""
    present: list[ColumnElement[bool]] = [
        and_(
            ItemState.course == version.course,
            ItemState.key.in_([module.key for module in version.modules]),
        )
        for version in versions
    ]
    if not present:
        return {}
    query = (
        select(ItemState.person_id, ItemState.course, ItemState.cycle, func.count())
        .where(
            ItemState.person_id.in_(person_ids),
            ItemState.kind == MODULE,
            ItemState.state == COMPLETED,
            or_(*present),
        )
        .group_by(ItemState.person_id, ItemState.course, ItemState.cycle)
    )
    if until is not None:
        query = query.where(ItemState.completed_at <= until)
    rows = session.execute(query)
    return {(person_id, course, cycle): done for person_id, course, cycle, done in rows}
