"""Writes: saving an answer and handing in, against one bare durable transaction."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from measuring import Measure, counting, ratio
from sqlalchemy import select
from surroundings import post, smallest_program

from learn.courses.version import CourseVersion
from learn.ledger import lock
from learn.people.models import Person
from learn.progress import attempts
from learn.quizzes.attempts.answering import save_answer
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.grading import grade_attempt
from learn.quizzes.models import attempt_person
from learn.quizzes.services import find_attempt
from learn.web.state import State

COURSE = "ti-pelayanan-publik"
OTHER = "manajemen-perubahan"


def answers(app: Flask, client: FlaskClient, folder: Path) -> Iterator[Measure]:
    """The page saves one answer by itself: the whole request against the smallest one that is durable."""
    start = f"/courses/{COURSE}/quizzes/evaluasi-akhir/"
    post(client, start, f"{start}attempts")
    page = _question_with_options(client, _open_attempt(client, start))
    token = _field(page, "csrf_token")
    address = _found(r'data-autosave="([^"]+)"', page)
    options = itertools.cycle(re.findall(r'<input type="radio"[^>]*value="(\w+)"', page, re.S))
    fields = {"csrf_token": token, "question": _field(page, "question"), "place": "1"}
    steps = itertools.count(1)

    def save() -> None:
        known = {"client_id": f"bench:{next(steps)}", "based_on": ""}
        answer = client.post(address, data={**fields, **known, "answer": next(options)})
        assert answer.status_code == 200, answer.get_data(as_text=True)

    smallest = smallest_program(folder)
    found = ratio(save, lambda: smallest.post("/answers", data={"answer": "a"}))
    yield Measure(
        "rate of saving an answer to the smallest durable insert", found, 0.5, "x", at_most=False
    )
    with counting(app) as statements:
        save()
    yield Measure("SQL statements of saving an answer", len(statements), 8, "")


def submissions(app: Flask, folder: Path) -> Iterator[Measure]:
    """Handing in, which grades and settles the course: one transaction; and the grading alone."""
    state: State = app.extensions["learn"]
    with state.database.reading() as session:
        version = state.versions.current(session, OTHER)
        people = session.scalars(select(Person.id)).all()
    assert version is not None
    taken = [_answered(state, person_id, version) for person_id in people]
    smallest = smallest_program(folder)
    seconds, bare = 0.0, 0.0
    for attempt_id in taken:
        seconds += _timed(lambda key=attempt_id: _hand_in(state, key, version))  # type: ignore[misc]
        bare += _timed(lambda: smallest.post("/answers", data={"answer": "a"}))
    yield Measure(
        "rate of handing in to the smallest durable insert", bare / seconds, 0.5, "x", at_most=False
    )
    yield Measure("CPU of grading 50 questions", _grading_ms(state, version), 5, "ms")


def _answered(state: State, person_id: int, version: CourseVersion) -> str:
    """Return an open attempt with every question answered."""
    quiz = version.quizzes["evaluasi-akhir"]
    with state.database.transaction() as session:
        attempt = attempts.start(
            session, person_id, version, quiz, engine=state.engine,
            version_of=lambda _id: version, settings=state.settings, now=datetime.now(UTC),
        )  # fmt: skip
        for question in state.engine.questions(attempt, quiz):
            right = state.question_types[question.type].right_answer(question)
            save_answer(
                session, attempt, quiz, question.key, right, engine=state.engine, now=datetime.now(UTC),
            )  # fmt: skip
        return attempt.id


def _hand_in(state: State, attempt_id: str, version: CourseVersion) -> None:
    with state.database.transaction() as session:
        lock(session, attempt_person(attempt_id) or 0)
        attempt = find_attempt(session, attempt_id, to_write=True)
        assert attempt is not None
        attempts.submit(
            session, attempt, engine=state.engine, version_of=lambda _id: version,
            current=version, settings=state.settings, now=datetime.now(UTC),
        )  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _grading_ms(state: State, version: CourseVersion) -> float:
    quiz = version.quizzes["evaluasi-akhir"]
    given = {
        question.key: state.question_types[question.type].right_answer(question)
        for question in quiz.questions
    }
    start = time.process_time()
    for _ in range(20):
        grade_attempt(quiz, quiz.questions, Answers(given), state.engine)
    return (time.process_time() - start) / 20 * 50 / len(quiz.questions) * 1000


def _open_attempt(client: FlaskClient, start: str) -> str:
    page = client.get(start).text
    answer = client.post(f"{start}attempts", data={"csrf_token": _field(page, "csrf_token")})
    return str(answer.location)


def _question_with_options(client: FlaskClient, attempt: str) -> str:
    for place in range(1, 16):
        page = client.get(f"{attempt}?q={place}").text
        if 'type="radio"' in page:
            return page
    raise AssertionError("no single choice among the questions")


def _field(page: str, name: str) -> str:
    return _found(rf'name="{name}"[^>]*value="([^"]*)"', page)


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page, re.S)
    assert found is not None, pattern
    return found.group(1)
