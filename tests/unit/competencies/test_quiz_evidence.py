"""A quiz shows a level when enough points in the questions of its competency were earned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learn.competencies.models import CompetencyLevel, Evidence
from learn.courses.version import Outcome
from learn.ledger.rebuild import rebuild_person
from learn.progress import attempts
from learn.progress.regrading import Order, regrade_attempts
from learn.quizzes.attempts.answering import save_answer
from learn.quizzes.quiz import Quiz
from learn.schema import load_projections
from tests.support import make
from tests.support.quizzes import ENGINE, key_of, read
from tests.support.records import version

load_projections()
BODY = """\
    ## a {points=3 competency=M.05}
    Satu?
    - (x) Ya
    - ( ) Tidak

    ## b {points=1 competency=M.05}
    Dua?
    - (x) Ya
    - ( ) Tidak

    ## c {points=6 competency=M.01}
    Tiga?
    - (x) Ya
    - ( ) Tidak
"""
FRONT = "evidence:\n  - {competency: M.05, level: 2, share: 75}\n"


def course(front=FRONT, body=BODY, **known):
    quiz, problems = read(body, front)
    assert problems == []
    more = {"outcomes": (Outcome("M.01", 1),), "complete": {"all": [{"modules": "all"}]}} | known
    found = version("kursus", **more)
    object.__setattr__(found, "quizzes", {"kuis": quiz})
    return found


@pytest.fixture
def person(database):
    with database.transaction() as session:
        return make.person(session, password=None)


def take(session, person, found, right, now):
    """Take the quiz with these questions right."""
    known = {"engine": ENGINE, "version_of": lambda _id: found, "settings": make.settings()}
    quiz = found.quiz("kuis")
    attempt = attempts.start(session, person.id, found, quiz, now=now, **known)
    for question in quiz.questions:
        option = key_of(question, "Ya" if question.key in right else "Tidak")
        save_answer(session, attempt, quiz, question.key, option, engine=ENGINE, now=now)
    attempts.submit(session, attempt, current=found, now=now, **known)
    return attempt


def level(session, person, code="M.05"):
    row = session.get(CompetencyLevel, (person.id, code))
    return row.learned_level if row else 0


def test_reaching_the_share_of_the_points_of_a_competency_is_evidence(database, person, now):
    with database.transaction() as session:
        take(session, person, course(), {"a"}, now)
        assert level(session, person) == 2
        (row,) = session.scalars(select(Evidence)).all()
        assert (row.source, row.ref, row.course) == ("quiz", "kursus/kuis", "kursus")
        assert rebuild_person(session, person.id) == []


def test_points_of_other_competencies_do_not_help(database, person, now):
    with database.transaction() as session:
        take(session, person, course(), {"b", "c"}, now)
        assert level(session, person) == 0


def test_a_worse_attempt_takes_nothing_and_a_better_one_adds_once(database, person, now):
    with database.transaction() as session:
        found = course()
        for minutes, right in enumerate(({"b"}, {"a", "b"}, {"b"}, {"a"})):
            take(session, person, found, right, now + timedelta(minutes=minutes))
        assert level(session, person) == 2
        assert len(session.scalars(select(Evidence)).all()) == 1


def test_a_grading_again_takes_what_no_longer_follows(database, person, now):
    with database.transaction() as session:
        found = course()
        attempt = take(session, person, found, {"a"}, now)
        turned = BODY.replace("- (x) Ya\n    - ( ) Tidak", "- ( ) Ya\n    - (x) Tidak")
        new = course(body=turned)
        order = Order(new, "kuis", "both", "Kunci keliru", None)
        regrade_attempts(
            session, [(person.id, attempt.id)], order, version_of=lambda _id: found, engine=ENGINE,
            settings=make.settings(), now=now,
        )  # fmt: skip
        assert level(session, person) == 0


def test_without_a_word_about_evidence_a_quiz_gives_none_and_keeps_its_digest(
    database, person, now
):
    plain = course(front="")
    assert "evidence" not in plain.quiz("kuis").to_json()
    with database.transaction() as session:
        take(session, person, plain, {"a", "b", "c"}, now)
        assert level(session, person) == 0


def test_what_a_quiz_shows_is_kept_with_its_version():
    quiz = course().quiz("kuis")
    assert Quiz.from_json(quiz.to_json()).evidence == quiz.evidence


@pytest.mark.parametrize(
    "wrong",
    ["evidence: ya", "evidence: []", "evidence: [{competency: M.05}]",
     "evidence: [{competency: M.05, level: 6}]", "evidence: [{competency: M.05, level: 0}]",
     "evidence: [{competency: M.05, level: 2, share: 0}]",
     "evidence: [{competency: M.05, level: 2, share: 101}]",
     "evidence: [{competency: M.05, level: 2, points: 4}]",
     "evidence: [{competency: M.05, level: 2}, {competency: m.05, level: 2}]"],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_line(wrong):
    _quiz, problems = read(BODY, f"{wrong}\n")
    assert [problem.line for problem in problems] == [3]
