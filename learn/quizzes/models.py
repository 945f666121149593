"""Tables of quizzes: attempts, folded from the ledger, and their steps, only ever added."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, Json
from learn.ledger import projection_table

ID_LENGTH = 26
OPEN, GRADED = "open", "graded"
ANSWER, FLAG, CHECK = "answer", "flag", "check"


@projection_table
class Attempt(Base):
    """One go at a quiz, there from its start; folded from its entries in the ledger."""

    __tablename__ = "learn_attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "course", "quiz", "cycle", "number"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_is_a_share"),
        Index("ix_learn_attempt_due", "state", "expires_at"),
        Index("ix_learn_attempt_quiz", "course", "quiz", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    course: Mapped[str] = mapped_column(String(100))
    quiz: Mapped[str] = mapped_column(String(100))
    cycle: Mapped[int]
    number: Mapped[int]
    version_id: Mapped[str] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(BigInteger)
    language: Mapped[str | None] = mapped_column(String(10))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10))
    submitted_at: Mapped[datetime | None]
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    credits: Mapped[dict[str, Any] | None] = mapped_column(Json())


class Step(Base):
    """One thing that was done in an attempt; never changed, and evidence of what was answered.

    `seq` counts within the attempt. `client_id` is what a page calls the step, so that sending it
    again changes nothing; up to its first colon it names the tab or device.
    """

    __tablename__ = "learn_step"
    __table_args__ = (UniqueConstraint("person_id", "attempt_id", "client_id"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    attempt_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    data: Mapped[Any] = mapped_column(Json(), nullable=True)
    client_id: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]


def new_attempt_id(person_id: int) -> str:
    """Return an id that nobody can guess and that tells where the person's rows are."""
    raw = person_id.to_bytes(6, "big") + secrets.token_bytes(10)
    return base64.b32encode(raw).decode().rstrip("=").lower()


def attempt_person(attempt_id: str) -> int | None:
    """Return the person in an attempt's id; None when it is no such id."""
    if len(attempt_id) != ID_LENGTH or not attempt_id.isascii():
        return None
    try:
        raw = base64.b32decode(attempt_id.upper() + "======")
    except ValueError:
        return None
    return int.from_bytes(raw[:6], "big")
