"""Files of answers, and answers that a person grades."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learn.api.attempts import own_attempt, quiz_taken, refuse_unknown
from learn.api.operations import Result, operation
from learn.api.reading import Upload
from learn.api.schemas import grading as schemas
from learn.api.texts import moment, mount
from learn.courses.version import placed
from learn.errors import Forbidden, Message, NotFound
from learn.people.access import Action, refusal
from learn.people.paging import cursor_of, read_cursor
from learn.progress import grading as course_grading
from learn.quizzes import services as quizzes
from learn.quizzes.attempts.answers import Mark
from learn.quizzes.attempts.steps import is_due, newest_answer, steps_about
from learn.quizzes.handed_in.files import KINDS
from learn.quizzes.handed_in.storing import take_file
from learn.quizzes.marking.queue import (
    Place,
    ToGrade,
    Wanted,
    answers_to_grade,
    attempts_to_grade,
    place_of,
)
from learn.quizzes.marking.services import Given, rubric_of
from learn.quizzes.models import OPEN
from learn.quizzes.questions import text_in
from learn.quizzes.services import find_attempt
from learn.quizzes.types.essay import files_in, model_html
from learn.quizzes.types.rubrics import shown_rubric
from learn.web.context import now, person, reach, session
from learn.web.i18n import language
from learn.web.quizzes.answer_files import file_reply, nameless_file
from learn.web.quizzes.reached import may_grade, whose_answers
from learn.web.quizzes.start import quiz_of_attempt, version_of
from learn.web.state import state
from learn.web.studio.drafts import names_of

FILES = tuple(kind.media_type for kind in KINDS.values())
ANSWER = "/attempts/<attempt_id>/answers/<question>"


@operation(
    "POST", f"{ANSWER}/files", tag="quizzes", upload=True, errors=(403, 404, 409),
    replies={201: schemas.FileSavedOut},
)  # fmt: skip
def send_file(upload: Upload, attempt_id: str, question: str) -> Result:
    """Send a file for a question; the saved answer names it from then on, beside its text and other files."""
    attempt = own_attempt(attempt_id)
    quiz = quiz_taken(attempt)
    refuse_unknown(attempt, quiz, question)
    asked = next(each for each in state().engine.questions(attempt, quiz) if each.key == question)
    held = find_attempt(session(), attempt_id, to_write=True)
    if held is None or held.state != OPEN or is_due(held, now(), state().engine.grace_seconds):
        raise quizzes.AlreadySubmitted(Message("This attempt has already been handed in."))
    digest = take_file(
        session(), state().storage, held, asked, upload.name, upload.content, now=now()
    )
    newest = newest_answer(steps_about(session(), held, question, None), question)
    before = newest.data if newest is not None else None
    files = [*files_in(before), digest]
    text = {"text": before["text"]} if isinstance(before, dict) and "text" in before else {}
    saved = quizzes.save_answer(
        session(), held, quiz, question, {**text, "files": files}, engine=state().engine, now=now()
    )
    told = {"saved_at": moment(saved.at), "seq": saved.seq}
    return {**told, "digest": digest, "answer": saved.answer}, 201


@operation("GET", f"{ANSWER}/files/<digest>", tag="quizzes", errors=(404,), replies={}, files=FILES)
def read_file(attempt_id: str, question: str, digest: str) -> Result:
    """Return a file of one's own answer, or of one that one may grade."""
    return file_reply(attempt_id, question, digest)


@operation(
    "GET", "/courses/<course>/answers", tag="grading", query=schemas.WaitingQuery,
    errors=(403, 404), replies={200: schemas.WaitingList},
)  # fmt: skip
def answers_of_course(query: schemas.WaitingQuery, course: str) -> Result:
    """List answers of a course that wait for a person, the oldest first; one's own are never among them."""
    wanted = Wanted(course, whose_answers(course), query.quiz, query.question, query.graded)
    after: Place | None = read_cursor(query.cursor, datetime, str) if query.cursor else None
    attempts = attempts_to_grade(session(), wanted, after=after, limit=query.limit + 1)
    shown = attempts[: query.limit]
    answers = answers_to_grade(
        session(), shown, wanted, quiz_of=quiz_of_attempt, engine=state().engine
    )
    people = [each.attempt.person_id for each in answers if not each.quiz.anonymous_grading]
    names = names_of([*people, *(each.mark.by_id for each in answers if each.mark)])
    more = len(attempts) > query.limit
    return {
        "items": [_answer(each, names) for each in answers],
        "next": cursor_of(*place_of(shown[-1])) if more else None,
    }


def _answer(each: ToGrade, names: dict[int, str]) -> dict[str, Any]:
    attempt, question = each.attempt, each.question
    hidden = each.quiz.anonymous_grading
    return {
        "attempt": attempt.id,
        "quiz": attempt.quiz,
        "version": attempt.version_id,
        "question": question.key,
        "points": question.points,
        "prompt_html": placed(text_in(question.prompt, language()), mount()),
        "model_html": placed(model_html(question, language()), mount()),
        "rubric": shown_rubric(rubric_of(question), language()),
        "name": None if hidden else names.get(attempt.person_id),
        "submitted_at": moment(attempt.submitted_at),
        "answer": _nameless(each.answer) if hidden else each.answer,
        "mark": _mark(each.mark, names) if each.mark else None,
    }


def _nameless(answer: Any) -> Any:
    """Return an answer whose files say nothing of who sent them."""
    files = [
        {**file, "name": nameless_file(file["digest"], file["name"])} for file in files_in(answer)
    ]
    return {**answer, "files": files} if files else answer


def _mark(mark: Mark, names: dict[int, str]) -> dict[str, Any]:
    return {
        "seq": mark.seq,
        "score": mark.score,
        "rubric": dict(mark.rubric),
        "comment": mark.comment,
        "graded_by": names.get(mark.by_id or 0, ""),
        "graded_at": moment(mark.at),
    }


@operation(
    "POST", f"{ANSWER}/mark", tag="grading", body=schemas.MarkIn, errors=(403, 404, 409),
    replies={200: schemas.MarkedOut},
)  # fmt: skip
def mark_answer(body: schemas.MarkIn, attempt_id: str, question: str) -> Result:
    """Grade an answer; with the last one that waited, the attempt has its grade and the course is settled."""
    who = person()
    reach(Action.GRADE_ANSWERS)
    attempt = find_attempt(session(), attempt_id)
    if attempt is None:
        raise NotFound(Message("There is no such attempt."))
    if not may_grade(attempt):
        raise Forbidden(refusal(Action.GRADE_ANSWERS))
    given = Given(body.score, body.rubric or {}, body.comment, body.reason)
    submission = course_grading.mark(
        session(), attempt, question, given, by_id=who.id, engine=state().engine,
        version_of=version_of, current=state().versions.current(session(), attempt.course),
        settings=state().settings, now=now(), based_on=body.based_on,
    )  # fmt: skip
    session().refresh(attempt)
    return {
        "state": attempt.state,
        "waiting": attempt.waiting,
        "score": attempt.score,
        "passed": attempt.passed,
        "completed_course": submission.completion is not None,
    }
