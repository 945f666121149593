"""Tables of quizzes: attempts, folded from the ledger, and their steps, only ever added."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId, Json
from learn.ledger import projection_table

ID_LENGTH = 26
OPEN, WAITING, GRADED = "open", "waiting", "graded"
ANSWER, FLAG, CHECK, CERTAINTY, MARK = "answer", "flag", "check", "certainty", "mark"
LEFT = "left"


@projection_table
class Attempt(Base):
    """One go at a quiz, there from its start; folded from its entries in the ledger.

    `state` is open, waiting (handed in, some answers wait for a person to grade them: `waiting` says how
    many) or graded. `key_version_id` is the version whose keys it was graded by again. `expires_at` is the end of the time limit or the moment of closing, what comes first.
    """

    __tablename__ = "learn_attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "course", "quiz", "cycle", "number"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_is_a_share"),
        Index("ix_learn_attempt_due", "state", "expires_at"),
        Index("ix_learn_attempt_quiz", "course", "quiz", "person_id"),
        Index("ix_learn_attempt_waiting", "state", "course", "quiz", "submitted_at"),
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
    waiting: Mapped[int] = mapped_column(default=0, server_default="0")
    key_version_id: Mapped[str | None] = mapped_column(String(64))


class Step(Base):
    """One thing that was done in an attempt; never changed, and evidence of what was answered.

    `seq` counts within the attempt. `client_id` is what a page calls the step, so that sending it
    again changes nothing; up to its first colon it names the tab or device. `by_id` is who did it when
    it was not the person: somebody who marks an answer. `state` and `score` (a share) are what the
    question came to with this step, where it was graded.
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
    by_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str | None] = mapped_column(String(10))
    score: Mapped[float | None]


class AnswerFile(Base):
    """A file that a person handed in as (part of) an answer; its content is in the storage by digest."""

    __tablename__ = "learn_answer_file"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    attempt_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class QuizAnalysis(Base):
    """What a computation over all attempts at a quiz said; made anew now and then, never while reading.

    `version_id` is empty for all versions together; `choice` says which attempts of a person count.
    """

    __tablename__ = "learn_quiz_analysis"

    course: Mapped[str] = mapped_column(String(100), primary_key=True)
    quiz: Mapped[str] = mapped_column(String(100), primary_key=True)
    version_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    choice: Mapped[str] = mapped_column(String(10), primary_key=True)
    made_at: Mapped[datetime]
    attempts: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(Json())


@projection_table
class PersonOverride(Base):
    """Other terms of a quiz for one person: a layer over those of their units and the quiz's own.

    Folded from the person's chain; `seq` is the entry, whose detail holds the reason. None leaves a
    term as the layers below have it. `attempts` and `time_limit` (seconds) are whole terms, not
    additions; 0 is no limit.
    """

    __tablename__ = "learn_person_override"
    __table_args__ = (Index("ix_learn_person_override_quiz", "course", "quiz", "person_id"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(100), primary_key=True)
    quiz: Mapped[str] = mapped_column(String(100), primary_key=True)
    seq: Mapped[int]
    attempts: Mapped[int | None]
    time_limit: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    set_by: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[datetime]


class UnitOverride(Base):
    """Other terms of a quiz for a unit and all below it; the terms mean what `PersonOverride` says.

    A change ends the row and adds another, so that the reasons stay.
    """

    __tablename__ = "learn_unit_override"
    __table_args__ = (
        Index(
            "ix_learn_unit_override_standing",
            "course",
            "quiz",
            "unit_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course: Mapped[str] = mapped_column(String(100))
    quiz: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int]
    attempts: Mapped[int | None]
    time_limit: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


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
