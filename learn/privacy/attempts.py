"""One's own attempts in words: what was asked and answered, and of the result only what may be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.privacy.sheets import Column, Row, Say, Sheet
from learn.privacy.tables import (
    ATTEMPT,
    BEGUN,
    COURSE,
    CYCLE,
    EXPIRES,
    NUMBER,
    PASSED,
    QUESTION,
    QUIZ,
    SCORE,
    STATE,
    VERSION,
)
from learn.progress.attempts import VersionOf, keys_of, quiz_of
from learn.quizzes.attempts.results import attempt_json
from learn.quizzes.attempts.steps import latest_answers
from learn.quizzes.engine import Engine
from learn.quizzes.marking.rekeying import Keyed
from learn.quizzes.models import OPEN, Attempt
from learn.quizzes.overrides.services import terms_of
from learn.quizzes.questions import Question, plain_text

if TYPE_CHECKING:
    from learn.quizzes.quiz import Quiz

VERDICTS: Mapping[str, Message] = {
    "right": Message("Right"),
    "partly": Message("Partly right"),
    "wrong": Message("Wrong"),
    "empty": Message("Not answered"),
    "waiting": Message("Waits to be graded"),
}

_ATTEMPT = (
    Column("id", ATTEMPT), Column("course", COURSE), Column("quiz", QUIZ), Column("title", Message("Title")),
    Column("cycle", CYCLE), Column("number", NUMBER), Column("version", VERSION), Column("state", STATE),
    Column("started_at", BEGUN), Column("expires_at", EXPIRES), Column("submitted_at", Message("Handed in")),
    Column("score", SCORE), Column("passed", PASSED),
)  # fmt: skip
_ANSWER = (
    Column("attempt", ATTEMPT), Column("course", COURSE), Column("quiz", QUIZ), Column("number", NUMBER),
    Column("question", Message("Question key")), Column("prompt", QUESTION), Column("answer", Message("Answer")),
    Column("answer_data", Message("Answer as data")), Column("certainty", Message("Certainty")),
    Column("flagged", Message("Flagged")), Column("verdict", Message("Result")), Column("credit", SCORE),
    Column("right", Message("Right answer")), Column("feedback", Message("Feedback")),
    Column("comment", Message("Comment")),
)  # fmt: skip


@dataclass(frozen=True)
class Quizzes:
    """What reading attempts needs: what runs them, and the versions that they were taken on."""

    engine: Engine
    version_of: VersionOf
    time_zone: str


def attempt_sheets(
    session: Session, person_id: int, quizzes: Quizzes, *, language: str, say: Say, now: datetime
) -> Iterator[Sheet]:
    """Yield the attempts, and the answers of those that were handed in."""
    query = select(Attempt).where(Attempt.person_id == person_id)
    attempts = session.scalars(query.order_by(Attempt.started_at, Attempt.id)).all()
    reader = _Reader(session, quizzes, language, say, now, attempts)
    yield Sheet(
        "attempts", Message("Attempts at quizzes"), Message("When you took which quiz, and what came of it."),
        _ATTEMPT, [reader.line(attempt) for attempt in attempts],
    )  # fmt: skip
    answers = [row for attempt in attempts for row in reader.answers(attempt)]
    yield Sheet(
        "answers", Message("Answers"),
        Message("What you were asked and answered in attempts that were handed in; results as far as the quiz lets you see them now."),
        _ANSWER, answers,
    )  # fmt: skip


@dataclass(frozen=True)
class _Reader:
    session: Session
    quizzes: Quizzes
    language: str
    say: Say
    now: datetime
    attempts: Sequence[Attempt]

    def line(self, attempt: Attempt) -> Row:
        quiz = quiz_of(attempt, self.quizzes.version_of)
        return {
            "id": attempt.id,
            "course": attempt.course,
            "quiz": attempt.quiz,
            "title": quiz.title(self.language) if quiz else "",
            "cycle": attempt.cycle,
            "number": attempt.number,
            "version": attempt.version_id,
            "state": attempt.state,
            "started_at": attempt.started_at,
            "expires_at": attempt.expires_at,
            "submitted_at": attempt.submitted_at,
            "score": attempt.score,
            "passed": attempt.passed,
        }

    def answers(self, attempt: Attempt) -> list[Row]:
        """Return what may be seen of an attempt; the questions of an open one stay where it is taken."""
        quiz = quiz_of(attempt, self.quizzes.version_of)
        if quiz is None or attempt.state == OPEN:
            return []
        answers = latest_answers(self.session, attempt)
        keys = keys_of(attempt, self.quizzes.version_of)
        shown = attempt_json(
            attempt, quiz, answers, now=self.now, engine=self.quizzes.engine,
            language=self.language, closed=self._closed(attempt, quiz), keys=keys,
        )  # fmt: skip
        asked = Keyed(attempt, quiz, answers, self.quizzes.engine, keys).questions
        by_key = {question.key: question for question in asked}
        return [self._answer(attempt, by_key[item["key"]], item) for item in shown["questions"]]

    def _answer(self, attempt: Attempt, question: Question, item: Mapping[str, Any]) -> Row:
        kind, review = self.quizzes.engine.types.get(question.type), item.get("review") or {}
        words = kind.summary(question, item["answer"], self.language) if kind else ""
        verdict = VERDICTS.get(review.get("verdict", ""))
        return {
            "attempt": attempt.id,
            "course": attempt.course,
            "quiz": attempt.quiz,
            "number": attempt.number,
            "question": question.key,
            "prompt": plain_text(item["prompt_html"]),
            "answer": words,
            "answer_data": item["answer"],
            "certainty": item.get("certainty"),
            "flagged": item["flagged"],
            "verdict": self.say(verdict) if verdict else None,
            "credit": review.get("score"),
            "right": review.get("right_text"),
            "feedback": plain_text(review.get("feedback_html") or ""),
            "comment": (review.get("mark") or {}).get("comment"),
        }

    def _closed(self, attempt: Attempt, quiz: Quiz) -> bool:
        """Return whether the quiz is over for the person; while another attempt runs it is not."""
        same = (attempt.course, attempt.quiz, attempt.cycle)
        done = [each for each in self.attempts if (each.course, each.quiz, each.cycle) == same]
        if any(each.state == OPEN for each in done):
            return False
        zone = self.quizzes.time_zone
        terms = terms_of(self.session, attempt.person_id, quiz, time_zone=zone)
        return terms.is_closed(len(done), self.now)
