"""Granting and ending roles: entries of the person's chain, folded into `RoleGrant`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learn.errors import Conflict, Forbidden, Invalid, Message, NotFound
from learn.ledger import Entry, append, lock, project
from learn.people.access import Action, Actor, Grant, Role, can_grant, refusal
from learn.people.models import Person, RoleGrant, Unit

ROLE_GRANTED, ROLE_ENDED = "role_granted", "role_ended"
_NEED_A_UNIT = frozenset({Role.SUPERVISOR, Role.MENTOR})
CHUNK = 5000


@project(ROLE_GRANTED)
def _fold_granted(session: Session, entry: Entry) -> None:
    session.execute(
        insert(RoleGrant).values(
            person_id=entry.person_id,
            seq=entry.seq,
            role=entry.data["role"],
            unit_id=entry.data["unit"],
            course=entry.data["course"],
            granted_at=entry.at,
        )
    )


@project(ROLE_ENDED)
def _fold_ended(session: Session, entry: Entry) -> None:
    session.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == entry.person_id, RoleGrant.seq == entry.data["grant"])
        .values(ended_at=entry.at)
    )


def grant_role(
    session: Session,
    person: Person,
    role: str,
    *,
    unit: Unit | None = None,
    course: str | None = None,
    actor: Actor | None,
    now: datetime,
) -> int:
    """Grant a role on a unit (None: on everything), a trainer's perhaps on one course; return its seq.

    Granting what is held already changes nothing. `actor` None is the operator of the command line.

    Raises
    ------
    Invalid, Forbidden
        The role is unknown or lacks its unit; the actor does not reach as far.
    """
    _check_role(role, unit, course)
    if actor is not None and not can_grant(
        actor, role, unit_path=unit.path if unit else None, course=course
    ):
        raise Forbidden(refusal(Action.GRANT_ROLES))
    lock(session, person.id)
    unit_id = unit.id if unit else None
    held = session.scalar(
        select(RoleGrant.seq).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.unit_id.is_not_distinct_from(unit_id),
            RoleGrant.course.is_not_distinct_from(course),
            RoleGrant.ended_at.is_(None),
        )
    )
    if held is not None:
        return held
    data = {
        "role": str(role),
        "unit": unit_id,
        "course": course,
        "actor": actor.person_id if actor else None,
    }
    return append(session, person.id, ROLE_GRANTED, data, at=now).seq


def end_role(
    session: Session, person_id: int, seq: int, *, actor: Actor | None, now: datetime
) -> None:
    """End the role that entry `seq` granted; what was done with it stays.

    Raises
    ------
    NotFound, Forbidden, Conflict
        There is no such grant; the actor could not have granted it; nobody would be left who
        administers the whole.
    """
    lock(session, person_id)
    row = session.execute(
        select(RoleGrant.role, RoleGrant.unit_id, RoleGrant.course, RoleGrant.ended_at, Unit.path)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.seq == seq)
    ).one_or_none()
    if row is None:
        raise NotFound(Message("There is no such role of this person."))
    if actor is not None and not can_grant(actor, row.role, unit_path=row.path, course=row.course):
        raise Forbidden(refusal(Action.GRANT_ROLES))
    if row.ended_at is not None:
        return
    if row.role == Role.ADMIN and actor is not None and actor.person_id == person_id:
        raise Conflict(Message("Somebody else has to end your own role as administrator."))
    data = {"grant": seq, "actor": actor.person_id if actor else None}
    append(session, person_id, ROLE_ENDED, data, at=now)


def grants_of(session: Session, person_id: int) -> tuple[Grant, ...]:
    """Return the roles that the person holds now."""
    return grants_of_all(session, [person_id]).get(person_id, ())


def grants_of_all(session: Session, person_ids: Iterable[int]) -> dict[int, tuple[Grant, ...]]:
    """Return the roles held now by each of these people; those without any are left out."""
    ids, found = list(person_ids), defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(
                RoleGrant.person_id,
                RoleGrant.role,
                RoleGrant.unit_id,
                RoleGrant.course,
                Unit.path,
            )
            .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
            .where(
                RoleGrant.person_id.in_(ids[start : start + CHUNK]), RoleGrant.ended_at.is_(None)
            )
            .order_by(RoleGrant.person_id, RoleGrant.seq)
        )
        for row in rows:
            grant = grant_from(row.role, row.unit_id, row.path, row.course)
            if grant is not None:
                found[row.person_id].append(grant)
    return {person_id: tuple(grants) for person_id, grants in found.items()}


def grant_from(
    role: str | None, unit_id: int | None, path: str | None, course: str | None
) -> Grant | None:
    """Return the grant of a row, or None.

    A grant whose unit is not there counts for nothing: without a path it would reach everything.
    """
    if role is None or (unit_id is not None and path is None):
        return None
    return Grant(role, path, course)


def actor_of(session: Session, person_id: int) -> Actor:
    """Return the person as one who asks, with the roles held now; for commands and jobs."""
    return Actor(person_id, grants_of(session, person_id))


def _check_role(role: str, unit: Unit | None, course: str | None) -> None:
    if role not in set(Role) or role == Role.EMPLOYEE:
        known = ", ".join(known for known in Role if known != Role.EMPLOYEE)
        raise Invalid(
            Message(
                "%(role)s is not a role that can be granted. Roles are: %(known)s.",
                role=role,
                known=known,
            )
        )
    if role in _NEED_A_UNIT and unit is None:
        raise Invalid(Message("This role is granted on a unit. Choose which."))
    if course is not None and role != Role.TRAINER:
        raise Invalid(Message("Only trainers have a role on a course."))
