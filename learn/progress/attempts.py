"""Attempts within a course: starting one enrols, and handing one in may complete the course."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Message, NotFound
from learn.progress.models import QUIZ, Completion, Enrolment, ItemState
from learn.progress.prerequisites import missing, prerequisite
from learn.progress.queries import cycle_of
from learn.progress.services import enrol, settle
from learn.quizzes import services as quizzes
from learn.quizzes.engine import Engine
from learn.quizzes.grading import Grading
from learn.quizzes.models import Attempt
from learn.quizzes.overrides.services import hold_terms, terms_of
from learn.quizzes.terms import Arrival

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz

VersionOf = Callable[[str], "CourseVersion | None"]
"""Finds a version by its id: that of an attempt, which may be older than the current one."""


WhenGraded = Callable[[Session, Attempt, "CourseVersion", Settings, datetime], None]
WHEN_GRADED: list[WhenGraded] = []
"""What else follows from a result, told by domains above: each is called in its transaction."""


@dataclass(frozen=True)
class Submission:
    """What handing in brought: the result, and the course's completion if it came with it."""

    grading: Grading
    completion: Completion | None


def start(
    session: Session,
    person_id: int,
    version: CourseVersion,
    quiz: Quiz,
    *,
    engine: Engine,
    version_of: VersionOf,
    settings: Settings,
    now: datetime,
    language: str | None = None,
    arrival: Arrival = quizzes.NOTHING_BROUGHT,
) -> Attempt:
    """Start an attempt at a quiz of the course (and the course itself), or return the open one.

    Parameters
    ----------
    arrival
        What the person brings along; what the prerequisite still asks for is found here.

    Raises
    ------
    learn.quizzes.terms.CannotStart, learn.errors.Forbidden
        The terms do not let the person start now; or the course does not let everybody in.
    """
    hold_terms(session, version.course, quiz.key)
    enrolment = enrol(session, person_id, version, now=now)
    asked = prerequisite(session, person_id, version, quiz, enrolment.cycle, now=now)
    words = missing(asked, version, language or version.language)
    return quizzes.start_attempt(
        session,
        person_id,
        course=version.course,
        quiz=quiz,
        version_id=version.id,
        cycle=enrolment.cycle,
        now=now,
        engine=engine,
        rng_seed=secrets.randbits(63),
        language=language,
        quiz_of=lambda attempt: quiz_of(attempt, version_of),
        terms=terms_of(session, person_id, quiz, time_zone=settings.timezone),
        arrival=replace(arrival, missing=words),
    )


def quiz_of(attempt: Attempt, version_of: VersionOf) -> Quiz | None:
    """Return the quiz as it was in the version that the attempt was started on."""
    version = version_of(attempt.version_id)
    return version.quiz(attempt.quiz) if version else None


def quiz_taken(attempt: Attempt, version_of: VersionOf) -> Quiz:
    """Return the quiz as `quiz_of` does; raise `NotFound` when its version is gone."""
    found = quiz_of(attempt, version_of)
    if found is None:
        raise NotFound(Message("The version of this attempt cannot be found."))
    return found


def keys_of(attempt: Attempt, version_of: VersionOf) -> Quiz | None:
    """Return the quiz by whose keys the attempt was graded again; None when it never was."""
    version = version_of(attempt.key_version_id) if attempt.key_version_id else None
    return version.quiz(attempt.quiz) if version else None


def submit(
    session: Session,
    attempt: Attempt,
    *,
    engine: Engine,
    version_of: VersionOf,
    current: CourseVersion | None,
    settings: Settings,
    now: datetime,
) -> Submission:
    """Grade the attempt and settle the course in the same transaction; again: the first result.

    Parameters
    ----------
    current
        The course as it is published now, whose rule decides; None: that of the attempt.
    """
    quiz = quiz_taken(attempt, version_of)
    # held from here on, so that they are read once
    _held = cycle_of(session, attempt.person_id, attempt.course, attempt.cycle)
    grading = quizzes.submit_attempt(session, attempt, quiz, engine=engine, now=now)
    version = current or version_of(attempt.version_id)
    return Submission(grading, settle_graded(session, attempt, version, settings=settings, now=now))


def settle_graded(
    session: Session,
    attempt: Attempt,
    version: CourseVersion | None,
    *,
    settings: Settings,
    now: datetime,
) -> Completion | None:
    """Settle the course of an attempt that has got a result, by the rule of `version`.

    Returns
    -------
    Completion or None
        The completion that came with it; None as well when the person is not enrolled any more.
    """
    enrolment = session.get(Enrolment, (attempt.person_id, attempt.course, attempt.cycle))
    if enrolment is None or version is None:
        return None
    for told in WHEN_GRADED:
        told(session, attempt, version, settings, now)
    return settle(session, enrolment, version, settings=settings, now=now)


def completed_course(session: Session, attempt: Attempt) -> bool:
    """Return whether handing in this attempt completed the course, however long ago that was."""
    completion = session.get(Completion, (attempt.person_id, attempt.course, attempt.cycle))
    if completion is None:
        return False
    if completion.completed_at == attempt.submitted_at:
        return True
    if attempt.submitted_at != attempt.expires_at or not attempt.passed:
        return False
    # it was graded after its time: then the quiz and the course were completed at that same moment
    place = (attempt.person_id, attempt.course, attempt.cycle, QUIZ, attempt.quiz)
    quiz = session.get(ItemState, place)
    return quiz is not None and quiz.completed_at == completion.completed_at


def submit_due(
    session: Session,
    *,
    engine: Engine,
    version_of: VersionOf,
    settings: Settings,
    now: datetime,
    person_id: int | None = None,
) -> int:
    """Hand in the attempts whose time is over, one person's or the oldest of all; return how many."""
    due = quizzes.expire_due_attempts(
        session,
        now,
        quiz_of=lambda attempt: quiz_of(attempt, version_of),
        engine=engine,
        person_id=person_id,
    )
    for attempt in due:
        settle_graded(session, attempt, version_of(attempt.version_id), settings=settings, now=now)
    return len(due)
