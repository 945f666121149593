"""Analysing a quiz, and keeping the last analysis of everybody's attempts, so that pages only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from learn.quizzes.analysis.collecting import Collector
from learn.quizzes.analysis.figures import Analysis
from learn.quizzes.analysis.making import analyses
from learn.quizzes.analysis.queries import taken_attempts
from learn.quizzes.models import GRADED, Attempt, QuizAnalysis
from learn.quizzes.questions import QuestionType
from learn.quizzes.quiz import Quiz
from learn.registry import Registry

WANTED = -1
"""What stands as number of attempts in a row that somebody asked to be made anew."""

MADE_ANEW_AFTER = timedelta(hours=1)
NEW_ATTEMPTS = 20
NEW_SHARE = 10  # one new attempt to so many known ones

QuizOf = Callable[[str], Quiz | None]
"""Returns the quiz as a version has it, by the version's id; None when it is gone."""


@dataclass(frozen=True)
class Kept:
    """A stored analysis; `analysis` is None when it has been asked for and is not there yet."""

    made_at: datetime
    wanted: bool
    analysis: Analysis | None


@dataclass(frozen=True)
class Due:
    """An analysis that is to be made anew."""

    course: str
    quiz: str
    choice: str


def analyse(
    session: Session,
    course: str,
    quiz: str,
    *,
    choice: str,
    quiz_of: QuizOf,
    types: Registry[QuestionType],
    who: ColumnElement[bool] | None = None,
) -> dict[str, Analysis]:
    """Return the analysis of graded attempts, those of all versions together under the empty id.

    Reads every attempt once, in constant memory but for 16 bytes an attempt and 8 an answer.

    Parameters
    ----------
    who
        Condition on `Attempt`: whose attempts count; None: everybody's.
    """
    collector = Collector(quiz_of, types)
    for taken in taken_attempts(session, course, quiz, true() if who is None else who, choice):
        collector.add(taken)
    return analyses(collector, course, quiz, choice)


def keep(session: Session, made: Mapping[str, Analysis], *, now: datetime) -> None:
    """Store what `analyse` made of everybody's attempts instead of what was stored of them."""
    whole = made[""]
    same = (
        QuizAnalysis.course == whole.course,
        QuizAnalysis.quiz == whole.quiz,
        QuizAnalysis.choice == whole.choice,
    )
    session.execute(delete(QuizAnalysis).where(*same))
    session.add_all(
        QuizAnalysis(
            course=each.course, quiz=each.quiz, version_id=version_id, choice=each.choice,
            made_at=now, attempts=each.whole.attempts, data=each.to_json(),
        )
        for version_id, each in made.items()
    )  # fmt: skip
    session.flush()


def kept(
    session: Session, course: str, quiz: str, *, version_id: str = "", choice: str
) -> Kept | None:
    """Return the stored analysis; None when none was ever made or asked for."""
    row = session.get(QuizAnalysis, (course, quiz, version_id, choice))
    if row is None:
        return None
    analysis = Analysis.from_json(row.data) if row.data else None
    return Kept(row.made_at, row.attempts == WANTED, analysis)


def ask_for(session: Session, course: str, quiz: str, *, choice: str, now: datetime) -> None:
    """Ask for an analysis to be made by the next regular work."""
    row = session.get(QuizAnalysis, (course, quiz, "", choice))
    if row is None:
        row = QuizAnalysis(
            course=course, quiz=quiz, version_id="", choice=choice, made_at=now, data={}
        )
        session.add(row)
    row.attempts = WANTED
    session.flush()


def ask_again(session: Session, course: str, quiz: str) -> None:
    """Ask for every stored analysis of a quiz to be made anew, because grades were changed."""
    session.execute(
        update(QuizAnalysis)
        .where(
            QuizAnalysis.course == course,
            QuizAnalysis.quiz == quiz,
            QuizAnalysis.version_id == "",
        )
        .values(attempts=WANTED)
    )


def next_due(session: Session, *, now: datetime) -> Due | None:
    """Return a stored analysis that was asked for, or has many new attempts since an hour at least."""
    new = (
        select(func.count())
        .select_from(Attempt)
        .where(
            Attempt.state == GRADED,
            Attempt.course == QuizAnalysis.course,
            Attempt.quiz == QuizAnalysis.quiz,
            Attempt.submitted_at > QuizAnalysis.made_at,
        )
        .correlate(QuizAnalysis)
        .scalar_subquery()
    )
    old = QuizAnalysis.made_at < now - MADE_ANEW_AFTER
    many = and_(new >= NEW_ATTEMPTS, new * NEW_SHARE >= QuizAnalysis.attempts)
    row = session.execute(
        select(QuizAnalysis.course, QuizAnalysis.quiz, QuizAnalysis.choice)
        .where(QuizAnalysis.version_id == "")
        .where(or_(QuizAnalysis.attempts == WANTED, and_(old, many)))
        .order_by(QuizAnalysis.made_at)
        .limit(1)
    ).first()
    return Due(row.course, row.quiz, row.choice) if row else None
