"""Appending to a person's chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from learn.db import canonical_json, memory_of_transaction, moment_text, upsert
from learn.ledger import projections
from learn.ledger.keys import GENESIS, detail_digest, digest_of
from learn.ledger.models import LedgerDetail, LedgerEntry, LedgerHead


@dataclass(frozen=True)
class Entry:
    """One entry as the projections see it."""

    person_id: int
    seq: int
    kind: str
    at: datetime
    data: Mapping[str, Any]


# An append is part of almost every write: building its statements costs more than running them.
_HEAD = (
    select(LedgerHead.seq, LedgerHead.digest)
    .where(LedgerHead.person_id == bindparam("who"))
    .with_for_update()
)
_ENTRY = insert(LedgerEntry)
_MOVE = (
    update(LedgerHead)
    .where(LedgerHead.person_id == bindparam("who"))
    .values(seq=bindparam("new_seq"), digest=bindparam("new_digest"))
    .execution_options(synchronize_session=False)
)
Head = tuple[int, str]


def lock(session: Session, person_id: int) -> Head:
    """Lock the person's chain until the end of the transaction; return its last (seq, digest).

    A decision that depends on what the person did before is made after this call, so that two at the
    same moment queue. Locking again in the same transaction costs nothing.
    """
    held = _held(session)
    if person_id not in held:
        held[person_id] = _locked_head(session, person_id)
    return held[person_id]


def lock_people(session: Session, people: Iterable[int]) -> None:
    """Lock the chains of these people, in an order that never makes two wait for each other.

    Whoever acts on several people calls this before the first entry; the audit chain comes after them.
    """
    for person_id in sorted(set(people)):
        lock(session, person_id)


def _held(session: Session) -> dict[int, Head]:
    return memory_of_transaction(session, "learn_ledger_heads")


def _locked_head(session: Session, person_id: int) -> Head:
    head = session.execute(_HEAD, {"who": person_id}).first()
    if head is None:
        session.execute(
            upsert(session, LedgerHead)
            .values(person_id=person_id, seq=0, digest=GENESIS)
            .on_conflict_do_nothing()
        )
        head = session.execute(_HEAD, {"who": person_id}).one()
    return head.seq, head.digest


def append(
    session: Session,
    person_id: int,
    kind: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> Entry:
    """Add one entry to the person's chain and fold it into the projections, in this transaction.

    Parameters
    ----------
    data
        Ids, keys and figures as JSON; no name, number or free text.
    detail
        Names and free text of the entry; kept apart so that they can be erased.
    """
    session.flush()
    seq, previous = lock(session, person_id)
    seq += 1
    moment, text = moment_text(at), canonical_json(data)
    detail_mark = _keep_detail(session, person_id, seq, detail)
    digest = digest_of(previous, person_id, seq, kind, moment, text, detail_mark)
    session.execute(
        _ENTRY,
        {
            "person_id": person_id, "seq": seq, "kind": kind, "at": moment, "data": text,
            "detail": detail_mark, "digest": digest,
        },
    )  # fmt: skip
    session.execute(_MOVE, {"who": person_id, "new_seq": seq, "new_digest": digest})
    _held(session)[person_id] = (seq, digest)
    entry = Entry(person_id, seq, kind, datetime.fromisoformat(moment), data)
    projections.apply(session, entry)
    return entry


def _keep_detail(
    session: Session, person_id: int, seq: int, detail: Mapping[str, Any] | None
) -> str | None:
    if not detail:
        return None
    salt, body = secrets.token_hex(16), canonical_json(detail)
    session.execute(insert(LedgerDetail).values(person_id=person_id, seq=seq, salt=salt, body=body))
    return detail_digest(salt, body)


def erase_details(session: Session, person_id: int) -> None:
    """Take away the names and free text of all the person's entries; the chain stays whole."""
    session.execute(delete(LedgerDetail).where(LedgerDetail.person_id == person_id))
