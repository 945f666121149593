"""Evidence from completions, the learned level that follows from it, and levels assessed by others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework import load_framework
from learn.competencies.models import CompetencyLevel, Evidence
from learn.competencies.queries import piece_of
from learn.competencies.rules import learned_level
from learn.config import Settings
from learn.db import moment_text
from learn.ledger import Entry, append, project
from learn.progress.awards import Award, awards

EVIDENCE_RECORDED = "evidence_recorded"
EVIDENCE_WITHDRAWN = "evidence_withdrawn"
LEVEL_LEARNED = "level_learned"


@project(EVIDENCE_RECORDED)
def record_evidence(session: Session, entry: Entry) -> None:
    """A piece of evidence is there."""
    data = entry.data
    until = data["valid_until"]
    session.add(
        Evidence(
            person_id=entry.person_id, seq=entry.seq, competency=data["competency"],
            level=data["level"], course=data["course"], cycle=data["cycle"],
            version_id=data["version"], recorded_at=entry.at,
            valid_until=datetime.fromisoformat(until) if until else None,
        )
    )  # fmt: skip
    session.flush()


@project(EVIDENCE_WITHDRAWN)
def withdraw_evidence(session: Session, entry: Entry) -> None:
    """A piece of evidence no longer counts."""
    session.get_one(Evidence, (entry.person_id, entry.data["evidence"])).withdrawn_at = entry.at
    session.flush()


@project(LEVEL_LEARNED)
def set_learned_level(session: Session, entry: Entry) -> None:
    """The learned level changed."""
    key = (entry.person_id, entry.data["competency"])
    row = session.get(CompetencyLevel, key)
    if row is None:
        row = CompetencyLevel(person_id=key[0], competency=key[1])
        session.add(row)
    row.learned_level, row.learned_at = entry.data["level"], entry.at
    session.flush()


class EvidenceOfCompletion:
    """A completion is evidence for the levels that its course version names."""

    def give(self, session: Session, award: Award, *, settings: Settings) -> None:
        """Record the evidence and decide the levels anew."""
        until = moment_text(award.valid_until) if award.valid_until else None
        for outcome in award.outcomes:
            data = {
                "competency": outcome.competency, "level": outcome.level, "course": award.course,
                "cycle": award.cycle, "version": award.version_id, "valid_until": until,
            }  # fmt: skip
            append(session, award.person_id, EVIDENCE_RECORDED, data, at=award.completed_at)
        for code in {outcome.competency for outcome in award.outcomes}:
            decide_level(session, award.person_id, code, now=award.completed_at)

    def take_back(
        self, session: Session, person_id: int, course: str, cycle: int, *, now: datetime
    ) -> None:
        """Withdraw the evidence of the completion and decide the levels from what remains."""
        standing = session.execute(
            select(Evidence.seq, Evidence.competency).where(
                Evidence.person_id == person_id,
                Evidence.course == course,
                Evidence.cycle == cycle,
                Evidence.withdrawn_at.is_(None),
            )
        ).all()
        for row in standing:
            append(session, person_id, EVIDENCE_WITHDRAWN, {"evidence": row.seq}, at=now)
        for code in sorted({row.competency for row in standing}):
            decide_level(session, person_id, code, now=now)


awards(EvidenceOfCompletion())


def decide_level(session: Session, person_id: int, code: str, *, now: datetime) -> int:
    """Decide the learned level from the evidence that counts now; a change is an entry."""
    rows = session.scalars(
        select(Evidence).where(Evidence.person_id == person_id, Evidence.competency == code)
    )
    competency = load_framework().find(code)
    mandatory = competency.mandatory if competency else ()
    level = learned_level([piece_of(row) for row in rows], mandatory, on=now.date())
    known = session.get(CompetencyLevel, (person_id, code))
    if level != (known.learned_level if known else 0):
        append(session, person_id, LEVEL_LEARNED, {"competency": code, "level": level}, at=now)
    return level
