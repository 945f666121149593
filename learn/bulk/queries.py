"""Reading bulk acts: the past ones, and what became of each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.bulk.kinds import Target
from learn.bulk.models import BulkBatch, BulkItem
from learn.errors import Message
from learn.jobs.messages import read_stored
from learn.people.access import Scope
from learn.people.models import Person
from learn.people.names import full_name
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in


@dataclass(frozen=True)
class ItemLine:
    """One item of a batch; the name is empty for who is outside the reader's units."""

    item: BulkItem
    name: str

    @property
    def target(self) -> Target:
        """Return the person with the completion or claim that was meant."""
        return Target(self.item.person_id, self.item.ref)

    @property
    def why(self) -> Message | None:
        """Return why nothing was done, or why it stays."""
        return read_stored(self.item.why) if self.item.why else None


def list_batches(
    session: Session, *, actor_id: int | None, after: str | None = None, limit: int = 50
) -> Page[BulkBatch]:
    """Return a page of bulk acts, the newest first: those of one person, or of everybody."""
    query = select(BulkBatch)
    if actor_id is not None:
        query = query.where(BulkBatch.actor_id == actor_id)
    page = page_of(session, query, (BulkBatch.id,), after=after, limit=limit, falling=True)
    return page.of(lambda row: row[0])


def list_items(
    session: Session, batch_id: int, scope: Scope, *, state: str = "", after: str | None = None,
    limit: int = 50,
) -> Page[ItemLine]:  # fmt: skip
    """Return a page of the items of a batch, with the names of those within `scope`."""
    query = select(BulkItem).where(BulkItem.batch_id == batch_id)
    if state:
        query = query.where(BulkItem.state == state)
    page = page_of(session, query, (BulkItem.number,), after=after, limit=limit)
    names = names_within(session, [row[0].person_id for row in page.items], scope)
    return page.of(lambda row: ItemLine(row[0], names.get(row[0].person_id, "")))


def names_within(session: Session, ids: Sequence[int], scope: Scope) -> dict[int, str]:
    """Return the full names of those of these people who are within `scope`."""
    rows = session.execute(
        select(Person.id, Person.name, Person.title_before, Person.title_after).where(
            Person.id.in_(ids), people_in(scope)
        )
    )
    return {row.id: full_name(row.name, row.title_before, row.title_after) for row in rows}
