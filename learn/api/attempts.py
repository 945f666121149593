"""Taking a quiz: start, answer, check, hand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from learn.api.operations import Result, operation
from learn.api.schemas import attempts as schemas
from learn.api.schemas.quizzes import StartIn
from learn.api.texts import moment, mount
from learn.errors import Message, NotFound
from learn.progress import attempts
from learn.quizzes import services as quizzes
from learn.quizzes.attempts.results import with_addresses
from learn.quizzes.models import OPEN, Attempt
from learn.web.context import now, person, session
from learn.web.courses.reading import current_version
from learn.web.i18n import language
from learn.web.quizzes.start import keys_of_attempt, quiz_of, version_of
from learn.web.quizzes.terms import arrival, is_closed, stay_inside, terms_for
from learn.web.state import state

if TYPE_CHECKING:
    from learn.quizzes.quiz import Quiz


@operation(
    "POST", "/courses/<course>/quizzes/<quiz>/attempts", tag="quizzes", errors=(403, 404, 409, 429),
    body=StartIn, optional_body=True, replies={201: schemas.AttemptOut, 200: schemas.AttemptOut},
)  # fmt: skip
def start_attempt(body: StartIn, course: str, quiz: str) -> Result:
    """Start an attempt (201), or return the one that is open (200); the course is begun with it."""
    who, version = person(), current_version(course)
    wanted = quiz_of(version, quiz)
    attempt = attempts.start(
        session(), who.id, version, wanted, engine=state().engine, version_of=version_of,
        settings=state().settings, now=now(), language=language(),
        arrival=arrival(wanted, body.password, honest=body.honesty),
    )  # fmt: skip
    return _body(attempt), 201 if attempt.started_at == now() else 200


@operation(
    "GET", "/attempts/<attempt_id>", tag="quizzes", errors=(403, 404),
    replies={200: schemas.AttemptOut},
)  # fmt: skip
def attempt(attempt_id: str) -> Result:
    """Return one's own attempt with the saved answers, and with results when they may be seen."""
    return _body(own_attempt(attempt_id))


def own_attempt(attempt_id: str) -> Attempt:
    """Return the caller's attempt; another person's is as if there were none."""
    found = quizzes.find_attempt(session(), attempt_id)
    if found is None or found.person_id != person().id:
        raise NotFound(Message("There is no such attempt."))
    return found


def quiz_taken(attempt: Attempt) -> Quiz:
    """Return the quiz in the version that the attempt is taken on."""
    found = attempts.quiz_taken(attempt, version_of)
    if attempt.state == OPEN:
        stay_inside(found)
    return found


def _body(attempt: Attempt) -> dict[str, Any]:
    quiz = quiz_taken(attempt)
    terms = terms_for(attempt, quiz)
    shown = quizzes.attempt_json(
        attempt, quiz, quizzes.latest_answers(session(), attempt), now=now(), engine=state().engine,
        mount=mount(), closed=is_closed(attempt, quiz, terms), keys=keys_of_attempt(attempt),
    )  # fmt: skip
    return {**shown, "attempts": terms.attempts}


def refuse_unknown(attempt: Attempt, quiz: Quiz, question: str) -> None:
    """Raise `NotFound` unless the attempt has this question."""
    if question not in {each.key for each in state().engine.questions(attempt, quiz)}:
        raise NotFound(Message("This attempt has no question %(key)s.", key=question[:80]))


@operation(
    "PUT", "/attempts/<attempt_id>/answers/<question>", tag="quizzes", errors=(403, 404, 409),
    body=schemas.AnswerIn, replies={200: schemas.SavedOut},
)  # fmt: skip
def save_answer(body: schemas.AnswerIn, attempt_id: str, question: str) -> Result:
    """Save an answer; what is told as saved survives whatever happens next."""
    attempt = own_attempt(attempt_id)
    quiz = quiz_taken(attempt)
    refuse_unknown(attempt, quiz, question)
    saved = quizzes.save_answer(
        session(), attempt, quiz, question, body.answer, engine=state().engine, now=now(),
        client_id=body.client_id, based_on=body.based_on, certainty=body.certainty,
    )  # fmt: skip
    return {"saved_at": moment(saved.at), "seq": saved.seq}


@operation(
    "POST", "/attempts/<attempt_id>/answers/<question>/check", tag="quizzes",
    errors=(403, 404, 409, 422), replies={200: schemas.ReviewOut},
)  # fmt: skip
def check_answer(attempt_id: str, question: str) -> Result:
    """Check the saved answer of a quiz with immediate feedback; from then on it is final."""
    attempt = own_attempt(attempt_id)
    quiz = quiz_taken(attempt)
    refuse_unknown(attempt, quiz, question)
    review = quizzes.check_answer(
        session(), attempt, quiz, question, engine=state().engine, now=now(),
    )  # fmt: skip
    placed: Result = with_addresses(review, mount())
    return placed


@operation(
    "POST", "/attempts/<attempt_id>/answers/<question>/leaving", tag="quizzes",
    errors=(403, 404, 409), replies={200: schemas.AttemptOut},
)  # fmt: skip
def leave_question(attempt_id: str, question: str) -> Result:
    """Go on to the next question of a quiz without a way back, and return the attempt."""
    attempt = own_attempt(attempt_id)
    quiz = quiz_taken(attempt)
    refuse_unknown(attempt, quiz, question)
    quizzes.leave_question(
        session(), attempt, quiz, question, engine=state().engine, now=now(),
    )  # fmt: skip
    return _body(attempt)


@operation(
    "POST", "/attempts/<attempt_id>/submission", tag="quizzes", errors=(404,),
    replies={200: schemas.SubmissionOut},
)  # fmt: skip
def submit_attempt(attempt_id: str) -> Result:
    """Hand in the attempt; completion, hours, evidence and certificate come with it. Again: the same result."""
    attempt = own_attempt(attempt_id)
    attempts.submit(
        session(), attempt, engine=state().engine, version_of=version_of,
        current=state().versions.current(session(), attempt.course), settings=state().settings,
        now=now(),
    )  # fmt: skip
    return {
        "state": attempt.state,
        "score": attempt.score,
        "passed": attempt.passed,
        "waiting": attempt.waiting,
        "completed_course": attempts.completed_course(session(), attempt),
    }
