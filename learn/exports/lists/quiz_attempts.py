"""Attempts at one quiz as records: a line for each attempt with its credits, or one for each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.exports.columns import WHO, column, hundred
from learn.exports.kinds import ExportKind
from learn.people.access import Scope
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.numbers import mask
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.many_steps import steps_by_attempt
from learn.quizzes.attempts.steps import folded_steps
from learn.quizzes.engine import Engine
from learn.quizzes.marking.rekeying import Keyed
from learn.quizzes.models import OPEN, WAITING, Attempt
from learn.quizzes.questions import Question, plain_text, text_in
from learn.quizzes.quiz import Quiz
from learn.quizzes.services import QuizOf

AT_ONCE = 200


@dataclass(frozen=True)
class AttemptRecord:
    """One attempt that was handed in; moments are local, shares from 0 to 1, `spent` in seconds."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    cycle: int
    attempt: int
    version: str
    started_at: datetime
    submitted_at: datetime | None
    spent: int | None
    state: str
    score: float | None
    passed: bool | None
    credits: Mapping[str, float]


@dataclass(frozen=True)
class AnswerRecord:
    """One answer of an attempt: what was asked, answered and right, in words, and what it counted."""

    taken: AttemptRecord
    place: int
    question: str
    type: str
    prompt: str
    answer: str
    right: str
    credit: float | None
    points: float
    certainty: int | None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.taken, name)


