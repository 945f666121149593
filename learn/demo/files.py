"""Files that leave the made-up city: a saved set of columns, and a job that was cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.exports.column_sets import save_set
from learn.exports.kinds import KINDS
from learn.jobs.models import Job, JobState
from learn.people.models import Person, Unit

HR = "198301152008011906"
COLUMNS = ("number", "name", "unit", "title", "completed_at", "hours", "certificate")


def fill_files(
    session: Session,
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    settings: Settings,
    now: datetime,
) -> None:
    """Save columns for everybody in HR, show a job that was cancelled."""
    officer = people.get(HR)
    if officer is None:
        return
    save_set(
        session, KINDS["completions"], "Laporan bulanan", COLUMNS, person_id=officer.id,
        unit=units.get("BKPSDM"), now=now,
    )  # fmt: skip
    session.add(
        Job(
            kind="export", actor_id=officer.id, state=JobState.CANCELLED.value,
            data={
                "kind": "people", "format": "csv", "delimiter": ",", "columns": [], "filters": {},
                "language": "id", "timezone": settings.timezone,
            },
            made_at=now - timedelta(days=2), ended_at=now - timedelta(days=2),
        )
    )  # fmt: skip
