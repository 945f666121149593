"""What waits for a person to grade: counted, listed oldest first, and one answer after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from learn.quizzes.attempts.answers import Mark, mark_of
from learn.quizzes.attempts.many_steps import select_steps
from learn.quizzes.engine import Engine
from learn.quizzes.models import ANSWER, GRADED, MARK, WAITING, Attempt, Step
from learn.quizzes.questions import Answer, Question
from learn.quizzes.quiz import Quiz

QuizOf = Callable[[Attempt], Quiz | None]
Place = tuple[datetime, str]
"""When an attempt was handed in, and its id: where it stands in the queue."""

SHOWN = 25


@dataclass(frozen=True)
class Wanted:
    """What of the queue is asked for.

    Parameters
    ----------
    who
        The condition on whose attempts the grader may see.
    graded
        Whether answers that were marked before are wanted instead of those that wait.
    """

    course: str
    who: ColumnElement[bool]
    quiz: str | None = None
    question: str | None = None
    graded: bool = False


@dataclass(frozen=True)
class ToGrade:
    """One answer in the queue, with the mark that it has already."""

    attempt: Attempt
    quiz: Quiz
    question: Question
    answer: Answer
    mark: Mark | None


def waiting_by_course(session: Session, who: ColumnElement[bool]) -> dict[str, int]:
    """Return how many answers wait, by course."""
    query = select(Attempt.course, func.sum(Attempt.waiting)).where(Attempt.state == WAITING, who)
    rows = session.execute(query.group_by(Attempt.course).order_by(Attempt.course)).all()
    return {course: int(count) for course, count in rows}


def waiting_by_quiz(session: Session, course: str, who: ColumnElement[bool]) -> dict[str, int]:
    """Return how many answers of a course wait, by quiz."""
    query = select(Attempt.quiz, func.sum(Attempt.waiting)).where(
        Attempt.state == WAITING, Attempt.course == course, who
    )
    rows = session.execute(query.group_by(Attempt.quiz).order_by(Attempt.quiz)).all()
    return {quiz: int(count) for quiz, count in rows}


def _attempts(wanted: Wanted) -> Select[Attempt]:
    query = select(Attempt).where(Attempt.course == wanted.course, wanted.who)
    if wanted.quiz is not None:
        query = query.where(Attempt.quiz == wanted.quiz)
    if wanted.graded:
        return query.where(Attempt.state.in_((WAITING, GRADED)), _has(MARK, wanted.question))
    query = query.where(Attempt.state == WAITING)
    if wanted.question is not None:
        query = query.where(_has(ANSWER, wanted.question), ~_has(MARK, wanted.question))
    return query


def _has(kind: str, question: str | None) -> ColumnElement[bool]:
    step = aliased(Step)
    found = exists().where(
        step.person_id == Attempt.person_id, step.attempt_id == Attempt.id, step.kind == kind
    )
    return found if question is None else found.where(step.question == question)


def attempts_to_grade(
    session: Session,
    wanted: Wanted,
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = SHOWN,
) -> Sequence[Attempt]:
    """Return attempts in the queue: the oldest first behind `after`; the nearest first ahead of `before`.

    Graded ones come the newest first, so that what was just marked is at hand.
    """
    backwards = (before is not None) != wanted.graded
    place = after or before
    query = _attempts(wanted)
    if place is not None:
        query = query.where(_beyond(place, backwards))
    order = (Attempt.submitted_at, Attempt.id)
    query = query.order_by(*(column.desc() for column in order) if backwards else order)
    return session.scalars(query.limit(limit)).all()


def _beyond(place: Place, backwards: bool) -> ColumnElement[bool]:
    at, name = place
    if backwards:
        return or_(Attempt.submitted_at < at, and_(Attempt.submitted_at == at, Attempt.id < name))
    return or_(Attempt.submitted_at > at, and_(Attempt.submitted_at == at, Attempt.id > name))


def answers_to_grade(
    session: Session,
    attempts: Sequence[Attempt],
    wanted: Wanted,
    *,
    quiz_of: QuizOf,
    engine: Engine,
) -> list[ToGrade]:
    """Return the answers of `attempts` that are wanted, in the order of attempts and questions."""
    answers = _answers(session, attempts, quiz_of, engine)
    return [each for each in answers if _is_wanted(each, wanted)]


def answer_to_grade(
    session: Session, attempt: Attempt, question: str, *, quiz_of: QuizOf, engine: Engine
) -> ToGrade | None:
    """Return one answer that a person grades, marked or not; None when the attempt has none."""
    answers = _answers(session, [attempt], quiz_of, engine)
    return next((each for each in answers if each.question.key == question), None)


def _answers(
    session: Session, attempts: Sequence[Attempt], quiz_of: QuizOf, engine: Engine
) -> Iterator[ToGrade]:
    steps = _newest(session, attempts)
    for attempt in attempts:
        quiz = quiz_of(attempt)
        if quiz is not None:
            mine = steps.get((attempt.person_id, attempt.id), {})
            yield from _of_attempt(attempt, quiz, mine, engine)


def _is_wanted(each: ToGrade, wanted: Wanted) -> bool:
    if wanted.question is not None and each.question.key != wanted.question:
        return False
    return (each.mark is not None) == wanted.graded


Newest = Mapping[tuple[str, str], Any]
"""The newest answer and mark of one attempt: rows of steps by question key and kind."""


def _of_attempt(attempt: Attempt, quiz: Quiz, steps: Newest, engine: Engine) -> Iterator[ToGrade]:
    behaviour = engine.behaviour(quiz)
    for question in engine.questions(attempt, quiz):
        answered, marked = steps.get((question.key, ANSWER)), steps.get((question.key, MARK))
        if not engine.is_scored(question, behaviour) or not engine.is_manual(question, behaviour):
            continue
        if answered is not None and answered.data is not None:
            mark = mark_of(marked.data, marked.by_id, marked.at, marked.seq) if marked else None
            yield ToGrade(attempt, quiz, question, answered.data, mark)


def _newest(session: Session, attempts: Sequence[Attempt]) -> Mapping[tuple[int, str], Newest]:
    """Return the newest answers and marks by attempt, without the many that came before them."""
    if not attempts:
        return {}
    newest = (
        select_steps(attempts, Step.person_id, Step.attempt_id, func.max(Step.seq).label("seq"))
        .where(Step.kind.in_((ANSWER, MARK)))
        .group_by(Step.person_id, Step.attempt_id, Step.question, Step.kind)
        .subquery()
    )
    same = and_(
        Step.person_id == newest.c.person_id,
        Step.attempt_id == newest.c.attempt_id,
        Step.seq == newest.c.seq,
    )
    found: dict[tuple[int, str], dict[tuple[str, str], Any]] = {}
    columns = (
        Step.person_id, Step.attempt_id, Step.question, Step.kind, Step.data, Step.by_id, Step.at,
        Step.seq,
    )  # fmt: skip
    for row in session.execute(select(*columns).join(newest, same)):
        mine = found.setdefault((row.person_id, row.attempt_id), {})
        mine[(row.question, row.kind)] = row
    return found


def place_of(attempt: Attempt) -> Place:
    """Return where an attempt that was handed in stands in the queue."""
    assert attempt.submitted_at is not None
    return attempt.submitted_at, attempt.id


def next_to_grade(
    session: Session,
    wanted: Wanted,
    attempt: Attempt,
    *,
    quiz_of: QuizOf,
    engine: Engine,
    backwards: bool = False,
) -> ToGrade | None:
    """Return the next answer in the queue after that of `attempt`, or the one before it."""
    place = place_of(attempt)
    direction = {"before": place} if backwards else {"after": place}
    found = attempts_to_grade(session, wanted, limit=SHOWN, **direction)
    answers = answers_to_grade(session, found, wanted, quiz_of=quiz_of, engine=engine)
    return answers[0] if answers else None
