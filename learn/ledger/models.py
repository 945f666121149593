"""Tables of the ledger and of the audit chain."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId


class LedgerEntry(Base):
    """One fact about one person, never changed.  Every column is the text that the digest covers."""

    __tablename__ = "learn_ledger"
    __table_args__ = (Index("ix_learn_ledger_kind_at", "kind", "at"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[str] = mapped_column(String(27))
    data: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class LedgerHead(Base):
    """Where a person's chain ends: the row that an append locks and that verify compares."""

    __tablename__ = "learn_ledger_head"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class LedgerDetail(Base):
    """Names and free text of an entry, which can be taken away without breaking the chain.

    The entry's `detail` is the digest of `salt` and `body`.
    """

    __tablename__ = "learn_ledger_detail"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)


class AuditEntry(Base):
    """One act that is about no single person: publishing, an export, a setting."""

    __tablename__ = "learn_audit"

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[str] = mapped_column(String(27))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """Where the audit chain ends; one row, locked by each act."""

    __tablename__ = "learn_audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
