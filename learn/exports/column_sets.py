"""Saved sets of columns: a person's own, and those shared with a unit and all below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session

from learn.errors import Conflict, Invalid, Message, NotFound
from learn.exports.kinds import ExportKind
from learn.exports.models import ColumnSet
from learn.people.access import Scope
from learn.people.models import Unit
from learn.people.names import tidy

LONGEST_NAME = 80
MOST_SETS = 50
"""How many sets a person may save."""


def sets_for(session: Session, kind: str, person_id: int, scope: Scope) -> list[ColumnSet]:
    """Return the sets of a kind that somebody who exports within `scope` may use, by name."""
    query = (
        select(ColumnSet)
        .outerjoin(Unit, Unit.id == ColumnSet.unit_id)
        .where(ColumnSet.kind == kind, or_(ColumnSet.person_id == person_id, _shared(scope)))
        .order_by(ColumnSet.name, ColumnSet.id)
    )
    return list(session.scalars(query))


def _shared(scope: Scope) -> ColumnElement[bool]:
    """Return the condition of sets shared with a unit that holds, or is held by, what is reached."""
    with_unit = ColumnSet.unit_id.is_not(None)
    if scope.everything:
        return with_unit
    either = [
        condition
        for path in scope.unit_paths
        for condition in (literal(path).like(Unit.path + "%"), Unit.path.like(f"{path}%"))
    ]
    return with_unit & or_(*either) if either else with_unit & literal(False)


def set_named(
    session: Session, kind: str, set_id: int, person_id: int, scope: Scope
) -> ColumnSet:  # fmt: skip
    """Return a set that the person may use.

    Raises
    ------
    NotFound
        There is none, or it is not theirs to see.
    """
    found = next((s for s in sets_for(session, kind, person_id, scope) if s.id == set_id), None)
    if found is None:
        raise NotFound(Message("There is no such set of columns."))
    return found


def save_set(
    session: Session,
    kind: ExportKind,
    name: str,
    keys: Sequence[str],
    *,
    person_id: int,
    unit: Unit | None = None,
    now: datetime,
) -> ColumnSet:
    """Save columns under a name; the same name again replaces one's own set.

    The caller has asked whether the person reaches `unit`, with which the set is shared.

    Raises
    ------
    Invalid, Conflict
        The name is empty or too long, a column is unknown; there are too many sets.
    """
    name = tidy(name)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(
            Message("Give the set a name of at most %(most)s letters.", most=LONGEST_NAME)
        )
    columns = [column.key for column in kind.with_columns(keys).columns]
    mine = list(session.scalars(select(ColumnSet).where(ColumnSet.person_id == person_id)))
    known = next((each for each in mine if (each.kind, each.name) == (kind.key, name)), None)
    if known is None and len(mine) >= MOST_SETS:
        raise Conflict(
            Message("You have %(most)s sets of columns. Delete one first.", most=MOST_SETS)
        )
    found = known or ColumnSet(kind=kind.key, name=name, person_id=person_id)
    found.columns, found.saved_at = columns, now
    found.unit_id = unit.id if unit else None
    session.add(found)
    session.flush()
    return found


def delete_set(session: Session, set_id: int, person_id: int) -> None:
    """Delete one's own set.

    Raises
    ------
    NotFound
        There is none of one's own.
    """
    found = session.get(ColumnSet, set_id) if 0 < set_id < 2**63 else None
    if found is None or found.person_id != person_id:
        raise NotFound(Message("There is no such set of columns."))
    session.delete(found)
    session.flush()
