"""Proof that no entry of either chain was changed, removed or put elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Row, String, cast, select
from sqlalchemy.orm import Session

from learn.ledger.keys import GENESIS, detail_digest, digest_of
from learn.ledger.models import AuditEntry, AuditHead, LedgerDetail, LedgerEntry, LedgerHead

BATCH = 2000


@dataclass(frozen=True)
class Finding:
    """One place where a chain does not hold: which chain, whose, which entry, and why."""

    chain: str
    person_id: int | None
    seq: int
    reason: str

    def __str__(self) -> str:
        whose = "" if self.person_id is None else f" person {self.person_id}"
        return f"{self.chain}{whose} entry {self.seq}: {self.reason}"


def verify(session: Session) -> Iterator[Finding]:
    """Go through both chains once, in constant memory, and yield what does not hold."""
    yield from _verify_people(session)
    yield from _verify_details(session)
    yield from _verify_audit(session)


class _Chain:
    """The state of walking one chain: the last entry that was seen."""

    def __init__(self, name: str, person_id: int | None) -> None:
        self.name, self.person_id = name, person_id
        self.seq, self.digest = 0, GENESIS

    def found(self, seq: int, reason: str) -> Finding:
        return Finding(self.name, self.person_id, seq, reason)

    def step(self, seq: int, stored: str, *parts: str | int | None) -> Iterator[Finding]:
        if seq != self.seq + 1:
            yield self.found(self.seq + 1, f"missing; the next one that stands is {seq}")
        elif digest_of(self.digest, *parts) != stored:
            yield self.found(seq, "its content or the entry before it was changed")
        self.seq, self.digest = seq, stored

    def end(self, head: tuple[int, str] | None) -> Iterator[Finding]:
        if head is None:
            yield self.found(self.seq, "the chain has entries and no head")
        elif head[0] > self.seq:
            yield self.found(self.seq + 1, f"missing; the head says that {head[0]} is the last")
        elif head != (self.seq, self.digest):
            yield self.found(self.seq, "the head names another last entry")


def _verify_people(session: Session) -> Iterator[Finding]:
    heads = {
        row.person_id: (row.seq, row.digest)
        for row in session.execute(select(LedgerHead.person_id, LedgerHead.seq, LedgerHead.digest))
    }
    chain: _Chain | None = None
    for row in _entries(session):
        if chain is None or chain.person_id != row.person_id:
            if chain is not None:
                yield from chain.end(heads.pop(chain.person_id or 0, None))
            chain = _Chain("ledger", row.person_id)
        yield from chain.step(
            row.seq, row.digest, row.person_id, row.seq, row.kind, row.at, row.data, row.detail
        )
    if chain is not None:
        yield from chain.end(heads.pop(chain.person_id or 0, None))
    for person_id, (seq, _digest) in heads.items():
        if seq:
            yield Finding("ledger", person_id, 1, f"missing, and all up to {seq} with it")


def _entries(session: Session) -> Iterator[Row[tuple[int, int, str, str, str, str | None, str]]]:
    columns = (
        LedgerEntry.person_id, LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.at,
        cast(LedgerEntry.data, String), LedgerEntry.detail, LedgerEntry.digest,
    )  # fmt: skip
    query = select(*columns).order_by(LedgerEntry.person_id, LedgerEntry.seq)
    yield from session.execute(query, execution_options={"yield_per": BATCH})


def _verify_details(session: Session) -> Iterator[Finding]:
    query = (
        select(
            LedgerDetail.person_id, LedgerDetail.seq, LedgerDetail.salt, LedgerDetail.body,
            LedgerEntry.detail,
        )
        .outerjoin(
            LedgerEntry,
            (LedgerEntry.person_id == LedgerDetail.person_id) & (LedgerEntry.seq == LedgerDetail.seq),
        )
        .order_by(LedgerDetail.person_id, LedgerDetail.seq)
    )  # fmt: skip
    for row in session.execute(query, execution_options={"yield_per": BATCH}):
        if row.detail != detail_digest(row.salt, row.body):
            yield Finding(
                "detail", row.person_id, row.seq, "its text is not the one that was entered"
            )


def _verify_audit(session: Session) -> Iterator[Finding]:
    chain = _Chain("audit", None)
    query = select(
        AuditEntry.seq, AuditEntry.kind, AuditEntry.at, AuditEntry.actor_id, AuditEntry.data,
        AuditEntry.digest,
    ).order_by(AuditEntry.seq)  # fmt: skip
    for row in session.execute(query, execution_options={"yield_per": BATCH}):
        yield from chain.step(
            row.seq, row.digest, row.seq, row.kind, row.at, row.actor_id, row.data
        )
    head = session.execute(select(AuditHead.seq, AuditHead.digest)).first()
    if head is not None or chain.seq:
        yield from chain.end((head.seq, head.digest) if head else None)
