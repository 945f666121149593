"""The result of a survey with a known way of counting, as the results of its quiz show it."""

from __future__ import annotations

from dataclasses import dataclass

from learn.quizzes.analysis.figures import Analysis
from learn.quizzes.analysis.instruments import (
    ADKAR,
    FEWEST,
    INSTRUMENTS,
    Instrument,
    Readiness,
    Satisfaction,
    Scale,
    mean_answer,
    readiness,
    satisfaction,
)
from learn.quizzes.quiz import Quiz


@dataclass(frozen=True)
class SurveyResult:
    """What came out: the mean of each scale, and the whole in the instrument's own terms.

    `means` is empty when fewer than `FEWEST` people answered, or when a scale has no answer.
    """

    instrument: Instrument
    people: int
    means: tuple[tuple[Scale, float], ...] = ()
    satisfaction: Satisfaction | None = None
    readiness: Readiness | None = None

    def scale(self, key: str) -> Scale:
        """Return the scale of this key."""
        return next(scale for scale in self.instrument.scales if scale.key == key)


def survey_of(quiz: Quiz, analysis: Analysis | None) -> SurveyResult | None:
    """Return the result of the survey that the quiz is; None when it is none or nobody took it."""
    instrument = INSTRUMENTS.get(quiz.instrument)
    if instrument is None or analysis is None:
        return None
    people = analysis.whole.people
    means: list[tuple[Scale, float]] = []
    for scale in instrument.scales:
        figures = analysis.question(scale.key)
        found = mean_answer(
            [(each.part, each.count) for each in figures.responses] if figures else []
        )
        if found is None or people < FEWEST:
            return SurveyResult(instrument, people)
        means.append((scale, found[0]))
    by_key = {scale.key: mean for scale, mean in means}
    return SurveyResult(
        instrument, people, tuple(means),
        satisfaction=None if instrument is ADKAR else satisfaction(by_key),
        readiness=readiness(by_key) if instrument is ADKAR else None,
    )  # fmt: skip
