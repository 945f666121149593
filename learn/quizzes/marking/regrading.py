"""Grading attempts again after a key was wrong: first the difference for everybody, then entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learn.db import canonical_json, moment_text
from learn.errors import Invalid, Message
from learn.ledger import append, lock
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.many_steps import steps_by_attempt
from learn.quizzes.attempts.steps import folded_steps, locked, steps_digest, steps_of
from learn.quizzes.engine import Engine
from learn.quizzes.grading import Grading
from learn.quizzes.marking.rekeying import Keyed
from learn.quizzes.models import GRADED, Attempt
from learn.quizzes.projections import ATTEMPT_REGRADED, result_data
from learn.quizzes.quiz import Quiz
from learn.quizzes.services import QuizOf

POLICIES = ("only-up", "exact")
"""``only-up``: nobody loses; ``exact``: everybody gets what the new key says."""

AT_ONCE = 100


@dataclass(frozen=True)
class Change:
    """What grading one attempt again would change; scores and credits are shares.

    `questions` has what each question counted before and would count, where that differs.
    """

    attempt_id: str
    person_id: int
    cycle: int
    number: int
    before: float
    after: float
    passed_before: bool
    passed_after: bool
    questions: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass
class Difference:
    """What grading again would change for everybody.

    `kept` names the questions that cannot be graded by the published version, with the number of
    attempts that have them.
    """

    attempts: int = 0
    changes: list[Change] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Stand for all changes: what was shown is compared with what is about to be done."""
        lines = (
            canonical_json([each.attempt_id, each.before, each.after]) for each in self.changes
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def count(self, *, up: bool | None = None, passed: bool | None = None) -> int:
        """Return how many attempts go up (or down), or begin to pass (or cease to)."""
        return sum(
            (up is None or (each.after > each.before) == up)
            and (
                passed is None
                or (each.passed_before != each.passed_after and each.passed_after == passed)
            )
            for each in self.changes
        )


def policy_of(text: str) -> str:
    """Return `text` when it is a policy."""
    if text not in POLICIES:
        known = ", ".join(POLICIES)
        raise Invalid(Message("%(name)s is one of %(known)s.", name="policy", known=known))
    return text


def difference(
    session: Session,
    course: str,
    quiz: Quiz,
    who: ColumnElement[bool],
    *,
    quiz_of: QuizOf,
    engine: Engine,
    policy: str,
) -> Difference:
    """Return what grading all attempts at `quiz` again by its keys would change; nothing is changed.

    Parameters
    ----------
    quiz
        The quiz as it is published now.
    who
        A condition on `Attempt.person_id`: whose attempts may be graded again.
    quiz_of
        Finds the version that an attempt was taken on; an attempt without one is left out.
    """
    found = Difference()
    for attempt, answers in _graded_attempts(session, course, quiz.key, who):
        taken = quiz_of(attempt)
        if taken is None:
            continue
        found.attempts += 1
        again = Keyed(attempt, taken, answers, engine, quiz)
        for key in again.kept:
            found.kept[key] = found.kept.get(key, 0) + 1
        change = _change(attempt, again.grading(), policy)
        if change is not None:
            found.changes.append(change)
    return found


def _graded_attempts(
    session: Session, course: str, quiz: str, who: ColumnElement[bool]
) -> Iterator[tuple[Attempt, Answers]]:
    """Yield the graded attempts with their answers, some at a time, in the order of people."""
    query = (
        select(Attempt)
        .where(Attempt.course == course, Attempt.quiz == quiz, Attempt.state == GRADED, who)
        .order_by(Attempt.person_id, Attempt.cycle, Attempt.number)
        .execution_options(yield_per=AT_ONCE)
    )
    for some in session.scalars(query).partitions():
        steps = steps_by_attempt(session, some)
        for attempt in some:
            yield attempt, folded_steps(steps.get(attempt.id, []))


def _change(attempt: Attempt, grading: Grading, policy: str) -> Change | None:
    """Return what another result would change by this policy; None when nothing would."""
    before = attempt.score or 0.0
    if grading.waiting or (grading.score == before and grading.passed == attempt.passed):
        return None
    if policy == "only-up" and grading.score < before:
        return None
    old = attempt.credits or {}
    return Change(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        cycle=attempt.cycle,
        number=attempt.number,
        before=before,
        after=grading.score,
        passed_before=bool(attempt.passed),
        passed_after=grading.passed,
        questions={
            key: (old.get(key, 0.0), credit)
            for key, credit in grading.credits.items()
            if old.get(key, 0.0) != credit
        },
    )


def regrade(
    session: Session,
    attempt: Attempt,
    taken: Quiz,
    keys: Quiz,
    *,
    version_id: str,
    by_id: int | None,
    reason: str,
    policy: str,
    engine: Engine,
    now: datetime,
) -> Grading | None:
    """Grade one attempt again by the keys of `keys`, as an entry; None when nothing changes.

    Parameters
    ----------
    version_id
        The version that `keys` belongs to; the result is shown with its keys from now on.
    by_id
        Who does it; None: the shell.
    """
    lock(session, attempt.person_id)
    attempt = locked(session, attempt)
    if attempt.state != GRADED:
        return None
    steps = steps_of(session, attempt)
    grading = Keyed(attempt, taken, folded_steps(steps), engine, keys).grading()
    if _change(attempt, grading, policy) is None:
        return None
    data = {
        **result_data(attempt, taken, steps_digest(steps), grading),
        "key_version": version_id,
        "policy": policy,
        "actor": by_id,
        "submitted_at": moment_text(attempt.submitted_at) if attempt.submitted_at else None,
    }
    append(session, attempt.person_id, ATTEMPT_REGRADED, data, at=now, detail={"reason": reason})
    return grading
