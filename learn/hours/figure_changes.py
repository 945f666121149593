"""What was changed of the figures, and when: read from the rows that keep them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.hours.figures import figures_of, things
from learn.hours.figures_models import HoursFigures
from learn.hours.forms import shipped_forms


@dataclass(frozen=True)
class FigureChange:
    """One change: of which form, kind of employee or measure, when, by whom, before and after."""

    key: str
    made_at: datetime
    made_by: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def changes(session: Session, *, limit: int = 20) -> list[FigureChange]:
    """Return the latest changes, the newest first."""
    rows = session.scalars(
        select(HoursFigures).order_by(HoursFigures.id.desc()).limit(limit + 1)
    ).all()
    found = []
    for place, row in enumerate(rows[:limit]):
        earlier = rows[place + 1].body if place + 1 < len(rows) else {}
        found += [
            FigureChange(key, row.made_at, row.made_by, before, after)
            for key, before, after in _differences(earlier, row.body)
        ]
    return found


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield what differs; what a row does not keep is as it ships."""
    for key, (part, thing) in things(shipped_forms()).items():
        kept = [body.get(part, {}).get(key, {}) for body in (before, after)]
        if kept[0] != kept[1]:
            shipped = figures_of(thing)
            yield key, {**shipped, **kept[0]}, {**shipped, **kept[1]}
