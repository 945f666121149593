"""Tables of the competency record."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base
from learn.ledger import projection_table


@projection_table
class Evidence(Base):
    """One thing that speaks for a level of a competency; `seq` is the ledger entry that brought it.

    `source` is the kind of thing (course, quiz, training ...), `ref` names the very one; `course`, `cycle`
    and `version_id` say it once more where it belongs to a course. `framework` is the version of the
    framework that was in force. While it is suspended (both days included) it does not count; `reason_seq`
    is the entry whose detail says why it was suspended or withdrawn.
    """

    __tablename__ = "learn_evidence"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_1_to_5"),
        Index("ix_learn_evidence_competency", "competency", "person_id"),
        Index("ix_learn_evidence_ref", "person_id", "source", "ref"),
        Index("ix_learn_evidence_recorded", "recorded_at", "person_id", "seq"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    competency: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    source: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(200))
    course: Mapped[str | None] = mapped_column(String(100))
    cycle: Mapped[int | None]
    version_id: Mapped[str | None] = mapped_column(String(64))
    framework: Mapped[str | None] = mapped_column(String(64))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    observed_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    suspended_from: Mapped[date | None]
    suspended_until: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    reason_seq: Mapped[int | None]


@projection_table
class CompetencyLevel(Base):
    """The levels of one person in one competency: learned here, and assessed by others; never merged.

    `learned_level` is what was decided when evidence last changed, and `learned_until` the last day on
    which it holds if nothing happens (none: for ever). The assessed level is that of `assessment`, the
    newest one that was not withdrawn. What lapsed or is suspended is compared on reading (`queries`).
    """

    __tablename__ = "learn_competency_level"
    __table_args__ = (
        CheckConstraint("learned_level BETWEEN 0 AND 5", name="learned_level_is_0_to_5"),
        CheckConstraint("assessed_level BETWEEN 0 AND 5", name="assessed_level_is_0_to_5"),
        Index("ix_learn_competency_level_until", "learned_until", "person_id"),
        Index("ix_learn_competency_level_code", "competency", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    competency: Mapped[str] = mapped_column(String(20), primary_key=True)
    learned_level: Mapped[int] = mapped_column(default=0)
    learned_at: Mapped[datetime | None]
    learned_until: Mapped[date | None]
    assessment: Mapped[int | None]
    assessed_level: Mapped[int | None]
    assessed_on: Mapped[date | None]
    assessed_until: Mapped[date | None]
    assessed_suspended_from: Mapped[date | None]
    assessed_suspended_until: Mapped[date | None]


@projection_table
class Assessment(Base):
    """A level that an assessor found, or that HR took from elsewhere; `seq` is the entry that brought it.

    Nothing replaces it in place: the newest by `assessed_on` counts, the others stay readable. `source` is
    assessor or import; `instrument` the way of assessing; note and name of the report are the detail of
    the entry. `document` is the digest of the report in the storage.
    """

    __tablename__ = "learn_assessment"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_1_to_5"),
        CheckConstraint("valid_until >= assessed_on", name="valid_after_assessed"),
        Index("ix_learn_assessment_competency", "person_id", "competency"),
        Index("ix_learn_assessment_recorded", "recorded_at", "person_id", "seq"),
        Index("ix_learn_assessment_document", "document"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    competency: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    assessed_on: Mapped[date]
    valid_until: Mapped[date | None]
    instrument: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(40))
    framework: Mapped[str | None] = mapped_column(String(64))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    document: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str | None] = mapped_column(String(40))
    recorded_at: Mapped[datetime]
    suspended_from: Mapped[date | None]
    suspended_until: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    reason_seq: Mapped[int | None]


@projection_table
class PriorLearning(Base):
    """A request that what somebody learned elsewhere be recognised; `id` is the number of its first entry.

    `seq` is its latest entry: what an act is based on. What was written and the names of the documents are
    the detail of entry `text_seq`, the reason of a decision that of `reason_seq`; `documents` are digests
    of files in the storage with their kinds, with commas.
    """

    __tablename__ = "learn_prior"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_1_to_5"),
        CheckConstraint("given_level BETWEEN 1 AND 5", name="given_level_is_1_to_5"),
        Index("ix_learn_prior_state", "state", "submitted_at", "person_id", "id"),
        Index("ix_learn_prior_key", "person_id", "key", unique=True),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(32))
    competency: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int]
    text_seq: Mapped[int]
    reason_seq: Mapped[int | None]
    documents: Mapped[str] = mapped_column(String(1000))
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    given_level: Mapped[int | None]
    valid_until: Mapped[date | None]
