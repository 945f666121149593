"""Attempts from start to end; together with `answering`, all that pages, API and jobs call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.db import moment_text
from learn.errors import Conflict, Message, NotFound
from learn.events import announce, attempt_submitted
from learn.ledger import append, lock
from learn.quizzes.attempts.answering import (
    AlreadySubmitted,
    AnswerFinal,
    AttemptExpired,
    Saved,
    StaleAnswer,
    check_answer,
    flag_question,
    leave_question,
    save_answer,
)
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.results import attempt_json
from learn.quizzes.attempts.steps import (
    folded_steps,
    hold,
    is_due,
    latest_answers,
    locked,
    steps_digest,
    steps_of,
)
from learn.quizzes.engine import Engine
from learn.quizzes.grading import Grading
from learn.quizzes.marking.rekeying import Keyed
from learn.quizzes.models import GRADED, OPEN, Attempt, attempt_person, new_attempt_id
from learn.quizzes.projections import (
    ATTEMPT_GRADED,
    ATTEMPT_REGRADED,
    ATTEMPT_STARTED,
    ATTEMPT_WAITING,
    result_data,
)
from learn.quizzes.quiz import Quiz
from learn.quizzes.terms import Arrival, AttemptsUsedUp, Terms, effective, may_start, refusal

__all__ = [
    "AlreadySubmitted",
    "AnswerFinal",
    "Answers",
    "AttemptExpired",
    "AttemptsUsedUp",
    "Saved",
    "StaleAnswer",
    "attempt_json",
    "attempts_of",
    "check_answer",
    "expire_due_attempts",
    "find_attempt",
    "finish_grading",
    "flag_question",
    "grading_of",
    "is_due",
    "latest_answers",
    "leave_question",
    "save_answer",
    "start_attempt",
    "submit_attempt",
]

NOTHING_BROUGHT = Arrival()
QuizOf = Callable[[Attempt], Quiz | None]
"""Gives the quiz in the version that an attempt is taken on; None when it cannot be had."""


def find_attempt(session: Session, attempt_id: str, *, to_write: bool = False) -> Attempt | None:
    """Return the attempt by its id alone; whose it is, the caller compares.

    With `to_write` it is held until the end of the transaction.
    """
    person_id = attempt_person(attempt_id)
    if person_id is None:
        return None
    if to_write:
        return hold(session, person_id, attempt_id)
    return session.get(Attempt, (person_id, attempt_id))


def attempts_of(
    session: Session, person_id: int, course: str, quiz: str, cycle: int | None = None
) -> Sequence[Attempt]:
    """Return the person's attempts at a quiz, in order; of one cycle, or of all."""
    query = select(Attempt).where(
        Attempt.person_id == person_id, Attempt.course == course, Attempt.quiz == quiz
    )
    if cycle is not None:
        query = query.where(Attempt.cycle == cycle)
    return session.scalars(
        query.order_by(Attempt.cycle, Attempt.number),
        execution_options={"populate_existing": True},  # another transaction may have graded one
    ).all()


def start_attempt(
    session: Session,
    person_id: int,
    *,
    course: str,
    quiz: Quiz,
    version_id: str,
    cycle: int,
    now: datetime,
    engine: Engine,
    rng_seed: int,
    language: str | None = None,
    quiz_of: QuizOf,
    terms: Terms | None = None,
    arrival: Arrival = NOTHING_BROUGHT,
) -> Attempt:
    """Start an attempt, or return the one that is open: a double click starts one.

    Parameters
    ----------
    rng_seed
        From 0 to 2**63 - 1; draws and shuffles follow from it for ever.
    quiz_of
        Finds the version of an earlier attempt that has run out and is graded first.
    terms
        Those that hold for the person, read after their chain was locked; by default the quiz's own.
    arrival
        What the person brings along; an open attempt goes on without it.

    Raises
    ------
    AttemptsUsedUp, CannotStart
        The quiz allows no more attempts in this cycle; something else stands against it.
    """
    if quiz.role == "bank":
        raise NotFound(Message("This is a bank of questions; it cannot be taken."))
    lock(session, person_id)
    earlier = attempts_of(session, person_id, course, quiz.key, cycle)
    running = _still_running(session, earlier, quiz_of, engine, now)
    if running is not None:
        return running
    terms = terms or effective(quiz)
    reasons = may_start(
        terms, arrival, used=len(earlier), now=now,
        last_end=earlier[-1].submitted_at if earlier else None,
    )  # fmt: skip
    if reasons:
        raise refusal(reasons)
    data = {
        "course": course,
        "quiz": quiz.key,
        "role": quiz.role,
        "cycle": cycle,
        "number": len(earlier) + 1,
        "version": version_id,
        "seed": rng_seed,
        "language": language,
    }
    return _started(session, person_id, data, terms, now)


