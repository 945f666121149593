"""Pools and draws; points, pass marks and the grade of several attempts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.attempts.answers import Answers
from learn.quizzes.engine import Engine
from learn.quizzes.grading import grade_attempt, passes, quiz_grade
from learn.quizzes.quiz import drawn_questions
from learn.quizzes.source.bank import check_draw, resolve_pool
from tests.support.quizzes import BEHAVIOURS, ENGINE, EVERY_TYPE, TYPES, quiz, read

TAGGED = "\n".join(
    f'## s{n} {{tags="{"dasar" if n < 4 else "lanjut"}" competency=M.0{n % 2}}}\nA{n}?\n= x{n}\n'
    for n in range(8)
)


def bank(key, course="kursus"):
    return quiz(TAGGED.replace("## s", f"## {key}-"), "role: bank\n", key=key, course=course)


def lookup(*banks):
    found = {(each.course, each.key): each for each in banks}
    return lambda course, key: found.get((course, key))


def test_a_pool_brings_the_questions_of_banks_here_and_in_other_courses():
    made = quiz(TAGGED, "pool: [bank, lain/bank]\ndraw: 16\n")
    resolved, problems = resolve_pool(made, lookup(bank("bank"), bank("bank", "lain")))
    assert len(problems) == 8 and "is in lain/bank and in kursus/bank" in str(problems[0])
    resolved, problems = resolve_pool(
        made,
        lookup(bank("bank"), quiz(TAGGED.replace("## s", "## lain-"), key="bank", course="lain")),
    )
    assert problems == [] and len(resolved.questions) == 24
    assert resolved.questions[-1].source == "lain/bank"


def test_an_unknown_pool_is_a_problem_on_its_line():
    _resolved, problems = resolve_pool(quiz(TAGGED, "pool: [hilang]\n"), lookup())
    assert [str(each) for each in problems] == [
        "quizzes/kursus/kuis.md:3: The pool names the quiz hilang, which does not exist."
    ]


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        ("9", "9 questions are to be drawn (all); there are 8"),
        ("[{tag: dasar, count: 5}]", "5 questions are to be drawn (tag: dasar); there are 4"),
        ("[{tag: tiada, count: 1}]", "there are 0"),
        ("[{tag: dasar, count: 4}, {competency: M.00, count: 3}]", "too few are left"),
    ],
)
def test_a_pool_smaller_than_its_draw_is_a_problem(draw, words):
    problems = check_draw(quiz(TAGGED, f"draw: {draw}\n"))
    assert len(problems) == 1 and words in str(problems[0])


@given(st.integers(0, 2**63 - 1))
def test_every_seed_draws_what_was_asked_and_the_same_again(seed):
    made = quiz(
        TAGGED, "draw: [{competency: M.00, count: 2}, {tag: dasar, count: 3}, {count: 1}]\n"
    )
    drawn = drawn_questions(made, seed, TYPES)
    assert drawn == drawn_questions(made, seed, TYPES)
    assert len({question.key for question in drawn}) == 6 == made.question_count
    assert sum("dasar" in question.tags for question in drawn) >= 3


def test_different_seeds_draw_different_questions():
    made = quiz(TAGGED, "draw: 3\n")
    assert (
        len({tuple(each.key for each in drawn_questions(made, seed, TYPES)) for seed in range(30)})
        > 10
    )


def test_points_weigh_the_score():
    made = quiz("## a {points=3}\nA?\n= x\n\n## b\nB?\n= y\n")
    grading = grade_attempt(made, made.questions, Answers({"a": "x", "b": "z"}), ENGINE)
    assert (grading.score, grading.credits, grading.passed) == (0.75, {"a": 1, "b": 0}, True)


@pytest.mark.parametrize("percent", range(101))
def test_a_score_that_equals_the_pass_mark_passes(percent):
    assert passes(percent / 100, percent)
    assert not passes(percent / 100 - 1e-9, percent)


@pytest.mark.parametrize(
    ("policy", "expected"), [("best", 0.9), ("last", 0.7), ("average", 0.633333), ("first", 0.3)]
)
def test_the_grade_of_several_attempts_follows_the_policy(policy, expected):
    assert quiz_grade([0.3, 0.9, 0.7], policy) == expected
    assert quiz_grade([], policy) is None


def test_a_question_of_a_type_that_is_gone_scores_nothing_and_hinders_nothing():
    made = quiz("## a\nA?\n= x\n\n## b\nB?\n- (x) y\n- ( ) z\n")
    types = type(TYPES)("question type")
    types.add(TYPES["text"])
    engine = Engine(types, BEHAVIOURS)
    answers = Answers({"a": "x", "b": ["?"]})
    assert grade_attempt(made, made.questions, answers, engine).score == 0.5


def test_fifty_questions_are_graded_in_less_than_five_milliseconds():
    body = "\n".join(EVERY_TYPE.replace("    ## ", f"    ## n{n}-") for n in range(8))
    made = quiz(body)
    questions = made.questions[:50]
    answers = {each.key: TYPES[each.type].right_answer(each) for each in questions}
    times = []
    for _ in range(20):
        start = time.process_time()
        assert grade_attempt(made, questions, Answers(answers), ENGINE).score == 1
        times.append(time.process_time() - start)
    assert min(times) < 0.005


def test_a_text_between_questions_is_neither_counted_nor_drawn():
    body = "## baca {description}\nBacalah.\n\n## a\nA?\n= 1\n\n## b\nB?\n= 2\n"
    assert quiz(body).question_count == 2
    drawn = quiz(body, "draw: 2\n")
    for seed in range(20):
        assert {each.key for each in drawn_questions(drawn, seed, TYPES)} == {"a", "b"}
    made, problems = read(body, "draw: 3\n")
    assert made is not None and not problems and check_draw(made)
