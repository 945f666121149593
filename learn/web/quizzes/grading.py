"""Grading by people: what waits, by course; the queue of a course; one answer with its rubric."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import request, url_for
from flask.typing import ResponseReturnValue

from learn.people.access import Action, scope
from learn.quizzes.marking.queue import (
    SHOWN,
    Place,
    ToGrade,
    Wanted,
    answers_to_grade,
    attempts_to_grade,
    place_of,
    waiting_by_course,
    waiting_by_quiz,
)
from learn.quizzes.models import ID_LENGTH, Attempt
from learn.quizzes.questions import plain_text, text_in
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, person, session
from learn.web.courses.reading import current_version
from learn.web.i18n import _, language
from learn.web.quizzes.reached import whose_answers
from learn.web.quizzes.start import quiz_of_attempt
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import names_of

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz


def waiting_answers() -> dict[str, int]:
    """Return how many answers wait for the person, by course; nothing for who grades nobody."""
    if scope(actor(), Action.GRADE_ANSWERS).nothing:
        return {}
    return waiting_by_course(session(), whose_answers())


@pages.get("/grading/")
def grading() -> ResponseReturnValue:
    """List the courses in which answers wait for the person."""
    person()
    counts = waiting_by_course(session(), whose_answers())
    versions = {version.course: version for version in state().versions.current_all(session())}
    titles = {
        course: versions[course].title(language()) if course in versions else course
        for course in counts
    }
    return render("learn/studio/grading_courses.html", counts=counts, titles=titles)


def wanted_of(course: str) -> Wanted:
    """Return what of the queue the address asks for."""
    asked = arguments()
    return Wanted(
        course,
        whose_answers(course),
        quiz=asked.get("quiz", "")[:100] or None,
        question=asked.get("question", "")[:64] or None,
        graded=asked.get("show") == "graded",
    )


def queue_url(wanted: Wanted, after: str | None = None) -> str:
    """Return the queue with the same filter."""
    return url_for(
        "learn.studio_grading", course=wanted.course, quiz=wanted.quiz, question=wanted.question,
        show="graded" if wanted.graded else None, after=after,
    )  # fmt: skip


@pages.get("/studio/<course>/grading/")
def studio_grading(course: str) -> ResponseReturnValue:
    """List answers that wait for a person, the oldest first, or those that were graded."""
    wanted, after = wanted_of(course), _after()
    version = current_version(course)
    attempts = attempts_to_grade(session(), wanted, after=after, limit=SHOWN + 1)
    more = len(attempts) > SHOWN
    attempts = attempts[:SHOWN]
    answers = answers_to_grade(
        session(), attempts, wanted, quiz_of=quiz_of_attempt, engine=state().engine
    )
    return render(
        "learn/studio/grading.html",
        course=course,
        version=version,
        wanted=wanted,
        lines=[_line(each, wanted) for each in answers],
        names=names_of(each.attempt.person_id for each in answers if not is_anonymous(each.quiz)),
        counts=waiting_by_quiz(session(), course, wanted.who),
        quizzes=_quizzes_to_grade(version),
        questions=_questions_to_grade(version, wanted.quiz),
        first_url=queue_url(wanted) if after else None,
        next_url=queue_url(wanted, after=_cursor(attempts[-1])) if more else None,
        may_edit=may(Action.EDIT_COURSE, course=course),
    )


def _line(each: ToGrade, wanted: Wanted) -> dict[str, object]:
    return {
        "person_id": each.attempt.person_id,
        "alias": alias(each),
        "anonymous": is_anonymous(each.quiz),
        "quiz": each.quiz.title(language()),
        "prompt": plain_text(text_in(each.question.prompt, language())),
        "at": each.attempt.submitted_at,
        "mark": each.mark,
        "url": grade_url(each, wanted),
    }


def grade_url(each: ToGrade, wanted: Wanted) -> str:
    """Return the page on which an answer is graded."""
    return url_for(
        "learn.studio_grade", course=each.attempt.course, attempt_id=each.attempt.id,
        question=each.question.key, show="graded" if wanted.graded else None,
    )  # fmt: skip


def is_anonymous(quiz: Quiz) -> bool:
    """Return whether graders of this quiz do not see whose answers they grade."""
    return quiz.anonymous_grading


def alias(each: ToGrade) -> str:
    """Return what somebody is called where graders do not see names."""
    mark = hashlib.sha256(each.attempt.id.encode()).hexdigest()[:4].upper()
    return _("Participant %(code)s", code=mark)


def has_manual(version: CourseVersion) -> bool:
    """Return whether some quiz of the course holds something for a person to grade."""
    return bool(_quizzes_to_grade(version))


def _quizzes_to_grade(version: CourseVersion) -> list[tuple[str, str]]:
    """Return the quizzes of the current version that hold something for a person to grade."""
    return [
        (quiz.key, quiz.title(language()))
        for quiz in version.quizzes.values()
        if quiz.role != "bank" and _manual_questions(quiz)
    ]


def _questions_to_grade(version: CourseVersion, quiz: str | None) -> list[tuple[str, str]]:
    found = version.quiz(quiz) if quiz else None
    if found is None:
        return []
    return [
        (key, f"{key}: {prompt[:60]}") for key, prompt in _manual_questions(found)
    ]  # the key tells apart what begins alike


def _manual_questions(quiz: Quiz) -> Sequence[tuple[str, str]]:
    engine = state().engine
    behaviour = engine.behaviour(quiz)
    return [
        (each.key, plain_text(text_in(each.prompt, language())))
        for each in quiz.questions
        if engine.is_manual(each, behaviour) and engine.is_scored(each, behaviour)
    ]


def _after() -> Place | None:
    """Return the place in the list that the address names; an unreadable one is the beginning."""
    moment, _stroke, name = request.args.get("after", "").partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if at.tzinfo is None or len(name) != ID_LENGTH or not name.isalnum():
        return None
    return at.astimezone(UTC), name


def _cursor(attempt: Attempt) -> str:
    at, name = place_of(attempt)
    return f"{at.isoformat()}~{name}"
