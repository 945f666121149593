"""What attempts say about a quiz, for those who may see the results of its course."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from learn.api.operations import Result, operation
from learn.api.schemas import analysis as schemas
from learn.api.texts import moment
from learn.errors import Conflict, Message
from learn.quizzes.analysis.figures import QuestionFigures, VersionFigures
from learn.quizzes.analysis.flags import Flag, question_flags, quiz_flags
from learn.web.context import now
from learn.web.courses.reading import current_version
from learn.web.i18n import say
from learn.web.quizzes.analysing import Wanted, find
from learn.web.quizzes.reached import reached_results
from learn.web.quizzes.start import quiz_of


@operation(
    "GET", "/courses/<course>/quizzes/<quiz>/analysis", tag="results", errors=(403, 404, 409),
    query=schemas.AnalysisQuery, replies={200: schemas.AnalysisOut},
)  # fmt: skip
def analysis(course: str, quiz: str, query: schemas.AnalysisQuery) -> Result:
    """Return figures of the quiz and of each question, and what is odd about them in words.

    Of few attempts they are of this moment; of many, as they were computed last, for everybody only.
    """
    reached = reached_results(course)
    shown = quiz_of(current_version(course), quiz)
    units = reached.units(query.unit)
    wanted = Wanted(course, shown, query.attempts, query.version, reached, units)
    found = find(wanted)
    if found.analysis is None:
        raise Conflict(_why(wanted))
    made = found.analysis
    return {
        "course": course,
        "quiz": quiz,
        "version": made.version_id,
        "attempts": made.choice,
        "made_at": moment(found.made_at or now()),
        "whole": asdict(made.whole),
        "flags": _flags(quiz_flags(made)),
        "questions": [_question(each) for each in made.questions],
        "competencies": [asdict(each) for each in made.competencies],
        "versions": [_version(each) for each in made.versions],
        "left_out": made.left_out,
    }


def _why(wanted: Wanted) -> Message:
    if wanted.everybody:
        return Message(
            "The figures have not been computed yet; compute them on the page of results."
        )
    return Message(
        "Figures of a part of the people are computed from at most %(most)s attempts; name a smaller unit.",
        most=wanted.most,
    )


def _question(figures: QuestionFigures) -> dict[str, Any]:
    told = asdict(figures)
    told["version"] = told.pop("version_id")
    del told["line"]
    return {**told, "flags": _flags(question_flags(figures))}


def _version(figures: VersionFigures) -> dict[str, Any]:
    return {
        "version": figures.version_id, "attempts": figures.attempts, "mean": figures.mean,
        "deviation": figures.deviation, "alpha": figures.alpha,
    }  # fmt: skip


def _flags(flags: list[Flag]) -> list[dict[str, str]]:
    return [
        {
            "code": flag.code, "level": flag.level,
            "message": say(flag.message), "advice": say(flag.advice),
        }
        for flag in flags
    ]  # fmt: skip
