"""Files of answers: taken in, known by whom they are from, and found again.

A row (`AnswerFile`) says that this person handed in that content for that question; it stays when the
answer no longer names the file, since earlier answers are evidence too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.db import upsert
from learn.errors import Message
from learn.quizzes.handed_in.files import FileRules, RefusedFile, checked_file
from learn.quizzes.models import AnswerFile, Attempt
from learn.quizzes.questions import Answer, InvalidAnswer, Question
from learn.storage import Storage, put_at_commit

MOST_SENT = 50
"""How many different files a person may send for one question, replaced ones too."""


def take_file(
    session: Session,
    storage: Storage,
    attempt: Attempt,
    question: Question,
    name: str,
    content: bytes,
    *,
    now: datetime,
) -> str:
    """Keep a file that was sent for a question and return its digest; no answer names it yet.

    Raises
    ------
    RefusedFile
        The question takes no such file, or too many have been sent.
    """
    rules = FileRules.of(question.data)
    if not rules.most:
        raise RefusedFile(Message("This question takes no files."))
    handed = checked_file(name, content, rules)
    digest = hashlib.sha256(content).hexdigest()
    if find_file(session, attempt, question.key, digest) is None:
        _refuse_flood(session, attempt, question.key)
        key = (attempt.person_id, attempt.id, question.key, digest)
        put_at_commit(
            session, storage, content, named=lambda here: here.get(AnswerFile, key) is not None
        )
        session.execute(
            upsert(session, AnswerFile)
            .values(
                person_id=attempt.person_id, attempt_id=attempt.id, question=question.key,
                digest=digest, name=handed.name, media_type=handed.media_type, size=len(content),
                at=now,
            )
            .on_conflict_do_nothing()
        )  # fmt: skip
    return digest


def _refuse_flood(session: Session, attempt: Attempt, question_key: str) -> None:
    mine = _rows(attempt, question_key)
    if session.scalar(select(func.count()).select_from(mine.subquery())) >= MOST_SENT:  # type: ignore[operator]
        raise RefusedFile(Message("Too many files were sent for this question already."))


def _rows(attempt: Attempt, question_key: str) -> Any:
    return select(AnswerFile).where(
        AnswerFile.person_id == attempt.person_id,
        AnswerFile.attempt_id == attempt.id,
        AnswerFile.question == question_key,
    )


def find_file(
    session: Session, attempt: Attempt, question_key: str, digest: str
) -> AnswerFile | None:
    """Return the file that was handed in for this question; None when there is no such."""
    return session.get(AnswerFile, (attempt.person_id, attempt.id, question_key, digest))


def known_files(session: Session, attempt: Attempt, question: Question, answer: Answer) -> Answer:
    """Return an answer whose files are those that came in, with their names and sizes.

    Raises
    ------
    InvalidAnswer
        It names a file that was not sent for this question.
    """
    rules = FileRules.of(question.data)
    named = answer.get("files") if rules.most and isinstance(answer, Mapping) else None
    if not named:
        return answer
    rows = {row.digest: row for row in session.scalars(_rows(attempt, question.key))}
    if any(file["digest"] not in rows for file in named):
        raise InvalidAnswer(Message("The answer names a file that was not sent for this question."))
    found = [rows[file["digest"]] for file in named]
    files = [{"digest": row.digest, "name": row.name, "size": row.size} for row in found]
    return {**answer, "files": files}
