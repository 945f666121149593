"""Profiles in the made-up city, so that the map of gaps and match has something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.competencies.assessments.services import Found, assess, default_validity
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.models import Assessment
from learn.competencies.services import record_evidence
from learn.config import Settings
from learn.people.models import Person

ASSESSOR = "197612012001121908"
ASSESSED, LEARNED = 3, 2
DAYS_AGO = 120


def fill_match(
    session: Session, people: Mapping[str, Person], settings: Settings, now: datetime
) -> None:
    """Let some of the people be assessed near what their posts require, and bring evidence from elsewhere."""
    if ASSESSOR not in people:
        return
    framework, assessor_id = load_framework(), people[ASSESSOR].id
    day = now.astimezone(ZoneInfo(settings.timezone)).date() - timedelta(days=DAYS_AGO)
    at = now - timedelta(days=DAYS_AGO)
    chosen = [
        who
        for who in people.values()
        if who.post_class and who.id != assessor_id and not _is_assessed(session, who.id)
    ][:: max(1, len(people) // (ASSESSED + LEARNED))][: ASSESSED + LEARNED]
    for place, who in enumerate(chosen):
        levels = {
            code: max(1, min(5, level - (place + index) % 3 // 2))
            for index, (code, level) in enumerate(framework.required_levels(who.post_class).items())
        }
        if place < ASSESSED:
            found = Found(levels, day, default_validity(day), "assessment_center")
            assess(session, who.id, found, actor_id=assessor_id, today=day, now=at)
        else:
            for code, level in levels.items():
                record_evidence(
                    session, who.id, competency=code, level=level, source="import",
                    ref=f"profil-{day.year}", now=at,
                )  # fmt: skip


def _is_assessed(session: Session, person_id: int) -> bool:
    known = session.query(Assessment.seq).filter(Assessment.person_id == person_id)
    return known.first() is not None
