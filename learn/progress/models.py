"""Tables of progress: enrolments, states of modules and quizzes, completions; and where one was reading."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base
from learn.ledger import projection_table

NOT_STARTED, IN_PROGRESS, COMPLETED = "not_started", "in_progress", "completed"
MODULE, QUIZ = "module", "quiz"
# e-learning, of which nearly every completion is; those of other forms are found by an index
USUAL_FORM = "NKL03"


def _of_few(name: str, *columns: str, only: str) -> Index:
    """Return an index of the few rows that meet a condition, on both databases."""
    condition = text(only)
    return Index(name, *columns, postgresql_where=condition, sqlite_where=condition)


@projection_table
class Enrolment(Base):
    """Somebody's cycle of a course: begun, and one day completed; a renewal is another row."""

    __tablename__ = "learn_enrolment"
    __table_args__ = (Index("ix_learn_enrolment_course", "course", "person_id"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[str] = mapped_column(String(64))
    enrolled_at: Mapped[datetime]


@projection_table
class ItemState(Base):
    """How far somebody is with one module or quiz of a cycle.  `score` is a share, by the quiz's policy."""

    __tablename__ = "learn_item_state"
    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 1", name="score_is_a_share"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    version_id: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    graded: Mapped[int] = mapped_column(default=0)
    score: Mapped[float | None]
    passed: Mapped[bool | None]


@projection_table
class Completion(Base):
    """A course completed in a cycle: once, with what it was worth on the day and on that version."""

    __tablename__ = "learn_completion"
    __table_args__ = (
        Index("ix_learn_completion_completed_at", "completed_at", "person_id", "course", "cycle"),
        Index("ix_learn_completion_course", "course", "completed_at", "person_id", "cycle"),
        Index("ix_learn_completion_unit", "unit_id", "completed_at"),
        _of_few("ix_learn_completion_form", "form", "completed_at", only="form <> 'NKL03'"),
        _of_few("ix_learn_completion_withdrawn", "withdrawn_at", only="withdrawn_at IS NOT NULL"),
        _of_few("ix_learn_completion_valid_until", "valid_until", only="valid_until IS NOT NULL"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_is_a_share"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[str] = mapped_column(String(64))
    enrolled_at: Mapped[datetime]
    completed_at: Mapped[datetime]
    unit_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(300))
    score: Mapped[float | None]
    hours: Mapped[int]
    form: Mapped[str] = mapped_column(String(8))
    valid_until: Mapped[datetime | None]
    certificate: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]


class Place(Base):
    """Where somebody was reading a course; overwritten freely, and no evidence of anything."""

    __tablename__ = "learn_place"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    module: Mapped[str] = mapped_column(String(80))
    anchor: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]
