"""Attempts at a quiz for the trainer: those running now, and files with scores and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from learn.errors import Message, NotFound
from learn.exports.formats.choosing import find_exporter
from learn.exports.kinds import ExportKind
from learn.exports.lists.quiz_attempts import ANSWERS, AnswerQuery, QuizQuery, scores_of
from learn.people.access import Action, scope
from learn.quizzes.attempts.running import SHOWN, running_attempts
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, session
from learn.web.courses.reading import current_version
from learn.web.exporting import send_export
from learn.web.i18n import language
from learn.web.narrowing import UnitFilter, address
from learn.web.quizzes.reached import reached_results
from learn.web.quizzes.start import keys_of_attempt, quiz_of, quiz_of_attempt
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import names_of

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz

FORMATS = ("xlsx", "csv", "json", "jsonl")


@dataclass(frozen=True)
class Watched:
    """A quiz of a published course, and whose attempts the person may see."""

    version: CourseVersion
    quiz: Quiz
    who: ColumnElement[bool]
    units: UnitFilter


def watched_quiz(course: str, quiz: str, unit: str | None) -> Watched:
    """Return a quiz and whose attempts at it may be seen, narrowed to a unit; raise when nobody's."""
    reached = reached_results(course)
    version = current_version(course)
    units = reached.units(unit or None)
    return Watched(version, quiz_of(version, quiz), reached.who_in(units), units)


@pages.get("/studio/<course>/results/<quiz>/running/")
def studio_running(course: str, quiz: str) -> ResponseReturnValue:
    """Show who is taking the quiz now, how far they are and how long they have; it keeps itself fresh."""
    watched = watched_quiz(course, quiz, arguments().get("unit"))
    found = running_attempts(session(), course, quiz, watched.who)
    return render(
        "learn/studio/running.html",
        course=course,
        version=watched.version,
        quiz=watched.quiz,
        units=watched.units,
        lines=found[:SHOWN],
        more=len(found) > SHOWN,
        names=names_of(each.person_id for each in found[:SHOWN]),
        now=now(),
        here=lambda endpoint: address(endpoint, course=course, quiz=quiz),
        may_edit=may(Action.EDIT_COURSE, course=course),
    )


@pages.post("/studio/<course>/results/<quiz>/export")
def studio_attempts_export(course: str, quiz: str) -> ResponseReturnValue:
    """Send the scores or the answers of all attempts as a file."""
    watched = watched_quiz(course, quiz, request.form.get("unit"))
    exporter = find_exporter(state().exporters, request.form.get("format") or None, default="xlsx")
    kind, query = asked_records(request.form.get("what", "scores"), course, watched)
    return send_export(kind, exporter, query)


def asked_records(what: str, course: str, watched: Watched) -> tuple[ExportKind, QuizQuery]:
    """Return what a file of scores or of answers holds."""
    common: dict[str, Any] = {
        "course": course,
        "quiz": watched.quiz,
        "who": watched.who,
        "exports": scope(actor(), Action.EXPORT),
        "timezone": state().settings.timezone,
        "now": now(),
        "engine": state().engine,
        "quiz_of": quiz_of_attempt,
        "keys_of": keys_of_attempt,
        "language": language(),
        "unit": watched.units.code or None,
    }
    if what == "scores":
        return scores_of(watched.quiz, language()), QuizQuery(**common)
    if what == "answers":
        return ANSWERS, AnswerQuery(**common)
    raise NotFound(Message("A file holds scores or answers."))
