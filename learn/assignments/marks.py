"""Up to which moment a part of the regular work has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learn.assignments.models import SweepMark
from learn.db import upsert


def mark_of(session: Session, name: str) -> datetime | None:
    """Return how far this part has come; None before its first time."""
    mark = session.get(SweepMark, name)
    return mark.at if mark is not None else None


def set_mark(session: Session, name: str, at: datetime) -> None:
    """Note how far this part has come."""
    row = upsert(session, SweepMark).values(name=name, at=at)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
