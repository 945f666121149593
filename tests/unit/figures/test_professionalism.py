"""The professionalism index: the worked example of the domain, and its bounds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.figures.professionalism import (
    DISCIPLINE,
    PARTS,
    PERFORMANCE,
    QUALIFICATIONS,
    Index,
    Inputs,
    family_of,
    index_of,
)
from learn.people.posts import POST_CLASSES

PENGAWAS = Inputs(
    "structural", "S1", "good", discipline="none", fitting_training=False, technical_jp=24,
    seminar=True,
)  # fmt: skip


def test_the_example_of_a_pengawas_without_leadership_training_is_70_and_low() -> None:
    found = index_of(PENGAWAS)
    assert (found.qualification, found.competence, found.performance, found.discipline) == (
        15,
        25,
        25,
        5,
    )
    assert (found.total, found.band) == (70, "low")


def test_after_the_leadership_training_it_is_85_and_high() -> None:
    found = index_of(replace(PENGAWAS, fitting_training=True))
    assert (found.total, found.band, str(found.label)) == (85, "high", "high")


@pytest.mark.parametrize(("jp", "part"), [(0, 10), (19, 10), (20, 25), (200, 25)])
def test_technical_training_counts_whole_from_20_jp_or_not_at_all(jp: int, part: int) -> None:
    assert index_of(replace(PENGAWAS, technical_jp=jp)).competence == part


def test_a_pelaksana_reaches_40_without_a_training_for_the_post() -> None:
    found = index_of(Inputs("pelaksana", "SMA", "good", technical_jp=20, seminar=True))
    assert found.competence == 40
    assert index_of(Inputs("pelaksana", "SMA", "good", technical_jp=20)).competence == Decimal(
        "22.5"
    )


@pytest.mark.parametrize(
    ("total", "band"),
    [
        ("100", "very_high"), ("91", "very_high"), ("90.5", "high"), ("81", "high"), ("71", "medium"),
        ("70.5", "low"), ("70", "low"), ("61", "low"), ("60", "very_low"), ("0", "very_low"),
    ],
)  # fmt: skip
def test_a_band_begins_at_its_lower_bound(total: str, band: str) -> None:
    assert Index(Decimal(total), Decimal(0), Decimal(0), Decimal(0)).band == band


@given(
    st.builds(
        Inputs, st.sampled_from(sorted(PARTS)), st.sampled_from(sorted(QUALIFICATIONS)),
        st.sampled_from(sorted(PERFORMANCE)), st.sampled_from(sorted(DISCIPLINE)), st.booleans(),
        st.integers(0, 100), st.booleans(),
    )
)  # fmt: skip
def test_the_index_lies_between_0_and_100_and_more_training_never_lowers_it(inputs: Inputs) -> None:
    found = index_of(inputs)
    assert 0 < found.total <= 100
    more = replace(inputs, fitting_training=True, technical_jp=100, seminar=True)
    assert index_of(more).total >= found.total


def test_every_class_of_post_has_a_family() -> None:
    assert {family_of(code) for code in POST_CLASSES} == set(PARTS)
    assert family_of("") is None
