"""Tables of the JP account."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base
from learn.ledger import projection_table


@projection_table
class HoursCredit(Base):
    """JP credited once for one thing done; `seq` is the ledger entry that credited them.

    `source` is the kind of what was done (course, claim, training, mentoring ...), `ref` which one it
    was: of a course its key and cycle (``pelayanan/1``), of others their number. `day` is the local
    date on which it ended, None where that is the date of `credited_at`.
    """

    __tablename__ = "learn_hours_credit"
    __table_args__ = (CheckConstraint("jp >= 0", name="jp_is_not_negative"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    jp: Mapped[int]
    form: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(12))
    ref: Mapped[str] = mapped_column(String(100))
    day: Mapped[date | None]
    credited_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


@projection_table
class HoursYear(Base):
    """The verified JP of one person in one year: the sum of the credits that stand."""

    __tablename__ = "learn_hours_year"
    __table_args__ = (Index("ix_learn_hours_year_year", "year", "earned", "person_id"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    earned: Mapped[int]
