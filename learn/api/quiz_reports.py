"""Reports on the attempts at a quiz, for those who may see the results of its course."""

from __future__ import annotations

from typing import Any

from sqlalchemy import true

from learn.api.files import FILES
from learn.api.operations import Result, operation
from learn.api.schemas import quiz_reports as schemas
from learn.api.texts import moment
from learn.errors import Conflict, Message
from learn.exports.formats.choosing import find_exporter
from learn.people.access import Action
from learn.progress.regrading import Done, Order, reason_of, regrade_attempts
from learn.quizzes.analysis.queries import count_graded
from learn.quizzes.attempts.running import SHOWN, running_attempts
from learn.quizzes.marking.regrading import Difference, difference
from learn.web.context import need, now, person, session
from learn.web.courses.reading import current_version
from learn.web.exporting import send_export
from learn.web.quizzes.analysing import attempts_within
from learn.web.quizzes.start import quiz_of, quiz_of_attempt, version_of
from learn.web.state import state
from learn.web.studio.attempts import asked_records, watched_quiz
from learn.web.studio.drafts import names_of
from learn.web.studio.regrading import AT_ONCE


@operation(
    "GET", "/courses/<course>/quizzes/<quiz>/running", tag="results", errors=(403, 404),
    query=schemas.UnitQuery, replies={200: schemas.RunningOut},
)  # fmt: skip
def running(course: str, quiz: str, query: schemas.UnitQuery) -> Result:
    """Return who is taking the quiz now, and how far they are."""
    watched = watched_quiz(course, quiz, query.unit)
    found = running_attempts(session(), course, quiz, watched.who)
    names = names_of(each.person_id for each in found[:SHOWN])
    items = [
        {
            "attempt": None if watched.quiz.anonymous_grading else each.id,
            "name": names.get(each.person_id, ""),
            "number": each.number,
            "started_at": moment(each.started_at),
            "expires_at": moment(each.expires_at),
            "answered": each.answered,
            "questions": watched.quiz.question_count,
            "last_at": moment(each.last_at),
        }
        for each in found[:SHOWN]
    ]
    return {"items": items, "more": len(found) > SHOWN}


@operation(
    "GET", "/courses/<course>/quizzes/<quiz>/attempts", tag="results", errors=(403, 404),
    query=schemas.AttemptsQuery, replies={200: schemas.FileOut}, files=FILES,
)  # fmt: skip
def export_attempts(course: str, quiz: str, query: schemas.AttemptsQuery) -> Result:
    """Stream the scores or the answers of all attempts as a file, which the audit chain notes."""
    watched = watched_quiz(course, quiz, query.unit)
    exporter = find_exporter(state().exporters, query.format)
    kind, asked = asked_records(query.what, course, watched)
    return send_export(kind, exporter, asked)


@operation(
    "POST", "/courses/<course>/quizzes/<quiz>/regrading", tag="results", errors=(403, 404, 409),
    body=schemas.RegradeIn, replies={200: schemas.RegradeOut},
)  # fmt: skip
def regrade_quiz(body: schemas.RegradeIn, course: str, quiz: str) -> Result:
    """Grade all attempts again by the published keys, in one transaction, or tell what it would change."""
    need(Action.EDIT_COURSE, course=course)
    version = current_version(course)
    published = quiz_of(version, quiz)
    most = attempts_within(AT_ONCE, published)
    if count_graded(session(), course, quiz, true(), most) > most:
        raise Conflict(Message("There are too many attempts; the shell grades them again."))
    found = difference(
        session(), course, published, true(), engine=state().engine, policy=body.policy,
        quiz_of=quiz_of_attempt,
    )  # fmt: skip
    done = Done()
    if not body.dry_run:
        order = Order(version, quiz, body.policy, reason_of(body.reason), person().id)
        done = regrade_attempts(
            session(), [(each.person_id, each.attempt_id) for each in found.changes], order,
            version_of=version_of, engine=state().engine, settings=state().settings, now=now(),
        )  # fmt: skip
    return _told(found, done)


def _told(found: Difference, done: Done) -> dict[str, Any]:
    return {
        "attempts": found.attempts,
        "changes": [
            {
                "attempt": each.attempt_id,
                "before": each.before,
                "after": each.after,
                "passed_before": each.passed_before,
                "passed_after": each.passed_after,
                "questions": {key: list(pair) for key, pair in each.questions.items()},
            }
            for each in found.changes
        ],
        "kept": found.kept,
        "regraded": done.regraded,
        "completed": done.completed,
    }
