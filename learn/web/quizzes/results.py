"""The page with the result of an attempt that was handed in."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from learn.competencies.reading import Bilingual
from learn.courses.version import CourseVersion
from learn.hours.forms import load_forms
from learn.progress.models import Completion
from learn.progress.queries import CourseProgress, course_progress
from learn.quizzes.analysis.gain import n_gain, shown_gain
from learn.web.context import session
from learn.web.courses.outline import OutlineItem, next_item, outline
from learn.web.quizzes.answer_forms import FIELD
from learn.web.quizzes.taking import Taking
from learn.web.render import render
from learn.web.state import state


def result_page(taking: Taking) -> ResponseReturnValue:
    """Show the result, what follows from it, and the questions as far as they may be seen."""
    attempt = taking.attempt
    current = state().versions.current(session(), attempt.course) or taking.version
    progress = course_progress(session(), attempt.person_id, attempt.course)
    lines = outline(current, progress)
    key = (attempt.person_id, attempt.course, attempt.cycle)
    item = progress.quizzes.get(attempt.quiz) if progress.cycle == attempt.cycle else None
    used = item.attempts if item else attempt.number
    gain = _gain(taking, current, progress)
    return render(
        "learn/quizzes/result.html",
        taking=taking,
        shown=taking.shown(),
        completion=session().get(Completion, key),
        gain=None if gain is None else shown_gain(gain),
        gain_class=None if gain is None else _class_then(taking, "gain_classes", gain),
        pass_class=_pass_class(taking),
        next=_next(lines, attempt.quiz),
        left=taking.terms.left(used),
        templates={kind.key: kind.template for kind in state().question_types},
        module=taking.version.module(taking.quiz.module) if taking.quiz.module else None,
        name=FIELD,
    )


def _gain(taking: Taking, current: CourseVersion, progress: CourseProgress) -> float | None:
    """Return what was gained since the pre-test of the course; None where there is none to compare with."""
    attempt, score = taking.attempt, taking.attempt.score
    if taking.quiz.role != "final" or score is None or attempt.waiting:
        return None
    if progress.cycle != attempt.cycle:
        return None
    before = [
        progress.quizzes[quiz.key].score
        for quiz in current.quizzes.values()
        if quiz.role == "pretest" and quiz.key in progress.quizzes
    ]
    known = [each for each in before if each is not None]
    return n_gain(known[0], score) if known else None


def _pass_class(taking: Taking) -> Bilingual | None:
    """Return the class of the grade of a final test; None for others, and while answers wait."""
    attempt = taking.attempt
    if taking.quiz.role != "final" or attempt.score is None or attempt.waiting:
        return None
    return _class_then(taking, "pass_classes", attempt.score * 100)


def _class_then(taking: Taking, measure: str, value: float) -> Bilingual:
    """Return the class of a value by the bounds of when the attempt was handed in: it never changes."""
    return load_forms().class_of(measure, value, taking.attempt.submitted_at)


def _next(lines: list[OutlineItem], quiz: str) -> OutlineItem | None:
    keys = [(line.kind, line.key) for line in lines]
    place = keys.index(("quiz", quiz)) if ("quiz", quiz) in keys else -1
    return next((line for line in lines[place + 1 :] if not line.done), None) or next_item(lines)
