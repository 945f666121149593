"""The tree of units: one root, the agency; every unit knows the path from there to itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, func, literal, or_, select, update
from sqlalchemy.orm import Session

from learn.errors import Conflict, Invalid, Message, NotFound
from learn.ledger import audit
from learn.people.fitting import fitting
from learn.people.models import Person, Unit
from learn.people.names import tidy
from learn.people.scoping import units_under

ROOT_CODE, ROOT_NAME = "INSTANSI", "Instansi"
LONGEST_PATH = 240
DESCRIBED = ("type", "time_zone", "valid_from", "valid_to")


def unit_by_code(session: Session, code: str) -> Unit:
    """Return the unit with this code.

    Raises
    ------
    NotFound
        No unit has it.
    """
    wanted = tidy(code)
    unit = session.scalar(select(Unit).where(Unit.code == wanted)) if wanted.isprintable() else None
    if unit is None:
        raise NotFound(Message("There is no unit with the code %(code)s.", code=code))
    return unit


def root_unit(session: Session, *, now: datetime) -> Unit:
    """Return the root, made with a name to be changed when there is none yet."""
    root = session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    if root is not None:
        return root
    return create_unit(
        session, code=ROOT_CODE, name=ROOT_NAME, type="instansi", actor_id=None, now=now
    )


def create_unit(
    session: Session,
    *,
    code: str,
    name: str,
    parent: Unit | None = None,
    type: str = "",
    time_zone: str | None = None,
    actor_id: int | None,
    now: datetime,
) -> Unit:
    """Make a unit below `parent`; without one it is the root, or stands below the root that exists.

    It takes over the time zone of its parent when it names none.

    Raises
    ------
    Invalid, Conflict
        The code or name is empty; the code is taken.
    """
    code, name = fitting(Unit.code, code), fitting(Unit.name, name)
    if not code or not name:
        raise Invalid(Message("A unit needs a code and a name."))
    if session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
        raise Conflict(Message("There is a unit with the code %(code)s already.", code=code))
    if parent is None:
        parent = session.scalar(select(Unit).where(Unit.parent_id.is_(None)).limit(1))
    unit = Unit(
        code=code,
        name=name,
        type=type,
        parent_id=parent.id if parent else None,
        path="",
        time_zone=time_zone or (parent.time_zone if parent else None),
    )
    session.add(unit)
    session.flush()
    unit.path = _path_below(parent, unit.id)
    session.flush()
    data = {"unit": unit.id, "code": code, "name": name, "parent": unit.parent_id}
    audit(session, "unit_created", data, actor_id=actor_id, at=now)
    return unit


def rename_unit(
    session: Session, unit: Unit, name: str, *, actor_id: int | None, now: datetime
) -> None:
    """Give the unit another name; people, roles and records stay with it."""
    name = fitting(Unit.name, name)
    if not name:
        raise Invalid(Message("A unit needs a name."))
    before, unit.name = unit.name, name
    data = {"unit": unit.id, "before": before, "after": name}
    audit(session, "unit_renamed", data, actor_id=actor_id, at=now)


def move_unit(
    session: Session, unit: Unit, parent: Unit, *, actor_id: int | None, now: datetime
) -> None:
    """Put the unit, with all below it, under another one.

    Raises
    ------
    Invalid
        It is the root, or `parent` is the unit itself or lies below it.
    """
    if unit.parent_id is None:
        raise Invalid(Message("The root of all units cannot be moved."))
    if parent.path.startswith(unit.path):
        raise Invalid(
            Message(
                "%(unit)s cannot be moved below itself or one of its own parts.", unit=unit.name
            )
        )
    old, new = unit.path, _path_below(parent, unit.id)
    longest = session.scalar(select(func.max(func.length(Unit.path))).where(units_under(old))) or 0
    if longest - len(old) + len(new) > LONGEST_PATH:
        raise _too_deep()
    data = {"unit": unit.id, "before": unit.parent_id, "after": parent.id}
    unit.parent_id = parent.id
    session.flush()
    session.execute(
        update(Unit)
        .where(units_under(old))
        .values(path=literal(new, String) + func.substr(Unit.path, len(old) + 1))
        .execution_options(synchronize_session=False)
    )
    for loaded in session.identity_map.values():
        if isinstance(loaded, Unit):
            session.expire(loaded)
    audit(session, "unit_moved", data, actor_id=actor_id, at=now)


def describe_unit(
    session: Session,
    unit: Unit,
    changes: Mapping[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Change the kind, time zone or days of a unit (`DESCRIBED`); the audit chain keeps both sides.

    Raises
    ------
    Invalid
        Its last day would lie before its first.
    """
    if changes.keys() - set(DESCRIBED):
        raise ValueError("not changed here")
    before = {name: getattr(unit, name) for name in changes}
    for name, value in changes.items():
        setattr(unit, name, value)
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        raise Invalid(Message("The last day lies before the first."))
    data = {
        "unit": unit.id,
        "before": {name: str(value or "") for name, value in before.items()},
        "after": {name: str(value or "") for name, value in changes.items()},
    }
    audit(session, "unit_described", data, actor_id=actor_id, at=now)


def close_unit(
    session: Session, unit: Unit, last_day: date, *, actor_id: int | None, now: datetime
) -> None:
    """End the unit after `last_day`; it stays for the records of those years.

    Raises
    ------
    Conflict
        Active people still stand in it or below.
    """
    below = select(Unit.id).where(units_under(unit.path))
    people = session.scalar(
        select(func.count()).select_from(Person).where(Person.unit_id.in_(below), Person.active)
    )
    if people:
        raise Conflict(
            Message(
                "%(people)s active people still belong to this unit. Give them another post first.",
                people=people,
            )
        )
    unit.valid_to = last_day
    data = {"unit": unit.id, "last_day": last_day.isoformat()}
    audit(session, "unit_closed", data, actor_id=actor_id, at=now)


def subtree(session: Session, unit: Unit) -> list[Unit]:
    """Return the unit and all below it, each after the one it belongs to."""
    return list(session.scalars(select(Unit).where(units_under(unit.path)).order_by(Unit.path)))


def unit_tree(
    session: Session, *, paths: tuple[str, ...] | None = None, on: date | None = None
) -> list[tuple[int, Unit]]:
    """Return units with their depth, in reading order: each below its parent, siblings by name.

    Parameters
    ----------
    paths
        Only these subtrees; None: all.
    on
        A day that has passed: with the units that were closed after it.
    """
    open_then = Unit.valid_to.is_(None)
    query = select(Unit).where(open_then if on is None else or_(open_then, Unit.valid_to >= on))
    if paths is not None:
        query = query.where(units_under(*paths)) if paths else query.where(Unit.id < 0)
    units = list(session.scalars(query))
    present = {unit.id for unit in units}
    below: dict[int | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: (unit.name.casefold(), unit.id), reverse=True):
        parent = unit.parent_id if unit.parent_id in present else None
        below.setdefault(parent, []).append(unit)
    waiting = [(0, unit) for unit in below.get(None, [])]
    found: list[tuple[int, Unit]] = []
    while waiting:
        depth, unit = waiting.pop()
        found.append((depth, unit))
        waiting.extend((depth + 1, child) for child in below.get(unit.id, []))
    return found


def _path_below(parent: Unit | None, unit_id: int) -> str:
    path = f"{parent.path if parent else '/'}{unit_id}/"
    if len(path) > LONGEST_PATH:
        raise _too_deep()
    return path


def _too_deep() -> Invalid:
    return Invalid(Message("Units cannot be nested this deeply."))
