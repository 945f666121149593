"""Importing people from a sheet: first a plan that shows everything, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Forbidden, Invalid
from learn.events import announce, people_imported
from learn.ledger import audit, lock_people
from learn.people.access import EVERYTHING, Action, Actor, refusal, scope
from learn.people.dates import local_date
from learn.people.imports.columns import COLUMNS, RowError, find_columns
from learn.people.imports.comparing import Planner
from learn.people.imports.planning import (
    Difference,
    Draft,
    Findings,
    ImportPlan,
    PlannedChange,
    UnitToMake,
    chunks,
    in_rows,
)
from learn.people.imports.rows import match_people, read_drafts
from learn.people.imports.sheet_plans import nothing_imported
from learn.people.imports.tables import Table, UnreadableTable, read_table
from learn.people.models import Person, PersonNumber, Unit
from learn.people.numbers import Kind
from learn.people.roles import grant_role
from learn.people.services import (
    add_number,
    add_people,
    change_person,
    set_post,
)
from learn.people.units import create_unit, root_unit

__all__ = [
    "COLUMNS",
    "Difference",
    "ImportPlan",
    "RowError",
    "Table",
    "UnreadableTable",
    "apply_import",
    "plan_import",
    "read_table",
]

PEOPLE_IMPORTED = "people_imported"


def plan_import(
    session: Session,
    table: Table,
    *,
    actor: Actor | None,
    now: datetime,
    settings: Settings,
    made: Mapping[str, UnitToMake] | None = None,
) -> ImportPlan:
    """Return what importing `table` would do, with everything that is wrong in it; writes nothing.

    `actor` None is the operator of the command line, who reaches everything; `made` are units that
    another sheet makes before.

    Raises
    ------
    Forbidden
        The actor imports nobody.
    """
    reach = EVERYTHING if actor is None else scope(actor, Action.IMPORT_PEOPLE)
    if reach.nothing:
        raise Forbidden(refusal(Action.IMPORT_PEOPLE))
    columns, errors, remarks = find_columns(table.headers)
    if errors:
        return ImportPlan(errors=tuple(errors), warnings=tuple(remarks))
    findings = Findings({name: table.headers[place] for name, place in columns.items()})
    today = local_date(now, settings.timezone)
    drafts = read_drafts(table, columns, findings, today)
    known = _people_by_number(session, drafts)
    matched = match_people(drafts, known, findings)
    planner = Planner(session, actor, reach, findings, today, drafts, matched, known, made or {})
    new, changed, unchanged = planner.plan(drafts)
    return ImportPlan(
        people=frozenset(person.id for person in matched.values()),
        new=tuple(new),
        changed=tuple(changed),
        unchanged=unchanged,
        units=tuple(planner.units.to_make),
        errors=in_rows(findings.errors),
        warnings=in_rows([*remarks, *findings.warnings]),
    )


def _people_by_number(session: Session, drafts: Sequence[Draft]) -> dict[str, Person]:
    numbers = {number for d in drafts for number in (d.number, d.old_number) if number}
    found: dict[str, Person] = {}
    for some in chunks(sorted(numbers)):
        rows = session.execute(
            select(PersonNumber.number, Person)
            .join(Person, Person.id == PersonNumber.person_id)
            .where(PersonNumber.number.in_(some))
        )
        found.update({row.number: row.Person for row in rows})
    return found


def apply_import(
    session: Session, plan: ImportPlan, *, actor: Actor | None, now: datetime, settings: Settings
) -> None:
    """Do all that the plan says, in this transaction; a plan that changes nothing writes nothing.

    Raises
    ------
    Invalid
        The plan has errors.
    """
    if plan.errors:
        raise Invalid(nothing_imported(plan.errors))
    if plan.empty:
        return
    actor_id = actor.person_id if actor else None
    lock_people(session, [change.person_id for change in plan.changed])
    units = _make_units(session, plan, actor_id, now)
    ids = add_people(
        session,
        [
            replace(planned.new, unit_id=units[planned.unit_code].id if planned.unit_code else None)
            for planned in plan.new
        ],
        actor_id=actor_id,
        now=now,
    )
    with_roles = [(i, new) for i, new in zip(ids, plan.new, strict=True) if new.roles]
    for person_id, new in with_roles:
        person = session.get_one(Person, person_id)
        _grant(session, person, new.roles, units[new.unit_code or ""], actor, now)
    for some in chunks(plan.changed, 500):
        people = {
            person.id: person
            for person in session.scalars(
                select(Person).where(Person.id.in_([change.person_id for change in some]))
            )
        }
        for change in some:
            _apply_change(session, change, people[change.person_id], units, actor, now, settings)
    counts = {"new": len(plan.new), "changed": len(plan.changed), "units": len(plan.units)}
    audit(session, PEOPLE_IMPORTED, counts, actor_id=actor_id, at=now)
    announce(session, people_imported, added=len(plan.new), changed=len(plan.changed))


def _make_units(
    session: Session, plan: ImportPlan, actor_id: int | None, now: datetime
) -> dict[str, Unit]:
    codes = {new.unit_code for new in plan.new if new.unit_code}
    codes |= {change.unit_code for change in plan.changed if change.unit_code}
    codes |= {unit.parent_code for unit in plan.units if unit.parent_code}
    root = root_unit(session, now=now) if plan.units else None
    units: dict[str, Unit] = {}
    for some in chunks(sorted(codes)):
        found = session.scalars(select(Unit).where(Unit.code.in_(some)))
        units.update({unit.code: unit for unit in found})
    for planned in plan.units:
        units[planned.code] = create_unit(
            session,
            code=planned.code,
            name=planned.name,
            parent=units[planned.parent_code] if planned.parent_code else root,
            actor_id=actor_id,
            now=now,
        )
    return units


def _apply_change(
    session: Session,
    change: PlannedChange,
    person: Person,
    units: dict[str, Unit],
    actor: Actor | None,
    now: datetime,
    settings: Settings,
) -> None:
    actor_id = actor.person_id if actor else None
    change_person(session, person, change.fields, actor_id=actor_id, now=now)
    if change.number is not None:
        add_number(
            session,
            person,
            change.number,
            kind=Kind(change.number_kind),
            actor_id=actor_id,
            now=now,
            settings=settings,
        )
    if change.post is not None:
        set_post(
            session,
            person,
            unit=units[change.post.unit_code],
            title=change.post.title,
            post_class=change.post.post_class,
            grade=change.post.grade,
            since=change.post.since,
            actor_id=actor_id,
            now=now,
            settings=settings,
        )
    if change.roles:
        _grant(session, person, change.roles, units[change.unit_code or ""], actor, now)


def _grant(
    session: Session,
    person: Person,
    roles: Sequence[str],
    unit: Unit,
    actor: Actor | None,
    now: datetime,
) -> None:
    for role in roles:
        grant_role(session, person, role, unit=unit, actor=actor, now=now)
