"""Surveys with a known way of counting: public satisfaction and readiness for change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.analysis.instruments import ADKAR, SKM, mean_answer, readiness, satisfaction
from tests.support.quizzes import read

NRR = dict(zip([scale.key for scale in SKM.scales],
               [3.42, 3.31, 3.10, 3.88, 3.35, 3.46, 3.52, 3.05, 3.20], strict=True))  # fmt: skip


def test_the_example_of_the_reference_is_84_14_and_grade_b():
    found = satisfaction(NRR)
    assert round(found.index, 4) == 3.3656
    assert (found.converted, found.grade) == (Decimal("84.14"), "B")
    assert found.lowest[:3] == ("u8", "u3", "u9")


def test_weights_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match="sum to 1"):
        satisfaction(NRR, dict.fromkeys(NRR, 0.111))
    own = dict.fromkeys(NRR, 0.1) | {"u8": 0.2}
    assert satisfaction(NRR, own).converted < satisfaction(NRR).converted


@pytest.mark.parametrize("converted, grade", [
    ("100", "A"), ("88.31", "A"), ("88.30", "B"), ("76.61", "B"), ("76.60", "C"), ("65.00", "C"),
    ("64.99", "D"), ("25", "D"),
])  # fmt: skip
def test_grades_begin_at_the_rounded_converted_value(converted, grade):
    found = satisfaction({"u1": float(converted) / 25})
    assert (found.converted, found.grade) == (Decimal(converted), grade)


@given(st.lists(st.floats(1, 4), min_size=9, max_size=9))
def test_satisfaction_lies_between_25_and_100_and_every_value_has_a_grade(means):
    found = satisfaction(dict(zip(NRR, means, strict=True)))
    assert 25 <= found.converted <= 100 and found.grade in "ABCD"


def means(a, d, k, b, r):
    return dict(zip([scale.key for scale in ADKAR.scales], (a, d, k, b, r), strict=True))


def test_the_example_of_the_reference_has_its_barrier_at_desire():
    found = readiness(means(4.2, 2.8, 3.5, 3.1, 3.0))
    assert round(found.mean, 2) == 3.32
    assert round(found.index, 1) == 58.0
    assert found.barrier == "desire"


def test_the_barrier_is_the_first_scale_at_three_or_less_and_there_may_be_none():
    assert readiness(means(4, 4, 4, 4, 3)).barrier == "reinforcement"
    assert readiness(means(3, 1, 1, 1, 1)).barrier == "awareness"
    assert readiness(means(4, 4, 4, 4, 3.01)).barrier is None


def test_answers_count_by_their_order_and_each_row_begins_again():
    assert mean_answer([("", 1), ("", 0), ("", 0), ("", 3)]) == (13 / 4, 4)
    assert mean_answer([("a", 2), ("a", 0), ("b", 0), ("b", 2)]) == (1.5, 4)
    assert mean_answer([("a", 0)]) is None and mean_answer([]) is None


def adkar(scales: list[str], answers: int = 5) -> str:
    head = "| |" + "|".join(str(n) for n in range(1, answers + 1)) + "|"
    line = "|---|" + "---|" * answers
    rows = "\n".join(f"| Butir {n} |" + " |" * answers for n in range(1, 4))
    return "\n\n".join(f"## {key} {{survey}}\nSetuju?\n\n{head}\n{line}\n{rows}" for key in scales)


def problems(body: str) -> list[str]:
    _quiz, found = read(body, "instrument: adkar\n")
    return [str(each) for each in found]


def test_a_survey_that_lacks_a_scale_is_told_which():
    (told,) = problems(adkar(["awareness", "desire", "knowledge"]))
    assert "ability, reinforcement" in told


def test_a_scale_has_as_many_answers_as_its_instrument_counts():
    told = problems(adkar([scale.key for scale in ADKAR.scales], answers=4))
    assert len(told) == 5 and "5 answers" in told[0]
    assert problems(adkar([scale.key for scale in ADKAR.scales])) == []


def test_an_unknown_instrument_names_the_nearest():
    _quiz, found = read(adkar(["awareness"]), "instrument: adkr\n")
    assert "adkar" in str(found[0])
