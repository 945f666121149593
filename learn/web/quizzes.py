"""Quizzes: the start page with the rules, and beginning an attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from learn.courses.version import placed
from learn.errors import Message, NotFound
from learn.progress import attempts
from learn.progress.queries import newest_enrolment
from learn.quizzes.models import OPEN, Attempt
from learn.quizzes.questions import text_in
from learn.quizzes.services import attempts_of
from learn.quizzes.steps import is_due
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.courses import current_version, mount
from learn.web.i18n import language
from learn.web.render import render
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz


def quiz_of(version: CourseVersion, key: str) -> Quiz:
    """Return a quiz of the course that can be taken; raise `NotFound` when there is none."""
    quiz = version.quiz(key)
    if quiz is None or quiz.role == "bank":
        raise NotFound(Message("This course has no such quiz; it may have been renamed."))
    return quiz


def version_of(version_id: str) -> CourseVersion | None:
    """Return a version by its id, current or not."""
    return state().versions.get(session(), version_id)


@pages.get("/courses/<course>/quizzes/<quiz>/")
def quiz(course: str, quiz: str) -> ResponseReturnValue:
    """Show what will be asked and by which rules, before the clock starts."""
    who, version = person(), current_version(course)
    shown = quiz_of(version, quiz)
    enrolment = newest_enrolment(session(), who.id, course)
    done = attempts_of(session(), who.id, course, quiz, enrolment.cycle) if enrolment else []
    open_one = next((attempt for attempt in done if attempt.state == OPEN), None)
    graded = [attempt for attempt in done if attempt.score is not None]
    return render(
        "learn/quizzes/quiz.html",
        version=version,
        quiz=shown,
        intro=placed(text_in(shown.intro, language()), mount()),
        open_one=open_one,
        over=open_one is not None and _is_over(open_one),
        graded=graded,
        left=None if shown.attempts is None else max(0, shown.attempts - len(done)),
        module=version.module(shown.module) if shown.module else None,
    )


def _is_over(attempt: Attempt) -> bool:
    return is_due(attempt, now(), state().engine.grace_seconds)


@pages.post("/courses/<course>/quizzes/<quiz>/attempts")
def start_attempt(course: str, quiz: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    who, version = person(), current_version(course)
    attempt = attempts.start(
        session(), who.id, version, quiz_of(version, quiz), engine=state().engine,
        version_of=version_of, settings=state().settings, now=now(), language=language(),
    )  # fmt: skip
    session().commit()
    return redirect(url_for("learn.attempt", attempt_id=attempt.id), 303)
