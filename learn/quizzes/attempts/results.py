"""An attempt as pages and the API show it: what is being asked, and later what may be seen of the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from learn.courses.version import placed
from learn.quizzes.attempts.answers import Answers, Mark
from learn.quizzes.attempts.review import (
    EVERYTHING,
    NOTHING,
    Phase,
    Shown,
    is_closed,
    phase_of,
    shown,
    shown_when_checked,
)
from learn.quizzes.engine import Engine
from learn.quizzes.grading import DIGITS, credit_of, grade_answer
from learn.quizzes.marking.rekeying import Keyed
from learn.quizzes.questions import Answer, Grade, Question, public_view, text_in
from learn.quizzes.quiz import Quiz
from learn.quizzes.source.bands import band_text

if TYPE_CHECKING:
    from learn.quizzes.models import Attempt


def question_view(
    question: Question,
    engine: Engine,
    *,
    language: str | None,
    seed: int,
    answer: Answer = None,
) -> dict[str, Any]:
    """Return what a learner sees of a question; of a type that is gone, the prompt alone."""
    kind = engine.types.get(question.type)
    if kind is not None:
        return public_view(kind, question, language=language, seed=seed, answer=answer)
    return {
        "key": question.key,
        "type": question.type,
        "points": question.points,
        "prompt_html": text_in(question.prompt, language),
    }


def question_review(
    question: Question,
    answers: Answers,
    quiz: Quiz,
    engine: Engine,
    language: str | None,
    show: Shown = EVERYTHING,
    credit: float | None = None,
) -> dict[str, Any] | None:
    """Return as much of the result of one question as `show` allows; None when that is nothing.

    Parameters
    ----------
    credit
        What the question counts, where that is settled; otherwise it follows from the answers.

    Returns
    -------
    dict
        With `score`: ``verdict`` (right, partly, wrong, empty, waiting; none when nothing is graded),
        ``score``, ``scales`` and what a person wrote (``mark``); with `right`: ``right`` (an answer),
        ``right_text`` and ``marks`` (by option key, whether what was answered is right); with
        `feedback`: ``feedback_html`` and ``option_feedback`` by option key.
    """
    kind = engine.types.get(question.type)
    if not show.anything:
        return None
    if kind is None:
        return _kept(question, answers, show, language, credit)
    result = _result(question, answers, quiz, engine, credit)
    review: dict[str, Any] = {}
    if show.score:
        review |= result.told()
    if "mark" in review:
        review["mark"]["criteria"] = kind.criteria(question, result.mark, language)
    if show.right and not engine.is_manual(question, engine.behaviour(quiz)):
        review["right"] = kind.right_answer(question)
        review["right_text"] = kind.right_text(question, language)
        review["marks"] = dict(result.grade.marks)
    if show.feedback:
        review["feedback_html"] = _feedback(question, result.verdict, show, language)
        review["option_feedback"] = kind.option_feedback(question, result.answer, language)
    return review


def _kept(
    question: Question,
    answers: Answers,
    show: Shown,
    language: str | None,
    credit: float | None,
) -> dict[str, Any]:
    """Return what is kept of a question whose type is gone: what it counted, and its feedback."""
    review: dict[str, Any] = {}
    if show.score and credit is not None:
        review["verdict"] = verdict(answers.given.get(question.key), credit)
        review["score"] = round(credit, DIGITS)
    if show.general:
        review["feedback_html"] = text_in(question.feedback, language)
    return review


@dataclass(frozen=True)
class _Result:
    """What came of one question; `credit` is None while a person has to grade it or nobody grades."""

    answer: Answer
    grade: Grade
    verdict: str | None
    credit: float | None
    mark: Mark | None

    def told(self) -> dict[str, Any]:
        """Return what `score` shows."""
        told: dict[str, Any] = {}
        if self.verdict is not None:
            told["verdict"] = self.verdict
        if self.credit is not None:
            told["score"] = round(self.credit, DIGITS)
        if self.grade.scales:
            told["scales"] = dict(self.grade.scales)
        if self.mark is not None:
            told["mark"] = {"comment": self.mark.comment, "rubric": dict(self.mark.rubric)}
        return told


def _result(
    question: Question, answers: Answers, quiz: Quiz, engine: Engine, credit: float | None
) -> _Result:
    answer = answers.given.get(question.key)
    grade = grade_answer(question, answer, engine.types)
    mark = answers.marks.get(question.key)
    if not engine.is_scored(question, engine.behaviour(quiz)):
        return _Result(answer, grade, None, None, mark)
    known = credit_of(quiz, question, answers, engine) if credit is None else credit
    if known is None:
        return _Result(answer, grade, "waiting", None, None)
    share = mark.score if mark is not None else grade.score
    return _Result(answer, grade, verdict(answer, share), known, mark)


def _feedback(question: Question, said: str | None, show: Shown, language: str | None) -> str:
    """Return the feedback for this outcome, and that for everybody where it may be shown."""
    if said == "waiting":
        return ""  # what a good answer holds is told together with what this one was worth
    outcome = question.outcomes.get("wrong" if said == "empty" else said or "")
    parts = [text_in(outcome, language)] if outcome else []
    if show.general:
        parts.append(text_in(question.feedback, language))
    return "\n".join(part for part in parts if part)


def shown_now(question: Question, quiz: Quiz, answers: Answers, engine: Engine) -> Shown:
    """Return what may be shown of a question's result while the attempt is open.

    That is nothing unless its newest answer is one that was checked.
    """
    if not answers.is_checked(question.key):
        return NOTHING
    return shown_when_checked(quiz.review, final=is_final(question, quiz, answers, engine))


def is_final(question: Question, quiz: Quiz, answers: Answers, engine: Engine) -> bool:
    """Whether the answer to a question of an open attempt can no longer be changed."""
    tries = answers.tries.get(question.key, ())
    return engine.behaviour(quiz).is_final(question, tries, quiz.tries)


def verdict(answer: Answer, score: float) -> str:
    """Return the result of a question as one of four words."""
    if answer is None:
        return "empty"
    if score >= 1:
        return "right"
    return "partly" if score > 0 else "wrong"


def attempt_json(
    attempt: Attempt,
    quiz: Quiz,
    answers: Answers,
    *,
    now: datetime,
    engine: Engine,
    language: str | None = None,
    closed: bool | None = None,
    mount: str = "",
    keys: Quiz | None = None,
) -> dict[str, Any]:
    """Return the attempt in the shape of the API; results only where the review policy allows.

    Parameters
    ----------
    closed
        Whether the quiz is over for the person; by default when no attempt is left.
    mount
        Where Learn is mounted (``/learn``); addresses in texts begin with it.
    keys
        The quiz in the version by whose keys the attempt was graded again; None: its own.
    """
    over = is_closed(quiz.attempts, attempt.number) if closed is None else closed
    phase = phase_of(submitted_at=attempt.submitted_at, now=now, closed=over)
    language = language or attempt.language
    item = _Items(attempt, quiz, answers, engine, language, phase)
    asked = Keyed(attempt, quiz, answers, engine, keys).questions
    questions = [with_addresses(item.of(question), mount) for question in asked]
    return {
        **_summary(attempt, quiz, now, language),
        "saved_at": _moment(answers.saved_at),
        "remark_html": placed(_told(attempt, quiz, language), mount),
        "questions": questions,
    }


def _told(attempt: Attempt, quiz: Quiz, language: str | None) -> str:
    """Return what the quiz says by grade, once there is one."""
    return "" if attempt.score is None else band_text(quiz.bands, attempt.score, language)


_AHEAD: Mapping[str, Any] = {
    "prompt_html": "", "answer": None, "seq": None, "flagged": False, "checked": False,
    "scored": True, "manual": False, "tries_left": 0, "ahead": True,
}  # fmt: skip
"""What is told of a question that one has not come to yet."""


@dataclass(frozen=True)
class _Items:
    """Makes what is shown of each question of one attempt, in one phase."""

    attempt: Attempt
    quiz: Quiz
    answers: Answers
    engine: Engine
    language: str | None
    phase: Phase

    def of(self, question: Question) -> dict[str, Any]:
        """Return one question with its answer, and with its result when that may be seen."""
        key, answers = question.key, self.answers
        if self.is_ahead(question):
            kind = self.engine.types.get(question.type)
            reading = {"answerable": False} if kind and not kind.answerable else {}
            ahead = {"key": key, "type": question.type, "points": question.points}
            return {**_AHEAD, **ahead, **reading}
        show = (
            shown_now(question, self.quiz, answers, self.engine)
            if self.phase == "during"
            else shown(self.quiz.review, self.phase)
        )
        answer = answers.given.get(key) if show.answer else None
        item = {
            **question_view(
                question, self.engine, language=self.language, seed=self.attempt.seed, answer=answer
            ),
            "answer": answer,
            "seq": answers.seqs.get(key),
            "flagged": key in answers.flagged,
            "checked": key in answers.left or is_final(question, self.quiz, answers, self.engine),
            **self.trying(question),
        }
        credit = (self.attempt.credits or {}).get(key)
        review = question_review(
            question, answers, self.quiz, self.engine, self.language, show, credit
        )
        if review is not None:
            item["review"] = review
        return item

    def is_ahead(self, question: Question) -> bool:
        """Whether the question has not been reached in a quiz that goes from one to the next."""
        if not self.quiz.is_sequential or self.phase != "during":
            return False
        return question.key not in self.answers.left and question.key != self.turn

    @cached_property
    def turn(self) -> str | None:
        """The question whose turn it is where one goes through them in order."""
        asked = self.engine.questions(self.attempt, self.quiz)
        return self.answers.turn([each.key for each in asked])

    def trying(self, question: Question) -> dict[str, Any]:
        """Return what the behaviour adds: tries, hints that were earned, how sure one is."""
        behaviour = self.engine.behaviour(self.quiz)
        found: dict[str, Any] = {
            "scored": self.engine.is_scored(question, behaviour),
            "manual": self.engine.is_manual(question, behaviour),
        }
        most = behaviour.most_checks(question, self.quiz.tries)
        if found["manual"] or not found["scored"]:
            most = 0
        found["tries_left"] = max(0, most - len(self.answers.tries.get(question.key, ())))
        if most > 1:
            used = len(self.answers.tries.get(question.key, ()))
            hints = [text_in(hint, self.language) for hint in question.hints[:used]]
            found["hints_html"] = hints if self.phase == "during" else []
        if behaviour.certainty and found["scored"]:
            found["certainty"] = self.answers.certainty.get(question.key)
        return found


def with_addresses(shown: Any, mount: str) -> Any:
    """Return a view or a review with the addresses in its HTML under `mount`."""
    if isinstance(shown, list):
        return [with_addresses(each, mount) for each in shown]
    if not isinstance(shown, dict):
        return shown
    return {
        name: _placed(value, mount) if name in _HTML else with_addresses(value, mount)
        for name, value in shown.items()
    }


_HTML = frozenset({"html", "prompt_html", "feedback_html", "option_feedback", "hints_html"})


def _placed(value: Any, mount: str) -> Any:
    if isinstance(value, list):
        return [_placed(html, mount) for html in value]
    if isinstance(value, dict):
        return {key: placed(html, mount) for key, html in value.items()}
    return placed(value, mount)


def _summary(attempt: Attempt, quiz: Quiz, now: datetime, language: str | None) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "course": attempt.course,
        "quiz": attempt.quiz,
        "title": quiz.title(language),
        "role": quiz.role,
        "behaviour": quiz.behaviour,
        "cycle": attempt.cycle,
        "number": attempt.number,
        "attempts": quiz.attempts,
        "version": attempt.version_id,
        "state": attempt.state,
        "started_at": _moment(attempt.started_at),
        "expires_at": _moment(attempt.expires_at),
        "seconds_left": seconds_left(attempt, now),
        "submitted_at": _moment(attempt.submitted_at),
        "pass": quiz.pass_mark,
        "score": attempt.score,
        "passed": attempt.passed,
        "waiting": attempt.waiting,
    }


def seconds_left(attempt: Attempt, now: datetime) -> int | None:
    """Return how long the attempt still runs; None without a limit, 0 when it is over."""
    if attempt.submitted_at is not None:
        return 0
    if attempt.expires_at is None:
        return None
    return max(0, int((attempt.expires_at - now).total_seconds()))


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
