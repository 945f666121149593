"""The figures of a quiz and of its questions, as they are shown and stored: shares where Moodle has per cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

CHOICES = ("first", "last", "best", "all")
BINS = 20


@dataclass(frozen=True)
class ResponseFigures:
    """One response to a part of a question.

    Parameters
    ----------
    part
        Empty when the question has one part; the response itself where each option is picked or not.
    share
        Of the attempts that had the question.
    credit
        The mean of what the question came to for those who answered so; None when nobody did.
    rest
        Their mean share of the rest of the attempt.
    relation
        The correlation of answering so with that rest (point-biserial); None when one never varies.
    """

    part: str
    text: str
    count: int
    share: float
    right: bool
    credit: float | None
    rest: float | None
    relation: float | None


@dataclass(frozen=True)
class QuestionFigures:
    """One question over the attempts that had it; see `formulas` for what each figure is.

    Parameters
    ----------
    scored
        Whether it counts; else there are only responses.
    others
        How many responses are not listed, because they were rare.
    version_id
        The newest version that asked it: where its text is read.
    """

    key: str
    type: str
    points: float
    competency: str | None
    source: str
    line: int
    version_id: str
    scored: bool
    asked: int
    answered: int
    facility: float | None
    deviation: float | None
    guess: float
    intended_weight: float | None
    effective_weight: float | None
    discrimination: float | None
    efficiency: float | None
    responses: tuple[ResponseFigures, ...]
    others: int


@dataclass(frozen=True)
class CompetencyFigures:
    """What the questions for one competency came to: mean and deviation of the share of their points."""

    code: str
    questions: int
    attempts: int
    mean: float
    deviation: float | None


@dataclass(frozen=True)
class QuizFigures:
    """The quiz as a whole.

    Parameters
    ----------
    positions
        How many questions that count an attempt has; None when attempts differ.
    histogram
        How many scores fall in each of `BINS` equal parts from 0 to 1; a full score is in the last.
    pass_mark
        From 0 to 100, in the newest version.
    guess
        The score that answers at random can expect.
    """

    attempts: int
    people: int
    passed: int
    mean: float | None
    median: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    error_ratio: float | None
    standard_error: float | None
    positions: int | None
    histogram: tuple[int, ...]
    pass_mark: float
    guess: float | None


@dataclass(frozen=True)
class VersionFigures:
    """A version beside others; `questions` has (asked, facility, discrimination) by key."""

    version_id: str
    last: str
    attempts: int
    mean: float | None
    deviation: float | None
    alpha: float | None
    questions: Mapping[str, tuple[int, float | None, float | None]]


@dataclass(frozen=True)
class Analysis:
    """All figures of a quiz: at one version, or (an empty `version_id`) at all together.

    Parameters
    ----------
    choice
        Which attempts of a person count: one of `CHOICES`.
    left_out
        Attempts at versions that cannot be read any more.
    """

    course: str
    quiz: str
    version_id: str
    choice: str
    whole: QuizFigures
    questions: tuple[QuestionFigures, ...]
    competencies: tuple[CompetencyFigures, ...]
    versions: tuple[VersionFigures, ...]
    left_out: int = 0

    def question(self, key: str) -> QuestionFigures | None:
        """Return the figures of one question."""
        return next((each for each in self.questions if each.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Analysis:
        """Return what `to_json` wrote."""
        whole = {**stored["whole"], "histogram": tuple(stored["whole"]["histogram"])}
        return cls(
            **{
                **stored,
                "whole": QuizFigures(**whole),
                "questions": tuple(_question(each) for each in stored["questions"]),
                "competencies": tuple(CompetencyFigures(**e) for e in stored["competencies"]),
                "versions": tuple(_version(each) for each in stored["versions"]),
            }
        )


def _question(stored: Mapping[str, Any]) -> QuestionFigures:
    responses = tuple(ResponseFigures(**each) for each in stored["responses"])
    return QuestionFigures(**{**stored, "responses": responses})


def _version(stored: Mapping[str, Any]) -> VersionFigures:
    questions = {key: tuple(each) for key, each in stored["questions"].items()}
    return VersionFigures(**{**stored, "questions": questions})
