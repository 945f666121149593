"""Graded attempts in bulk, as the ledger would have folded them, for pages that only read them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import insert

from learn.courses.version import CourseVersion
from learn.quizzes.models import ANSWER, GRADED, Attempt, Step, new_attempt_id
from learn.quizzes.quiz import Quiz
from tests.support.learning import files_of_course
from tests.support.quizzes import TYPES

FIRST_PERSON = 700_000


def large_course(questions: int) -> dict[str, bytes]:
    """Return the small course with a final test of so many single choices, each with the first one right."""
    body = "".join(
        f"## q{n}\nPertanyaan nomor {n}?\n\n- (x) Alfa\n- ( ) Beta\n- ( ) Gama\n\n"
        for n in range(questions)
    )
    return files_of_course(**{"quizzes__dasar__akhir.md": "---\ntitle: Tes akhir\n---\n" + body})


def take(
    app: Flask,
    version: CourseVersion,
    now: datetime,
    people: Iterable[int],
    *,
    quiz: str = "akhir",
    astray: Sequence[str] = (),
    steps: bool = True,
) -> None:
    """Let `people` take the quiz once each; who comes later is better at it.

    Those who are good take the second option of the questions in `astray`.
    """
    found = version.quiz(quiz)
    assert found is not None
    everybody = list(people)
    chance = random.Random(11)
    attempts: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for place, person in enumerate(everybody):
        attempt = new_attempt_id(person)
        answers = _answers(found, place / len(everybody), astray, chance)
        attempts.append(_attempt(found, version, now, person, attempt, answers))
        rows += [
            {
                "person_id": person, "attempt_id": attempt, "seq": seq, "question": key,
                "kind": ANSWER, "data": data, "client_id": None, "at": now,
            }
            for seq, (key, data) in enumerate(answers.items(), 1)
        ]  # fmt: skip
    with app.extensions["learn"].database.transaction() as session:
        session.execute(insert(Attempt), attempts)
        if steps:
            session.execute(insert(Step), rows)


def _answers(
    quiz: Quiz, able: float, astray: Sequence[str], chance: random.Random
) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for question in quiz.questions:
        right = TYPES[question.type].right_answer(question)
        if question.type != "single":
            answers[question.key] = right if chance.random() < able else "7"
            continue
        wrong = [each["key"] for each in question.data["options"] if [each["key"]] != right]
        if question.key in astray:
            answers[question.key] = [wrong[0]] if able > 0.5 else right
        else:
            answers[question.key] = right if chance.random() < able else [chance.choice(wrong)]
    return answers


def _attempt(
    quiz: Quiz,
    version: CourseVersion,
    now: datetime,
    person: int,
    attempt: str,
    answers: dict[str, Any],
) -> dict[str, Any]:
    shares = {
        each.key: TYPES[each.type].grade(each, answers[each.key]).score for each in quiz.questions
    }
    score = round(sum(shares.values()) / len(shares), 6)
    return {
        "person_id": person, "id": attempt, "course": version.course, "quiz": quiz.key, "cycle": 1,
        "number": 1, "version_id": version.id, "seed": 1, "language": "id", "started_at": now,
        "expires_at": None, "state": GRADED, "submitted_at": now, "score": score,
        "passed": score >= 0.7, "credits": shares, "waiting": 0,
    }  # fmt: skip
