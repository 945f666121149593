"""Grading again after a key was wrong: the difference first, then entries; nothing is overwritten."""

import pytest
from sqlalchemy import select, true

from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.quizzes import services
from learn.quizzes.marking.regrading import difference, regrade
from learn.quizzes.models import Attempt
from tests.support.quizzes import ENGINE, key_of, quiz

WRONG = """
## a {points=3}
A?
- (x) satu
- ( ) dua

## b
B?
= x
"""
RIGHT = WRONG.replace("(x) satu", "( ) satu").replace("( ) dua", "(x) dua")
RENAMED = RIGHT.replace("dua", "dua belas")


@pytest.fixture
def taken(taking):
    """One attempt that chose `dua` and one that chose `satu`, graded by a wrong key."""
    taking = taking("pass: 70\n", WRONG)
    attempts = []
    for html in ("dua", "satu"):
        attempt = taking.start()
        taking.save(attempt, "a", [key_of(taking.quiz.questions[0], html)])
        taking.save(attempt, "b", "x")
        taking.submit(attempt)
        attempts.append(attempt)
    return taking, attempts


def changes(taking, keys, policy):
    return difference(
        taking.session, taking.quiz.course, keys, true(), quiz_of=taking.quiz_of, engine=ENGINE,
        policy=policy,
    )  # fmt: skip


def again(taking, attempt, keys, policy):
    return regrade(
        taking.session, attempt, taking.quiz, keys, version_id="v2", by_id=1, reason="Kunci keliru",
        policy=policy, engine=ENGINE, now=taking.now,
    )  # fmt: skip


def test_the_difference_names_what_changes_for_everybody_and_changes_nothing(taken):
    taking, attempts = taken
    found = changes(taking, quiz(RIGHT), "exact")
    assert [(each.before, each.after) for each in found.changes] == [(0.25, 1), (1, 0.25)]
    assert found.changes[0].questions == {"a": (0, 1)}
    assert (found.count(up=True), found.count(up=False)) == (1, 1)
    assert (found.count(passed=True), found.count(passed=False)) == (1, 1)
    assert [each.score for each in attempts] == [0.25, 1]


def test_only_up_takes_nothing_from_anybody(taken):
    taking, attempts = taken
    assert [each.after for each in changes(taking, quiz(RIGHT), "only-up").changes] == [1]
    assert again(taking, attempts[1], quiz(RIGHT), "only-up") is None
    assert attempts[1].score == 1


def test_a_regrade_is_an_entry_and_the_ledger_still_verifies_and_rebuilds(taken):
    taking, attempts = taken
    for attempt in attempts:
        again(taking, attempt, quiz(RIGHT), "exact")
    assert [(each.score, each.passed) for each in attempts] == [(1, True), (0.25, False)]
    assert all(each.key_version_id == "v2" for each in attempts)
    query = select(LedgerEntry.kind).where(LedgerEntry.person_id == taking.person_id)
    kinds = list(taking.session.scalars(query))
    assert kinds.count("attempt_regraded") == 2
    assert rebuild_person(taking.session, taking.person_id) == []
    assert not list(verify(taking.session))


def test_grading_again_twice_adds_nothing(taken):
    taking, attempts = taken
    again(taking, attempts[0], quiz(RIGHT), "exact")
    assert again(taking, attempts[0], quiz(RIGHT), "exact") is None
    assert changes(taking, quiz(RIGHT), "only-up").changes == []


def test_a_question_whose_chosen_option_is_gone_keeps_its_grade_and_is_named(taken):
    taking, attempts = taken
    found = changes(taking, quiz(RENAMED), "exact")
    assert found.kept == {"a": 1}
    assert [(each.attempt_id, each.after) for each in found.changes] == [(attempts[1].id, 0.25)]


@pytest.mark.parametrize(
    "gone",
    [
        "## b\nB?\n= x\n",
        WRONG.replace("(x) satu", "= satu").replace("- ( ) dua\n", "").replace("- =", "="),
    ],
)
def test_what_a_later_version_cannot_grade_stays_as_it_was_graded_last(taken, gone):
    taking, attempts = taken
    again(taking, attempts[0], quiz(RIGHT), "exact")
    assert attempts[0].score == 1
    found = changes(taking, quiz(gone), "exact")
    assert found.kept == {"a": 2} and found.changes == []
    changed = gone.replace("= x", "= y")
    assert [each.after for each in changes(taking, quiz(changed), "exact").changes] == [0.75, 0.75]


def test_the_result_is_shown_with_the_keys_it_was_graded_by(taken):
    taking, attempts = taken
    again(taking, attempts[0], quiz(RIGHT), "exact")
    attempt = taking.session.get(Attempt, (taking.person_id, attempts[0].id))
    shown = services.attempt_json(
        attempt, taking.quiz, services.latest_answers(taking.session, attempt), now=taking.now,
        engine=ENGINE, keys=quiz(RIGHT),
    )  # fmt: skip
    review = shown["questions"][0]["review"]
    assert review["verdict"] == "right" and review["score"] == 1
    assert review["right"] == [key_of(taking.quiz.questions[0], "dua")]


def test_what_was_shown_is_told_from_what_has_changed_since(taken):
    taking, _attempts = taken
    before = changes(taking, quiz(RIGHT), "exact").digest
    assert before == changes(taking, quiz(RIGHT), "exact").digest
    attempt = taking.start()
    taking.submit(attempt)
    taking.save(fresh := taking.start(), "a", [key_of(taking.quiz.questions[0], "dua")])
    taking.submit(fresh)
    assert changes(taking, quiz(RIGHT), "exact").digest != before
