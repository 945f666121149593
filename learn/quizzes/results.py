"""An attempt as pages and the API show it: what is being asked, and later what may be seen of the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from learn.courses.version import placed
from learn.quizzes.behaviours import (
    EVERYTHING,
    Behaviour,
    Shown,
    is_closed,
    phase_of,
    shown,
)
from learn.quizzes.grading import DIGITS, grade_answer
from learn.quizzes.questions import Answer, Question, QuestionType, public_view, text_in
from learn.quizzes.quiz import Quiz, drawn_questions
from learn.registry import Registry

if TYPE_CHECKING:
    from learn.quizzes.models import Attempt


@dataclass(frozen=True)
class Answers:
    """What the steps of an attempt say in the end, by question key.

    Parameters
    ----------
    given
        The newest answer.
    seqs
        The number of the step that gave it; a page sends it back as `based_on`.
    checked
        How often the answer was checked.
    """

    given: Mapping[str, Answer] = field(default_factory=dict)
    seqs: Mapping[str, int] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    checked: Mapping[str, int] = field(default_factory=dict)
    saved_at: datetime | None = None


def questions_of(attempt: Attempt, quiz: Quiz) -> tuple[Question, ...]:
    """Return the questions of the attempt: what its seed draws from its version of the quiz."""
    return drawn_questions(quiz, attempt.seed)


def behaviour_of(quiz: Quiz, behaviours: Registry[Behaviour]) -> Behaviour:
    """Return the quiz's behaviour; one whose plugin is gone checks nothing."""
    return behaviours.get(quiz.behaviour) or Behaviour(quiz.behaviour)


def question_view(
    question: Question, types: Registry[QuestionType], *, language: str | None, seed: int
) -> dict[str, Any]:
    """Return what a learner sees of a question; of a type that is gone, the prompt alone."""
    kind = types.get(question.type)
    if kind is not None:
        return public_view(kind, question, language=language, seed=seed)
    return {
        "key": question.key,
        "type": question.type,
        "points": question.points,
        "prompt_html": text_in(question.prompt, language),
    }


def question_review(
    question: Question,
    answer: Answer,
    types: Registry[QuestionType],
    *,
    language: str | None,
    show: Shown = EVERYTHING,
) -> dict[str, Any] | None:
    """Return as much of the result of one question as `show` allows; None when that is nothing.

    Returns
    -------
    dict
        With `score`: ``verdict`` (right, partly, wrong, empty) and ``score``; with `right`: ``right``
        (an answer), ``right_text`` and ``marks`` (by option key, whether what was answered is right);
        with `feedback`: ``feedback_html`` and ``option_feedback`` by option key.
    """
    kind = types.get(question.type)
    if kind is None or not show.anything:
        return None
    grade = grade_answer(question, answer, types)
    review: dict[str, Any] = {}
    if show.score:
        review["verdict"] = verdict(answer, grade.score)
        review["score"] = round(grade.score, DIGITS)
    if show.right:
        review["right"] = kind.right_answer(question)
        review["right_text"] = kind.right_text(question)
        review["marks"] = dict(grade.marks)
    if show.feedback:
        review["feedback_html"] = text_in(question.feedback, language)
        review["option_feedback"] = kind.option_feedback(question, answer, language)
    return review


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
    types: Registry[QuestionType],
    behaviours: Registry[Behaviour],
    language: str | None = None,
    closed: bool | None = None,
    mount: str = "",
) -> dict[str, Any]:
    """Return the attempt in the shape of the API; results only where the review policy allows.

    Parameters
    ----------
    closed
        Whether the quiz is over for the person; by default when no attempt is left.
    mount
        Where Learn is mounted (``/learn``); addresses in texts begin with it.
    """
    over = is_closed(quiz.attempts, attempt.number) if closed is None else closed
    submitted = attempt.submitted_at is not None
    phase = phase_of(submitted=submitted, closed=over)
    behaviour = behaviour_of(quiz, behaviours)
    language = language or attempt.language
    questions = []
    for question in questions_of(attempt, quiz):
        checked = answers.checked.get(question.key, 0)
        show = shown(quiz.review, phase, checked=behaviour.is_final(checked))
        answer = answers.given.get(question.key)
        item = {
            **question_view(question, types, language=language, seed=attempt.seed),
            "answer": answer if show.answer else None,
            "seq": answers.seqs.get(question.key),
            "flagged": question.key in answers.flagged,
            "checked": behaviour.is_final(checked),
        }
        review = question_review(question, answer, types, language=language, show=show)
        if review is not None:
            item["review"] = review
        questions.append(with_addresses(item, mount))
    return {
        **_summary(attempt, quiz, now, language),
        "saved_at": _moment(answers.saved_at),
        "questions": questions,
    }


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


_HTML = frozenset({"html", "prompt_html", "feedback_html", "option_feedback"})


def _placed(value: Any, mount: str) -> Any:
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
