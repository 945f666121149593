"""What the JP account says for the professionalism index: technical JP, trainings, seminars.

Which form counts for what, and for how many years, are figures that HR can change.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.hours.forms import Forms
from learn.hours.models import HoursCredit


@dataclass(frozen=True)
class Development:
    """What somebody has in their account: whether it counts for the index is for HR to say."""

    technical_jp: int
    leadership: bool
    functional: bool
    seminar: bool


def development_of(session: Session, person_id: int, year: int, forms: Forms) -> Development:
    """Return what the account of a person says up to a year, in one statement."""
    rows = session.execute(
        select(HoursCredit.form, HoursCredit.year, HoursCredit.jp).where(
            HoursCredit.person_id == person_id,
            HoursCredit.year <= year,
            HoursCredit.withdrawn_at.is_(None),
        )
    ).all()
    windows = forms.measure("windows").values
    held = {row.form for row in rows}
    technical, seminars = forms.codes_for("technical"), forms.codes_for("seminar")
    return Development(
        sum(
            row.jp
            for row in rows
            if row.form in technical and row.year > year - windows["technical"]
        ),
        not held.isdisjoint(forms.codes_for("leadership")),
        not held.isdisjoint(forms.codes_for("functional")),
        any(row.form in seminars and row.year > year - windows["seminar"] for row in rows),
    )
