"""Lists for administrators: roles that are held, open sign-ins, people without a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from learn.people.access import Scope
from learn.people.models import Account, Person, RoleGrant, SignIn, Unit
from learn.people.names import full_name
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in


@dataclass(frozen=True)
class GrantLine:
    """A role that somebody holds, with its unit (None: everything) or course."""

    person: Person
    seq: int
    role: str
    unit: Unit | None
    course: str | None
    granted_at: datetime


@dataclass(frozen=True)
class SignInLine:
    """An open sign-in and whose it is."""

    sign_in: SignIn
    person: Person
    unit: Unit | None


def list_grants(
    session: Session,
    scope: Scope,
    *,
    role: str | None = None,
    person_id: int | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[GrantLine]:
    """Return a page of the roles that people within `scope` hold, by name."""
    query = (
        select(Person, RoleGrant, Unit)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(people_in(scope), RoleGrant.ended_at.is_(None))
    )
    if role:
        query = query.where(RoleGrant.role == role)
    if person_id is not None:
        query = query.where(Person.id == person_id)
    key = (Person.sort_name, Person.id, RoleGrant.seq)
    return page_of(session, query, key, after=after, limit=limit).of(_grant_line)


def _grant_line(row: Row[*tuple[Any, ...]]) -> GrantLine:
    grant: RoleGrant = row.RoleGrant
    return GrantLine(row.Person, grant.seq, grant.role, row.Unit, grant.course, grant.granted_at)


def list_open_sign_ins(
    session: Session, scope: Scope, *, now: datetime, after: str | None = None, limit: int = 50
) -> Page[SignInLine]:
    """Return a page of the open sign-ins of people within `scope`, the latest first."""
    query = (
        select(SignIn, Person, Unit)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(people_in(scope), SignIn.ended_at.is_(None), SignIn.expires_at > now)
    )
    key = (SignIn.created_at, SignIn.id)
    page = page_of(session, query, key, after=after, limit=limit, falling=True)
    return page.of(lambda row: SignInLine(*row))


@dataclass(frozen=True)
class PeopleFigures:
    """How many people there are, how many of them are active, and how many have a password."""

    people: int
    active: int
    with_password: int


def people_figures(session: Session, scope: Scope) -> PeopleFigures:
    """Return the figures of the people within `scope`."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Person.active),
            func.count().filter(Person.active, Account.password_hash.is_not(None)),
        )
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(people_in(scope))
    ).one()
    return PeopleFigures(*row)


def names_of(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the full names of these people."""
    rows = session.execute(
        select(Person.id, Person.name, Person.title_before, Person.title_after).where(
            Person.id.in_(person_ids)
        )
    )
    return {row.id: full_name(row.name, row.title_before, row.title_after) for row in rows}


def unit_names(session: Session, unit_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of these units."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)))
    return {row.id: row.name for row in rows}


def people_by_unit(session: Session, scope: Scope) -> dict[int, int]:
    """Return how many active people within `scope` stand in each unit itself."""
    rows = session.execute(
        select(Person.unit_id, func.count())
        .where(people_in(scope), Person.active, Person.unit_id.is_not(None))
        .group_by(Person.unit_id)
    )
    return {unit_id: number for unit_id, number in rows if unit_id is not None}
