"""The attempts of an analysis out of the database, person by person, with the newest answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, Text, func, select, type_coerce
from sqlalchemy.orm import Session

from learn.db import moment_text
from learn.quizzes.analysis.collecting import Taken
from learn.quizzes.attempts.many_steps import select_steps
from learn.quizzes.models import ANSWER, GRADED, WAITING, Attempt, Step

AT_ONCE = 200
"""So many attempts are held with their answers."""

_COLUMNS = (
    Attempt.person_id, Attempt.id, Attempt.version_id, Attempt.seed, Attempt.state, Attempt.score,
    Attempt.passed, Attempt.submitted_at, type_coerce(Attempt.credits, Text).label("credits"),
)  # fmt: skip


def taken_attempts(
    session: Session, course: str, quiz: str, who: ColumnElement[bool], choice: str
) -> Iterator[Taken]:
    """Yield the graded attempts that `choice` takes of each person that `who` lets through.

    It chooses among all that a person handed in, in every cycle and version: their first attempt is the
    first that they ever made, and no later one takes its place while it waits to be graded.
    """
    query = (
        select(*_COLUMNS)
        .where(Attempt.course == course, Attempt.quiz == quiz)
        .where(Attempt.state.in_((WAITING, GRADED)), who)
        .order_by(Attempt.person_id, Attempt.cycle, Attempt.number)
        .execution_options(yield_per=AT_ONCE)
    )
    rows: Iterable[Any] = session.execute(query)
    people = (list(group) for _person, group in groupby(rows, key=lambda row: row.person_id))
    chosen = (row for group in people for row in _chosen(group, choice) if row.state == GRADED)
    while some := list(islice(chosen, AT_ONCE)):
        answers = _answers(session, some)
        yield from (_taken(row, answers.get(row.id, {})) for row in some)


def _chosen(attempts: Sequence[Any], choice: str) -> Iterable[Any]:
    match choice:
        case "first":
            return attempts[:1]
        case "last":
            return attempts[-1:]
        case "best":
            graded = [row for row in attempts if row.state == GRADED]
            return [max(graded, key=lambda row: row.score or 0.0)] if graded else []
        case _:
            return attempts


def _taken(row: Any, answers: dict[str, str]) -> Taken:
    return Taken(
        row.person_id, row.version_id, row.seed, row.score or 0.0, bool(row.passed),
        json.loads(row.credits or "{}"), answers,
        moment_text(row.submitted_at) if row.submitted_at else "",
    )  # fmt: skip


def _answers(session: Session, attempts: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Return the JSON of the newest answers by attempt and question; one that was emptied is not there."""
    # the JSON stays text: taking it apart would be most of the work, and few answers differ
    columns = (Step.attempt_id, Step.question, type_coerce(Step.data, Text))
    query = select_steps(attempts, *columns).where(Step.kind == ANSWER).order_by(Step.seq)
    found: dict[str, dict[str, str]] = {}
    rows: Iterable[Any] = session.execute(query)
    for attempt_id, question, data in rows:
        answers = found.get(attempt_id)
        if answers is None:
            answers = found[attempt_id] = {}
        if data is None:
            answers.pop(question, None)
        else:
            answers[question] = data
    return found


def count_graded(
    session: Session, course: str, quiz: str, who: ColumnElement[bool], most: int
) -> int:
    """Return how many graded attempts there are, counting no further than one more than `most`."""
    some = (
        select(Attempt.id)
        .where(Attempt.course == course, Attempt.quiz == quiz, Attempt.state == GRADED, who)
        .limit(most + 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0
