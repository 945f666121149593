"""Names of people: whole, in their own order, degrees apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.people.names import full_name, initials, sort_name


@pytest.mark.parametrize(
    ("name", "before", "after", "whole"),
    [
        ("I Made Arta", "", "", "I Made Arta"),
        ("I Made Arta", "Dr.", "S.Kom., M.T.", "Dr. I Made Arta, S.Kom., M.T."),
        ("Ni Luh Putu Sari", "", "S.E.", "Ni Luh Putu Sari, S.E."),
        ("Sukarno", "Ir.", "", "Ir. Sukarno"),
        ("  Ni  Wayan Rai ", "", ", S.H.", "Ni Wayan Rai, S.H."),
    ],
)
def test_degrees_stand_before_and_after_the_whole_name(name, before, after, whole):
    assert full_name(name, before, after) == whole


def test_people_are_sorted_by_the_bare_name_with_every_word():
    names = ["Putu Ayu", "i made Arta", "Ni Luh  Sari", "I Gede Budi"]
    assert sorted(names, key=sort_name) == [
        "I Gede Budi",
        "i made Arta",
        "Ni Luh  Sari",
        "Putu Ayu",
    ]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Sukarno", "S"),
        ("I Made Arta", "IMA"),
        ("Ni Luh Putu Ayu Sari", "NLS"),
        ("", ""),
        ("'Aisyah (Ica)", "AI"),
        ("123", ""),
    ],
)
def test_initials_are_at_most_three_letters(name, letters):
    assert initials(name) == letters


@given(st.text(), st.text(), st.text())
def test_no_word_of_a_name_is_lost(name, before, after):
    whole = full_name(name, before, after)
    assert all(word in whole for word in name.split())
    assert len(initials(name)) <= 3
