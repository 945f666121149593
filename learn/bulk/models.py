"""Tables of bulk acts: what was done together, to whom, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId, Json

RUNNING, DONE, UNDOING, UNDONE = "running", "done", "undoing", "undone"
PLANNED, ACTED, LEFT, TAKEN_BACK, STAYS = "planned", "acted", "left", "taken_back", "stays"
BATCH_STATES = (RUNNING, DONE, UNDOING, UNDONE)
ITEM_STATES = (PLANNED, ACTED, LEFT, TAKEN_BACK, STAYS)


class BulkBatch(Base):
    """One bulk act.  `params` are its course, date or the like; `filters` the list it was taken from.

    `left_out` counts by reason those whom the preview had left out. Each entry of the ledger that the
    act appended names the batch; the reason that was typed is the detail of those entries.
    """

    __tablename__ = "learn_bulk_batch"
    __table_args__ = (
        CheckConstraint(f"state IN {BATCH_STATES}", name="state_is_known"),
        Index("ix_learn_bulk_batch_actor", "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    act: Mapped[str] = mapped_column(String(20))
    params: Mapped[dict[str, Any]] = mapped_column(Json())
    filters: Mapped[dict[str, Any]] = mapped_column(Json())
    actor_id: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    total: Mapped[int]
    acted: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[list[Any]] = mapped_column(Json())
    ended_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(BigInteger)
    undone_at: Mapped[datetime | None]
    taken_back: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(BigInteger)


class BulkItem(Base):
    """One person (with a completion or claim, `ref`) in a batch; `why` says why nothing was done.

    `made` says what undoing needs, such as the cycle of the enrolment.
    """

    __tablename__ = "learn_bulk_item"
    __table_args__ = (
        CheckConstraint(f"state IN {ITEM_STATES}", name="state_is_known"),
        Index("ix_learn_bulk_item_state", "batch_id", "state", "number"),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger)
    ref: Mapped[str] = mapped_column(String(120), default="")
    made: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(10))
    why: Mapped[dict[str, Any] | None] = mapped_column(Json())
