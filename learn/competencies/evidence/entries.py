"""Evidence and learned levels folded from the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.models import CompetencyLevel, Evidence
from learn.hours.services import course_ref
from learn.ledger import Entry, project

EVIDENCE_RECORDED = "evidence_recorded"
EVIDENCE_WITHDRAWN = "evidence_withdrawn"
EVIDENCE_SUSPENDED = "evidence_suspended"
EVIDENCE_RESUMED = "evidence_resumed"
LEVEL_LEARNED = "level_learned"


def day_of(text: str | None) -> date | None:
    """Return the day that an entry says."""
    return date.fromisoformat(text) if text else None


@project(EVIDENCE_RECORDED)
def fold_evidence(session: Session, entry: Entry) -> None:
    """A piece of evidence is there; entries without a source are of courses."""
    data = entry.data
    course, cycle, until = data.get("course"), data.get("cycle"), data["valid_until"]
    session.add(
        Evidence(
            person_id=entry.person_id, seq=entry.seq, competency=data["competency"],
            level=data["level"], source=data.get("source", "course"),
            ref=data["ref"] if "ref" in data else course_ref(str(course), int(cycle or 0)),
            course=course, cycle=cycle, version_id=data.get("version"),
            framework=data.get("framework"), actor_id=data.get("actor"),
            observed_on=day_of(data.get("observed_on")), recorded_at=entry.at,
            valid_until=datetime.fromisoformat(until) if until else None,
        )
    )  # fmt: skip
    session.flush()


@project(EVIDENCE_WITHDRAWN, EVIDENCE_SUSPENDED, EVIDENCE_RESUMED)
def fold_evidence_change(session: Session, entry: Entry) -> None:
    """A piece of evidence no longer counts, for a time or for ever, or counts again."""
    row = session.get_one(Evidence, (entry.person_id, entry.data["evidence"]))
    if entry.kind == EVIDENCE_WITHDRAWN:
        row.withdrawn_at, row.reason_seq = entry.at, entry.seq
    else:
        fold_suspension(row, entry, ends=entry.kind == EVIDENCE_RESUMED)
    session.flush()


def fold_suspension(row: Any, entry: Entry, *, ends: bool) -> None:
    """A suspension begins, or the one that runs ends with its last day; one that never ran is gone."""
    if not ends:
        row.suspended_from = day_of(entry.data["from"])
        row.suspended_until, row.reason_seq = day_of(entry.data["until"]), entry.seq
        return
    last_day = day_of(entry.data["until"])
    row.suspended_until = last_day
    if last_day and row.suspended_from and last_day < row.suspended_from:
        row.suspended_from = row.suspended_until = None


@project(LEVEL_LEARNED)
def fold_learned_level(session: Session, entry: Entry) -> None:
    """The learned level was decided."""
    row = level_row(session, entry.person_id, entry.data["competency"])
    row.learned_level, row.learned_at = entry.data["level"], entry.at
    row.learned_until = (
        day_of(entry.data["until"])
        if "until" in entry.data
        else _first_lapse(session, entry.person_id, row.competency)
    )
    session.flush()


def level_row(session: Session, person_id: int, competency: str) -> CompetencyLevel:
    """Return the row of levels, a new one where there is none."""
    row = session.get(CompetencyLevel, (person_id, competency))
    if row is None:
        row = CompetencyLevel(person_id=person_id, competency=competency, learned_level=0)
        session.add(row)
    return row


def _first_lapse(session: Session, person_id: int, competency: str) -> date | None:
    """Return when a level of an earlier program is to be decided anew: entries did not say it then."""
    untils = session.scalars(
        select(Evidence.valid_until).where(
            Evidence.person_id == person_id,
            Evidence.competency == competency,
            Evidence.withdrawn_at.is_(None),
            Evidence.valid_until.is_not(None),
        )
    ).all()
    return min((until.date() for until in untils if until is not None), default=None)
