"""Grading by people within a course: with the last mark that was missing, the course may be completed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.progress.attempts import (
    Submission,
    VersionOf,
    keys_of,
    quiz_taken,
    settle_graded,
)
from learn.quizzes.engine import Engine
from learn.quizzes.marking.services import Given, mark_answer
from learn.quizzes.models import Attempt

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion


def mark(
    session: Session,
    attempt: Attempt,
    question_key: str,
    given: Given,
    *,
    by_id: int,
    engine: Engine,
    version_of: VersionOf,
    current: CourseVersion | None,
    settings: Settings,
    now: datetime,
    based_on: int | None = None,
) -> Submission:
    """Mark an answer and settle the learner's course in the same transaction.

    Parameters
    ----------
    current
        The course as it is published now, whose rule decides; None: that of the attempt.
    """
    quiz = quiz_taken(attempt, version_of)
    grading = mark_answer(
        session, attempt, quiz, question_key, given, by_id=by_id, engine=engine, now=now,
        based_on=based_on, keys=keys_of(attempt, version_of),
    )  # fmt: skip
    if grading.waiting:
        return Submission(grading, None)
    version = current or version_of(attempt.version_id)
    return Submission(grading, settle_graded(session, attempt, version, settings=settings, now=now))
