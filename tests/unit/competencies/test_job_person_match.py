"""Gap and job-person match (JPM)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.rules import gap, job_person_match

BANDS = load_framework().bands
levels = st.dictionaries(st.sampled_from("ABCDEFGHI"), st.integers(0, 5))
required_levels = st.dictionaries(st.sampled_from("ABCDEFGHI"), st.integers(1, 5), min_size=1)


def match_of(attained, required):
    return job_person_match({"total": attained}, {"total": required})


def test_a_gap_is_required_minus_attained():
    assert gap(3, 2) == 1
    assert gap(2, 3) == -1


def test_the_match_of_an_administrator_with_24_of_27():
    required = load_framework().required_levels("ADMINISTRATOR")
    match = job_person_match(
        dict(zip(required, [3, 2, 3, 3, 2, 3, 2, 3, 3], strict=True)), required
    )
    assert (match.attained, match.required) == (24, 27)
    assert match.percent == Decimal("88.89")
    assert match.selection.label("id") == "Memenuhi Syarat"
    assert match.mapping.label("id") == "Cukup Optimal"
    assert [each.competency for each in match.gaps] == ["M.02", "M.05", "M.07"]


@pytest.mark.parametrize(
    ("percent", "selection", "mapping"),
    [
        (100, "Memenuhi Syarat", "Optimal"),
        (90, "Memenuhi Syarat", "Optimal"),
        (89, "Memenuhi Syarat", "Cukup Optimal"),
        (80, "Memenuhi Syarat", "Cukup Optimal"),
        (79, "Masih Memenuhi Syarat", "Cukup Optimal"),
        (78, "Masih Memenuhi Syarat", "Cukup Optimal"),
        (77, "Masih Memenuhi Syarat", "Kurang Optimal"),
        (68, "Masih Memenuhi Syarat", "Kurang Optimal"),
        (67, "Kurang Memenuhi Syarat", "Kurang Optimal"),
        (0, "Kurang Memenuhi Syarat", "Kurang Optimal"),
    ],
)
def test_bands_start_at_their_lower_bound(percent, selection, mapping):
    match = match_of(percent, 100)
    assert (match.selection.label("id"), match.mapping.label("id")) == (selection, mapping)


def test_the_unrounded_value_is_compared_with_the_bounds():
    match = match_of(79_999, 100_000)
    assert match.percent == Decimal("80.00")
    assert match.selection.key == "nearly_qualified"


def test_a_surplus_makes_up_for_a_gap_that_is_still_listed():
    match = job_person_match({"A": 5, "B": 1}, {"A": 3, "B": 3})
    assert match.share == 1.0
    assert [(each.competency, each.size) for each in match.gaps] == [("B", 2)]


def test_the_largest_gap_comes_first():
    match = job_person_match({"A": 2, "B": 0, "C": 2}, {"A": 3, "B": 3, "C": 3})
    assert [each.competency for each in match.gaps] == ["B", "A", "C"]


def test_only_required_competencies_count():
    match = job_person_match({"A": 3, "Z": 5}, {"A": 3, "B": 1})
    assert (match.attained, match.required) == (3, 4)


def test_a_post_that_requires_nothing_has_no_match():
    match = job_person_match({"A": 3}, {})
    assert (match.share, match.percent, match.selection, match.mapping) == (None, None, None, None)


@given(levels, required_levels)
def test_every_match_falls_in_one_band_of_each_set(attained, required):
    match = job_person_match(attained, required)
    assert match.selection in BANDS.selection
    assert match.mapping in BANDS.mapping
    assert all(each.size > 0 for each in match.gaps)


@given(levels, required_levels, st.sampled_from("ABCDEFGHI"))
def test_learning_never_lowers_a_match(attained, required, code):
    better = {**attained, code: min(5, attained.get(code, 0) + 1)}
    assert job_person_match(better, required).share >= job_person_match(attained, required).share
