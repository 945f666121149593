"""The professionalism index: the worked example of the domain, and its bounds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.figures.professionalism import (
    FAMILIES,
    Index,
    Inputs,
    family_of,
    index_of,
    most_of,
)
from learn.hours.figures import laid_over
from learn.hours.forms import shipped_forms
from learn.people.posts import POST_CLASSES

FORMS = shipped_forms()
PENGAWAS = Inputs(
    "structural", "S1", "good", discipline="none", fitting_training=False, technical_jp=24,
    seminar=True,
)  # fmt: skip


def test_the_example_of_a_pengawas_without_leadership_training_is_70_and_low() -> None:
    found = index_of(PENGAWAS, FORMS)
    assert (found.qualification, found.competence, found.performance, found.discipline) == (
        15,
        25,
        25,
        5,
    )
    assert (found.total, found.band, found.label.id) == (70, "low", "rendah")


def test_after_the_leadership_training_it_is_85_and_high() -> None:
    found = index_of(replace(PENGAWAS, fitting_training=True), FORMS)
    assert (found.total, found.band, found.label.en) == (85, "high", "high")


@pytest.mark.parametrize(("jp", "part"), [(0, 10), (19, 10), (20, 25), (200, 25)])
def test_technical_training_counts_whole_from_20_jp_or_not_at_all(jp: int, part: int) -> None:
    assert index_of(replace(PENGAWAS, technical_jp=jp), FORMS).competence == part


def test_a_pelaksana_reaches_40_without_a_training_for_the_post() -> None:
    with_both = Inputs("pelaksana", "SMA", "good", technical_jp=20, seminar=True)
    assert index_of(with_both, FORMS).competence == 40
    assert index_of(replace(with_both, seminar=False), FORMS).competence == Decimal("22.5")
    trained = replace(with_both, fitting_training=True)
    assert index_of(trained, FORMS).competence == 40


@pytest.mark.parametrize(
    ("key", "points"),
    [
        ("qualification", {"S3": 25, "S2": 20, "S1": 15, "D3": 10, "SMA": 5, "below": 1}),
        ("performance", {"very_good": 30, "good": 25, "fair": 15, "poor": 5, "very_poor": 1}),
        ("discipline", {"none": 5, "light": 3, "medium": 2, "heavy": 1}),
        ("parts_structural", {"fitting": 15, "technical": 15, "seminar": 10}),
        ("parts_functional", {"fitting": 15, "technical": 15, "seminar": 10}),
        ("parts_pelaksana", {"technical": Decimal("22.5"), "seminar": Decimal("17.5")}),
    ],
)
def test_the_points_that_ship_are_those_of_the_domain(key: str, points: object) -> None:
    assert FORMS.measure(key).values == points


@pytest.mark.parametrize("family", FAMILIES)
def test_the_dimensions_are_25_40_30_and_5_for_every_family(family) -> None:
    assert most_of(family, FORMS) == (25, 40, 30, 5)


@pytest.mark.parametrize(
    ("total", "band"),
    [
        ("100", "very_high"), ("91", "very_high"), ("90.5", "high"), ("81", "high"), ("71", "medium"),
        ("70.5", "low"), ("70", "low"), ("61", "low"), ("60", "very_low"), ("0", "very_low"),
    ],
)  # fmt: skip
def test_a_band_begins_at_its_lower_bound(total: str, band: str) -> None:
    nothing = Decimal(0)
    found = Index(Decimal(total), nothing, nothing, nothing, FORMS.measure("index_bands"))
    assert found.band == band


@given(
    st.builds(
        Inputs, st.sampled_from(FAMILIES), st.sampled_from(list(FORMS.measure("qualification").values)),
        st.sampled_from(list(FORMS.measure("performance").values)),
        st.sampled_from(list(FORMS.measure("discipline").values)), st.booleans(),
        st.integers(0, 100), st.booleans(),
    )
)  # fmt: skip
def test_the_index_lies_between_0_and_100_and_more_training_never_lowers_it(inputs: Inputs) -> None:
    found = index_of(inputs, FORMS)
    assert 0 < found.total <= 100
    more = replace(inputs, fitting_training=True, technical_jp=100, seminar=True)
    assert index_of(more, FORMS).total >= found.total


def test_points_that_hr_changed_count() -> None:
    kept = {
        "figures": {"very_good": "28", "good": "20"}, "confidence": "high", "source": "Surat BKN",
    }  # fmt: skip
    found = index_of(PENGAWAS, laid_over({"measures": {"performance": kept}}))
    assert (found.performance, found.total) == (20, 65)


def test_every_class_of_post_has_a_family() -> None:
    assert {family_of(code) for code in POST_CLASSES} == set(FAMILIES)
    assert family_of("") is None
