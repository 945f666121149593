"""What a claim may become, what it must say, and what it is worth."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.claims.days import days_text, read_days
from learn.claims.rules import (
    LIFE,
    NEXT,
    Act,
    CannotClaim,
    NotNow,
    Said,
    State,
    asked,
    certificate_mark,
    check,
    fields_of,
)
from learn.claims.worth import worth
from learn.errors import Invalid
from learn.hours.forms import load_forms

TODAY = date(2026, 11, 24)
DAY = date(2026, 11, 3)
FORMS = load_forms()
FIGURES = {"declared_jp": 4, "semesters": 1, "minutes": {DAY: 360}, "sessions": {DAY: 1}}


def said(form="KL06", **changed):
    known = {"starts_on": DAY, "ends_on": DAY, **FIGURES, **changed}
    return Said(form, known.pop("title", "Seminar SPBE"), known.pop("organiser", "LAN"), **known)


@pytest.mark.parametrize("form", FORMS.forms, ids=lambda form: form.code)
def test_every_form_can_be_claimed_and_says_how_its_jp_come_about(form):
    claim = asked(said(form.code), form)
    check(claim, form, today=TODAY)
    found = worth(form, claim)
    assert found.jp >= 0 and found.reasons and all(str(reason) for reason in found.reasons)


@pytest.mark.parametrize("form", FORMS.forms, ids=lambda form: form.code)
def test_a_form_without_its_figures_names_the_field(form):
    nothing = said(form.code, declared_jp=None, semesters=None, minutes={}, sessions={})
    if fields_of(form.jp):
        with pytest.raises(CannotClaim) as caught:
            check(nothing, form, today=TODAY)
        assert caught.value.mistakes.keys() <= set(fields_of(form.jp))
    else:
        check(nothing, form, today=TODAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": DAY - timedelta(days=1), "minutes": {}}, "ends_on"),
        ({"ends_on": TODAY + timedelta(days=1)}, "ends_on"),
        ({"starts_on": date(1969, 12, 31)}, "starts_on"),
        ({"declared_jp": -1}, "declared_jp"),
        ({"declared_jp": 33}, "declared_jp"),
        ({"declared_jp": 10**9}, "declared_jp"),
        ({"minutes": {DAY: 1441}}, "minutes"),
        ({"minutes": {DAY + timedelta(days=1): 45}}, "minutes"),
        ({"sessions": {DAY: 25}}, "sessions"),
        ({"semesters": 0}, "semesters"),
        ({"title": " "}, "title"),
        ({"organiser": ""}, "organiser"),
        ({"title": "x" * 256}, "title"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(changed, field):
    with pytest.raises(CannotClaim) as caught:
        check(said(**changed), FORMS.form("KL06"), today=TODAY)
    assert field in caught.value.mistakes


@given(st.lists(st.sampled_from(list(Act)), max_size=30))
def test_no_series_of_acts_leaves_the_allowed_states(acts):
    state = State.DRAFT
    for act in acts:
        try:
            following = LIFE.after(state, act)
        except NotNow:
            assert (state, act) not in NEXT
            continue
        assert NEXT[state, act] == following
        state = following
    assert state != State.ACCEPTED or Act.ACCEPT in acts
    assert state != State.REVOKED or acts.index(Act.ACCEPT) < len(acts) - acts[::-1].index(
        Act.REVOKE
    )


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN, State.REVOKED])
def test_what_has_ended_stays_so(state):
    for act in Act:
        with pytest.raises(NotNow):
            LIFE.after(state, act)


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 1440), max_size=8))
def test_numbers_of_days_are_read_back_as_they_are_written(numbers):
    days = {DAY + timedelta(days=n): number for n, number in numbers.items()}
    assert read_days(days_text(days), DAY, DAY + timedelta(days=9)) == days


def test_one_number_counts_for_every_day():
    assert read_days(" 90 ", DAY, DAY + timedelta(days=2)) == {
        DAY + timedelta(days=n): 90 for n in range(3)
    }
    assert read_days("2026-11-03: 90\n04/11/2026 = 45", DAY, DAY) == {
        DAY: 90, DAY + timedelta(days=1): 45,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["x", "90 menit", "03-11-2026", "03-11-2026 -5", "31-02-2026 4", "1,5", "03-11-2026 1.5"])  # fmt: skip
def test_what_is_no_number_of_a_day_is_refused_by_its_line(text):
    with pytest.raises(Invalid, match="such as"):
        read_days(text, DAY, DAY)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Invalid):
        assert all(number >= 0 for number in read_days(text, DAY, DAY).values())


def test_equal_certificates_are_told_however_they_are_typed():
    one = certificate_mark("BKPSDM Kota Denpasar", "00123/LEARN/2026")
    assert one == certificate_mark("bkpsdm  kota denpasar.", "00123 / learn / 2026")
    assert one != certificate_mark("LAN", "00123/LEARN/2026")
    assert certificate_mark("LAN", " - ") is None
