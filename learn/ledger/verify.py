"""Proof that no entry of either chain was changed, removed or put elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.ledger.audit import HEAD
from learn.ledger.keys import GENESIS, detail_digest, digest_of
from learn.ledger.models import AuditEntry, AuditHead, LedgerDetail, LedgerEntry, LedgerHead
from learn.ledger.raw import as_stored, raw_texts

BATCH = 2000
OPTIONAL_TEXT, OPTIONAL_NUMBER = (str, type(None)), (int, type(None))
TYPES: dict[str, Any] = {
    "kind": str, "at": str, "data": str, "digest": str, "detail": OPTIONAL_TEXT,
    "person_id": OPTIONAL_NUMBER, "actor_id": OPTIONAL_NUMBER,
}  # fmt: skip
CHANGED = Message("its content or the entry before it was changed")


@dataclass(frozen=True)
class Finding:
    """One place where a chain does not hold: which chain, whose, which entry, and why.

    `chain` is ledger, detail or audit; the audit chain has no person.
    """

    chain: str
    person_id: int | None
    seq: int
    reason: Message

    @property
    def message(self) -> Message:
        """Return the finding as a sentence."""
        if self.person_id is None:
            return Message("%(chain)s, entry %(seq)s: %(reason)s",
                           chain=self.chain, seq=self.seq, reason=self.reason)  # fmt: skip
        return Message("%(chain)s of person %(person)s, entry %(seq)s: %(reason)s", chain=self.chain,
                       person=self.person_id, seq=self.seq, reason=self.reason)  # fmt: skip

    def __str__(self) -> str:
        return str(self.message)


@dataclass
class Counts:
    """What a verification went through; `detached` details were erased or never kept here.

    `whole_chains` are chains without a finding: none of many says that the key is another one.
    """

    people: int = 0
    entries: int = 0
    details: int = 0
    detached: int = 0
    acts: int = 0
    findings: int = 0
    whole_chains: int = 0


def verify(
    session: Session, counts: Counts | None = None, *, watch: Callable[[], object] = bool
) -> Iterator[Finding]:
    """Go through both chains once, in constant memory, and yield what does not hold.

    Parameters
    ----------
    session
        One that sees a single moment (`Database.snapshot`).
    counts
        Filled on the way.
    watch
        Called for each entry of a person, for a progress bar.
    """
    counts = counts if counts is not None else Counts()
    with raw_texts(session):
        for part in (_people(session, counts, watch), _lost_people(session), _details(session, counts),
                     _audit(session, counts)):  # fmt: skip
            for finding in part:
                counts.findings += 1
                yield finding
    counts.detached -= counts.details


class _Chain:
    """The state of walking one chain: the last entry that was seen."""

    def __init__(self, name: str, person_id: int | None, head: tuple[Any, Any] | None) -> None:
        self.name, self.person_id, self.head = name, person_id, head
        self.seq, self.digest = 0, GENESIS
        self.whole = True

    def found(self, seq: int, reason: Message) -> Finding:
        self.whole = False
        return Finding(self.name, self.person_id, seq, reason)

    def step(self, row: Any, *parts: str | int | None) -> Iterator[Finding]:
        """Compare one entry with the one before it; `parts` are what its digest covers."""
        if not isinstance(row.seq, int):
            yield self.found(self.seq + 1, _wrong("seq"))
            return
        if row.seq != self.seq + 1:
            yield self.found(
                self.seq + 1, Message("missing; the next one that stands is %(seq)s", seq=row.seq)
            )
        wrong = _wrong_value(row)
        if wrong is not None:
            yield self.found(row.seq, wrong)
        elif row.seq == self.seq + 1 and digest_of(self.digest, *parts) != row.digest:
            yield self.found(row.seq, CHANGED)
        self.seq, self.digest = row.seq, str(row.digest)

    def end(self) -> Iterator[Finding]:
        """Compare the last entry that stands with the head."""
        if self.head is None:
            yield self.found(self.seq, Message("the chain has entries and no head"))
        elif not isinstance(self.head[0], int):
            yield self.found(self.seq, Message("the head cannot be read"))
        elif self.head[0] > self.seq:
            yield self.found(
                self.seq + 1,
                Message("missing; the head says that %(seq)s is the last", seq=self.head[0]),
            )
        elif self.head != (self.seq, self.digest):
            yield self.found(self.seq, Message("the head names another last entry"))


def _wrong(column: str) -> Message:
    return Message("its %(column)s cannot be read", column=column)


def _wrong_value(row: Any) -> Message | None:
    """Return why the entry cannot be read, or None; a chain forged with plain digests shows here."""
    for name, kind in TYPES.items():
        if not isinstance(getattr(row, name, None), kind):
            return _wrong(name)
    try:
        if datetime.fromisoformat(row.at).tzinfo is None:
            return _wrong("at")
    except ValueError:
        return _wrong("at")
    try:
        if not isinstance(json.loads(row.data), dict):
            return _wrong("data")
    except (ValueError, RecursionError):
        return _wrong("data")
    return None


def _people(session: Session, counts: Counts, watch: Callable[[], object]) -> Iterator[Finding]:
    chain: _Chain | None = None
    for row in _entries(session):
        if chain is None or chain.person_id != row.person_id:
            if chain is not None:
                yield from _ended(chain, counts)
            head = None if row.head_of is None else (row.head_seq, row.head_digest)
            chain = _Chain("ledger", row.person_id, head)
            counts.people += 1
        counts.entries += 1
        watch()
        counts.detached += row.detail is not None
        yield from chain.step(
            row, row.person_id, row.seq, row.kind, row.at, row.data, row.detail
        )  # fmt: skip
    if chain is not None:
        yield from _ended(chain, counts)


def _ended(chain: _Chain, counts: Counts) -> Iterator[Finding]:
    yield from chain.end()
    counts.whole_chains += chain.whole


def _entries(session: Session) -> Iterator[Any]:
    columns = (
        LedgerEntry.person_id, LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.at, LedgerEntry.data,
        LedgerEntry.detail, LedgerEntry.digest,
    )  # fmt: skip
    query = (
        select(
            *map(as_stored, columns),
            LedgerHead.person_id.label("head_of"),
            as_stored(LedgerHead.seq).label("head_seq"),
            as_stored(LedgerHead.digest).label("head_digest"),
        )
        .outerjoin(LedgerHead, LedgerHead.person_id == LedgerEntry.person_id)
        .order_by(LedgerEntry.person_id, LedgerEntry.seq)
    )
    yield from _rows(session, query)


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """Yield the rows in constant memory; who stops early leaves no cursor open."""
    with session.execute(query, execution_options={"yield_per": BATCH}) as rows:
        yield from rows


def _lost_people(session: Session) -> Iterator[Finding]:
    query = (
        select(as_stored(LedgerHead.person_id), as_stored(LedgerHead.seq))
        .where(~exists().where(LedgerEntry.person_id == LedgerHead.person_id))
        .where(LedgerHead.seq != 0)
        .order_by(LedgerHead.person_id)
    )
    for row in _rows(session, query):
        reason = Message("missing, and all up to %(seq)s with it", seq=row.seq)
        yield Finding("ledger", row.person_id, 1, reason)


def _details(session: Session, counts: Counts) -> Iterator[Finding]:
    columns = (LedgerDetail.person_id, LedgerDetail.seq, LedgerDetail.salt, LedgerDetail.body)
    query = (
        select(*map(as_stored, columns), as_stored(LedgerEntry.detail))
        .outerjoin(
            LedgerEntry,
            (LedgerEntry.person_id == LedgerDetail.person_id)
            & (LedgerEntry.seq == LedgerDetail.seq),
        )
        .order_by(LedgerDetail.person_id, LedgerDetail.seq)
    )
    for row in _rows(session, query):
        counts.details += 1
        texts = isinstance(row.salt, str) and isinstance(row.body, str)
        if not texts or row.detail != detail_digest(row.salt, row.body):
            reason = Message("its text is not the one that was entered")
            yield Finding("detail", row.person_id, row.seq, reason)


def _audit(session: Session, counts: Counts) -> Iterator[Finding]:
    columns = (
        AuditEntry.seq, AuditEntry.kind, AuditEntry.at, AuditEntry.actor_id, AuditEntry.data,
        AuditEntry.digest,
    )  # fmt: skip
    head = session.execute(
        select(as_stored(AuditHead.seq), as_stored(AuditHead.digest)).where(AuditHead.id == HEAD)
    ).first()
    chain = _Chain("audit", None, (head.seq, head.digest) if head else None)
    query = select(*map(as_stored, columns)).order_by(AuditEntry.seq)
    for row in _rows(session, query):
        counts.acts += 1
        yield from chain.step(row, row.seq, row.kind, row.at, row.actor_id, row.data)
    if head is not None or chain.seq:
        yield from chain.end()
