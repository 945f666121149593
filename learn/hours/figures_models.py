"""The table of figures that HR changed: how JP are counted for a form, what a kind of employee owes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId, Json


class HoursFigures(Base):
    """All changed figures together, as they stand from `made_at` until the next row; only ever added.

    `body` holds what differs from the figures that ship; `digest` names it, whatever the database.
    """

    __tablename__ = "learn_hours_figures"
    __table_args__ = (Index("ix_learn_hours_figures_digest", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(Json())
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(BigInteger)
