"""What a learner does within an attempt: answer, flag, check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from learn.errors import Conflict, Message
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.results import is_final, question_review, shown_now, verdict
from learn.quizzes.attempts.steps import (
    add_step,
    folded_steps,
    is_due,
    locked,
    newest_answer,
    questions_left,
    steps_about,
)
from learn.quizzes.behaviours import CERTAINTIES
from learn.quizzes.engine import Engine
from learn.quizzes.grading import grade_answer
from learn.quizzes.handed_in.storing import known_files
from learn.quizzes.models import ANSWER, CERTAINTY, CHECK, FLAG, LEFT, OPEN, Attempt
from learn.quizzes.questions import Answer, InvalidAnswer, Question, QuestionType
from learn.quizzes.quiz import Quiz

MAX_CLIENT_ID = 64


class AttemptExpired(Conflict):
    """The time limit and its grace are over; what was saved counts."""

    code = "attempt-expired"


class AlreadySubmitted(Conflict):
    """The attempt has been handed in; its answers no longer change."""

    code = "already-submitted"


class AnswerFinal(Conflict):
    """The answer has been checked; it no longer changes."""

    code = "answer-final"


class OutOfTurn(Conflict):
    """The quiz goes from question to question; this one was left, or has not been reached."""

    code = "out-of-turn"

    def __init__(self) -> None:
        super().__init__(
            Message("In this quiz you go from question to question; only the current one is open.")
        )


class StaleAnswer(Conflict):
    """Another tab or device has saved a newer answer; `extra` has both, and the newer one's `seq`."""

    code = "stale-answer"


@dataclass(frozen=True)
class Saved:
    """What was saved: the number of the step, when, and the answer as it is understood."""

    seq: int
    at: datetime
    answer: Answer


def save_answer(
    session: Session,
    attempt: Attempt,
    quiz: Quiz,
    question_key: str,
    value: Any,
    *,
    engine: Engine,
    now: datetime,
    client_id: str | None = None,
    based_on: int | None = None,
    certainty: int | None = None,
) -> Saved:
    """Save an answer as a step of its own; the same answer, or the same `client_id`, adds nothing.

    Parameters
    ----------
    value
        In the shape of the API, or what `QuestionType.read` gave; None takes the answer back.
    client_id
        What the page calls this step; up to its first colon the tab or device (``tab-7:12``).
    based_on
        The `seq` of the answer that the page knew; a newer one from elsewhere is not overwritten.
    certainty
        How sure the person is, from 1 to 3, where the behaviour asks for it; None: as said before.

    Raises
    ------
    InvalidAnswer, AlreadySubmitted, AttemptExpired, AnswerFinal, OutOfTurn, StaleAnswer
        Nothing was saved; the message says why.
    """
    question = _question(attempt, quiz, question_key, engine)
    kind = _kind(question, engine)
    answer = known_files(session, attempt, question, kind.read_json(question, value))
    _check_certainty(certainty)
    attempt = locked(session, attempt)
    steps = steps_about(session, attempt, question_key, _client_id(client_id))
    replayed = next((step for step in steps if client_id and step.client_id == client_id), None)
    if replayed is not None:
        return _replay(replayed, question_key)
    _refuse_late(attempt, now, engine)
    newest = newest_answer(steps, question_key)
    same = newest if newest is not None and newest.data == answer else None
    known = folded_steps([step for step in steps if step.question == question_key])
    sure = certainty if engine.behaviour(quiz).certainty else None
    is_surer = sure not in (None, known.certainty.get(question_key))
    if same is not None and not is_surer:
        return Saved(same.seq, same.at, answer)
    _refuse_out_of_turn(session, attempt, quiz, question_key, engine)
    _refuse_final(question, quiz, known, engine)
    if newest is not None:
        _refuse_stale(newest, answer, client_id, based_on)
        _refuse_change(kind, question, newest.data, answer, known)
    if is_surer:
        add_step(session, attempt, question_key, CERTAINTY, sure, now, None)
    if same is not None:
        return Saved(same.seq, now, answer)
    seq = add_step(session, attempt, question_key, ANSWER, answer, now, client_id)
    return Saved(seq, now, answer)


def _check_certainty(certainty: int | None) -> None:
    if certainty is not None and certainty not in CERTAINTIES:
        raise InvalidAnswer(Message("How sure you are is told as 1, 2 or 3."))


def _replay(step: Row[Any], question_key: str) -> Saved:
    if step.question != question_key or step.kind != ANSWER:
        raise InvalidAnswer(Message("This client_id has been used for something else."))
    return Saved(step.seq, step.at, step.data)


def _refuse_final(question: Question, quiz: Quiz, known: Answers, engine: Engine) -> None:
    if is_final(question, quiz, known, engine):
        raise AnswerFinal(Message("This answer has been checked and can no longer be changed."))


def _refuse_change(
    kind: QuestionType, question: Question, before: Answer, after: Answer, known: Answers
) -> None:
    """Raise when this type does not go from one answer to the other; after a check one begins anew."""
    why = kind.refusal(question, before, after)
    if why is not None and not known.is_checked(question.key):
        raise InvalidAnswer(why)


def _refuse_stale(
    newest: Row[Any], answer: Answer, client_id: str | None, based_on: int | None
) -> None:
    if based_on is None or newest.seq <= based_on:
        return
    same_tab = client_id and newest.client_id and _tab(client_id) == _tab(newest.client_id)
    if not same_tab:
        raise StaleAnswer(
            Message("This question was answered in another tab or on another device meanwhile."),
            saved=newest.data,
            yours=answer,
            seq=newest.seq,
        )


