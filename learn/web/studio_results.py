"""First results for trainers: how a course's quizzes are taken, and which questions are hard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, true

from learn.people.access import Action, Scope
from learn.people.scoping import person_id_in
from learn.quizzes.models import Attempt
from learn.quizzes.questions import text_in
from learn.quizzes.statistics import (
    SHOWN,
    GradedLine,
    graded_lines,
    question_figures,
    quiz_figures,
)
from learn.web.blueprint import pages
from learn.web.context import may, need, person, reach, session
from learn.web.courses import current_version
from learn.web.i18n import language
from learn.web.quizzes import quiz_of
from learn.web.render import render
from learn.web.studio_drafts import names_of

if TYPE_CHECKING:
    from learn.quizzes.quiz import Quiz


def results_scope(course: str) -> ColumnElement[bool]:
    """Return whose attempts at this course the person may see; raise when nobody's."""
    person()
    reached: Scope = reach(Action.READ_RESULTS)
    if reached.reaches_course(course):
        return true()
    if not (reached.unit_paths or reached.person_ids):
        need(Action.READ_RESULTS, course=course)
    return person_id_in(Attempt.person_id, reached)


@pages.get("/studio/<course>/results/")
def studio_results(course: str) -> ResponseReturnValue:
    """Show each quiz with its attempts, mean grade and pass rate, over all versions."""
    who = results_scope(course)
    version = current_version(course)
    figures = quiz_figures(session(), course, who)
    return render(
        "learn/studio/results.html",
        course=course,
        version=version,
        figures=figures,
        quizzes=[quiz for quiz in version.quizzes.values() if quiz.role != "bank"],
        gone=sorted(set(figures) - set(version.quizzes)),
        may_edit=may(Action.EDIT_COURSE, course=course),
    )


@pages.get("/studio/<course>/results/<quiz>/")
def studio_quiz_results(course: str, quiz: str) -> ResponseReturnValue:
    """Show how each question is answered, and who took the quiz with what grade."""
    who = results_scope(course)
    version = current_version(course)
    shown = quiz_of(version, quiz)
    lines = graded_lines(session(), course, quiz, who, after=_after())
    more = len(lines) > SHOWN
    lines = lines[:SHOWN]
    return render(
        "learn/studio/quiz_results.html",
        course=course,
        version=version,
        quiz=shown,
        figures=quiz_figures(session(), course, who).get(quiz),
        questions=question_figures(session(), course, quiz, who),
        prompts=_prompts(shown),
        lines=lines,
        names=names_of(line.person_id for line in lines),
        first_url=url_for("learn.studio_quiz_results", course=course, quiz=quiz)
        if _after()
        else None,
        next_url=_next_url(course, quiz, lines[-1]) if more else None,
        may_edit=may(Action.EDIT_COURSE, course=course),
    )


def _after() -> tuple[int, int, int] | None:
    found = re.fullmatch(r"(\d{1,18})-(\d{1,9})-(\d{1,9})", request.args.get("after", ""))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _next_url(course: str, quiz: str, last: GradedLine) -> str:
    after = f"{last.person_id}-{last.cycle}-{last.number}"
    return url_for("learn.studio_quiz_results", course=course, quiz=quiz, after=after)


def _prompts(quiz: Quiz) -> dict[str, str]:
    """Return the text of each question by key, as HTML."""
    return {question.key: text_in(question.prompt, language()) for question in quiz.questions}
