"""Tables of what SIASN knows: ids of people, batches that were sent, and the state of each record.

None of it is a record of learning; those stay as they are, whatever is exported.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId


class SiasnPerson(Base):
    """The id of a person in SIASN (`pnsOrangId`), which is not the employee number."""

    __tablename__ = "learn_siasn_person"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("learn_person.id"), primary_key=True, autoincrement=False
    )
    siasn_id: Mapped[str] = mapped_column(String(64), unique=True)
    set_at: Mapped[datetime]


class SiasnBatch(Base):
    """Records that were marked as exported at once."""

    __tablename__ = "learn_siasn_batch"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(BigInteger)


class SiasnRecord(Base):
    """What became of one record in SIASN; without a row here it was never marked as exported.

    `source` says what the record is: a completion (`course`, `number` is its cycle). `siasn_id` is the
    id that SIASN gave it: once there it stays, so that no second record is made.
    """

    __tablename__ = "learn_siasn_record"
    __table_args__ = (
        CheckConstraint("state IN ('exported', 'accepted', 'failed')", name="state_is_known"),
        CheckConstraint("state <> 'accepted' OR siasn_id IS NOT NULL", name="accepted_has_an_id"),
        Index("ix_learn_siasn_record_batch", "batch"),
        Index("ix_learn_siasn_record_state", "state", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(12), primary_key=True)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(8))
    batch: Mapped[int | None] = mapped_column(BigInteger)
    siasn_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    message: Mapped[str | None] = mapped_column(String(500))
    changed_at: Mapped[datetime]
