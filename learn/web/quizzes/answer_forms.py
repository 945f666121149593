"""Forms with answers: what they hold, and saving it.

On a page with one question the fields are called ``answer``, ``based_on``, ``certainty``; where all
questions stand on one page, the number of the question follows the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from flask import request

from learn.errors import LearnError
from learn.quizzes.attempts.answering import AlreadySubmitted, AttemptExpired, Saved, save_answer
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.questions import Answer, Question
from learn.web.context import now, session
from learn.web.quizzes.answer_files import taken_files
from learn.web.quizzes.taking import Taking
from learn.web.state import state

FIELD = "answer"


@dataclass
class SavedPage:
    """What saving a page with all questions came to: fields to change, and what could not be saved."""

    at: datetime | None = None
    fields: dict[str, str] = field(default_factory=dict)
    problems: dict[int, LearnError] = field(default_factory=dict)


def save_one(taking: Taking, key: str, refused: list[LearnError] | None = None) -> Saved | None:
    """Save what the form holds for this question; a checked one is left as it is.

    Files that cannot be taken are added to `refused`; they do not hinder the rest of the answer.
    """
    question = taking.question(key)
    if request.form.get("checked") or question.type not in state().question_types:
        return None
    given = _given(taking, question, "", [] if refused is None else refused)
    if given is None and not request.form.get("based_on"):
        return None
    return _save(taking, question, given, "")


def save_page(taking: Taking) -> SavedPage:
    """Save what is new on a page with all questions; what cannot be saved hinders no other answer.

    Raises
    ------
    AlreadySubmitted, AttemptExpired
        Nothing can be saved any more.
    """
    saved, known = SavedPage(), taking.answers()
    for place, question in _open_questions(taking):
        try:
            refused: list[LearnError] = []
            given = _given(taking, question, str(place), refused)
            if refused:
                saved.problems[place] = refused[0]
            if not _is_new(question, given, known, str(place)):
                continue
            step = _save(taking, question, given, str(place))
        except (AlreadySubmitted, AttemptExpired):
            raise
        except LearnError as error:
            saved.problems[place] = error
        else:
            saved.at, saved.fields[f"based_on{place}"] = step.at, str(step.seq)
    return saved


def own_button(taking: Taking) -> str:
    """Return where a button among a question's own fields (``answer.go``) leads: back to the question."""
    names = (name.removeprefix(FIELD) for name in request.form if name.startswith(FIELD))
    number = next((name.removesuffix(".go") for name in names if name.endswith(".go")), None)
    if number is None:
        return ""
    at = int(number) - 1 if number.isdecimal() and len(number) < 6 else -1
    known = [question.key for question in taking.questions]
    return f"stay:{known[at]}" if 0 <= at < len(known) else "stay"


def _open_questions(taking: Taking) -> Iterator[tuple[int, Question]]:
    for place, question in enumerate(taking.questions, start=1):
        known = question.type in state().question_types
        if known and f"based_on{place}" in request.form and f"checked{place}" not in request.form:
            yield place, question


def _given(taking: Taking, question: Question, suffix: str, refused: list[LearnError]) -> Answer:
    fields = {name: request.form.getlist(name) for name in request.form}
    fields |= taken_files(taking.attempt, question, FIELD + suffix, refused)
    return state().question_types[question.type].read(question, fields, FIELD + suffix)


def _is_new(question: Question, given: Answer, known: Answers, suffix: str) -> bool:
    sure = _certainty(suffix)
    if sure is not None and sure != known.certainty.get(question.key):
        return True
    return bool(given != known.given.get(question.key))


def _save(taking: Taking, question: Question, given: Answer, suffix: str) -> Saved:
    before = request.form.get(f"based_on{suffix}", "")
    client_id = request.form.get("client_id")
    return save_answer(
        session(), taking.attempt, taking.quiz, question.key, given, engine=state().engine,
        now=now(), client_id=f"{client_id}.{suffix}" if client_id and suffix else client_id or None,
        based_on=int(before) if before.isdecimal() and len(before) < 10 else 0,
        certainty=_certainty(suffix),
    )  # fmt: skip


def _certainty(suffix: str) -> int | None:
    """Return how sure the person says to be; what is no number is told as such by the service."""
    said = request.form.get(f"certainty{suffix}", "")
    return (int(said) if said.isdecimal() and len(said) < 3 else 0) if said else None
