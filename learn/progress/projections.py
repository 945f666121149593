"""Folding entries into the tables of progress."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.ledger import Entry, project
from learn.progress.models import (
    COMPLETED,
    IN_PROGRESS,
    MODULE,
    QUIZ,
    Completion,
    Enrolment,
    ItemState,
)
from learn.progress.queries import read_under_lock
from learn.quizzes.grading import quiz_grade
from learn.quizzes.models import GRADED, Attempt

ENROLLED = "enrolled"
MODULE_STARTED = "module_started"
MODULE_COMPLETED = "module_completed"
COURSE_COMPLETED = "course_completed"
COMPLETION_WITHDRAWN = "completion_withdrawn"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@project(ENROLLED)
def begin_cycle(session: Session, entry: Entry) -> None:
    """A cycle begins."""
    data = entry.data
    session.add(
        Enrolment(
            person_id=entry.person_id, course=data["course"], cycle=data["cycle"],
            version_id=data["version"], enrolled_at=entry.at,
        )
    )  # fmt: skip
    session.flush()


def _item(session: Session, entry: Entry, kind: str, key: str) -> ItemState:
    data = entry.data
    place = (entry.person_id, data["course"], data["cycle"], kind, key)
    # of quizzes it is added up: what a page read before the lock is no base for that
    again = kind == QUIZ and not read_under_lock(session, *place[:3])
    state = session.get(ItemState, place, populate_existing=again)
    if state is None:
        state = ItemState(
            person_id=entry.person_id, course=data["course"], cycle=data["cycle"], kind=kind, key=key,
            state=IN_PROGRESS, started_at=entry.at, version_id=data["version"], attempts=0, graded=0,
        )  # fmt: skip
        session.add(state)
    return state


@project(MODULE_STARTED)
def start_module(session: Session, entry: Entry) -> None:
    """A module is in progress."""
    _item(session, entry, MODULE, entry.data["module"])
    session.flush()


@project(MODULE_COMPLETED)
def complete_module(session: Session, entry: Entry) -> None:
    """A module is completed; the first time counts."""
    state = _item(session, entry, MODULE, entry.data["module"])
    if state.completed_at is None:
        state.state, state.completed_at = COMPLETED, entry.at
        state.version_id = entry.data["version"]
    session.flush()


@project("attempt_started")
def count_attempt(session: Session, entry: Entry) -> None:
    """One more attempt at a quiz."""
    state = _item(session, entry, QUIZ, entry.data["quiz"])
    state.attempts += 1
    session.flush()


@project("attempt_graded")
def grade_quiz(session: Session, entry: Entry) -> None:
    """The quiz's grade by its policy, and whether any grade so far has passed."""
    data = entry.data
    state = _item(session, entry, QUIZ, data["quiz"])
    state.score = _by_policy(data.get("grade", "best"), state.score, state.graded, data["score"])
    state.graded += 1
    state.passed = bool(state.passed or data["passed"])
    state.version_id = data["version"]
    if state.passed and state.completed_at is None:
        state.state, state.completed_at = COMPLETED, entry.at
    session.flush()


def _by_policy(policy: str, grade: float | None, count: int, score: float) -> float:
    if grade is None or policy == "last":
        return score
    if policy == "first":
        return grade
    if policy == "average":
        return (grade * count + score) / (count + 1)
    return max(grade, score)


@project("attempt_regraded")
def grade_quiz_again(session: Session, entry: Entry) -> None:
    """The quiz's grade from all its attempts in the cycle, now that one of them counts otherwise.

    Whether it was passed may change in both directions; what was decided because of it stays.
    """
    data = entry.data
    state = _item(session, entry, QUIZ, data["quiz"])
    query = select(Attempt.number, Attempt.score, Attempt.passed).where(
        Attempt.person_id == entry.person_id,
        Attempt.course == data["course"],
        Attempt.quiz == data["quiz"],
        Attempt.cycle == data["cycle"],
        Attempt.state == GRADED,
        Attempt.number != data["number"],
    )
    results = {number: (score, passed) for number, score, passed in session.execute(query)}
    results[data["number"]] = (data["score"], data["passed"])
    scores = [results[number][0] or 0.0 for number in sorted(results)]
    state.score = quiz_grade(scores, data.get("grade", "best"))
    state.passed = any(passed for _score, passed in results.values())
    if state.passed and state.completed_at is None:
        state.state, state.completed_at = COMPLETED, entry.at
    elif not state.passed:
        state.state, state.completed_at = IN_PROGRESS, None
    session.flush()


@project(COURSE_COMPLETED)
def complete_course(session: Session, entry: Entry) -> None:
    """A course is completed."""
    data: Any = entry.data
    session.add(
        Completion(
            person_id=entry.person_id, course=data["course"], cycle=data["cycle"],
            version_id=data["version"], enrolled_at=_moment(data["enrolled_at"]),
            completed_at=entry.at, unit_id=data["unit"], title=data["title"], score=data["score"],
            hours=data["hours"], form=data["form"], valid_until=_moment(data["valid_until"]),
        )
    )  # fmt: skip
    session.flush()


@project(COMPLETION_WITHDRAWN)
def withdraw_completion(session: Session, entry: Entry) -> None:
    """A completion no longer counts; it stays to be seen."""
    place = (entry.person_id, entry.data["course"], entry.data["cycle"])
    completion = session.get(Completion, place)
    if completion is not None:
        completion.withdrawn_at = entry.at
    session.flush()
