"""Marking records as exported: once, in a batch; and the trace of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import String, func, literal, select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.db import UTCDateTime, upsert
from learn.errors import Invalid, Message
from learn.exports.kinds import ExportKind
from learn.ledger import audit
from learn.siasn.models import SiasnBatch, SiasnRecord
from learn.siasn.queries import KEY, KIND, SiasnQuery
from learn.siasn.rules import ACCEPTED, ALSO, EXPORTED, FAILED, WAITING, Issuer

MARKED = "siasn_marked"


@dataclass(frozen=True)
class Marked:
    """A batch that was just made: its number, how many records it has, and the query of its file."""

    batch: int
    count: int
    query: SiasnQuery


def issuer_of(settings: Settings) -> Issuer:
    """Return who sends the records.

    Raises
    ------
    Invalid
        The organiser has no name, which SIASN asks for.
    """
    if not settings.organiser.strip():
        raise Invalid(Message("SIASN asks for an organiser; set LEARN_ORGANISER."))
    return Issuer(settings.organiser.strip(), settings.siasn_agency, settings.siasn_place)


def standings_to_send(also: Sequence[str] = ()) -> tuple[str, ...]:
    """Return which records a file holds: those that wait, and `also` exported or accepted ones.

    Raises
    ------
    Invalid
        There is no such state to ask for.
    """
    for each in also:
        if each not in ALSO:
            raise Invalid(Message("There is no state %(state)s; it can be %(known)s.",
                                  state=each[:20], known=", ".join(ALSO)))  # fmt: skip
    return (*WAITING, *(each for each in ALSO if each in also))


def kind_for(settings: Settings, also: Sequence[str] = ()) -> ExportKind:
    """Return the kind of records that `also` asks for, sent by who the settings say."""
    standings = standings_to_send(also)
    query = partial(SiasnQuery, issuer=issuer_of(settings), standings=standings)
    return replace(KIND, query=query)


def mark(
    session: Session, query: SiasnQuery, *, actor_id: int | None, now: datetime
) -> Marked | None:
    """Mark what `query` would send as exported, in a batch of its own; None when that is nothing.

    Two that mark at once share the records between them: none is in both batches. Accepted records
    stay accepted, with their id.
    """
    batch = SiasnBatch(made_at=now, made_by=actor_id)
    session.add(batch)
    session.flush()
    again = (FAILED, *(each for each in query.standings if each == EXPORTED))
    names = [column.key for column in KEY] + ["state", "batch", "changed_at"]
    for keys in query.keys(session):
        person, source, course, number = keys.selected_columns
        chosen = keys.with_only_columns(
            source, person, course, number, literal(EXPORTED, String), literal(batch.id),
            literal(now, UTCDateTime()),
        )  # fmt: skip
        sent = upsert(session, SiasnRecord).from_select(names, chosen)
        taken = {"state": EXPORTED, "batch": batch.id, "message": None, "changed_at": now}
        session.execute(
            sent.on_conflict_do_update(
                index_elements=list(KEY), set_=taken, where=SiasnRecord.state.in_(again)
            )
        )
    session.expire_all()
    count = session.scalar(select(func.count()).where(SiasnRecord.batch == batch.id)) or 0
    also = tuple(each for each in query.standings if each == ACCEPTED)
    if not count and not also:
        session.delete(batch)
        session.flush()
        return None
    data = {"batch": batch.id, "count": count, "filters": query.data()}
    audit(session, MARKED, data, actor_id=actor_id, at=now)
    return Marked(batch.id, count, replace(query, standings=(EXPORTED, *also), batch=batch.id))
