"""The models of handing files in, and of grading by people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from learn.api.schemas.attempts import CriterionOut, SavedOut
from learn.api.schemas.common import Cursor, PageQuery, Score, Sent, Told
from learn.quizzes.marking.services import MAX_COMMENT, MAX_REASON


class FileSavedOut(SavedOut):
    """A file that came in, and the answer that names it now."""

    digest: str = Field(description="The SHA-256 of its content; answers name files by it.")
    answer: Any


class WaitingQuery(PageQuery):
    """Which answers."""

    quiz: str | None = Field(None, max_length=100, description="The key of a quiz.")
    question: str | None = Field(None, max_length=64, description="The key of a question.")
    graded: bool = Field(False, description="true: answers that were graded, the newest first.")


class GivenOut(Told):
    """The mark that an answer has; its `seq` is what the next one is based on."""

    seq: int
    score: Score
    rubric: dict[str, str]
    comment: str
    graded_by: str
    graded_at: datetime


class AnswerToGrade(Told):
    """An answer to grade; `name` is null where the quiz is graded without names."""

    attempt: str
    quiz: str
    version: str
    question: str
    points: float
    prompt_html: str
    model_html: str = Field(description="What a good answer holds; learners never see it.")
    rubric: list[CriterionOut]
    name: str | None
    submitted_at: datetime
    answer: Any
    mark: GivenOut | None


class WaitingList(Told):
    """A page of answers, the oldest first."""

    items: list[AnswerToGrade]
    next: Cursor


class MarkIn(Sent):
    """A mark: levels of the rubric by criterion, or a score; with both, the score counts."""

    score: float | None = Field(None, ge=0, le=1, description="A share from 0 to 1.")
    rubric: dict[str, str] | None = None
    comment: str = Field("", max_length=MAX_COMMENT)
    reason: str = Field("", max_length=MAX_REASON, description="Why a graded attempt changes.")
    based_on: int = Field(
        0, ge=0, lt=2**31, description="The `seq` of the mark that was seen; 0: there was none."
    )


class MarkedOut(Told):
    """How the attempt stands now."""

    state: Literal["waiting", "graded"]
    waiting: int = Field(description="How many of its answers still wait.")
    score: Score | None
    passed: bool | None
    completed_course: bool = Field(description="Whether the course is completed now.")
