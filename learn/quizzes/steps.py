"""The steps of an attempt: added, read, and put together to what they say in the end."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select
from sqlalchemy.orm import Session

from learn.db import canonical_json, moment_text
from learn.quizzes.models import ANSWER, FLAG, Attempt, Step
from learn.quizzes.questions import Answer
from learn.quizzes.results import Answers

GRACE_SECONDS = 30

Steps = Sequence[Row[Any]]
"""Rows with the attributes of `Step` in `COLUMNS`."""

COLUMNS = (Step.seq, Step.question, Step.kind, Step.data, Step.client_id, Step.at)


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
        digest.update(canonical_json(row).encode() + b"\n")
    return digest.hexdigest()


def folded_steps(steps: Steps) -> Answers:
    """Return what `steps` say in the end."""
    given: dict[str, Answer] = {}
    seqs: dict[str, int] = {}
    flags: dict[str, bool] = {}
    checked: dict[str, int] = {}
    saved_at = None
    for step in steps:
        if step.kind == ANSWER:
            given[step.question], seqs[step.question], saved_at = step.data, step.seq, step.at
        elif step.kind == FLAG:
            flags[step.question] = step.data
        else:
            checked[step.question] = checked.get(step.question, 0) + 1
    flagged = frozenset(key for key, flag in flags.items() if flag)
    return Answers(given, seqs, flagged, checked, saved_at)


def steps_of(session: Session, attempt: Attempt) -> Steps:
    """Return all steps of the attempt, in order."""
    return session.execute(select(*COLUMNS).where(*_in(attempt)).order_by(Step.seq)).all()


def steps_about(
    session: Session, attempt: Attempt, question_key: str, client_id: str | None
) -> Steps:
    """Return what counts of one question, and the step that a page called `client_id`.

    Of the answers that is only the newest, however often the page has saved.
    """
    newest = (
        select(func.max(Step.seq))
        .where(*_in(attempt), Step.question == question_key, Step.kind == ANSWER)
        .scalar_subquery()
    )
    wanted = [Step.seq == newest, and_(Step.question == question_key, Step.kind != ANSWER)]
    if client_id is not None:
        wanted.append(Step.client_id == client_id)
    return session.execute(
        select(*COLUMNS).where(*_in(attempt), or_(*wanted)).order_by(Step.seq)
    ).all()


def newest_answer(steps: Steps, question_key: str) -> Row[Any] | None:
    """Return the newest answer to one question among `steps`."""
    return next(
        (step for step in reversed(steps) if step.kind == ANSWER and step.question == question_key),
        None,
    )


def _in(attempt: Attempt) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Step.person_id == attempt.person_id, Step.attempt_id == attempt.id


def add_step(
    session: Session,
    attempt: Attempt,
    question_key: str,
    kind: str,
    data: Any,
    now: datetime,
    client_id: str | None,
) -> int:
    """Add one step behind the others; return its number."""
    last = select(func.coalesce(func.max(Step.seq), 0) + 1).where(*_in(attempt)).scalar_subquery()
    return session.execute(
        insert(Step)
        .values(
            person_id=attempt.person_id, attempt_id=attempt.id, seq=last, question=question_key,
            kind=kind, data=data, client_id=client_id, at=now,
        )
        .returning(Step.seq)
    ).scalar_one()  # fmt: skip


def locked(session: Session, attempt: Attempt) -> Attempt:
    """Return the attempt as it is now, held until the end of the transaction."""
    query = select(Attempt).where(Attempt.person_id == attempt.person_id, Attempt.id == attempt.id)
    return session.scalars(
        query.with_for_update(), execution_options={"populate_existing": True}
    ).one()
