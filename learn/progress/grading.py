"""Grading by people within a course: with the last mark that was missing, the course may be completed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Message, NotFound
from learn.progress.attempts import Submission, VersionOf, keys_of, quiz_of
from learn.progress.models import Enrolment
from learn.progress.services import settle
from learn.quizzes.engine import Engine
from learn.quizzes.marking import Given, mark_answer
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
    quiz = quiz_of(attempt, version_of)
    if quiz is None:
        raise NotFound(Message("The version of this attempt cannot be found."))
    grading = mark_answer(
        session, attempt, quiz, question_key, given, by_id=by_id, engine=engine, now=now,
        based_on=based_on, keys=keys_of(attempt, version_of),
    )  # fmt: skip
    enrolment = session.get(Enrolment, (attempt.person_id, attempt.course, attempt.cycle))
    version = current or version_of(attempt.version_id)
    completion = (
        settle(session, enrolment, version, settings=settings, now=now)
        if enrolment is not None and version is not None and not grading.waiting
        else None
    )
    return Submission(grading, completion)