def _still_running(
    session: Session, attempts: Sequence[Attempt], quiz_of: QuizOf, engine: Engine, now: datetime
) -> Attempt | None:
    """Return the attempt that can go on; one whose time has run out is handed in."""
    for attempt in attempts:
        if attempt.state != OPEN:
            continue
        if not is_due(attempt, now, engine.grace_seconds):
            return attempt
        _hand_in_old(session, attempt, quiz_of, engine, now)
    return None


def _hand_in_old(
    session: Session, attempt: Attempt, quiz_of: QuizOf, engine: Engine, now: datetime
) -> None:
    quiz = quiz_of(attempt)
    if quiz is None:
        raise NotFound(Message("The version of your open attempt cannot be found."))
    submit_attempt(session, attempt, quiz, engine=engine, now=now)


def _started(
    session: Session, person_id: int, known: dict[str, Any], terms: Terms, now: datetime
) -> Attempt:
    """Append that an attempt was started under these terms, and return it."""
    attempt_id, ends = new_attempt_id(person_id), terms.expires_at(now)
    data = {**known, "attempt": attempt_id, "expires_at": moment_text(ends) if ends else None}
    if terms.access.honesty is not None:
        data["honesty"] = True
    append(session, person_id, ATTEMPT_STARTED, data, at=now)
    return session.get_one(Attempt, (person_id, attempt_id))


def submit_attempt(
    session: Session, attempt: Attempt, quiz: Quiz, *, engine: Engine, now: datetime
) -> Grading:
    """Grade what was saved; a second call returns the first result.

    Where answers wait for a person, the others are graded and the attempt waits; it has no score yet.
    After the time limit the attempt counts as handed in when its time was over.
    """
    lock(session, attempt.person_id)
    attempt = locked(session, attempt)
    if attempt.state != OPEN:
        return grading_of(attempt)
    late = is_due(attempt, now, engine.grace_seconds)
    handed_in = {
        "by": "server" if late else "person",
        "submitted_at": moment_text(attempt.expires_at if late and attempt.expires_at else now),
    }
    grading = _graded(session, attempt, quiz, handed_in, engine, now)
    announce(session, attempt_submitted, person_id=attempt.person_id, attempt_id=attempt.id)
    return grading


def finish_grading(
    session: Session,
    attempt: Attempt,
    quiz: Quiz,
    *,
    engine: Engine,
    now: datetime,
    keys: Quiz | None = None,
    actor_id: int | None = None,
) -> Grading:
    """Grade an attempt again after a person marked an answer; it is graded when none waits any more.

    One that was graded before gets another result, as an entry of its own.

    Parameters
    ----------
    keys
        The quiz in the version by whose keys the attempt was graded again; None: its own.
    actor_id
        Who marked the answer.
    """
    lock(session, attempt.person_id)
    attempt = locked(session, attempt)
    if attempt.submitted_at is None:
        raise Conflict(Message("This attempt has not been handed in yet."))
    known: dict[str, Any] = {"submitted_at": moment_text(attempt.submitted_at)}
    if actor_id is not None:
        known["actor"] = actor_id
    return _graded(session, attempt, quiz, known, engine, now, keys)


def _graded(
    session: Session,
    attempt: Attempt,
    quiz: Quiz,
    handed_in: dict[str, Any],
    engine: Engine,
    now: datetime,
    keys: Quiz | None = None,
) -> Grading:
    """Append what the steps come to now, and return it."""
    steps = steps_of(session, attempt)
    grading = Keyed(attempt, quiz, folded_steps(steps), engine, keys).grading()
    if grading.waiting:
        kind = ATTEMPT_WAITING
    else:
        kind = ATTEMPT_REGRADED if attempt.state == GRADED else ATTEMPT_GRADED
    data = result_data(attempt, quiz, steps_digest(steps), grading) | handed_in
    append(session, attempt.person_id, kind, data, at=now)
    return grading


def grading_of(attempt: Attempt) -> Grading:
    """Return the result of an attempt that was handed in; while it waits, the score is 0."""
    return Grading(attempt.score or 0.0, attempt.credits or {}, bool(attempt.passed))


def expire_due_attempts(
    session: Session,
    now: datetime,
    *,
    quiz_of: QuizOf,
    engine: Engine,
    person_id: int | None = None,
    limit: int = 100,
) -> list[Attempt]:
    """Hand in the attempts whose time and grace are over: one person's, or the oldest of all.

    The caller commits, and calls again until nothing comes back.
    """
    query = select(Attempt).where(
        Attempt.state == OPEN, Attempt.expires_at < now - timedelta(seconds=engine.grace_seconds)
    )
    if person_id is not None:
        query = query.where(Attempt.person_id == person_id)
    due = session.scalars(query.order_by(Attempt.expires_at).limit(limit)).all()
    handed_in = []
    for attempt in sorted(due, key=lambda each: each.person_id):  # one order of locks for everybody
        quiz = quiz_of(attempt)
        if quiz is not None:
            submit_attempt(session, attempt, quiz, engine=engine, now=now)
            handed_in.append(attempt)
    return handed_in
