"""Quizzes: the start page with the terms, and beginning an attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.courses.version import placed
from learn.errors import LearnError, Message, NotFound
from learn.people.signing_in.throttle import TooManyTries
from learn.progress import attempts
from learn.progress.rules import Explained
from learn.quizzes.attempts.steps import is_due
from learn.quizzes.models import Attempt
from learn.quizzes.questions import text_in
from learn.quizzes.terms import CannotStart
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.courses.reading import current_version, mount
from learn.web.i18n import language
from learn.web.quizzes.terms import WrongPassword, arrival, standing
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


def quiz_of_attempt(attempt: Attempt) -> Quiz | None:
    """Return the quiz in the version that an attempt was taken on."""
    return attempts.quiz_of(attempt, version_of)


def keys_of_attempt(attempt: Attempt) -> Quiz | None:
    """Return the quiz by whose keys an attempt was graded again; None when it never was."""
    return attempts.keys_of(attempt, version_of)


@pages.get("/courses/<course>/quizzes/<quiz>/")
def quiz(course: str, quiz: str) -> ResponseReturnValue:
    """Show what will be asked and by which terms, before the clock starts."""
    person()
    version = current_version(course)
    return _start_page(version, quiz_of(version, quiz))


def _start_page(
    version: CourseVersion, shown: Quiz, problems: Sequence[Message] = (), status: int = 200
) -> ResponseReturnValue:
    found = standing(version, shown)
    page = render(
        "learn/quizzes/quiz.html",
        version=version,
        quiz=shown,
        standing=found,
        terms=found.terms,
        changes=found.terms.changes(),
        hindrances=found.hindrances,
        problems=problems,
        honest=bool(request.form.get("honesty")),
        statement=shown.access.honesty_text(language()),
        intro=placed(text_in(shown.intro, language()), mount()),
        open_one=found.open_one,
        over=found.open_one is not None and _is_over(found.open_one),
        graded=[attempt for attempt in found.done if attempt.submitted_at is not None],
        left=found.left,
        module=version.module(shown.module) if shown.module else None,
        place_of=lambda leaf: _place(version, leaf),
    )
    return page, status


def _place(version: CourseVersion, leaf: Explained) -> tuple[str, str]:
    """Return the address and the title of what a leaf of the prerequisite asks for."""
    key = leaf.key or ""
    module, quiz = version.module(key), version.quiz(key)
    if leaf.kind == "module" and module is not None:
        address = url_for("learn.module", course=version.course, module=key)
        return address, module.title(language())
    if leaf.kind == "quiz" and quiz is not None:
        return url_for("learn.quiz", course=version.course, quiz=key), quiz.title(language())
    other = state().versions.current(session(), key)
    return url_for("learn.course", course=key), other.title(language()) if other else key


def _is_over(attempt: Attempt) -> bool:
    return is_due(attempt, now(), state().engine.grace_seconds)


@pages.post("/courses/<course>/quizzes/<quiz>/attempts")
def start_attempt(course: str, quiz: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    who, version = person(), current_version(course)
    wanted = quiz_of(version, quiz)
    try:
        brought = arrival(
            wanted, request.form.get("password", ""), honest=bool(request.form.get("honesty"))
        )
        attempt = attempts.start(
            session(), who.id, version, wanted, engine=state().engine, version_of=version_of,
            settings=state().settings, now=now(), language=language(), arrival=brought,
        )  # fmt: skip
    except (CannotStart, WrongPassword, TooManyTries) as error:
        session().rollback()
        return _start_page(version, wanted, _problems(error), error.status)
    session().commit()
    return redirect(url_for("learn.attempt", attempt_id=attempt.id), 303)


def _problems(error: LearnError) -> list[Message]:
    if isinstance(error, CannotStart):
        return [reason.message for reason in error.reasons]
    return [error.message]
