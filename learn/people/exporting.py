"""The list of people as rows with the columns of the import: what goes out can come in unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from learn.people.access import Scope
from learn.people.columns import EXPORTED
from learn.people.models import Person, PersonNumber, Post, Unit
from learn.people.roles import grants_of_all
from learn.people.scoping import people_in, units_under

BATCH = 2000


def exported_rows(
    session: Session, scope: Scope, *, unit: Unit | None = None, active: bool | None = None
) -> Iterator[dict[str, str]]:
    """Yield a row for each person within `scope`, by id, in constant memory; keys are `EXPORTED`.

    Parameters
    ----------
    unit
        Only people of this unit and those below it.
    active
        Only active people; False: only the others; None: both.
    """
    units = {found.id: found for found in session.scalars(select(Unit))}
    last = 0
    while True:
        rows = _batch(session, scope, unit, active, last)
        if not rows:
            return
        grants = grants_of_all(session, [row.id for row in rows])
        for row in rows:
            own = units.get(row.unit_id) if row.unit_id is not None else None
            roles = sorted(
                grant.role
                for grant in grants.get(row.id, ())
                if own is not None and grant.unit_path == own.path and grant.course is None
            )
            yield _cells(row, own, units, roles)
        last = rows[-1].id


def _batch(
    session: Session, scope: Scope, unit: Unit | None, active: bool | None, last: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    query = (
        select(
            Person.id, Person.unit_id, PersonNumber.number, Person.name, Person.title_before,
            Person.title_after, Person.kind, Person.post_title, Person.post_class, Person.grade,
            Post.since, Person.email, Person.active,
        )
        .outerjoin(
            PersonNumber, (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None)
        )
        .outerjoin(Post, (Post.person_id == Person.id) & Post.main & Post.until.is_(None))
        .where(Person.id > last, people_in(scope))
        .order_by(Person.id)
        .limit(BATCH)
    )  # fmt: skip
    if unit is not None:
        query = query.where(Person.unit_id.in_(select(Unit.id).where(units_under(unit.path))))
    if active is not None:
        query = query.where(Person.active.is_(active))
    return session.execute(query).all()


def _cells(
    row: Row[*tuple[Any, ...]], own: Unit | None, units: dict[int, Unit], roles: list[str]
) -> dict[str, str]:
    parent = units.get(own.parent_id) if own is not None and own.parent_id is not None else None
    cells = {
        "number": row.number or "",
        "name": row.name,
        "title_before": row.title_before,
        "title_after": row.title_after,
        "kind": row.kind,
        "unit_code": own.code if own else "",
        "unit": own.name if own else "",
        "parent_unit_code": parent.code if parent else "",
        "post": row.post_title,
        "post_class": row.post_class,
        "grade": row.grade,
        "since": row.since.isoformat() if row.since else "",
        "email": row.email or "",
        "active": "ya" if row.active else "tidak",
        "role": ", ".join(roles),
    }
    return {name: cells[name] for name in EXPORTED}
