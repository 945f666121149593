"""Cells, bands and what is hidden: rules on figures alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.rules import job_person_match
from learn.figures.heat import FEW, GAP, SHARE, Cell, bands_of, cells, hidden, jpm_of
from learn.figures.rules import ASSESSED, JPM, LEARNED, Levels, band_at, limits, lines_of, ppm

CODES = tuple(each.code for each in load_framework().competencies)
BANDS = load_framework().bands
LEVELS = st.dictionaries(st.sampled_from(CODES), st.integers(0, 5))
REQUIRED = st.dictionaries(st.sampled_from(CODES), st.integers(1, 5), min_size=1)


@given(LEVELS, REQUIRED)
def test_lines_say_the_gaps_and_the_bands_of_the_job_person_match(
    held: dict[str, int], required: dict[str, int]
) -> None:
    match = job_person_match(held, required)
    lines = list(lines_of(Levels(held), required))
    gaps = {what: rank for basis, what, rank in lines if what != JPM and basis == LEARNED}
    assert gaps == {each.competency: each.size for each in match.gaps}
    (share,) = [rank for _basis, what, rank in lines if what == JPM]
    assert band_at(share, BANDS.selection) == match.selection
    assert band_at(share, BANDS.mapping) == match.mapping


@given(LEVELS, REQUIRED)
def test_by_assessed_levels_nobody_counts_who_was_assessed_in_nothing_required(
    held: dict[str, int], required: dict[str, int]
) -> None:
    lines = [line for line in lines_of(Levels({}, held), required) if line[0] == ASSESSED]
    known = held.keys() & required.keys()
    assert bool(lines) == bool(known)
    assert {what for _basis, what, _rank in lines} - {JPM} <= known


@pytest.mark.parametrize("name", ["selection", "mapping"])
@given(st.integers(0, 100), st.integers(1, 45))
def test_the_limits_of_bands_part_all_shares(name: str, attained: int, required: int) -> None:
    bands = getattr(BANDS, name)
    share = ppm(attained, required)
    inside = []
    for band in bands:
        low, high = limits(band.key, bands) or (0, 0)
        if low <= share and (high is None or share < high):
            inside.append(band)
    assert inside == [band_at(share, bands)]


def test_the_example_of_an_administrator_in_the_bands() -> None:
    """24 of 27: 88.89, Memenuhi Syarat, Cukup Optimal."""
    required = dict.fromkeys(CODES, 3)
    held = dict(zip(CODES, (3, 2, 3, 3, 2, 3, 2, 3, 3), strict=True))
    figures = {"attained:learned": 24, "needed:learned": 27}
    assert jpm_of(figures, LEARNED) == Decimal("88.89")
    lines = list(lines_of(Levels(held), required))
    assert [what for _basis, what, _rank in lines] == ["M.02", "M.05", "M.07", JPM]
    selection, mapping = (
        band_at(lines[-1][2], BANDS.selection),
        band_at(lines[-1][2], BANDS.mapping),
    )
    assert selection is not None and selection.label("id") == "Memenuhi Syarat"
    assert mapping is not None and mapping.label("id") == "Cukup Optimal"


def test_a_share_just_below_a_bound_is_below_though_it_is_shown_as_the_bound() -> None:
    """79.999 is shown as 80.00 and is Masih Memenuhi Syarat."""
    assert jpm_of({"attained:learned": 79_999, "needed:learned": 100_000}, LEARNED) == Decimal(
        "80.00"
    )
    band = band_at(ppm(79_999, 100_000), BANDS.selection)
    assert band is not None and band.label("id") == "Masih Memenuhi Syarat"


def test_cells_by_assessed_levels_count_those_who_were_assessed() -> None:
    figures = {"required:M.01": 9, "assessed:M.01": 4, "short:assessed:M.01": 1,
               "missing:assessed:M.01": 2, "short:learned:M.01": 9, "missing:learned:M.01": 18}  # fmt: skip
    assert cells(figures, ["M.01"], ASSESSED) == (Cell("M.01", 4, 1, 2),)
    assert cells(figures, ["M.01", "M.02"], LEARNED) == (
        Cell("M.01", 9, 9, 18),
        Cell("M.02", 0, 0, 0),
    )


@pytest.mark.parametrize(
    ("short", "grade"), [(0, 4), (10, 4), (11, 3), (25, 3), (26, 2), (50, 2), (51, 1), (75, 1), (76, 0)]
)  # fmt: skip
def test_a_cell_is_graded_by_the_share_at_the_required_level(short: int, grade: int) -> None:
    assert Cell("M.01", 100, short, 0).grade(SHARE) == grade


@pytest.mark.parametrize(
    ("missing", "grade"), [(0, 4), (25, 4), (26, 3), (50, 3), (51, 2), (100, 2), (101, 1), (151, 0)]
)  # fmt: skip
def test_a_cell_is_graded_by_the_mean_gap(missing: int, grade: int) -> None:
    assert Cell("M.01", 100, 100, missing).grade(GAP) == grade


def test_where_nobody_counts_there_is_nothing_to_grade() -> None:
    empty = Cell("M.01", 0, 0, 0)
    assert (empty.share, empty.mean_gap, empty.grade(SHARE), empty.grade(GAP)) == (None,) * 4


def test_bands_fill_the_bar() -> None:
    figures = {"mapping:learned:optimal": 1, "mapping:learned:less_optimal": 3}
    found = bands_of(figures, BANDS.mapping, "mapping", LEARNED)
    assert [(each.people, each.begins, each.length) for each in found] == [
        (1, 0, 25), (0, 25, 0), (3, 25, 75),
    ]  # fmt: skip
    assert bands_of({}, BANDS.mapping, "mapping", LEARNED)[0].share is None


@pytest.mark.parametrize(
    ("people", "rows"),
    [
        ([9, 4, 30], {0, 1}), ([9, 4, 3, 30], {1, 2}), ([9, 30], set()), ([0, 9], set()),
        ([4], {0}), ([5, 5], set()),
    ],
)  # fmt: skip
def test_small_units_are_hidden_and_never_one_alone(people: list[int], rows: set[int]) -> None:
    assert hidden(people) == rows


@given(st.lists(st.integers(0, 40), max_size=12))
def test_what_is_hidden_cannot_be_told_from_the_sum(people: list[int]) -> None:
    found = hidden(people)
    assert all(place in found for place, count in enumerate(people) if 0 < count < FEW)
    shown = [count for place, count in enumerate(people) if count and place not in found]
    assert len(found) != 1 or not shown
