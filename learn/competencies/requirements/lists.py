"""Lists of required levels: by what they are for, paged, with their units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from learn.competencies.framework.models import Requirement
from learn.competencies.requirements.rules import post_key_of
from learn.people.models import Unit
from learn.people.paging import Page, cursor_of, read_cursor


@dataclass(frozen=True)
class RequirementLine:
    """A row with the unit that it is for."""

    row: Requirement
    unit: Unit | None


@dataclass(frozen=True)
class RequirementQuery:
    """Which rows: of a post, a class, a unit, a competency; in force on a day."""

    post: str = ""
    post_class: str = ""
    unit_id: int | None = None
    competency: str = ""
    on: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what narrows the list."""
        found: list[ColumnElement[bool]] = []
        if self.post:
            found.append(Requirement.post_key == post_key_of(self.post))
        if self.post_class:
            found.append(Requirement.post_class == self.post_class)
        if self.unit_id is not None:
            found.append(Requirement.unit_id == self.unit_id)
        if self.competency:
            found.append(Requirement.competency == self.competency)
        if self.on is not None:
            open_ = or_(Requirement.until.is_(None), Requirement.until >= self.on)
            found.append(and_(Requirement.since <= self.on, open_))
        return found


ORDER = (
    Requirement.post_key, Requirement.post_class, Requirement.competency, Requirement.since,
    Requirement.id,
)  # fmt: skip


def list_requirements(
    session: Session, query: RequirementQuery, *, after: str | None = None, limit: int = 50
) -> Page[RequirementLine]:
    """Return rows by post or class, competency and first day."""
    found = (
        select(Requirement, Unit)
        .outerjoin(Unit, Unit.id == Requirement.unit_id)
        .where(*query.conditions())
        .order_by(*ORDER)
        .limit(limit + 1)
    )
    if after:
        post, post_class, competency, since, last = read_cursor(after, str, str, str, str, int)
        found = found.where(
            tuple_(*ORDER) > tuple_(post, post_class, competency, _day(since), last)
        )
    rows = session.execute(found).all()
    shown = [RequirementLine(row[0], row[1]) for row in rows[:limit]]
    return Page(shown, _cursor(shown[-1].row) if len(rows) > limit else None)


def _cursor(row: Requirement) -> str:
    return cursor_of(
        row.post_key, row.post_class, row.competency, row.since.isoformat(), row.id
    )  # fmt: skip


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