def _tab(client_id: str) -> str:
    return client_id.partition(":")[0]


def flag_question(
    session: Session,
    attempt: Attempt,
    quiz: Quiz,
    question_key: str,
    flagged: bool,
    *,
    engine: Engine,
    now: datetime,
) -> None:
    """Mark a question to come back to, or take the mark away."""
    _question(attempt, quiz, question_key, engine)
    attempt = locked(session, attempt)
    _refuse_late(attempt, now, engine)
    steps = steps_about(session, attempt, question_key, None)
    before = next((step.data for step in reversed(steps) if step.kind == FLAG), False)
    if before != flagged:
        add_step(session, attempt, question_key, FLAG, flagged, now, None)


def leave_question(
    session: Session,
    attempt: Attempt,
    quiz: Quiz,
    question_key: str,
    *,
    engine: Engine,
    now: datetime,
) -> None:
    """Go on to the next question of a quiz without a way back; the last one stays until handing in.

    Where one moves freely, and again for a question that was left, this does nothing.
    """
    _question(attempt, quiz, question_key, engine)
    if not quiz.is_sequential:
        return
    attempt = locked(session, attempt)
    _refuse_late(attempt, now, engine)
    keys = [question.key for question in engine.questions(attempt, quiz)]
    left = questions_left(session, attempt)
    if question_key in left or question_key == keys[-1]:
        return
    if Answers(left=left).turn(keys) != question_key:
        raise OutOfTurn
    add_step(session, attempt, question_key, LEFT, None, now, None)


def _refuse_out_of_turn(
    session: Session, attempt: Attempt, quiz: Quiz, question_key: str, engine: Engine
) -> None:
    if not quiz.is_sequential:
        return
    keys = [question.key for question in engine.questions(attempt, quiz)]
    if Answers(left=questions_left(session, attempt)).turn(keys) != question_key:
        raise OutOfTurn


def check_answer(
    session: Session,
    attempt: Attempt,
    quiz: Quiz,
    question_key: str,
    *,
    engine: Engine,
    now: datetime,
    language: str | None = None,
) -> dict[str, Any]:
    """Check the saved answer of a question and return its review.

    When it was the last try, or right, the answer is final; checking the same answer again adds nothing.

    Raises
    ------
    InvalidAnswer
        There is no answer yet, or this quiz shows results only at the end.
    """
    question = _question(attempt, quiz, question_key, engine)
    _refuse_unchecked(question, quiz, engine)
    attempt = locked(session, attempt)
    answers = folded_steps(steps_about(session, attempt, question_key, None))
    answer = _finished(question, answers, engine)
    if not answers.is_checked(question_key) and not is_final(question, quiz, answers, engine):
        _refuse_late(attempt, now, engine)
        _refuse_out_of_turn(session, attempt, quiz, question_key, engine)
        score = grade_answer(question, answer, engine.types).score
        state = verdict(answer, score)
        add_step(
            session, attempt, question_key, CHECK, {"score": score}, now, None, state=state,
            score=score,
        )  # fmt: skip
        tries = (*answers.tries.get(question_key, ()), score)
        answers = replace(answers, tries={question_key: tries})
    shown = shown_now(question, quiz, answers, engine)
    return (
        question_review(question, answers, quiz, engine, language or attempt.language, shown) or {}
    )


def _refuse_unchecked(question: Question, quiz: Quiz, engine: Engine) -> None:
    """Raise when the quiz does not check answers to this question while the attempt is open."""
    behaviour = engine.behaviour(quiz)
    if not behaviour.most_checks(question, quiz.tries):
        raise InvalidAnswer(Message("This quiz shows its results after it is handed in."))
    if engine.is_manual(question, behaviour) or not engine.is_scored(question, behaviour):
        raise InvalidAnswer(Message("This question is not checked while the attempt is open."))


def _finished(question: Question, answers: Answers, engine: Engine) -> Answer:
    """Return the answer that is to be checked; raise while there is none, or a part of one."""
    answer = answers.given.get(question.key)
    if answer is None:
        raise InvalidAnswer(Message("Answer the question first, then check it."))
    if not _kind(question, engine).is_finished(question, answer):
        raise InvalidAnswer(Message("Go on to an ending first, then check the answer."))
    return answer


def _refuse_late(attempt: Attempt, now: datetime, engine: Engine) -> None:
    if attempt.state != OPEN:
        raise AlreadySubmitted(Message("This attempt has already been handed in."))
    if is_due(attempt, now, engine.grace_seconds):
        raise AttemptExpired(Message("The time for this attempt is over; what was saved counts."))


def _question(attempt: Attempt, quiz: Quiz, question_key: str, engine: Engine) -> Question:
    for question in engine.questions(attempt, quiz):
        if question.key == question_key:
            return question
    raise InvalidAnswer(Message("This attempt has no question %(key)s.", key=question_key[:80]))


def _kind(question: Question, engine: Engine) -> QuestionType:
    kind = engine.types.get(question.type)
    if kind is None:
        raise InvalidAnswer(Message("Questions of this type cannot be answered here any more."))
    return kind


def _client_id(client_id: str | None) -> str | None:
    if client_id is not None and not (
        0 < len(client_id) <= MAX_CLIENT_ID and client_id.isprintable()
    ):
        raise InvalidAnswer(
            Message("client_id has 1 to %(most)s printable characters.", most=MAX_CLIENT_ID)
        )
    return client_id