@dataclass(frozen=True, kw_only=True)
class QuizQuery:
    """The attempts at a quiz that were handed in, person by person.

    Parameters
    ----------
    who
        A condition on `Attempt`: whose attempts the reader may see.
    exports
        Whose records the reader may export: the numbers of others are masked.
    quiz_of, keys_of
        Find the version that an attempt was taken on, and that by whose keys it was graded again.
    """

    course: str
    quiz: Quiz
    who: ColumnElement[bool]
    exports: Scope
    timezone: str
    now: datetime
    engine: Engine
    quiz_of: QuizOf
    keys_of: QuizOf
    language: str | None = None
    unit: str | None = None

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the export, for the file itself."""
        named = [(Message("Quiz"), self.quiz.title(self.language))]
        return named + ([(Message("Unit"), self.unit)] if self.unit else [])

    def data(self) -> dict[str, str]:
        """Return what narrows the export, for the audit chain."""
        return {"course": self.course, "quiz": self.quiz.key} | (
            {"unit": self.unit} if self.unit else {}
        )

    def stream(self, session: Session) -> Iterator[AttemptRecord]:
        """Yield all attempts in constant memory."""
        for rows in self._partitions(session):
            for row in rows:
                yield self._record(row)

    def _partitions(self, session: Session) -> Iterator[Sequence[Any]]:
        query = (
            select(
                Attempt, PersonNumber.number, Person.name, Person.title_before, Person.title_after,
                Unit.code, Unit.name.label("unit"), Unit.path, Unit.time_zone,
            )
            .join(Person, Person.id == Attempt.person_id)
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Attempt.person_id) & PersonNumber.valid_to.is_(None),
            )
            .where(Attempt.course == self.course, Attempt.quiz == self.quiz.key)
            .where(Attempt.state != OPEN, self.who)
            .order_by(Attempt.person_id, Attempt.cycle, Attempt.number)
            .execution_options(yield_per=AT_ONCE)
        )  # fmt: skip
        yield from session.execute(query).partitions()

    def _number(self, row: Any) -> str | None:
        whole = row.number is None or self.exports.reaches(row.path, row.Attempt.person_id)
        return row.number if whole else mask(row.number)

    def _record(self, row: Any) -> AttemptRecord:
        attempt: Attempt = row.Attempt
        zone = ZoneInfo(row.time_zone or self.timezone)
        ended = attempt.submitted_at
        return AttemptRecord(
            person_id=attempt.person_id,
            number=self._number(row),
            name=full_name(row.name, row.title_before, row.title_after),
            unit_code=row.code,
            unit=row.unit,
            cycle=attempt.cycle,
            attempt=attempt.number,
            version=attempt.version_id,
            started_at=attempt.started_at.astimezone(zone),
            submitted_at=ended.astimezone(zone) if ended else None,
            spent=int((ended - attempt.started_at).total_seconds()) if ended else None,
            state=attempt.state,
            score=attempt.score,
            passed=attempt.passed,
            credits=attempt.credits or {},
        )


@dataclass(frozen=True, kw_only=True)
class AnswerQuery(QuizQuery):
    """The answers of those attempts, question by question."""

    _titles: dict[tuple[str, str], str] = field(default_factory=dict)

    def stream(self, session: Session) -> Iterator[AnswerRecord]:  # type: ignore[override]
        """Yield all answers; the steps of some attempts are held at a time."""
        for rows in self._partitions(session):
            steps = steps_by_attempt(session, [row.Attempt for row in rows])
            for row in rows:
                taken = self.quiz_of(row.Attempt)
                if taken is not None:
                    answers = folded_steps(steps.get(row.Attempt.id, []))
                    yield from self._answers(row, taken, answers)

    def _answers(self, row: Any, taken: Quiz, answers: Answers) -> Iterator[AnswerRecord]:
        attempt, record = row.Attempt, self._record(row)
        asked = Keyed(attempt, taken, answers, self.engine, self.keys_of(attempt))
        for place, question in enumerate(asked.questions, start=1):
            line = self._answer(record, place, question, answers)
            yield replace(line, answer="") if self._is_secret(record, taken, question) else line

    def _is_secret(self, record: AttemptRecord, taken: Quiz, question: Question) -> bool:
        """Whether a person still has to grade the answer without knowing whose it is."""
        if not taken.anonymous_grading or record.state != WAITING:
            return False
        return self.engine.is_manual(question, self.engine.behaviour(taken))

    def _answer(
        self, taken: AttemptRecord, place: int, question: Question, answers: Answers
    ) -> AnswerRecord:
        kind, answer = self.engine.types.get(question.type), answers.given.get(question.key)
        return AnswerRecord(
            taken=taken,
            place=place,
            question=question.key,
            type=question.type,
            prompt=plain_text(text_in(question.prompt, self.language)),
            answer=kind.summary(question, answer, self.language) if kind else "",
            right=_right(kind, question, self.language) if kind else "",
            credit=taken.credits.get(question.key),
            points=question.points,
            certainty=answers.certainty.get(question.key),
        )


def _right(kind: Any, question: Question, language: str | None) -> str:
    text: str = kind.right_text(question, language)
    return text or kind.summary(question, kind.right_answer(question), language)


def _moment(name: str) -> Callable[[Any], str | None]:
    get = attrgetter(name)

    def text(record: Any) -> str | None:
        moment: datetime | None = get(record)
        return None if moment is None else moment.isoformat(sep=" ", timespec="seconds")

    return text


_TAKEN = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit that the person is in now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("cycle", "integer", Message("Cycle"), Message("Which time the person takes the course.")),
    column("attempt", "integer", Message("Attempt"), Message("Number of the attempt in the cycle.")),
    column("version", "text", Message("Version"), Message("Digest of the course version that it was taken on.")),
    column("submitted_at", "text", Message("Handed in"), Message("Local date and time with its difference from UTC."), _moment("submitted_at")),
)  # fmt: skip
_RESULT = (
    column("started_at", "text", Message("Started"), Message("Local date and time with its difference from UTC."), _moment("started_at")),
    column("spent", "integer", Message("Seconds"), Message("Seconds from start to handing in.")),
    column("state", "text", Message("State"), Message("graded, or waiting while answers wait for a person.")),
    column("score", "decimal", Message("Score"), Message("From 0 to 100 with two decimals; empty while it waits."), lambda record: hundred(record.score)),
    column("passed", "flag", Message("Passed"), Message("Whether the pass mark was reached.")),
)  # fmt: skip
_ANSWER = (
    column("place", "integer", Message("Place"), Message("Place of the question in this attempt.")),
    column("question", "text", Message("Question key"), Message("Key of the question, the same in all versions and languages.")),
    column("type", "text", Message("Type"), Message("Type of the question.")),
    column("prompt", "text", Message("Question"), Message("What was asked, as plain text.")),
    column("answer", "text", Message("Answer"), Message("What was answered, in words; empty: nothing.")),
    column("right", "text", Message("Right answer"), Message("The right answer in words, where there is one.")),
    column("credit", "decimal", Message("Credit"), Message("What the answer counted, 100 for all its points; empty while it waits or is not graded."), lambda record: hundred(record.credit)),
    column("points", "decimal", Message("Points"), Message("Points of the question.")),
    column("certainty", "integer", Message("Certainty"), Message("How sure the person said to be, from 1 to 3, where the quiz asks for it.")),
)  # fmt: skip

ANSWERS = ExportKind(
    "quiz-answers", Message("Answers to a quiz"), Message("quiz-answers"), (*_TAKEN, *_ANSWER),
    AnswerQuery,
)  # fmt: skip


def scores_of(quiz: Quiz, language: str | None) -> ExportKind:
    """Return the export of scores, with a column for the credit of each question of the quiz."""
    questions = tuple(
        column(
            f"q:{question.key}", "decimal", Message("%(key)s", key=question.key),
            Message("Credit from 0 to 100 for: %(prompt)s", prompt=plain_text(text_in(question.prompt, language))[:200]),
            _credit(question.key),
        )
        for question in quiz.questions
    )  # fmt: skip
    return ExportKind(
        "quiz-scores", Message("Scores of a quiz"), Message("quiz-scores"),
        (*_TAKEN, *_RESULT, *questions), QuizQuery,
    )  # fmt: skip


def _credit(key: str) -> Callable[[AttemptRecord], float | None]:
    return lambda record: hundred(record.credits.get(key))
