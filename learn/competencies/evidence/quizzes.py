"""Evidence from quizzes: enough points in the questions of a competency show a level, where the quiz says so.

All graded attempts of a cycle are looked at, so that a grading again gives and takes what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.models import Evidence
from learn.competencies.services import record_evidence, withdraw_pieces
from learn.config import Settings
from learn.progress.attempts import WHEN_GRADED
from learn.quizzes.models import GRADED, Attempt

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz, Shows

ROLES = ("final", "module")
ROUNDING = 1e-9


def share_of(quiz: Quiz, credits: Mapping[str, float], code: str) -> float | None:
    """Return the share (0 to 1) of the points of a competency's questions; None where none was asked."""
    framework = load_framework()
    asked = [
        (question.points, credits[question.key])
        for question in quiz.questions
        if question.key in credits
        and question.competency
        and framework.find(question.competency) == framework.find(code)
    ]
    total = sum(points for points, _credit in asked)
    return sum(points * credit for points, credit in asked) / total if total else None


def quiz_evidence(
    session: Session, attempt: Attempt, version: CourseVersion, settings: Settings, now: datetime
) -> None:
    """Record what the attempts at a quiz show, and withdraw what they no longer do."""
    quiz = version.quiz(attempt.quiz)
    if quiz is None or not quiz.evidence or quiz.role not in ROLES:
        return
    attempts = session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id == attempt.person_id, Attempt.course == attempt.course,
            Attempt.quiz == attempt.quiz, Attempt.cycle == attempt.cycle, Attempt.state == GRADED,
        )
        .order_by(Attempt.number)
    ).all()  # fmt: skip
    for shows in quiz.evidence:
        _settle(session, attempt, version, shows, _first(quiz, attempts, shows), settings, now)


def _first(quiz: Quiz, attempts: Iterable[Attempt], shows: Shows) -> Attempt | None:
    """Return the first attempt that reached the share."""
    for attempt in attempts:
        share = share_of(quiz, attempt.credits or {}, shows.competency)
        if share is not None and share * 100 >= shows.share - ROUNDING:
            return attempt
    return None


def _settle(
    session: Session,
    attempt: Attempt,
    version: CourseVersion,
    shows: Shows,
    reached: Attempt | None,
    settings: Settings,
    now: datetime,
) -> None:
    framework = load_framework()
    competency, ref = framework.find(shows.competency), f"{attempt.course}/{attempt.quiz}"
    if competency is None:  # of a framework that is not here: nobody loses their result for it
        return
    code = competency.code
    if reached is None:
        which = (
            Evidence.source == "quiz", Evidence.ref == ref, Evidence.cycle == attempt.cycle,
            Evidence.competency == code, Evidence.level == shows.level,
        )  # fmt: skip
        withdraw_pieces(session, attempt.person_id, which, actor_id=None, now=now)
        return
    handed_in = (reached.submitted_at or now).astimezone(ZoneInfo(settings.timezone)).date()
    record_evidence(
        session, attempt.person_id, competency=code, level=shows.level, source="quiz", ref=ref,
        now=now, valid_until=version.valid_for.add_to(handed_in) if version.valid_for else None,
        course=attempt.course, cycle=attempt.cycle, version_id=reached.version_id,
    )  # fmt: skip


WHEN_GRADED.append(quiz_evidence)
