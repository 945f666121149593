"""Tables of mentoring: projections; what people wrote stands in the details of the ledger's entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base
from learn.ledger import projection_table


@projection_table
class Pair(Base):
    """A mentee and a mentor for a time; it stands in the mentee's chain, `id` is its first entry.

    `seq` is its latest entry: what an act is based on. `text_seq`, `reason_seq` and `result_seq` are
    the entries whose details hold the aim, the last reason and what changed at work. `supervised_by`
    is the supervisor who let it begin; `meetings` and `minutes` count the confirmed ones.
    """

    __tablename__ = "learn_pair"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("mentor_id <> person_id", name="nobody_mentors_themselves"),
        Index("ix_learn_pair_mentor", "mentor_id", "proposed_at", "person_id", "id"),
        Index("ix_learn_pair_state", "state", "proposed_at", "person_id", "id"),
        Index("ix_learn_pair_proposed", "proposed_at", "person_id", "id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(32))
    mentor_id: Mapped[int | None] = mapped_column(BigInteger)
    form: Mapped[str] = mapped_column(String(8))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    competencies: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int]
    text_seq: Mapped[int]
    reason_seq: Mapped[int | None]
    result_seq: Mapped[int | None]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[int | None] = mapped_column(BigInteger)
    supervised_by: Mapped[int | None] = mapped_column(BigInteger)
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger)
    meetings: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    jp: Mapped[int] = mapped_column(default=0)
    mentor_jp: Mapped[int] = mapped_column(default=0)


@projection_table
class Goal(Base):
    """What a pair wants to reach, by when; every change is an entry, `text_seq` the one with its text."""

    __tablename__ = "learn_pair_goal"
    __table_args__ = (Index("ix_learn_pair_goal_pair", "person_id", "pair", "id"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pair: Mapped[int]
    competency: Mapped[str] = mapped_column(String(20))
    level: Mapped[int | None]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int]
    text_seq: Mapped[int]
    set_at: Mapped[datetime]


@projection_table
class Meeting(Base):
    """A meeting of a pair; it counts when the other of the two has confirmed it.

    `day` is its local date, that of its start; who wrote it down last is `logged_by`. `shared` lets
    the supervisor read what was written.
    """

    __tablename__ = "learn_pair_meeting"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="takes_time"),
        Index("ix_learn_pair_meeting_pair", "person_id", "pair", "starts_at", "id"),
        Index("ix_learn_pair_meeting_mentor", "mentor_id", "starts_at"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pair: Mapped[int]
    mentor_id: Mapped[int] = mapped_column(BigInteger)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    day: Mapped[date]
    minutes: Mapped[int]
    mode: Mapped[str] = mapped_column(String(8))
    competency: Mapped[str | None] = mapped_column(String(20))
    shared: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    logged_by: Mapped[int] = mapped_column(BigInteger)
    logged_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    seq: Mapped[int]
    text_seq: Mapped[int]
    reason_seq: Mapped[int | None]


@projection_table
class Approval(Base):
    """A supervisor or mentor confirmed that somebody applied at work what their course asks.

    `mark` tells what was asked, `role` as what `approved_by` said so.
    """

    __tablename__ = "learn_approval"
    __table_args__ = (
        Index("ix_learn_approval_course", "person_id", "course", "cycle", "mark"),
        Index("ix_learn_approval_by", "approved_by", "approved_at", "person_id", "id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80))
    cycle: Mapped[int]
    mark: Mapped[str] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(10))
    approved_by: Mapped[int] = mapped_column(BigInteger)
    approved_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
