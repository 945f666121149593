"""An analysis out of collected sums: of all versions together, and of each."""

from __future__ import annotations

import math
from collections.abc import Mapping

from learn.quizzes.analysis import formulas
from learn.quizzes.analysis.collecting import Collector, QuestionSums, Sums, VersionSums
from learn.quizzes.analysis.figures import (
    BINS,
    Analysis,
    CompetencyFigures,
    QuestionFigures,
    QuizFigures,
    ResponseFigures,
    VersionFigures,
)
from learn.quizzes.analysis.responses import SHOWN, Given, Place, Reader


def analyses(collector: Collector, course: str, quiz: str, choice: str) -> dict[str, Analysis]:
    """Return the analysis by version id; under the empty id, that of all versions together.

    Of all versions, the newest (whose attempts came last) says what a question is now.
    """
    ordered = sorted(collector.versions.items(), key=lambda item: item[1].last)
    newest = {key: (version_id, sums) for version_id, sums in ordered for key in sums.by_key}
    beside = [_version(version_id, sums) for version_id, sums in reversed(ordered)]

    def made(version_id: str, sums: Sums, asked: Mapping[str, tuple[str, VersionSums]]) -> Analysis:
        last = next((each for _id, each in reversed(ordered) if version_id in {"", _id}), None)
        return Analysis(
            course, quiz, version_id, choice,
            whole=_whole(sums, last, asked),
            questions=_questions(sums, asked),
            competencies=_competencies(sums, asked),
            versions=tuple(beside) if not version_id else (),
            left_out=collector.left_out if not version_id else 0,
        )  # fmt: skip

    found = {"": made("", collector.together(), newest)}
    for version_id, sums in ordered:
        found[version_id] = made(version_id, sums, dict.fromkeys(sums.by_key, (version_id, sums)))
    return found


Asked = Mapping[str, tuple[str, VersionSums]]
"""Where a question is read, by its key: the version, by id and with its quiz."""


def _whole(sums: Sums, last: VersionSums | None, asked: Asked) -> QuizFigures:
    scores = sorted(sums.scores)
    count = len(scores)
    mean = math.fsum(scores) / count if count else None
    deviation, skewness, kurtosis = formulas.shape_of_scores(scores, mean or 0.0)
    alike = len(sums.shapes) == 1
    alpha = formulas.consistency(list(sums.positions.values()), sums.total) if alike else None
    return QuizFigures(
        attempts=count,
        people=sums.people,
        passed=sums.passed,
        mean=mean,
        median=formulas.median(scores),
        deviation=deviation,
        skewness=skewness,
        kurtosis=kurtosis,
        alpha=alpha,
        error_ratio=formulas.error_ratio(alpha),
        standard_error=formulas.standard_error(alpha, sums.total),
        positions=len(sums.positions) if alike else None,
        histogram=_histogram(scores),
        pass_mark=last.quiz.pass_mark if last else 0.0,
        guess=_guess(sums, asked),
    )


def _histogram(scores: list[float]) -> tuple[int, ...]:
    bins = [0] * BINS
    for score in scores:
        # nine digits: 0.15 * 20 is a hair below 3
        bins[min(BINS - 1, int(round(score * BINS, 9)))] += 1
    return tuple(bins)


def _guess(sums: Sums, asked: Asked) -> float | None:
    """Return the mean, over attempts, of what answers at random can expect."""
    if not sums.total.count:
        return None
    expected = (
        each.weight.mean * each.weight.count * _guess_of(key, asked)
        for key, each in sums.questions.items()
    )
    return math.fsum(expected) / sums.total.count


def _guess_of(key: str, asked: Asked) -> float:
    reader = asked[key][1].readers[key]
    if reader.kind is None or not reader.kind.is_scored(reader.question):
        return 0.0
    return reader.kind.guess(reader.question)


def _questions(sums: Sums, asked: Asked) -> tuple[QuestionFigures, ...]:
    """Return all questions that were asked, in the order of the quiz; what is gone comes last."""
    weights = formulas.effective_weights(sums)
    order = {key: place for place, key in enumerate(asked)}
    keys = sorted(sums.questions, key=order.__getitem__)
    return tuple(_question(key, sums.questions[key], asked, weights) for key in keys)


def _question(
    key: str, sums: QuestionSums, asked: Asked, weights: Mapping[str, float | None]
) -> QuestionFigures:
    version_id, version = asked[key]
    question, pairs = version.by_key[key], sums.credit_rest
    counted = pairs.first.count > 0
    responses, others = _responses(sums, version.readers[key])
    return QuestionFigures(
        key=key,
        type=question.type,
        points=question.points,
        competency=question.competency,
        source=question.source,
        line=question.line,
        version_id=version_id,
        scored=counted,
        asked=sums.asked,
        answered=sums.tally.answered,
        facility=pairs.first.mean if counted else None,
        deviation=pairs.first.deviation,
        guess=_guess_of(key, asked),
        intended_weight=sums.weight.mean if counted else None,
        effective_weight=weights[key] if counted else None,
        discrimination=pairs.correlation,
        efficiency=formulas.efficiency(sums),
        responses=responses,
        others=others,
    )


def _responses(sums: QuestionSums, reader: Reader) -> tuple[tuple[ResponseFigures, ...], int]:
    """Return the responses that can be given in the author's order, then others, the most given first."""
    expected = dict(reader.expected())
    given = {place: sums.tally.given.get(place, Given()) for place in expected}
    more = sorted(
        (place for place in sums.tally.given if place not in given),
        key=lambda place: (place[0], -sums.tally.given[place].count, place[1]),
    )
    shown, hidden = more[:SHOWN], more[SHOWN:]
    given |= {place: sums.tally.given[place] for place in shown}
    figures = tuple(
        _response(place, each, expected.get(place, False), sums) for place, each in given.items()
    )
    rare = sum(sums.tally.given[place].count for place in hidden)
    return figures, sums.tally.others + rare


def _response(place: Place, given: Given, right: bool, sums: QuestionSums) -> ResponseFigures:
    part, text = place
    return ResponseFigures(
        part=part,
        text=text,
        count=given.count,
        share=given.count / sums.asked,
        right=(right or given.right) and bool(sums.weight.count),
        credit=given.credit / given.count if given.count else None,
        rest=given.rest / given.count if given.count else None,
        relation=formulas.relation(given.count, given.rest, sums),
    )


def _competencies(sums: Sums, asked: Asked) -> tuple[CompetencyFigures, ...]:
    held: dict[str, int] = {}
    for key in sums.questions:
        code = asked[key][1].by_key[key].competency
        if code:
            held[code] = held.get(code, 0) + 1
    return tuple(
        CompetencyFigures(code, held.get(code, 0), found.count, found.mean, found.deviation)
        for code, found in sorted(sums.competencies.items())
    )


def _version(version_id: str, sums: VersionSums) -> VersionFigures:
    alike = len(sums.shapes) == 1
    return VersionFigures(
        version_id=version_id,
        last=sums.last,
        attempts=sums.total.count,
        mean=math.fsum(sums.scores) / len(sums.scores),
        deviation=formulas.shape_of_scores(sums.scores, math.fsum(sums.scores) / len(sums.scores))[
            0
        ],
        alpha=formulas.consistency(list(sums.positions.values()), sums.total) if alike else None,
        questions={
            key: (each.asked, each.credit_rest.first.mean, each.credit_rest.correlation)
            for key, each in sums.questions.items()
            if each.credit_rest.first.count
        },
    )
