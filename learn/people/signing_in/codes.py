"""One-time codes: the way to a first password, and to a new one, without mail."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Forbidden, Message
from learn.ledger import audit, lock_people
from learn.people.access import Action, Actor, can_reset, refusal
from learn.people.models import Account, OneTimeCode, Person, Unit
from learn.people.roles import CHUNK, grants_of, grants_of_all
from learn.people.scoping import units_under
from learn.people.signing_in.passwords import hash_code

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
HALF = 5


def normal_code(text: str) -> str:
    """Return the code as it was made, however it was typed: no spaces and strokes, capitals."""
    return re.sub(r"[^0-9A-Z]", "", text[:100].upper())


def make_code(
    session: Session, person: Person, *, actor: Actor | None, now: datetime, settings: Settings
) -> str:
    """Make a one-time code for one person, in place of an earlier one; `actor` None: the operator.

    Raises
    ------
    Forbidden
        The actor does not reach the person, or the person may do more than the actor.
    """
    if actor is not None:
        unit = session.get(Unit, person.unit_id) if person.unit_id is not None else None
        grants, path = grants_of(session, person.id), unit.path if unit else None
        if not can_reset(actor, grants, unit_path=path, person_id=person.id):
            raise Forbidden(refusal(Action.MAKE_CODES))
    return _make(session, [person], None, actor, now, settings)[0][1]


def make_codes(
    session: Session,
    unit: Unit,
    *,
    actor: Actor | None,
    now: datetime,
    settings: Settings,
    with_password: bool = False,
) -> list[tuple[Person, str]]:
    """Make one-time codes for the active people of a unit and all below, by name.

    Left out are people who have a password already (unless `with_password`), and those who may do
    more than the actor.

    Raises
    ------
    Forbidden
        The actor does not reach the unit.
    """
    if actor is not None and not can_reset(actor, (), unit_path=unit.path):
        raise Forbidden(refusal(Action.MAKE_CODES))
    query = (
        select(Person, Unit.path)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.active, units_under(unit.path))
        .order_by(Person.sort_name, Person.id)
    )
    if not with_password:
        query = query.where(Account.password_hash.is_(None))
    rows = session.execute(query).all()
    grants = grants_of_all(session, [row.Person.id for row in rows])
    people = [
        row.Person
        for row in rows
        if actor is None
        or can_reset(
            actor, grants.get(row.Person.id, ()), unit_path=row.path, person_id=row.Person.id
        )
    ]
    return _make(session, people, unit, actor, now, settings)


def _make(
    session: Session,
    people: Sequence[Person],
    unit: Unit | None,
    actor: Actor | None,
    now: datetime,
    settings: Settings,
) -> list[tuple[Person, str]]:
    if not people:
        return []
    made = [(person, _new_code()) for person in people]
    ids = [person.id for person in people]
    lock_people(session, ids)  # two who make codes for somebody come one after the other
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        session.execute(delete(OneTimeCode).where(OneTimeCode.person_id.in_(some)))
    actor_id = actor.person_id if actor else None
    shared = {
        "made_by": actor_id,
        "made_at": now,
        "expires_at": now + timedelta(days=settings.code_days),
    }
    session.execute(
        insert(OneTimeCode),
        [
            {"person_id": person.id, "code_hash": hash_code(normal_code(code)), **shared}
            for person, code in made
        ],
    )
    data = {"unit": unit.id if unit else None, "people": len(ids) if unit else ids}
    audit(session, "codes_made", data, actor_id=actor_id, at=now)
    return made


def _new_code() -> str:
    signs = [secrets.choice(SIGNS) for _ in range(2 * HALF)]
    return "".join(signs[:HALF]) + "-" + "".join(signs[HALF:])


def expired_message() -> Message:
    """Return the one sentence for every code that does not work, whatever the cause."""
    return Message(
        "This number and code do not work together. A code works once and for some days; ask the administrator of your unit for a new one."
    )
