"""How the hours of a year stand against the obligation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.hours.rules import year_status


def test_a_pns_with_18_jp_is_at_90_percent_and_2_short():
    status = year_status("PNS", 6 + 8 + 4)
    assert (status.earned, status.target, status.share, status.missing) == (18, 20, 0.9, 2)
    assert not status.met
    assert str(status.message) == "18 of 20 JP: 2 JP short"


@pytest.mark.parametrize(("earned", "met"), [(0, False), (19, False), (20, True), (35, True)])
def test_a_pns_fulfils_the_duty_from_20_jp(earned, met):
    assert year_status("PNS", earned).met is met


def test_a_fulfilled_duty_says_so_and_is_never_above_the_whole():
    status = year_status("PNS", 35)
    assert str(status.message) == "Fulfilled: 35 of 20 JP"
    assert status.share == 1.0


@pytest.mark.parametrize(
    ("earned", "over", "words"),
    [
        (0, 0, "0 of at most 24 JP"),
        (24, 0, "24 of at most 24 JP"),
        (26, 2, "26 of at most 24 JP: 2 JP above the limit"),
    ],
)
def test_a_pppk_is_warned_above_24_jp_and_owes_nothing(earned, over, words):
    status = year_status("PPPK", earned)
    assert (status.over, status.warning, status.met) == (over, over > 0, True)
    assert str(status.message) == words


def test_a_pppk_in_top_leadership_has_no_ceiling():
    status = year_status("PPPK", 30, post_class="JPT_UTAMA")
    assert (status.target, status.warning, str(status.message)) == (None, False, "30 JP")


def test_whoever_is_neither_has_no_figure():
    status = year_status("GUEST", 3)
    assert (status.target, status.share, status.met) == (None, None, True)


@given(st.sampled_from(["PNS", "PPPK", "ASN"]), st.integers(0, 500))
def test_missing_and_over_never_stand_together(kind, earned):
    status = year_status(kind, earned)
    assert status.missing >= 0 <= status.over
    assert not (status.missing and status.over)
    assert status.share is None or 0 <= status.share <= 1
    assert str(status.message)
