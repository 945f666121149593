"""The steps of an attempt: added, read, and put together to what they say in the end."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from learn.db import canonical_json, memory_of_transaction, moment_text
from learn.errors import Message, NotFound
from learn.quizzes.attempts.answers import Answers, Mark, mark_of
from learn.quizzes.models import ANSWER, LEFT, Attempt, Step
from learn.quizzes.questions import Answer

Steps = Sequence[Row[Any]]
"""Rows with the attributes of `Step` in `COLUMNS`."""

COLUMNS = (
    Step.seq, Step.question, Step.kind, Step.data, Step.client_id, Step.at, Step.by_id,
)  # fmt: skip


# Saving an answer is what is done most: building its statements costs more than running them, so they
# are built once.
_MINE = (Step.person_id == bindparam("who"), Step.attempt_id == bindparam("which"))
_ALL = select(*COLUMNS).where(*_MINE).order_by(Step.seq)
_NEWEST = (
    select(func.max(Step.seq))
    .where(*_MINE, Step.question == bindparam("about"), Step.kind == ANSWER)
    .scalar_subquery()
)
_ABOUT = (
    select(*COLUMNS)
    .where(
        *_MINE,
        or_(
            Step.seq == _NEWEST,
            and_(Step.question == bindparam("about"), Step.kind != ANSWER),
            Step.client_id == bindparam("called"),  # never true without a name
        ),
    )
    .order_by(Step.seq)
)
_LEFT = select(Step.question).where(*_MINE, Step.kind == LEFT)
_BEHIND = select(func.coalesce(func.max(Step.seq), 0) + 1).where(*_MINE).scalar_subquery()
_ADD = (
    insert(Step)
    .values(person_id=bindparam("who"), attempt_id=bindparam("which"), seq=_BEHIND)
    .returning(Step.seq)
)
_HELD = (
    select(Attempt)
    .where(Attempt.person_id == bindparam("who"), Attempt.id == bindparam("which"))
    .with_for_update()
)


def is_due(attempt: Attempt, now: datetime, grace_seconds: int) -> bool:
    """Whether an open attempt's time and grace are over."""
    return attempt.expires_at is not None and now > attempt.expires_at + timedelta(
        seconds=grace_seconds
    )


def latest_answers(session: Session, attempt: Attempt) -> Answers:
    """Return what the attempt's steps say in the end."""
    return folded_steps(steps_of(session, attempt))


def steps_digest(steps: Steps) -> str:
    """Return the digest of all steps that the ledger keeps beside the result."""
    digest = hashlib.sha256()
    for step in steps:
        row = [step.seq, step.question, step.kind, step.data, step.client_id, moment_text(step.at)]
        if step.by_id is not None:
            row.append(step.by_id)
        digest.update(canonical_json(row).encode() + b"\n")
    return digest.hexdigest()


def folded_steps(steps: Steps) -> Answers:
    """Return what `steps` say in the end."""
    given: dict[str, Answer] = {}
    seqs: dict[str, int] = {}
    flags: dict[str, bool] = {}
    tries: dict[str, tuple[float, ...]] = {}
    earlier: dict[str, int] = {}
    certainty: dict[str, int] = {}
    marks: dict[str, Mark] = {}
    left: set[str] = set()
    saved_at = None
    for step in steps:
        key = step.question
        match step.kind:
            case "answer":
                given[key], seqs[key], saved_at = step.data, step.seq, step.at
                earlier[key] = len(tries.get(key, ()))
            case "flag":
                flags[key] = step.data
            case "check":
                tries[key] = (*tries.get(key, ()), float(step.data["score"]))
            case "certainty":
                certainty[key] = step.data
            case "left":
                left.add(key)
            case "mark":
                marks[key] = mark_of(step.data, step.by_id, step.at, step.seq)
    flagged = frozenset(key for key, flag in flags.items() if flag)
    return Answers(
        given, seqs, flagged, tries, earlier, certainty, marks, saved_at, frozenset(left)
    )


def steps_of(session: Session, attempt: Attempt) -> Steps:
    """Return all steps of the attempt, in order."""
    return session.execute(_ALL, _names(attempt)).all()


def steps_about(
    session: Session, attempt: Attempt, question_key: str, client_id: str | None
) -> Steps:
    """Return what counts of one question, and the step that a page called `client_id`.

    Of the answers that is only the newest, however often the page has saved.
    """
    known = {**_names(attempt), "about": question_key, "called": client_id}
    return session.execute(_ABOUT, known).all()


def questions_left(session: Session, attempt: Attempt) -> frozenset[str]:
    """Return the questions that were passed by, where there is no way back."""
    return frozenset(session.scalars(_LEFT, _names(attempt)))


def newest_answer(steps: Steps, question_key: str) -> Row[Any] | None:
    """Return the newest answer to one question among `steps`."""
    return next(
        (step for step in reversed(steps) if step.kind == ANSWER and step.question == question_key),
        None,
    )


def _names(attempt: Attempt) -> dict[str, Any]:
    return {"who": attempt.person_id, "which": attempt.id}


def add_step(
    session: Session,
    attempt: Attempt,
    question_key: str,
    kind: str,
    data: Any,
    now: datetime,
    client_id: str | None,
    *,
    by_id: int | None = None,
    state: str | None = None,
    score: float | None = None,
) -> int:
    """Add one step behind the others; return its number.

    Parameters
    ----------
    by_id
        Who did it, when it was not the person whose attempt it is.
    state, score
        What the question came to with it, where it was graded.
    """
    known = {
        **_names(attempt), "question": question_key, "kind": kind, "data": data,
        "client_id": client_id, "at": now, "by_id": by_id, "state": state, "score": score,
    }  # fmt: skip
    return session.execute(_ADD, known).scalar_one()


def locked(session: Session, attempt: Attempt) -> Attempt:
    """Return the attempt as it is now, held until the end of the transaction."""
    found = hold(session, attempt.person_id, attempt.id)
    if found is None:
        raise NotFound(Message("There is no such attempt."))
    return found


def hold(session: Session, person_id: int, attempt_id: str) -> Attempt | None:
    """Return an attempt held until the end of the transaction; held already, it costs nothing."""
    held = memory_of_transaction(session, "learn_attempts")
    if attempt_id not in held:
        names = {"who": person_id, "which": attempt_id}
        fresh = {"populate_existing": True}
        found = session.scalars(_HELD, names, execution_options=fresh).one_or_none()
        if found is None:
            return None
        memory_of_transaction(session, "learn_attempts")[attempt_id] = found
        return found
    attempt: Attempt = held[attempt_id]
    return attempt
