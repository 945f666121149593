"""The table of saved sets of columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId, Json


class ColumnSet(Base):
    """Columns of one kind of export, in their order, under a name.

    It is `person_id`'s own; with a unit it is there for all who export in that unit or below it.
    """

    __tablename__ = "learn_column_set"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "name"),
        Index("ix_learn_column_set_unit", "kind", "unit_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    columns: Mapped[list[Any]] = mapped_column(Json())
    person_id: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int | None]
    saved_at: Mapped[datetime]
