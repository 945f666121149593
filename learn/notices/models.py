"""Tables of notices: what people were told, and which of it goes out by mail.

They are no evidence of anything: what happened stands in the ledger, and old notices are forgotten.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, Json


def of_few(name: str, *columns: str, only: str) -> Index:
    """Return an index of the few rows that meet a condition, on both databases."""
    condition = text(only)
    return Index(name, *columns, postgresql_where=condition, sqlite_where=condition)


class Notice(Base):
    """One thing that a person is told; `key` makes it once, `data` holds ids, keys and figures."""

    __tablename__ = "learn_notice"
    __table_args__ = (
        Index("ix_learn_notice_person", "person_id", "at", "key"),
        of_few("ix_learn_notice_unread", "person_id", only="read_at IS NULL"),
        Index("ix_learn_notice_at", "at"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(Json())
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Mail(Base):
    """A notice that also goes out by mail: written with it, sent afterwards, tried again when it fails."""

    __tablename__ = "learn_mail"
    __table_args__ = (
        of_few("ix_learn_mail_due", "next_try_at", only="next_try_at IS NOT NULL"),
        Index("ix_learn_mail_written_at", "written_at"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    written_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(200), default="")
