"""Tables of personal data: who looked, which notice was read, and corrections that were asked for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base
from learn.ledger import projection_table


class RecordReading(Base):
    """Somebody looked at a part of another person's record on a day; `at` is the first time that day.

    Rows are only added, and forgotten when they are old.
    """

    __tablename__ = "learn_record_reading"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


@projection_table
class NoticeRead(Base):
    """A version of the privacy notice that the person confirmed to have read."""

    __tablename__ = "learn_notice_read"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


@projection_table
class Correction(Base):
    """A correction of one's own data that a person asked for; `id` is the number of its first entry.

    What is right, and the reason of a refusal, are the details of the entries `id` and `reason_seq`.
    """

    __tablename__ = "learn_correction"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'done', 'refused', 'withdrawn')", name="state_is_known"
        ),
        Index("ix_learn_correction_state", "state", "asked_at", "person_id", "id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    reason_seq: Mapped[int | None]
