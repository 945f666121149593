"""Others who did something with a person's data: told by their roles, never by name or number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.people.access import ROLE_NAMES
from learn.people.models import RoleGrant
from learn.privacy.sheets import Say

CHUNK = 400
YOURSELF = Message("Yourself")
SYSTEM = Message("The system")
SOMEBODY = Message("Somebody without a role")


class Actors:
    """Tells of ids of people what they were at a moment, as seen by the person `own`."""

    def __init__(self, session: Session, own: int, say: Say) -> None:
        self._session, self._own, self._say = session, own, say
        self._grants: dict[int, list[RoleGrant]] = {}

    def learn_of(self, ids: Iterable[int | None]) -> None:
        """Read the roles of these people at once."""
        wanted = sorted({each for each in ids if each is not None} - self._grants.keys())
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            self._grants.update({each: [] for each in some})
            query = select(RoleGrant).where(RoleGrant.person_id.in_(some)).order_by(RoleGrant.seq)
            for grant in self._session.scalars(query):
                self._grants[grant.person_id].append(grant)

    def words(self, person_id: int | None, at: datetime | None) -> str:
        """Return who it was: oneself, the system, or the roles that were held at that moment."""
        if person_id is None:
            return self._say(SYSTEM)
        if person_id == self._own:
            return self._say(YOURSELF)
        self.learn_of([person_id])
        roles = dict.fromkeys(
            grant.role for grant in self._grants[person_id] if at is None or _held(grant, at)
        )
        names = [ROLE_NAMES[role] for role in roles if role in ROLE_NAMES]
        if not names:
            return self._say(SOMEBODY)
        return self._say(
            reduce(lambda a, b: Message("%(left)s, %(right)s", left=a, right=b), names)
        )


def _held(grant: RoleGrant, at: datetime) -> bool:
    return grant.granted_at <= at and (grant.ended_at is None or grant.ended_at > at)
