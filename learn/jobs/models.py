"""The table of jobs: what was asked for, who works on it, how far it is, and what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId, Json


class JobState(StrEnum):
    """Where a job stands; the last three are its ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATES = tuple(str(state) for state in JobState)


class Job(Base):
    """A piece of long work.  Whoever works on it holds the `lease`, which lapses unless it is renewed.

    `data` says what is wanted; `result` holds figures about what was done, `problem` why it failed.
    The result file stands in the storage of results under `file` until `expires_at`.
    """

    __tablename__ = "learn_job"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state_is_known"),
        CheckConstraint("done >= 0 AND (total IS NULL OR total >= 0)", name="progress_is_a_number"),
        Index("ix_learn_job_state", "state", "id"),
        Index("ix_learn_job_actor", "actor_id", "id"),
        Index("ix_learn_job_expires", "expires_at"),
        Index("ix_learn_job_file", "file"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(Json())
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int | None] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    stop_wanted: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(Json(), default=dict)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json())
    file: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str | None] = mapped_column(String(200))
    media_type: Mapped[str | None] = mapped_column(String(120))
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime | None]
