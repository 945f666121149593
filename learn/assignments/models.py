"""Tables of assignments: who has to complete what and until when, and the rules that say so."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId
from learn.ledger import projection_table
from learn.notices.models import of_few

OPEN, DONE, WITHDRAWN, ENDED = "open", "done", "withdrawn", "ended"
STATES = (OPEN, DONE, WITHDRAWN, ENDED)


@projection_table
class Assignment(Base):
    """A cycle of a course that somebody has to complete, or is recommended to.

    `due_on` is the last local day, `due_at` its last moment in the zone of the unit where the person
    was; None: no date. `rule_id` is the rule that it follows from, `batch` the bulk act that it was
    part of. `moved`: somebody has moved the date by hand. `asked_until` is the day that the person asked for, until that is decided; the reason is
    the detail of entry `asked_seq`. `seq` is its latest entry.
    """

    __tablename__ = "learn_assignment"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state_is_known"),
        of_few("ix_learn_assignment_due", "due_at", "person_id", "course", only="state = 'open'"),
        of_few("ix_learn_assignment_rule", "rule_id", "person_id", only="state = 'open'"),
        of_few(
            "ix_learn_assignment_asked", "asked_until", "person_id", only="asked_until IS NOT NULL"
        ),
        of_few("ix_learn_assignment_batch", "batch", only="batch IS NOT NULL"),
        Index("ix_learn_assignment_course", "course", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    required: Mapped[bool]
    soft: Mapped[bool]
    repeat: Mapped[bool]
    source: Mapped[str] = mapped_column(String(20))
    rule_id: Mapped[int | None]
    batch: Mapped[int | None] = mapped_column(BigInteger)
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None]
    why_ended: Mapped[str | None] = mapped_column(String(20))
    moved: Mapped[bool]
    asked_until: Mapped[date | None]
    asked_seq: Mapped[int | None]


class AssignmentRule(Base):
    """Who gets a course, by where and what they are; each change is an act of the audit chain.

    Empty columns narrow nothing. `swept_on` is the last day on which everybody was looked at; None: it
    was made or changed since. A rule is ended, never deleted.
    """

    __tablename__ = "learn_assignment_rule"
    __table_args__ = (Index("ix_learn_assignment_rule_course", "course"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int | None]
    post_title: Mapped[str] = mapped_column(String(255), default="")
    post_class: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(String(8), default="")
    new_only: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    due: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date | None]
    days: Mapped[int | None]
    required: Mapped[bool] = mapped_column(default=True)
    soft: Mapped[bool] = mapped_column(default=True)
    repeat: Mapped[bool] = mapped_column(default=True)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    swept_on: Mapped[date | None]


class SweepMark(Base):
    """Up to which moment a part of the regular work has come; it holds nothing that is evidence."""

    __tablename__ = "learn_sweep_mark"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
