"""Which attempts an analysis takes out of the database, what it stores, and when it is due again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from learn.db import Database
from learn.quizzes.analysis import services
from learn.quizzes.analysis.figures import Analysis
from learn.quizzes.models import ANSWER, GRADED, WAITING, Attempt, Step, new_attempt_id
from tests.support.quizzes import TYPES, key_of, quiz
from tests.support.statements import Counted

QUIZ = quiz("## q0\nApa?\n\n- (x) Alfa\n- ( ) Beta\n\n## q1\nSiapa?\n= aku\n")
ALFA, BETA = (key_of(QUIZ.questions[0], text) for text in ("Alfa", "Beta"))


@dataclass
class Room:
    """Attempts at the quiz, as the ledger would have folded them."""

    session: Session
    now: datetime
    seqs: dict[int, int] = field(default_factory=dict)

    def took(
        self, person: int, score: float | None, *answers: tuple[str, Any], **more: Any
    ) -> Attempt:
        number = self.seqs[person] = self.seqs.get(person, 0) + 1
        given = {
            "cycle": 1, "number": number, "version_id": "v1", "seed": 1, "language": None,
            "started_at": self.now, "expires_at": None, "state": GRADED, "submitted_at": self.now,
            "score": score, "passed": (score or 0) >= 0.7, "credits": {"q0": score, "q1": score}, "waiting": 0,
        }  # fmt: skip
        attempt = Attempt(
            person_id=person,
            id=new_attempt_id(person),
            course="kursus",
            quiz="kuis",
            **{**given, **more},
        )
        self.session.add(attempt)
        for seq, (key, data) in enumerate(answers, 1):
            self.session.add(
                Step(person_id=person, attempt_id=attempt.id, seq=seq, question=key, kind=ANSWER,
                     data=data, at=self.now)
            )  # fmt: skip
        self.session.flush()
        return attempt

    def analysis(self, choice: str = "first", **more: Any) -> dict[str, Analysis]:
        return services.analyse(
            self.session, "kursus", "kuis", choice=choice, types=TYPES,
            quiz_of=lambda version: QUIZ if version.startswith("v") else None, **more,
        )  # fmt: skip


@pytest.fixture
def room(database: Database, now: datetime):
    with database.transaction() as session:
        yield Room(session, now)


@pytest.mark.parametrize(
    ("choice", "mean", "attempts"),
    [("first", 0.25, 2), ("last", 0.35, 2), ("best", 0.65, 2), ("all", 0.475, 4)],
)
def test_of_each_person_the_chosen_attempts_count(room, choice, mean, attempts):
    for score in (0.2, 1.0, 0.4):
        room.took(1, score)
    room.took(2, 0.3, cycle=2, number=1)
    whole = room.analysis(choice)[""].whole
    assert (round(whole.mean, 6), whole.attempts, whole.people) == (mean, attempts, 2)


def test_a_later_attempt_never_stands_in_for_a_first_one_that_waits_to_be_graded(room):
    room.took(1, None, state=WAITING, passed=None, credits={"q0": 1.0})
    room.took(1, 1.0)
    assert room.analysis()[""].whole.attempts == 0
    assert room.analysis("best")[""].whole.attempts == 1


def test_a_first_attempt_at_an_older_version_is_not_the_first_of_the_newer_one(room):
    room.took(1, 0.0, version_id="v1")
    room.took(1, 1.0, version_id="v2")
    room.took(2, 1.0, version_id="v2")
    found = room.analysis()
    assert (found["v1"].whole.attempts, found["v2"].whole.attempts) == (1, 1)


def test_the_newest_answer_to_a_question_is_the_one_that_counts(room):
    room.took(1, 0.0, ("q0", [ALFA]), ("q0", [BETA]), ("q1", "aku"), ("q1", None))
    first, second = room.analysis()[""].questions
    assert [(each.text, each.count) for each in first.responses] == [("Alfa", 0), ("Beta", 1)]
    assert (second.answered, second.asked) == (0, 1)


def test_only_the_people_asked_for_are_read(room):
    room.took(1, 0.0)
    room.took(2, 1.0)
    assert room.analysis(who=Attempt.person_id == 2)[""].whole.mean == 1.0


def test_more_attempts_cost_no_more_statements_within_a_batch(database, room):
    for person in range(1, 60):
        room.took(person, person / 60, ("q0", [ALFA]))
    with Counted(database) as counted:
        room.analysis()
    assert len(counted.statements) == 2


def test_what_is_kept_comes_back_for_each_version_until_it_is_made_anew(room):
    room.took(1, 0.0)
    services.keep(room.session, room.analysis(), now=room.now)
    found = services.kept(room.session, "kursus", "kuis", choice="first")
    assert found.analysis == room.analysis()[""]
    assert found.made_at == room.now and not found.wanted
    one = services.kept(room.session, "kursus", "kuis", choice="first", version_id="v1")
    assert one.analysis.whole.attempts == 1
    assert services.kept(room.session, "kursus", "kuis", choice="best") is None
    room.took(2, 1.0, version_id="v2")
    services.keep(room.session, room.analysis(), now=room.now)
    again = services.kept(room.session, "kursus", "kuis", choice="first")
    assert again.analysis.whole.attempts == 2


def test_what_somebody_asked_for_is_due_at_once(room):
    assert services.next_due(room.session, now=room.now) is None
    services.ask_for(room.session, "kursus", "kuis", choice="all", now=room.now)
    assert services.kept(room.session, "kursus", "kuis", choice="all").analysis is None
    assert services.next_due(room.session, now=room.now) == services.Due("kursus", "kuis", "all")
    services.keep(room.session, room.analysis("all"), now=room.now)
    assert services.next_due(room.session, now=room.now) is None


def test_many_new_attempts_make_it_due_after_an_hour_and_few_never(room):
    room.took(1, 0.0)
    services.keep(room.session, room.analysis(), now=room.now)
    room.now += timedelta(minutes=5)
    for person in range(2, 30):
        room.took(person, 1.0)
    assert services.next_due(room.session, now=room.now) is None
    later = room.now + timedelta(hours=2)
    assert services.next_due(room.session, now=later) == services.Due("kursus", "kuis", "first")
    services.keep(room.session, room.analysis(), now=later)
    room.now = later + timedelta(minutes=1)
    room.took(50, 1.0)
    assert services.next_due(room.session, now=later + timedelta(hours=2)) is None


def test_changed_grades_make_every_kept_analysis_due(room):
    room.took(1, 0.0)
    for choice in ("first", "best"):
        services.keep(room.session, room.analysis(choice), now=room.now)
    services.ask_again(room.session, "kursus", "kuis")
    found = services.kept(room.session, "kursus", "kuis", choice="best")
    assert found.wanted and found.analysis.whole.attempts == 1


def test_answers_are_found_by_their_attempts_not_by_reading_every_step(database, room):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL plans by what is in the tables, and these are nearly empty")
    room.took(1, 0.0, ("q0", [ALFA]))
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "learn_step" in statement:
            asked.append((statement, parameters))

    engine = database.engines[0]
    event.listen(engine, "before_cursor_execute", note)
    room.analysis()
    event.remove(engine, "before_cursor_execute", note)
    [(statement, parameters)] = asked
    plan = room.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    steps = [row[-1] for row in plan if "learn_step" in row[-1]]
    assert len(steps) == 1 and steps[0].startswith("SEARCH learn_step USING INDEX")
