"""Exports of whole lists in which somebody may stand: found in the audit chain by unit and reach."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.exports.services import EXPORTED
from learn.ledger.models import AuditEntry
from learn.people.access import RULES, Action, is_root
from learn.people.models import Person, RoleGrant, Unit

LOOKED_AT = 300
SHOWN = 50
MAY_EXPORT = frozenset(str(role) for role in RULES[Action.EXPORT])


@dataclass(frozen=True)
class ExportAbout:
    """An export that may hold the person: who took it, when, and what kind of list it was."""

    at: datetime
    actor_id: int | None
    what: str


def exports_about(session: Session, person: Person) -> list[ExportAbout]:
    """Return those of the newest exports that reach the person's present unit, the newest first."""
    unit = session.get(Unit, person.unit_id) if person.unit_id is not None else None
    path = unit.path if unit else None
    query = select(AuditEntry).where(AuditEntry.kind == EXPORTED)
    acts = session.scalars(query.order_by(AuditEntry.seq.desc()).limit(LOOKED_AT)).all()
    grants = _grants(session, {act.actor_id for act in acts if act.actor_id is not None})
    return list(_reaching(session, acts, grants, person, path))[:SHOWN]


def _reaching(
    session: Session,
    acts: Sequence[AuditEntry],
    grants: dict[int, list[tuple[RoleGrant, str | None]]],
    person: Person,
    path: str | None,
) -> Iterator[ExportAbout]:
    for act in acts:
        data, at = json.loads(act.data), datetime.fromisoformat(act.at)
        if act.actor_id == person.id:
            continue
        by_command = act.actor_id is None
        held = grants.get(act.actor_id or 0, [])
        if not by_command and not any(_reaches(grant, where, at, path) for grant, where in held):
            continue
        wanted = (data.get("filters") or {}).get("unit")
        if wanted and not _within(session, str(wanted), path):
            continue
        yield ExportAbout(at, act.actor_id, str(data.get("what", "")))


def _reaches(grant: RoleGrant, where: str | None, at: datetime, path: str | None) -> bool:
    held = grant.granted_at <= at and (grant.ended_at is None or grant.ended_at > at)
    return held and (is_root(where) or (path is not None and path.startswith(where or "")))


def _within(session: Session, code: str, path: str | None) -> bool:
    unit = session.scalar(select(Unit).where(Unit.code == code))
    return unit is not None and path is not None and path.startswith(unit.path)


def _grants(session: Session, people: set[int]) -> dict[int, list[tuple[RoleGrant, str | None]]]:
    found: dict[int, list[tuple[RoleGrant, str | None]]] = {}
    query = (
        select(RoleGrant, Unit.path)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id.in_(people), RoleGrant.role.in_(MAY_EXPORT))
    )
    for grant, path in session.execute(query):
        found.setdefault(grant.person_id, []).append((grant, path))
    return found
