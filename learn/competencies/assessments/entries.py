"""Assessed levels folded from the ledger."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.evidence.entries import day_of, fold_suspension, level_row
from learn.competencies.models import Assessment
from learn.ledger import Entry, project

LEVEL_ASSESSED = "level_assessed"
ASSESSMENT_WITHDRAWN = "assessment_withdrawn"
ASSESSMENT_SUSPENDED = "assessment_suspended"
ASSESSMENT_RESUMED = "assessment_resumed"


@project(LEVEL_ASSESSED)
def fold_assessment(session: Session, entry: Entry) -> None:
    """A level was found by an assessor, or taken from elsewhere."""
    data = entry.data
    session.add(
        Assessment(
            person_id=entry.person_id, seq=entry.seq, competency=data["competency"],
            level=data["level"], assessed_on=date.fromisoformat(data["assessed_on"]),
            valid_until=day_of(data["valid_until"]), instrument=data["instrument"],
            source=data["source"], key=data["key"], framework=data["framework"],
            actor_id=data["actor"], document=data["document"], media_type=data["media_type"],
            recorded_at=entry.at,
        )
    )  # fmt: skip
    session.flush()
    _fold_current(session, entry.person_id, data["competency"])


@project(ASSESSMENT_WITHDRAWN, ASSESSMENT_SUSPENDED, ASSESSMENT_RESUMED)
def fold_assessment_change(session: Session, entry: Entry) -> None:
    """An assessment no longer counts, for a time or for ever, or counts again."""
    row = session.get_one(Assessment, (entry.person_id, entry.data["assessment"]))
    if entry.kind == ASSESSMENT_WITHDRAWN:
        row.withdrawn_at, row.reason_seq = entry.at, entry.seq
    else:
        fold_suspension(row, entry, ends=entry.kind == ASSESSMENT_RESUMED)
    session.flush()
    _fold_current(session, entry.person_id, row.competency)


def _fold_current(session: Session, person_id: int, competency: str) -> None:
    """The newest assessment that was not withdrawn is the one that counts, whatever came before."""
    newest = session.scalars(
        select(Assessment)
        .where(
            Assessment.person_id == person_id,
            Assessment.competency == competency,
            Assessment.withdrawn_at.is_(None),
        )
        .order_by(Assessment.assessed_on.desc(), Assessment.seq.desc())
        .limit(1)
    ).first()
    row = level_row(session, person_id, competency)
    row.assessment = newest.seq if newest else None
    row.assessed_level = newest.level if newest else None
    row.assessed_on = newest.assessed_on if newest else None
    row.assessed_until = newest.valid_until if newest else None
    row.assessed_suspended_from = newest.suspended_from if newest else None
    row.assessed_suspended_until = newest.suspended_until if newest else None
    session.flush()
