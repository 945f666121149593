"""Reading requests to recognise prior learning: one's own, and those that wait for a reviewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learn.competencies.models import PriorLearning
from learn.competencies.prior.entries import State
from learn.ledger.reading import details_of
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in, people_under

QUEUE = (PriorLearning.submitted_at, PriorLearning.person_id, PriorLearning.id)
Row = tuple[PriorLearning, Person | None, Unit | None]


@dataclass(frozen=True)
class RequestLine:
    """A request with what was written in it, whose it is, and why it was decided so."""

    request: PriorLearning
    about: str
    names: tuple[str, ...]
    reason: str
    person: Person | None = None
    unit: Unit | None = None

    @property
    def name(self) -> str:
        """Return the full name of whose it is."""
        who = self.person
        return full_name(who.name, who.title_before, who.title_after) if who else ""

    @property
    def documents(self) -> list[tuple[str, str, str]]:
        """Return digest, kind and name of each document; a number instead of a name that was erased."""
        found = [each.split(" ") for each in self.request.documents.split(",")]
        return [
            (digest, kind, self.names[place] if place < len(self.names) else str(place + 1))
            for place, (digest, kind) in enumerate(found)
        ]


def lines_of(session: Session, rows: Sequence[Row]) -> list[RequestLine]:
    """Return requests with their texts and reasons, read at once."""
    places = [
        (row.person_id, seq)
        for row, _person, _unit in rows
        for seq in (row.text_seq, row.reason_seq)
        if seq is not None
    ]
    texts = details_of(session, places)
    return [
        RequestLine(
            row,
            str(texts.get((row.person_id, row.text_seq), {}).get("about", "")),
            tuple(texts.get((row.person_id, row.text_seq), {}).get("documents", ())),
            str(texts.get((row.person_id, row.reason_seq or 0), {}).get("reason", "")),
            who,
            unit,
        )
        for row, who, unit in rows
    ]


def requests_of(
    session: Session, person_id: int, *, before: int | None = None, limit: int = 50
) -> list[RequestLine]:
    """Return a person's requests, the newest first, those with a number below `before`."""
    query = (
        select(PriorLearning)
        .where(PriorLearning.person_id == person_id)
        .order_by(PriorLearning.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(PriorLearning.id < before)
    return lines_of(session, [(row, None, None) for row in session.scalars(query)])


def _waiting(
    scope: Scope, actor_id: int, unit: Unit | None, state: str
) -> list[ColumnElement[bool]]:  # fmt: skip
    conditions = [
        PriorLearning.state == state, PriorLearning.person_id != actor_id, people_in(scope),
    ]  # fmt: skip
    if unit is not None:
        conditions.append(people_under(unit.path))
    return conditions


def count_requests(
    session: Session, scope: Scope, *, actor_id: int, unit: Unit | None = None,
    state: str = State.SUBMITTED,
) -> int:  # fmt: skip
    """Return how many requests of others within `scope` stand so."""
    return session.scalar(
        select(func.count()).select_from(PriorLearning)
        .join(Person, Person.id == PriorLearning.person_id)
        .where(*_waiting(scope, actor_id, unit, state))
    ) or 0  # fmt: skip


def list_requests(
    session: Session,
    scope: Scope,
    *,
    actor_id: int,
    unit: Unit | None = None,
    state: str = State.SUBMITTED,
    after: str | None = None,
    limit: int = 50,
) -> Page[RequestLine]:
    """Return a page of requests of others within `scope`, those that were sent first at the top."""
    query = (
        select(PriorLearning, Person, Unit)
        .join(Person, Person.id == PriorLearning.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(*_waiting(scope, actor_id, unit, state))
    )
    page = page_of(session, query, QUEUE, after=after, limit=limit)
    return Page(lines_of(session, [(row[0], row[1], row[2]) for row in page.items]), page.next)
