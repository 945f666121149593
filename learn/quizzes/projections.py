"""Entries about attempts, and how they fold into the table of attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from learn.ledger import Entry, project
from learn.quizzes.grading import Grading
from learn.quizzes.models import GRADED, OPEN, WAITING, Attempt, PersonOverride
from learn.quizzes.quiz import Quiz

ATTEMPT_STARTED = "attempt_started"
ATTEMPT_EXTENDED = "attempt_extended"
ATTEMPT_WAITING = "attempt_waiting"
ATTEMPT_GRADED = "attempt_graded"
ATTEMPT_REGRADED = "attempt_regraded"
OVERRIDE_SET = "quiz_override_set"
OVERRIDE_REMOVED = "quiz_override_removed"


def result_data(attempt: Attempt, quiz: Quiz, steps: str, grading: Grading) -> dict[str, Any]:
    """Return what an entry says about the result of an attempt; with waiting answers it has no score.

    Parameters
    ----------
    quiz
        In the version that the attempt was taken on.
    steps
        The digest of the steps that were graded.
    """
    data: dict[str, Any] = {
        "attempt": attempt.id,
        "course": attempt.course,
        "quiz": attempt.quiz,
        "role": quiz.role,
        "cycle": attempt.cycle,
        "number": attempt.number,
        "version": attempt.version_id,
        "steps": steps,
        "credits": dict(grading.credits),
    }
    if grading.waiting:
        return data | {"waiting": len(grading.waiting)}
    return data | {"score": grading.score, "passed": grading.passed, "grade": quiz.grade}


@project(ATTEMPT_STARTED)
def fold_start(session: Session, entry: Entry) -> None:
    """Add the attempt."""
    data = entry.data
    session.execute(
        insert(Attempt).values(
            person_id=entry.person_id,
            id=data["attempt"],
            course=data["course"],
            quiz=data["quiz"],
            cycle=data["cycle"],
            number=data["number"],
            version_id=data["version"],
            seed=data["seed"],
            language=data["language"],
            started_at=entry.at,
            expires_at=moment(data["expires_at"]),
            state=OPEN,
        )
    )


@project(ATTEMPT_WAITING)
def fold_waiting(session: Session, entry: Entry) -> None:
    """Note that some answers wait for a person; the others have their credits."""
    data = entry.data
    attempt = session.get_one(Attempt, (entry.person_id, data["attempt"]))
    attempt.state, attempt.waiting = WAITING, data["waiting"]
    attempt.score = attempt.passed = None
    attempt.credits = dict(data["credits"])
    attempt.submitted_at = moment(data["submitted_at"])
    session.flush()


@project(ATTEMPT_GRADED, ATTEMPT_REGRADED)
def fold_grade(session: Session, entry: Entry) -> None:
    """Set the result; a regrade leaves the moment of handing in as it was."""
    data = entry.data
    attempt = session.get_one(Attempt, (entry.person_id, data["attempt"]))
    attempt.state, attempt.score, attempt.waiting = GRADED, data["score"], 0
    attempt.passed, attempt.credits = data["passed"], dict(data["credits"])
    attempt.key_version_id = data.get("key_version") or attempt.key_version_id
    if entry.kind == ATTEMPT_GRADED:
        attempt.submitted_at = moment(data["submitted_at"])


@project(ATTEMPT_EXTENDED)
def fold_extension(session: Session, entry: Entry) -> None:
    """Move the end of a running attempt: other terms were set meanwhile."""
    attempt = session.get_one(Attempt, (entry.person_id, entry.data["attempt"]))
    attempt.expires_at = moment(entry.data["expires_at"])
    session.flush()


@project(OVERRIDE_SET)
def fold_override(session: Session, entry: Entry) -> None:
    """Put the terms in the place of those that were set before."""
    data = entry.data
    fold_removal(session, entry)
    session.execute(
        insert(PersonOverride).values(
            person_id=entry.person_id,
            course=data["course"],
            quiz=data["quiz"],
            seq=entry.seq,
            attempts=data["attempts"],
            time_limit=data["time_limit"],
            opens_at=moment(data["opens_at"]),
            closes_at=moment(data["closes_at"]),
            set_by=data["actor"],
            set_at=entry.at,
        )
    )


@project(OVERRIDE_REMOVED)
def fold_removal(session: Session, entry: Entry) -> None:
    """Take the terms away; the entries stay."""
    session.execute(
        delete(PersonOverride)
        .where(
            PersonOverride.person_id == entry.person_id,
            PersonOverride.course == entry.data["course"],
            PersonOverride.quiz == entry.data["quiz"],
        )
        .execution_options(synchronize_session=False)
    )


def moment(text: str | None) -> datetime | None:
    """Return the moment that stands in an entry."""
    return datetime.fromisoformat(text) if text else None
