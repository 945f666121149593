"""What an activity is worth in hours (JP)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.hours.forms import DATA, load_forms
from learn.hours.rules import Activity, CannotConvert, convert, jp_year, minutes_by_day

FORMS = load_forms()
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def jp(code, **activity):
    return convert(FORMS.form(code), Activity(**activity))


def test_a_seminar_of_six_hours_is_8_jp():
    assert jp("KL06", minutes={MONDAY: 360}) == 8


def test_a_briefing_of_100_minutes_is_2_jp():
    assert jp("KL11", minutes={MONDAY: 100}) == 2


def test_three_mentoring_sessions_on_two_days_are_4_jp():
    assert jp("NKL02", sessions={MONDAY: 2, TUESDAY: 1}) == 4


def test_an_e_learning_course_of_6_jp_is_6_jp_however_fast_it_was():
    assert jp("NKL03", declared_jp=6, minutes={MONDAY: 95}) == 6


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (44, 0), (45, 1), (89, 1), (90, 2)])
def test_hours_are_whole_and_never_rounded_up(minutes, hours):
    assert jp("KL11", minutes={MONDAY: minutes}) == hours


def test_the_clock_floors_each_day_by_itself():
    assert jp("KL11", minutes={MONDAY: 89, TUESDAY: 89}) == 2


@pytest.mark.parametrize(("code", "cap"), [("KL06", 8), ("KL07", 10), ("KL11", 8)])
def test_the_clock_is_capped_per_day(code, cap):
    assert jp(code, minutes={MONDAY: 600, TUESDAY: 600}) == 2 * cap


def test_jp_on_the_certificate_of_a_seminar_win_over_its_schedule():
    assert jp("KL06", declared_jp=5, minutes={MONDAY: 360}) == 5
    assert jp("KL07", declared_jp=5, minutes={MONDAY: 360}) == 8


@pytest.mark.parametrize("code", ["KL08", "KL09", "KL10", "KL12", "NKL03"])
def test_a_course_without_declared_jp_is_counted_by_the_clock(code):
    assert jp(code, minutes={MONDAY: 360, TUESDAY: 100}) == 10


@pytest.mark.parametrize("code", ["KL01", "KL02", "KL03", "KL04", "KL05", "NKL04"])
def test_a_training_needs_the_jp_of_its_certificate(code):
    assert jp(code, declared_jp=120) == 120
    with pytest.raises(CannotConvert, match="certificate or curriculum"):
        jp(code, minutes={MONDAY: 360})


@pytest.mark.parametrize("code", ["NKL01", "NKL02", "NKL09", "NKL10", "NKL11"])
def test_sessions_are_capped_per_day(code):
    assert jp(code, sessions={MONDAY: 5}) == 2


@pytest.mark.parametrize(("days", "hours"), [(0, 0), (1, 4), (3, 12), (4, 12)])
def test_outdoor_learning_is_by_the_day_and_capped_per_event(days, hours):
    assert jp("NKL06", days=days) == hours


@pytest.mark.parametrize("code", ["NKL05", "NKL08", "NKL12"])
def test_a_flat_figure_needs_its_minimum_duration(code):
    assert jp(code, days=30) == 20
    assert jp(code, days=29) == 0


def test_benchmarking_is_10_jp_from_the_first_day():
    assert jp("NKL07", days=1) == 10


def test_a_short_event_gets_its_part_where_that_is_configured(tmp_path):
    text = DATA.read_text(encoding="utf-8").replace(
        "minimum_duration_days: 30}", "minimum_duration_days: 30, pro_rata: true}"
    )
    path = tmp_path / "forms.yaml"
    path.write_text(text, encoding="utf-8")
    assert convert(load_forms(path).form("NKL05"), Activity(days=10)) == 6


def test_study_is_by_the_semester_and_capped_per_year():
    form = FORMS.form("PD01")
    assert convert(form, Activity(semesters=1)) == 20
    assert convert(form, Activity(semesters=2)) == 20
    assert convert(form, Activity(semesters=1), counted_this_year=20) == 0


def test_other_training_is_entered_by_hand_and_approved():
    form = FORMS.form("NKL13")
    assert form.jp.requires_approval
    assert convert(form, Activity(declared_jp=7)) == 7


@pytest.mark.parametrize("form", FORMS.forms, ids=lambda form: form.code)
def test_a_form_says_what_it_needs(form):
    with pytest.raises(CannotConvert, match=rf"{form.code} needs .+ to count its JP"):
        convert(form, Activity())


@pytest.mark.parametrize(
    "activity",
    [
        {"declared_jp": -1},
        {"minutes": {MONDAY: -45}},
        {"sessions": {MONDAY: -1}},
        {"days": -1},
        {"semesters": -1},
        {"minutes": {MONDAY: 1441}},
    ],
)
def test_impossible_numbers_are_refused(activity):
    with pytest.raises(CannotConvert):
        jp("NKL03", **activity)


def test_a_session_over_midnight_belongs_to_the_day_it_starts_on():
    late = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 23.30 in Denpasar
    early = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 00.30 the next day
    assert minutes_by_day([(late, 90), (early, 45), (early, 45)], "Asia/Makassar") == {
        MONDAY: 90,
        TUESDAY: 90,
    }


@pytest.mark.parametrize(
    ("zone", "year"), [("Asia/Jakarta", 2026), ("Asia/Makassar", 2027), ("Asia/Jayapura", 2027)]
)
def test_a_moment_counts_in_the_local_year_of_the_unit(zone, year):
    assert jp_year(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), zone) == year


def test_a_moment_without_a_zone_has_no_year():
    with pytest.raises(ValueError, match="time zone"):
        jp_year(datetime(2026, 12, 31), "Asia/Makassar")  # noqa: DTZ001


counts = st.dictionaries(st.dates(), st.integers(0, 1440), max_size=5)
activities = st.builds(
    Activity,
    declared_jp=st.none() | st.integers(0, 500),
    minutes=counts,
    sessions=counts,
    days=st.none() | st.integers(0, 400),
    semesters=st.none() | st.integers(0, 12),
)


@given(st.sampled_from(FORMS.forms), activities, st.integers(0, 100))
def test_hours_are_never_negative(form, activity, counted):
    try:
        hours = convert(form, activity, counted_this_year=counted)
    except CannotConvert:
        return
    assert isinstance(hours, int)
    assert hours >= 0


@given(st.sampled_from(["KL07", "KL11", "NKL03"]), counts.filter(bool), st.integers(0, 1440))
def test_more_minutes_never_give_fewer_hours(code, minutes, less):
    fewer = {day: min(number, less) for day, number in minutes.items()}
    assert jp(code, minutes=fewer) <= jp(code, minutes=minutes)
