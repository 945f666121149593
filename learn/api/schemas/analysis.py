"""The analysis of a quiz as the API tells it; shares are from 0 to 1, correlations from -1 to 1."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from learn.api.schemas.common import Sent, Told

Choice = Literal["first", "last", "best", "all"]
Figure = Annotated[float | None, Field(description="null: not enough attempts, or no spread.")]


class AnalysisQuery(Sent):
    """Which attempts count."""

    attempts: Choice = Field("first", description="Which attempts of each person.")
    version: str = Field("", max_length=64, description="Only attempts at this version.")
    unit: str = Field(
        "", max_length=100, description="Only people of this unit and below, by code."
    )


class FlagOut(Told):
    """One thing that is odd, why, and what to do, in the language of who asks; `code` is stable."""

    code: str
    level: Literal["bad", "look", "note"]
    message: str
    advice: str


class ResponseOut(Told):
    """One response to a part of a question, and how well those did who gave it."""

    part: str
    text: str
    count: int
    share: float
    right: bool
    credit: Figure
    rest: Figure
    relation: Figure


class QuestionAnalysisOut(Told):
    """One question over the attempts that had it."""

    key: str
    type: str
    points: float
    competency: str | None
    source: str
    version: str
    scored: bool
    asked: int
    answered: int
    facility: Figure
    deviation: Figure
    guess: float
    intended_weight: Figure
    effective_weight: Figure
    discrimination: Figure
    efficiency: Figure
    responses: list[ResponseOut]
    others: int = Field(description="Rare responses that are not listed.")
    flags: list[FlagOut]


class WholeOut(Told):
    """The quiz as a whole; scores are shares."""

    attempts: int
    people: int
    passed: int
    mean: Figure
    median: Figure
    deviation: Figure
    skewness: Figure
    kurtosis: Figure
    alpha: Figure
    error_ratio: Figure
    standard_error: Figure
    positions: int | None
    histogram: list[int] = Field(description="Scores in 20 equal parts from 0 to 1.")
    pass_mark: float = Field(description="From 0 to 100.")
    guess: Figure


class CompetencyAnalysisOut(Told):
    """What the questions for one competency came to."""

    code: str
    questions: int
    attempts: int
    mean: float
    deviation: Figure


class VersionAnalysisOut(Told):
    """One version beside others."""

    version: str
    attempts: int
    mean: Figure
    deviation: Figure
    alpha: Figure


class AnalysisOut(Told):
    """What attempts say about a quiz and its questions."""

    course: str
    quiz: str
    version: str = Field(description="Empty: all versions together.")
    attempts: Choice
    made_at: datetime = Field(description="When it was computed.")
    whole: WholeOut
    flags: list[FlagOut]
    questions: list[QuestionAnalysisOut]
    competencies: list[CompetencyAnalysisOut]
    versions: list[VersionAnalysisOut]
    left_out: int = Field(description="Attempts at versions that can no longer be read.")
