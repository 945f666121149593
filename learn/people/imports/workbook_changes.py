"""Doing what the plan of a workbook says: units, then people, then posts, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.ledger import append, audit, lock_people
from learn.people.access import Actor
from learn.people.imports.planning import chunks
from learn.people.imports.post_plans import HeldPost, PostChange, PostsPlan
from learn.people.imports.services import apply_import
from learn.people.imports.unit_plans import PlannedUnitChange, UnitsPlan
from learn.people.imports.workbooks import WorkbookPlan
from learn.people.models import Person, PersonNumber, Post, Unit
from learn.people.services import POST_SET
from learn.people.units import create_unit, describe_unit, move_unit, rename_unit

POSTS_IMPORTED, SHEETS_IMPORTED = "posts_imported", "sheets_imported"


def apply_workbook(
    session: Session,
    plan: WorkbookPlan,
    *,
    actor: Actor | None,
    now: datetime,
    settings: Settings,
) -> None:
    """Do all that the plan says, in this transaction; a plan that changes nothing writes nothing.

    Raises
    ------
    Invalid
        The plan has errors.
    """
    plan.refuse_errors()
    if plan.empty:
        return
    actor_id = actor.person_id if actor else None
    lock_people(session, _known_people(plan))
    _apply_units(session, plan.units, actor_id, now)
    apply_import(session, plan.people, actor=actor, now=now, settings=settings)
    _apply_posts(session, plan.posts, actor_id, now)
    if plan.units.empty and plan.posts.empty:
        return
    counts = {
        "units_new": len(plan.units.new), "units_changed": len(plan.units.changed),
        "posts_new": plan.posts.new, "posts_changed": plan.posts.changed,
    }  # fmt: skip
    audit(session, SHEETS_IMPORTED, counts, actor_id=actor_id, at=now)


def _known_people(plan: WorkbookPlan) -> Iterator[int]:
    """Yield those who are there already: their chains come before the audit chain, as everywhere."""
    yield from (change.person_id for change in plan.people.changed)
    yield from (change.person_id for change in plan.posts.changes if change.person_id)


def _apply_units(session: Session, plan: UnitsPlan, actor_id: int | None, now: datetime) -> None:
    if plan.empty:
        return
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    for planned in sorted(plan.new, key=lambda each: each.depth):
        units[planned.code] = _make(session, planned, units, actor_id, now)
    # from the top down: where a unit goes, everything above it stands already
    for planned in sorted(plan.changed, key=lambda each: each.depth):
        unit, fields = units[planned.code], dict(planned.fields)
        if "name" in fields:
            rename_unit(session, unit, fields.pop("name"), actor_id=actor_id, now=now)
        if planned.parent_code is not None:
            move_unit(session, unit, units[planned.parent_code], actor_id=actor_id, now=now)
        if fields:
            describe_unit(session, unit, fields, actor_id=actor_id, now=now)
    session.flush()


def _make(
    session: Session,
    planned: PlannedUnitChange,
    units: Mapping[str, Unit],
    actor_id: int | None,
    now: datetime,
) -> Unit:
    fields = dict(planned.fields)
    unit = create_unit(
        session, code=planned.code, name=fields.pop("name"), type=fields.pop("type", None) or "",
        time_zone=fields.pop("time_zone", None),
        parent=units[planned.parent_code] if planned.parent_code else None,
        actor_id=actor_id, now=now,
    )  # fmt: skip
    days = {name: day for name, day in fields.items() if day is not None}
    if days:
        describe_unit(session, unit, days, actor_id=actor_id, now=now)
    return unit


def _apply_posts(session: Session, plan: PostsPlan, actor_id: int | None, now: datetime) -> None:
    if plan.empty:
        return
    unit_ids = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
    for some in chunks(plan.changes, 500):
        ids = _ids(session, some)
        people = {
            person.id: person
            for person in session.scalars(select(Person).where(Person.id.in_(ids.values())))
        }
        for change in some:
            person = people[ids[change.number] if change.number else change.person_id or 0]
            _apply_change(session, change, person, unit_ids, actor_id, now)
        session.flush()


def _ids(session: Session, changes: Any) -> dict[str, int]:
    """Return the id of each person, by number for those whom this import has just added."""
    known = {f"#{each.person_id}": each.person_id for each in changes if each.person_id}
    numbers = [each.number for each in changes if each.number]
    query = select(PersonNumber.number, PersonNumber.person_id)
    rows = session.execute(query.where(PersonNumber.number.in_(numbers))) if numbers else ()
    return {**known, **{row.number: row.person_id for row in rows}}


def _apply_change(
    session: Session,
    change: PostChange,
    person: Person,
    unit_ids: Mapping[str, int],
    actor_id: int | None,
    now: datetime,
) -> None:
    # posts that end make room before others begin
    for post in sorted(change.posts, key=lambda each: (each.post_id is None, each.since)):
        row = session.get_one(Post, post.post_id) if post.post_id else Post(person_id=person.id)
        row.since, row.until, row.main = post.since, post.until, post.main
        row.unit_id, row.title = unit_ids[post.unit_code], post.title
        row.post_class, row.grade = post.post_class, post.grade
        session.add(row)
    held = change.current
    if held is not None and held in change.posts:  # of somebody new it came with their first entry
        person.unit_id, person.post_title = unit_ids[held.unit_code], held.title
        person.post_class, person.grade = held.post_class, held.grade
        _note_current(session, person, held, unit_ids, actor_id, now)
    rest = [post for post in change.posts if post != held]
    if rest:
        data = {"actor": actor_id, "posts": [_data(post, unit_ids) for post in rest]}
        detail = {"titles": [post.title for post in rest]}
        append(session, person.id, POSTS_IMPORTED, data, at=now, detail=detail)


def _note_current(
    session: Session,
    person: Person,
    held: HeldPost,
    unit_ids: Mapping[str, int],
    actor_id: int | None,
    now: datetime,
) -> None:
    known = {
        key: value for key, value in _data(held, unit_ids).items() if key not in {"until", "main"}
    }
    append(
        session, person.id, POST_SET, {"actor": actor_id, **known}, at=now,
        detail={"title": held.title},
    )  # fmt: skip


def _data(post: HeldPost, unit_ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "unit": unit_ids[post.unit_code],
        "class": post.post_class,
        "grade": post.grade,
        "since": post.since.isoformat(),
        "until": post.until.isoformat() if post.until else None,
        "main": post.main,
    }
