"""What checking, trying again and being sure do to the worth of an answer; questions without a way back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.attempts.answering import AnswerFinal, OutOfTurn, leave_question
from learn.quizzes.attempts.answers import Answers
from learn.quizzes.behaviours import CERTAINTIES, Tries
from learn.quizzes.grading import credit_of, grade_attempt
from learn.quizzes.models import Step
from learn.quizzes.questions import InvalidAnswer
from tests.support.quizzes import BEHAVIOURS, ENGINE, key_of, quiz

CAPITAL = """
## ibu-kota
Ibu kota Indonesia?
- (x) Jakarta
  > Benar.
- ( ) Bandung
  > RAHASIA Ibu kota Jawa Barat.
- ( ) Medan

>? PETUNJUK-1
>? PETUNJUK-2

> RAHASIA umum.

>(x) RAHASIA untuk yang benar.
>( ) RAHASIA untuk yang salah.
"""
INTERACTIVE = "behaviour: interactive\npenalty: 25\n"


def option(taking, html):
    return [key_of(taking.quiz.questions[0], html)]


def item(taking, attempt):
    return taking.shown(attempt)["questions"][0]


def tried(taking, attempt, html):
    taking.save(attempt, "ibu-kota", option(taking, html))
    return taking.check(attempt, "ibu-kota")


def test_a_wrong_try_shows_its_feedback_and_a_hint_and_neither_the_key_nor_the_rest(taking):
    taking = taking(INTERACTIVE, CAPITAL)
    attempt = taking.start()
    review = tried(taking, attempt, "Bandung")
    shown = item(taking, attempt)
    assert review["verdict"] == "wrong" and "right" not in review and "marks" not in review
    assert "Jawa Barat" in json.dumps(review) and "umum" not in json.dumps(shown)
    assert shown["hints_html"] == ["<p>PETUNJUK-1</p>"] and shown["tries_left"] == 2
    assert not shown["checked"]


def test_an_answer_that_was_changed_after_a_try_shows_nothing_until_it_is_checked(taking):
    taking = taking(INTERACTIVE, CAPITAL)
    attempt = taking.start()
    tried(taking, attempt, "Bandung")
    taking.save(attempt, "ibu-kota", option(taking, "Jakarta"))
    assert "review" not in item(taking, attempt)


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        (["Jakarta"], 1),
        (["Bandung", "Jakarta"], 0.75),
        (["Bandung", "Medan", "Jakarta"], 0.5),
        (["Bandung", "Medan", "Bandung"], 0),
    ],
)
def test_each_wrong_try_costs_its_penalty(taking, answers, score):
    taking = taking(INTERACTIVE, CAPITAL)
    attempt = taking.start()
    for answer in answers:
        tried(taking, attempt, answer)
    assert item(taking, attempt)["checked"]
    assert taking.submit(attempt).score == score


def test_a_right_answer_is_final_and_the_last_try_as_well(taking):
    taking = taking(INTERACTIVE, CAPITAL)
    attempt = taking.start()
    review = tried(taking, attempt, "Jakarta")
    assert review["right"] and "umum" in review["feedback_html"]
    assert "untuk yang benar" in review["feedback_html"]
    with pytest.raises(AnswerFinal):
        taking.save(attempt, "ibu-kota", option(taking, "Medan"))


def test_checking_the_same_answer_again_uses_no_try(taking):
    taking = taking(INTERACTIVE, CAPITAL)
    attempt = taking.start()
    tried(taking, attempt, "Bandung")
    taking.check(attempt, "ibu-kota")
    assert item(taking, attempt)["tries_left"] == 2


def test_an_answer_handed_in_without_a_check_pays_for_the_tries_before_it(taking):
    taking = taking(INTERACTIVE, CAPITAL)
    attempt = taking.start()
    tried(taking, attempt, "Bandung")
    taking.save(attempt, "ibu-kota", option(taking, "Jakarta"))
    assert taking.submit(attempt).score == 0.75


def test_a_question_says_its_own_penalty(taking):
    taking = taking(INTERACTIVE, CAPITAL.replace("ibu-kota\n", "ibu-kota {penalty=50%}\n", 1))
    attempt = taking.start()
    tried(taking, attempt, "Bandung")
    tried(taking, attempt, "Jakarta")
    assert taking.submit(attempt).score == 0.5


@pytest.mark.parametrize(
    ("sure", "right", "wrong"), [(None, 1 / 3, 0), (1, 1 / 3, 0), (2, 2 / 3, -2 / 3), (3, 1, -2)]
)
def test_certainty_pays_for_knowing_what_one_knows(taking, sure, right, wrong):
    taking = taking("behaviour: certainty\n", CAPITAL)
    for answer, credit in (("Jakarta", right), ("Bandung", wrong)):
        attempt = taking.start()
        taking.save(attempt, "ibu-kota", option(taking, answer), certainty=sure)
        grading = taking.submit(attempt)
        assert grading.credits["ibu-kota"] == pytest.approx(credit, abs=1e-6)
        assert grading.score == pytest.approx(max(0, credit), abs=1e-6)


def test_certainty_is_a_step_of_its_own_and_can_change_while_the_answer_stays(taking):
    taking = taking("behaviour: certainty\n", CAPITAL)
    attempt = taking.start()
    for sure in (1, 3, 3):
        taking.save(attempt, "ibu-kota", option(taking, "Jakarta"), certainty=sure)
    kinds = [step.kind for step in taking.session.query(Step).order_by(Step.seq)]
    assert kinds == ["certainty", "answer", "certainty"]
    assert item(taking, attempt)["certainty"] == 3


@pytest.mark.parametrize("sure", [0, 4, -1, 99])
def test_certainty_is_one_of_three(taking, sure):
    taking = taking("behaviour: certainty\n", CAPITAL)
    with pytest.raises(InvalidAnswer):
        taking.save(taking.start(), "ibu-kota", option(taking, "Jakarta"), certainty=sure)


def test_where_nothing_is_graded_handing_in_is_all_there_is_to_do(taking):
    taking = taking("behaviour: information\n", CAPITAL)
    attempt = taking.start()
    assert (taking.submit(attempt).score, attempt.passed) == (1, True)
    assert "verdict" not in item(taking, attempt)["review"]


def test_where_a_person_grades_an_answer_waits_and_an_empty_one_does_not(taking):
    taking = taking("behaviour: manual\n", CAPITAL + "\n## dua\nDua?\n= 2\n")
    attempt = taking.start()
    taking.save(attempt, "ibu-kota", option(taking, "Jakarta"))
    assert taking.submit(attempt).waiting == ("ibu-kota",)
    assert (attempt.state, attempt.waiting, attempt.score) == ("waiting", 1, None)
    assert attempt.credits == {"dua": 0}


@given(
    st.sampled_from(sorted(BEHAVIOURS.keys())),
    st.floats(0, 1),
    st.integers(0, 9),
    st.sampled_from([None, *CERTAINTIES]),
    st.floats(0, 1),
)
def test_a_credit_is_never_more_than_one_and_never_less_than_minus_two(
    key, share, earlier, sure, penalty
):
    question = quiz(CAPITAL).questions[0]
    credit = BEHAVIOURS[key].credit(
        question, share, earlier=earlier, certainty=sure, tries=Tries(3, penalty)
    )
    assert -2 <= credit <= 1


@given(st.sampled_from(sorted(BEHAVIOURS.keys())), st.booleans(), st.sampled_from(CERTAINTIES))
def test_the_same_steps_always_come_to_the_same_grade_from_0_to_1(key, right, sure):
    made = quiz(CAPITAL, f"behaviour: {key}\n")
    chosen = key_of(made.questions[0], "Jakarta" if right else "Medan")
    answers = Answers({"ibu-kota": [chosen]}, certainty={"ibu-kota": sure})
    first = grade_attempt(made, made.questions, answers, ENGINE)
    assert first == grade_attempt(made, made.questions, answers, ENGINE)
    assert 0 <= first.score <= 1
    assert (credit_of(made, made.questions[0], answers, ENGINE) is None) == (key == "manual")


THREE = "\n".join(f"## q{n}\nRAHASIA-{n}?\n= {n}\n" for n in (1, 2, 3))
SEQUENTIAL = "navigation: sequential\n"


def leave(taking, attempt, key):
    leave_question(taking.session, attempt, taking.quiz, key, engine=ENGINE, now=taking.now)


def test_without_a_way_back_only_the_current_question_is_told_and_answered(taking):
    taking = taking(SEQUENTIAL, THREE)
    attempt = taking.start()
    assert "RAHASIA-2" not in json.dumps(taking.shown(attempt))
    with pytest.raises(OutOfTurn):
        taking.save(attempt, "q2", "2")
    taking.save(attempt, "q1", "1")
    leave(taking, attempt, "q1")
    shown = taking.shown(attempt)
    assert "RAHASIA-2" in json.dumps(shown) and "RAHASIA-3" not in json.dumps(shown)
    with pytest.raises(OutOfTurn):
        taking.save(attempt, "q1", "9")
    taking.save(attempt, "q2", "2")
    assert taking.submit(attempt).score == pytest.approx(2 / 3, abs=1e-6)


def test_leaving_a_question_twice_or_the_last_one_changes_nothing(taking):
    taking = taking(SEQUENTIAL, THREE)
    attempt = taking.start()
    for key in ("q1", "q1", "q2", "q3", "q3"):
        leave(taking, attempt, key)
    taking.save(attempt, "q3", "3")
    assert taking.session.query(Step).filter_by(kind="left").count() == 2
