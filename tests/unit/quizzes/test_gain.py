"""Gain from pre-test to final test, and classes of grades: the examples of the domain."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.hours.forms import shipped_forms
from learn.quizzes.analysis.gain import n_gain, shown_gain

GAINS, GRADES = (shipped_forms().measure(key) for key in ("gain_classes", "pass_classes"))


def test_from_55_to_82_the_gain_is_0_60_and_medium() -> None:
    gain = n_gain(0.55, 0.82)
    assert gain is not None
    assert (shown_gain(gain), GAINS.class_of(gain)) == (Decimal("0.60"), "medium")


def test_where_everything_was_known_before_there_is_no_gain_to_tell() -> None:
    assert n_gain(1.0, 1.0) is None


@pytest.mark.parametrize(
    ("gain", "found"),
    [(1.0, "high"), (0.7, "high"), (0.6999, "medium"), (0.3, "medium"), (0.2999, "low"), (-0.5, "low")],
)  # fmt: skip
def test_a_gain_is_high_from_0_7_and_medium_from_0_3(gain: float, found: str) -> None:
    assert GAINS.class_of(gain) == found


@given(st.integers(0, 9), st.integers(0, 10))
def test_a_gain_exactly_on_a_bound_is_not_lost_to_the_last_bits(before: int, after: int) -> None:
    gain = n_gain(before / 10, after / 10)
    assert gain is not None
    exact = Decimal(after - before) / Decimal(10 - before)
    assert GAINS.class_of(gain) == ("high" if exact >= Decimal("0.7") else "medium" if exact >= Decimal("0.3") else "low")  # fmt: skip


@pytest.mark.parametrize(
    ("grade", "found"),
    [
        (100, "Sangat Memuaskan"), (90.01, "Sangat Memuaskan"), (90.0, "Memuaskan"),
        (80.01, "Memuaskan"), (80.0, "Baik"), (70.0, "Kurang Memuaskan"),
        (60.0, "Tidak Memenuhi Kualifikasi"), (0, "Tidak Memenuhi Kualifikasi"),
    ],
)  # fmt: skip
def test_a_class_of_grades_is_open_at_its_lower_bound_so_90_is_memuaskan(
    grade: float, found: str
) -> None:
    assert GRADES.classes[GRADES.class_of(float(grade))].id == found
