"""Taking a withdrawal back: the completion counts again, with all that was withdrawn with it.

What a completion is worth stands in domains above this one. Each registers how an entry that the
withdrawal brought is inverted; entries are inverted one by one, so that what was withdrawn for
another reason, before or in the same moment, stays withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Conflict, Message, NotFound
from learn.ledger import Entry, append, lock, project
from learn.ledger.models import LedgerEntry
from learn.progress.models import Completion, Enrolment
from learn.progress.projections import COMPLETION_WITHDRAWN

COMPLETION_REINSTATED = "completion_reinstated"


@dataclass(frozen=True)
class Again:
    """The completion that counts again, and since when."""

    person_id: int
    course: str
    cycle: int
    at: datetime


Inverse = Callable[[Session, Again, Mapping[str, Any]], None]
INVERSES: dict[str, Inverse] = {}
AFTERWARDS: list[Callable[[Session, int, Iterable[Brought], datetime], None]] = []


@dataclass(frozen=True)
class Brought:
    """An entry that the withdrawal brought."""

    seq: int
    kind: str
    data: Mapping[str, Any]


def inverts(kind: str) -> Callable[[Inverse], Inverse]:
    """Register what takes back an entry of this kind, given the completion and the entry's data.

    It leaves alone what was not of this completion.
    """

    def register(inverse: Inverse) -> Inverse:
        INVERSES[kind] = inverse
        return inverse

    return register


@project(COMPLETION_REINSTATED)
def count_again(session: Session, entry: Entry) -> None:
    """A completion that was withdrawn counts again."""
    place = (entry.person_id, entry.data["course"], entry.data["cycle"])
    completion = session.get(Completion, place)
    if completion is not None:
        completion.withdrawn_at = None
    session.flush()


def reinstate(
    session: Session,
    person_id: int,
    course: str,
    cycle: int,
    *,
    actor_id: int,
    now: datetime,
    batch: int | None = None,
) -> Completion:
    """Let a withdrawn completion count again; hours, evidence, levels and certificate come back with it.

    Raises
    ------
    NotFound
        There is no such completion.
    Conflict
        It counts already, or the person has begun the course again since.
    """
    lock(session, person_id)
    completion = session.get(Completion, (person_id, course, cycle), populate_existing=True)
    if completion is None:
        raise NotFound(Message("There is no such completion."))
    if completion.withdrawn_at is None:
        raise Conflict(Message("This completion is not withdrawn."))
    if session.get(Enrolment, (person_id, course, cycle + 1)) is not None:
        raise Conflict(Message("The person has begun the course again since."))
    withdrawal, brought = _brought(session, person_id, course, cycle)
    data: dict[str, Any] = {
        "course": course, "cycle": cycle, "withdrawal": withdrawal, "actor": actor_id,
    }  # fmt: skip
    if batch is not None:
        data["batch"] = batch
    append(session, person_id, COMPLETION_REINSTATED, data, at=now)
    for each in brought:
        if each.kind in INVERSES:
            INVERSES[each.kind](session, Again(person_id, course, cycle, now), each.data)
    for act in AFTERWARDS:
        act(session, person_id, brought, now)
    return session.get_one(Completion, (person_id, course, cycle))


def _brought(
    session: Session, person_id: int, course: str, cycle: int
) -> tuple[int, list[Brought]]:
    """Return the number of the latest withdrawal, and the entries that it brought."""
    entries = _entries(session, person_id, LedgerEntry.kind == COMPLETION_WITHDRAWN)
    same = [
        each for each in entries if (each.data["course"], each.data["cycle"]) == (course, cycle)
    ]
    if not same:
        raise NotFound(Message("There is no such completion."))
    seq = same[-1].seq
    at = session.scalars(
        select(LedgerEntry.at).where(LedgerEntry.person_id == person_id, LedgerEntry.seq == seq)
    ).one()
    following = _entries(session, person_id, LedgerEntry.seq > seq, LedgerEntry.at == at)
    brought: list[Brought] = []
    for each in following:
        if each.seq != seq + 1 + len(brought) or each.kind == COMPLETION_WITHDRAWN:
            break
        brought.append(each)
    return seq, brought


def _entries(session: Session, person_id: int, *conditions: Any) -> list[Brought]:
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.data)
        .where(LedgerEntry.person_id == person_id, *conditions)
        .order_by(LedgerEntry.seq)
    )
    return [Brought(row.seq, row.kind, json.loads(row.data)) for row in rows]
