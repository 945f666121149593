"""What a bulk act would do: to whom, and whom it leaves out and why."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.bulk import acts, assigning, codes  # noqa: F401 (these register their acts)
from learn.bulk.kinds import OUT_OF_REACH, OWN, BulkAct, Judged, Office, Target, chunks
from learn.db import canonical_json
from learn.errors import Invalid, Message
from learn.people.access import demand, scope
from learn.people.models import Person
from learn.people.scoping import people_in

MOST = 100_000


@dataclass(frozen=True)
class Plan:
    """What a bulk act would do: to whom, and whom it leaves out and why."""

    act: BulkAct
    params: Mapping[str, str]
    takes: Sequence[Judged]
    left: Sequence[Judged]

    @property
    def digest(self) -> str:
        """Return what the preview showed, as a digest: act, params, and each target as it looked."""
        shown = [
            self.act.key,
            dict(self.params),
            sorted([j.target.key, j.mark] for j in self.takes),
        ]
        return hashlib.sha256(canonical_json(shown).encode()).hexdigest()

    @property
    def reasons(self) -> Counter[Message]:
        """Return how many are left out for each reason."""
        return Counter(each.why for each in self.left if each.why is not None)


def plan(
    session: Session,
    act: BulkAct,
    targets: Sequence[Target],
    params: Mapping[str, str],
    office: Office,
) -> Plan:
    """Return what the act would do to the targets; it changes nothing.

    Raises
    ------
    Forbidden, Invalid
        The actor may not do this at all; a param is missing; there are too many.
    """
    demand(office.actor, act.action)
    kept = act.read(session, params, office)
    most = act.at_once or MOST
    if len(targets) > most:
        raise Invalid(Message("At most %(most)s at a time; narrow the list.", most=most))
    unique = list(dict.fromkeys(targets))
    within = within_reach(session, act, unique, office)
    open_to = [each for each in unique if each.person_id in within and not _own(each, office)]
    judged = act.judge(session, open_to, kept, office)
    left = [
        Judged(each, OWN if _own(each, office) else OUT_OF_REACH)
        for each in unique
        if each.person_id not in within or _own(each, office)
    ]
    left += [each for each in judged if each.why is not None]
    return Plan(act, kept, [each for each in judged if each.why is None], left)


def _own(target: Target, office: Office) -> bool:
    return target.person_id == office.actor_id


def within_reach(
    session: Session, act: BulkAct, targets: Sequence[Target], office: Office
) -> set[int]:
    """Return the people to whom the actor may do this."""
    reached = scope(office.actor, act.action)
    found: set[int] = set()
    for some in chunks(sorted({each.person_id for each in targets})):
        found.update(
            session.scalars(select(Person.id).where(Person.id.in_(some), people_in(reached)))
        )
    return found
