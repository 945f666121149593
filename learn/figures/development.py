"""What the JP account says for the professionalism index: technical JP of a year, trainings, seminars."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.hours.models import HoursCredit

LEADERSHIP, FUNCTIONAL = "KL01", "KL04"
SEMINARS = frozenset({"KL06", "KL07", "KL08", "NKL12"})  # seminar, workshop, kursus, magang
SEMINAR_YEARS = 2


@dataclass(frozen=True)
class Development:
    """What somebody has in their account: whether it counts for the index is for HR to say."""

    technical_jp: int
    leadership: bool
    functional: bool
    seminar: bool


def development_of(session: Session, person_id: int, year: int) -> Development:
    """Return what the account of a person says up to a year, in one statement."""
    rows = session.execute(
        select(HoursCredit.form, HoursCredit.year, HoursCredit.jp).where(
            HoursCredit.person_id == person_id,
            HoursCredit.year <= year,
            HoursCredit.withdrawn_at.is_(None),
        )
    ).all()
    forms = {row.form for row in rows}
    others = SEMINARS | {LEADERSHIP, FUNCTIONAL}
    return Development(
        sum(row.jp for row in rows if row.year == year and row.form not in others),
        LEADERSHIP in forms,
        FUNCTIONAL in forms,
        any(row.form in SEMINARS and row.year > year - SEMINAR_YEARS for row in rows),
    )
