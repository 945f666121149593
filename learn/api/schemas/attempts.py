"""The models of attempts: questions as they are asked, answers, and what may be told of the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from learn.api.schemas.common import Score, Sent, Told


class OptionOut(Told):
    """Something to choose; its key tells nothing of place or rightness."""

    key: str
    html: str


class LevelOut(Told):
    """A level of a criterion, and the points it is worth."""

    key: str
    points: float
    html: str


class CriterionOut(Told):
    """A criterion of a rubric with its levels, or with the one that was given."""

    key: str
    html: str
    most: float = Field(description="The points of its best level.")
    levels: list[LevelOut]


class MarkOut(Told):
    """What the person who graded an answer wrote, and the levels of the rubric by criterion."""

    comment: str
    rubric: dict[str, str]
    criteria: list[CriterionOut]


class ReviewOut(Told):
    """What may be told of the result of one question."""

    verdict: Literal["right", "partly", "wrong", "empty", "waiting"] | None = None
    score: float | None = Field(
        None, ge=-2, le=1, description="What it counts; below 0 only with marking by certainty."
    )
    scales: dict[str, float] | None = Field(None, description="Other scales, as of a scenario.")
    mark: MarkOut | None = Field(None, description="What a person gave and wrote.")
    right: Any = None
    right_text: str | None = None
    marks: dict[str, bool] | None = None
    feedback_html: str | None = None
    option_feedback: dict[str, str] | None = None


class QuestionOut(BaseModel):
    """A question as it is asked; a type of a plugin may show more than is listed here."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    key: str
    type: str
    points: float
    prompt_html: str
    options: list[OptionOut] | None = Field(None, description="Of choices and orderings.")
    left: list[OptionOut] | None = Field(None, description="Of matchings.")
    right: list[OptionOut] | None = Field(None, description="Of matchings.")
    answer: Any = Field(None, description="The answer that is saved.")
    seq: int | None = Field(None, description="The number of that answer; give it as `based_on`.")
    flagged: bool
    checked: bool = Field(description="Whether the answer is final.")
    scored: bool = Field(description="Whether the question counts.")
    manual: bool = Field(description="Whether a person grades the answer.")
    tries_left: int = Field(description="How often the answer may still be checked.")
    hints_html: list[str] | None = Field(None, description="Hints that wrong tries have earned.")
    certainty: int | None = Field(None, description="How sure one said to be, from 1 to 3.")
    ahead: bool = Field(
        False, description="Whether it has not been reached yet where there is no way back."
    )
    review: ReviewOut | None = None


class AttemptOut(Told):
    """An attempt; results are there when the review policy of the quiz allows."""

    id: str
    course: str
    quiz: str
    title: str
    role: str
    behaviour: str
    cycle: int
    number: int
    attempts: int | None
    version: str
    state: Literal["open", "waiting", "graded"]
    waiting: int = Field(description="How many answers wait for a person to grade them.")
    started_at: datetime
    expires_at: datetime | None
    seconds_left: int | None
    submitted_at: datetime | None
    saved_at: datetime | None
    pass_: float = Field(alias="pass")
    score: Score | None
    passed: bool | None
    remark_html: str = Field(description="What the quiz says for this score; empty before it.")
    questions: list[QuestionOut]


class AnswerIn(Sent):
    """An answer: list of option keys (also for orderings), text, or right keys by left keys; null takes it back.

    Of an essay with files it is an object of text and files, of an upload one of files: digests of files
    that were sent for the question.
    """

    answer: Any
    client_id: str | None = Field(
        None,
        max_length=64,
        description="The client's name of this save (`tab-7:12`): once is enough.",
    )
    based_on: int | None = Field(
        None,
        ge=0,
        lt=2**31,
        description="The `seq` that was known; a newer one is not overwritten.",
    )
    certainty: int | None = Field(
        None, ge=1, le=3, description="How sure one is, where the quiz asks for it."
    )


class SavedOut(Told):
    """When the answer was saved."""

    saved_at: datetime
    seq: int


class SubmissionOut(Told):
    """The result of an attempt; the same however often it is handed in."""

    state: Literal["graded", "waiting"]
    score: Score | None = Field(description="Null while answers wait for a person to grade them.")
    passed: bool | None
    waiting: int = Field(description="How many answers wait for a person to grade them.")
    completed_course: bool = Field(description="Whether handing in completed the course.")
