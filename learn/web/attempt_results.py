"""The page with the result of an attempt that was handed in."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from learn.progress.models import Completion
from learn.progress.queries import course_progress
from learn.web.answer_forms import FIELD
from learn.web.context import session
from learn.web.outline import OutlineItem, next_item, outline
from learn.web.render import render
from learn.web.state import state
from learn.web.taking import Taking


def result_page(taking: Taking) -> ResponseReturnValue:
    """Show the result, what follows from it, and the questions as far as they may be seen."""
    attempt = taking.attempt
    current = state().versions.current(session(), attempt.course) or taking.version
    progress = course_progress(session(), attempt.person_id, attempt.course)
    lines = outline(current, progress)
    key = (attempt.person_id, attempt.course, attempt.cycle)
    item = progress.quizzes.get(attempt.quiz) if progress.cycle == attempt.cycle else None
    used = item.attempts if item else attempt.number
    return render(
        "learn/quizzes/result.html",
        taking=taking,
        shown=taking.shown(),
        completion=session().get(Completion, key),
        next=_next(lines, attempt.quiz),
        left=taking.terms.left(used),
        templates={kind.key: kind.template for kind in state().question_types},
        module=taking.version.module(taking.quiz.module) if taking.quiz.module else None,
        name=FIELD,
    )


def _next(lines: list[OutlineItem], quiz: str) -> OutlineItem | None:
    keys = [(line.kind, line.key) for line in lines]
    place = keys.index(("quiz", quiz)) if ("quiz", quiz) in keys else -1
    return next((line for line in lines[place + 1 :] if not line.done), None) or next_item(lines)
