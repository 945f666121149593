"""Grading again within courses: who passes now completes the course as anybody who passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Invalid, Message
from learn.ledger import lock_people
from learn.progress.attempts import VersionOf, quiz_of, settle_graded
from learn.quizzes.analysis.services import ask_again
from learn.quizzes.engine import Engine
from learn.quizzes.marking.regrading import regrade
from learn.quizzes.models import Attempt

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

MAX_REASON = 500


@dataclass(frozen=True)
class Order:
    """Who has attempts at a quiz of `version` graded again by its keys, by which policy, and why."""

    version: CourseVersion
    quiz: str
    policy: str
    reason: str
    by_id: int | None


@dataclass(frozen=True)
class Done:
    """What came of it: attempts with another result, and courses that were completed by it."""

    regraded: int = 0
    completed: int = 0

    def __add__(self, other: Done) -> Done:
        return Done(self.regraded + other.regraded, self.completed + other.completed)


def reason_of(text: str) -> str:
    """Return a reason as it is kept.

    Raises
    ------
    learn.errors.Invalid
        It is empty or too long.
    """
    reason = " ".join(text.split())
    if not 0 < len(reason) <= MAX_REASON:
        raise Invalid(Message("Say why, in 1 to %(most)s characters.", most=MAX_REASON))
    return reason


def regrade_attempts(
    session: Session,
    attempts: Sequence[tuple[int, str]],
    order: Order,
    *,
    version_of: VersionOf,
    engine: Engine,
    settings: Settings,
    now: datetime,
) -> Done:
    """Grade some attempts (person and id) again in this transaction; one whose result stays is left."""
    done = Done()
    lock_people(session, [person_id for person_id, _attempt in attempts])
    for person_id, attempt_id in sorted(attempts):
        attempt = session.get(Attempt, (person_id, attempt_id))
        if attempt is not None:
            done += _regrade(session, attempt, order, version_of, engine, settings, now)
    if done.regraded:
        ask_again(session, order.version.course, order.quiz)
    return done


def _regrade(
    session: Session,
    attempt: Attempt,
    order: Order,
    version_of: VersionOf,
    engine: Engine,
    settings: Settings,
    now: datetime,
) -> Done:
    taken, keys = quiz_of(attempt, version_of), order.version.quiz(order.quiz)
    if taken is None or keys is None:
        return Done()
    grading = regrade(
        session, attempt, taken, keys, version_id=order.version.id, by_id=order.by_id,
        reason=order.reason, policy=order.policy, engine=engine, now=now,
    )  # fmt: skip
    if grading is None:
        return Done()
    completion = settle_graded(session, attempt, order.version, settings=settings, now=now)
    return Done(1, int(completion is not None))
