"""A scope as a condition of a query: every list of people is narrowed by it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from learn.people.access import Scope
from learn.people.models import Person, Unit


def people_in(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on `Person` that only people within `scope` meet."""
    if scope.everything:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if scope.person_ids:
        conditions.append(Person.id.in_(scope.person_ids))
    if scope.unit_paths:
        conditions.append(people_under(*scope.unit_paths))
    return or_(*conditions) if conditions else false()


def people_under(*paths: str) -> ColumnElement[bool]:
    """Return the condition on `Person` that the people of these units and all below them meet."""
    return Person.unit_id.in_(select(Unit.id).where(units_under(*paths)))


def person_id_in(
    column: InstrumentedAttribute[int] | ColumnElement[int], scope: Scope
) -> ColumnElement[bool]:
    """Return the condition on a table's column of person ids (no join with `Person` needed)."""
    if scope.everything:
        return true()
    return column.in_(select(Person.id).where(people_in(scope)))


def units_in(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on `Unit` that only units within `scope` meet."""
    if scope.everything:
        return true()
    return units_under(*scope.unit_paths) if scope.unit_paths else false()


def units_under(*paths: str) -> ColumnElement[bool]:
    """Return the condition on `Unit` for these paths and all below them."""
    # paths hold digits and strokes alone, so LIKE meets no wild card of its own
    return or_(*(Unit.path.like(f"{path}%") for path in paths))
