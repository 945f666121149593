"""Results for trainers: how a course's quizzes are taken, and who took one with what grade."""

from __future__ import annotations

import re

from flask import request, url_for
from flask.typing import ResponseReturnValue

from learn.hours.forms import load_forms
from learn.people.access import Action
from learn.quizzes.analysis.statistics import SHOWN, GradedLine, graded_lines, quiz_figures
from learn.web.blueprint import pages
from learn.web.context import may, session
from learn.web.courses.reading import current_version
from learn.web.i18n import language
from learn.web.narrowing import address
from learn.web.quizzes.reached import reached_results
from learn.web.quizzes.start import quiz_of
from learn.web.render import render
from learn.web.studio.drafts import names_of


@pages.get("/studio/<course>/results/")
def studio_results(course: str) -> ResponseReturnValue:
    """Show each quiz with its attempts, mean grade and pass rate, over all versions."""
    reached = reached_results(course)
    version = current_version(course)
    figures = quiz_figures(session(), course, reached.who)
    return render(
        "learn/studio/results.html",
        course=course,
        version=version,
        figures=figures,
        quizzes=[quiz for quiz in version.quizzes.values() if quiz.role != "bank"],
        gone=sorted(set(figures) - set(version.quizzes)),
        may_edit=may(Action.EDIT_COURSE, course=course),
    )


@pages.get("/studio/<course>/results/<quiz>/attempts/")
def studio_quiz_attempts(course: str, quiz: str) -> ResponseReturnValue:
    """Show who took the quiz with what grade."""
    reached = reached_results(course)
    version = current_version(course)
    shown = quiz_of(version, quiz)
    lines = graded_lines(session(), course, quiz, reached.who, after=_after())
    more = len(lines) > SHOWN
    lines = lines[:SHOWN]
    return render(
        "learn/studio/quiz_attempts.html",
        course=course,
        version=version,
        quiz=shown,
        lines=lines,
        classes=[_class(line) if shown.role == "final" else "" for line in lines],
        names=names_of(line.person_id for line in lines),
        first_url=url_for("learn.studio_quiz_attempts", course=course, quiz=quiz)
        if _after()
        else None,
        next_url=_next_url(course, quiz, lines[-1]) if more else None,
        here=lambda endpoint: address(endpoint, course=course, quiz=quiz),
        may_edit=may(Action.EDIT_COURSE, course=course),
    )


def _class(line: GradedLine) -> str:
    """Return the class of a grade, by the bounds of when the attempt was handed in."""
    if line.score is None:
        return ""
    found = load_forms().class_of("pass_classes", line.score * 100, line.submitted_at)
    return found.text(language())


def _after() -> tuple[int, int, int] | None:
    found = re.fullmatch(r"(\d{1,18})-(\d{1,9})-(\d{1,9})", request.args.get("after", ""))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _next_url(course: str, quiz: str, last: GradedLine) -> str:
    after = f"{last.person_id}-{last.cycle}-{last.number}"
    return url_for("learn.studio_quiz_attempts", course=course, quiz=quiz, after=after)
