"""Tables of the competency record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base
from learn.ledger import projection_table


@projection_table
class Evidence(Base):
    """One thing that speaks for a level of a competency; `seq` is the ledger entry that brought it."""

    __tablename__ = "learn_evidence"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_1_to_5"),
        Index("ix_learn_evidence_competency", "competency", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    competency: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    course: Mapped[str] = mapped_column(String(80))
    cycle: Mapped[int]
    version_id: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


@projection_table
class CompetencyLevel(Base):
    """The levels of one person in one competency: learned here, and assessed by others; never merged.

    `learned_level` is what was decided when evidence last changed; what lapsed since is compared on
    reading (`queries.levels_of`).
    """

    __tablename__ = "learn_competency_level"
    __table_args__ = (
        CheckConstraint("learned_level BETWEEN 0 AND 5", name="learned_level_is_0_to_5"),
        CheckConstraint("assessed_level BETWEEN 0 AND 5", name="assessed_level_is_0_to_5"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    competency: Mapped[str] = mapped_column(String(20), primary_key=True)
    learned_level: Mapped[int] = mapped_column(default=0)
    learned_at: Mapped[datetime | None]
    assessed_level: Mapped[int | None]
    assessed_at: Mapped[datetime | None]
    assessed_until: Mapped[datetime | None]
