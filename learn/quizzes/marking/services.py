"""Marks that a person gives: a step of the attempt, and with the last one that was missing its grade."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learn.errors import Conflict, Forbidden, Message, NotFound
from learn.ledger import lock
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.results import verdict
from learn.quizzes.attempts.steps import add_step, folded_steps, locked, steps_of
from learn.quizzes.engine import Engine
from learn.quizzes.grading import DIGITS, Grading
from learn.quizzes.models import GRADED, MARK, Attempt
from learn.quizzes.questions import InvalidAnswer, Question
from learn.quizzes.quiz import Quiz
from learn.quizzes.services import finish_grading, grading_of
from learn.quizzes.types.rubrics import Rubric, chosen_levels, share_of

MAX_COMMENT, MAX_REASON = 4000, 500


class StaleMark(Conflict):
    """Somebody else has marked the answer meanwhile; `extra` has what they gave."""

    code = "stale-mark"


class InvalidMark(InvalidAnswer):
    """A mark has the wrong form; the message says what would be right."""

    code = "invalid-mark"


@dataclass(frozen=True)
class Given:
    """What a grader gives.

    Parameters
    ----------
    share
        From 0 to 1; None: what the rubric comes to. With both, the share counts.
    rubric
        Keys of levels by keys of criteria.
    reason
        Why a mark is changed after the attempt was graded; it stands in the record.
    """

    share: float | None = None
    rubric: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    reason: str = ""


def mark_answer(
    session: Session,
    attempt: Attempt,
    quiz: Quiz,
    question_key: str,
    given: Given,
    *,
    by_id: int,
    engine: Engine,
    now: datetime,
    based_on: int | None = None,
    keys: Quiz | None = None,
) -> Grading:
    """Add a mark as a step; when no answer waits any more, the attempt is graded.

    The same mark again changes nothing.

    Parameters
    ----------
    based_on
        The `seq` of the mark that the grader saw, 0 for none; a newer one is not overwritten.
    keys
        The quiz by whose keys the attempt was graded again; None: its own.

    Raises
    ------
    InvalidMark, Conflict, Forbidden, NotFound, StaleMark
        Nothing was changed; the message says why.
    """
    if by_id == attempt.person_id:
        raise Forbidden(Message("Nobody grades their own answers."))
    lock(session, attempt.person_id)  # the chain first, then the attempt: one order for everybody
    attempt = locked(session, attempt)
    question = markable(attempt, quiz, question_key, engine)
    answers = folded_steps(steps_of(session, attempt))
    if answers.given.get(question_key) is None:
        raise Conflict(Message("This question was not answered; there is nothing to grade."))
    data = _data(question, given, answers.seqs[question_key])
    before = answers.marks.get(question_key)
    if before is not None and before.by_id == by_id and _same(answers, question_key, data):
        return grading_of(attempt)
    _refuse_stale(answers, question_key, based_on)
    if attempt.state == GRADED:
        data["reason"] = _reason(given)
    add_step(
        session, attempt, question_key, MARK, data, now, None, by_id=by_id,
        state=verdict("", data["score"]), score=data["score"],
    )  # fmt: skip
    return finish_grading(session, attempt, quiz, engine=engine, now=now, keys=keys, actor_id=by_id)


def markable(attempt: Attempt, quiz: Quiz, question_key: str, engine: Engine) -> Question:
    """Return a question of an attempt that a person grades.

    Raises
    ------
    Conflict, NotFound
        It has not been handed in; it has no such question, or one that grades itself.
    """
    if attempt.submitted_at is None:
        raise Conflict(Message("This attempt has not been handed in yet."))
    behaviour = engine.behaviour(quiz)
    for question in engine.questions(attempt, quiz):
        if question.key == question_key and engine.is_scored(question, behaviour):
            if engine.is_manual(question, behaviour):
                return question
            raise Conflict(Message("This question is graded by itself."))
    raise NotFound(Message("This attempt has no question %(key)s.", key=question_key[:80]))


def rubric_of(question: Question) -> Rubric:
    """Return the criteria of a question; of one that has none, nothing."""
    found: Rubric = question.data.get("rubric", ())
    return found


def _data(question: Question, given: Given, answered: int) -> dict[str, Any]:
    """Return what the step says, checked and in one form."""
    rubric = rubric_of(question)
    if not rubric and given.rubric:
        raise InvalidMark(Message("This question has no rubric."))
    chosen = chosen_levels(rubric, given.rubric) if given.rubric else {}
    share = given.share
    if share is None:
        if not chosen:
            raise InvalidMark(
                Message("Choose a level for every criterion.") if rubric
                else Message("Give the points that the answer is worth.")
            )  # fmt: skip
        share = share_of(rubric, chosen)
    if not math.isfinite(share) or not 0 <= share <= 1:
        raise InvalidMark(Message("A mark lies between 0 and all the points of the question."))
    data: dict[str, Any] = {"score": round(share, DIGITS), "based_on": answered}
    if chosen:
        data["rubric"] = chosen
    comment = _text(given.comment, MAX_COMMENT)
    return data | ({"comment": comment} if comment else {})


def _text(text: str, most: int) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > most:
        raise InvalidMark(Message("A comment has at most %(most)s characters.", most=most))
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise InvalidMark(Message("A comment is a text."))
    return text


def _reason(given: Given) -> str:
    reason = _text(given.reason, MAX_REASON)
    if not reason:
        raise InvalidMark(
            Message("This attempt has a grade already. Give the reason why the mark changes.")
        )
    return reason


def _same(answers: Answers, key: str, data: Mapping[str, Any]) -> bool:
    mark = answers.marks[key]
    known = (mark.score, dict(mark.rubric), mark.comment, mark.based_on)
    return known == (
        data["score"], data.get("rubric", {}), data.get("comment", ""), data["based_on"],
    )  # fmt: skip


def _refuse_stale(answers: Answers, key: str, based_on: int | None) -> None:
    mark = answers.marks.get(key)
    if mark is not None and based_on is not None and mark.seq != based_on:
        raise StaleMark(
            Message("Somebody else has graded this answer meanwhile."),
            score=mark.score, comment=mark.comment, seq=mark.seq,
        )  # fmt: skip
