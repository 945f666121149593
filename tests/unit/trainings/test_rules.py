"""What can be planned, and what attendance comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.errors import Invalid
from learn.hours.forms import load_forms
from learn.trainings import codes
from learn.trainings.rules import CannotHold, Given, Sitting, check, minutes_given, result_of
from tests.support.trainings import MORNING, NOW, ZONE, plan, sitting

SEMINAR, BIMTEK, BRIEFING = (load_forms().form(code) for code in ("KL06", "KL10", "KL11"))
HOUR = timedelta(hours=1)
SECRET = codes.new_secret()


def wrong(known_plan, form=SEMINAR, **known):
    with pytest.raises(CannotHold) as refused:
        check(known_plan, form, **known)
    return {name: str(message) for name, message in refused.value.mistakes.items()}


def test_everything_that_cannot_be_is_told_at_once():
    mistakes = wrong(
        plan(title=" ", capacity=0, share=0, link="javascript:alert(1)", audience=(), sittings=(),
             declared_jp=-1)
    )  # fmt: skip
    assert set(mistakes) == {
        "title",
        "capacity",
        "share",
        "link",
        "audience",
        "sessions",
        "declared_jp",
    }


@pytest.mark.parametrize(
    ("sittings", "words"),
    [
        ((Sitting(MORNING, MORNING - HOUR),), "ends before"),
        ((Sitting(MORNING, MORNING),), "no minute"),
        ((Sitting(MORNING, MORNING + timedelta(seconds=40)),), "no minute"),
        ((sitting(minutes=17 * 60),), "longer than 16"),
        ((sitting(), sitting(MORNING + HOUR)), "1 and 2 are at the same time"),
        ((sitting(), sitting(MORNING + timedelta(days=800))), "two years"),
    ],
)
def test_sessions_that_cannot_be_are_refused(sittings, words):
    assert words in wrong(plan(sittings=sittings))["sessions"]


def test_sessions_that_touch_are_no_overlap():
    check(plan(sittings=(sitting(), sitting(MORNING + 3 * HOUR))), SEMINAR)


def test_there_are_never_fewer_places_than_are_confirmed():
    assert "5 places" in wrong(plan(capacity=4), confirmed=5)["capacity"]


def test_a_session_with_attendance_stays():
    assert "cannot be taken away" in wrong(plan(), attended=[7])["sessions"]


def test_a_curriculum_that_the_form_needs_is_asked_for():
    assert "curriculum" in wrong(plan(), load_forms().form("KL02"))["declared_jp"]
    check(plan(declared_jp=12), load_forms().form("KL02"))


def test_formal_education_is_no_training():
    assert "form" in wrong(plan(declared_jp=20), load_forms().form("PD01"))


def test_sign_up_that_ends_before_it_begins_is_refused():
    assert "before it begins" in wrong(plan(opens_at=NOW, closes_at=NOW - HOUR))["closes_at"]


def result(*minutes, form=SEMINAR, length=360, share=80, declared=None, start=MORNING, **known):
    each = [
        Given(start + timedelta(days=day), length, number) for day, number in enumerate(minutes)
    ]
    return result_of(each, form, zone=ZONE, share=share, declared_jp=declared, **known)


def test_a_seminar_of_six_hours_gives_8_jp():  # worked example of the forms
    assert result(360).jp == 8


def test_a_briefing_of_100_minutes_gives_2_jp():  # worked example of the forms
    assert result(100, form=BRIEFING, length=100).jp == 2


def test_each_day_floors_on_its_own():
    assert result(89, 89, length=89).jp == 2


def test_the_unrounded_share_is_compared_and_equal_is_enough():
    assert result(80, length=100).fulfilled
    assert not result(79, length=100).fulfilled
    assert not result(9999, length=12500).fulfilled


def test_who_did_not_attend_enough_gets_nothing():
    assert (result(360, 0).fulfilled, result(360, 0).jp) == (False, 0)


def test_declared_hours_are_given_whole_to_those_who_attended_enough():
    assert result(300, 300, form=BIMTEK, declared=12).jp == 12


def test_without_declared_hours_the_minutes_of_a_bimtek_count():
    assert result(360, 300, form=BIMTEK).jp == 8 + 6


def test_a_training_of_a_course_gives_no_hours_of_its_own():
    assert result(360, course=True).fulfilled and result(360, course=True).jp == 0


def test_a_session_over_midnight_belongs_to_the_day_on_which_it_starts():
    night = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)  # 23.30 WITA
    assert result(60, 60, length=60, start=night).jp == 2


@given(
    st.lists(st.tuples(st.integers(1, 600), st.integers(0, 700)), min_size=1, max_size=8),
    st.integers(1, 100),
)
def test_more_minutes_never_give_less(sessions, share):
    def comes_to(extra):
        each = [
            Given(MORNING + timedelta(days=day), length, minutes + extra)
            for day, (length, minutes) in enumerate(sessions)
        ]
        return result_of(each, SEMINAR, zone=ZONE, share=share, declared_jp=None)

    less, more = comes_to(0), comes_to(30)
    assert less.jp <= more.jp and less.fulfilled <= more.fulfilled
    assert 0 <= less.share <= 1


def test_minutes_stay_within_the_session():
    assert [minutes_given("present", 90, None), minutes_given("excused", 90, None)] == [90, 0]
    for presence, minutes in (("late", 91), ("present", -1), ("absent", 5)):
        with pytest.raises(Invalid):
            minutes_given(presence, 90, minutes)


def test_a_code_lives_for_its_half_minute_and_the_next():
    start = datetime.fromtimestamp(codes.SECONDS * 59_000_000, UTC)
    shown = codes.window_of(start)
    for made in (codes.long_code(SECRET, 5, shown), codes.short_code(SECRET, 5, shown)):
        valid = [
            codes.is_valid(SECRET, 5, made, start + timedelta(seconds=after))
            for after in (-1, 0, 29, 59, 60)
        ]
        assert valid == [False, True, True, True, False]


def test_the_code_of_another_session_or_a_forged_one_is_none():
    window = codes.window_of(NOW)
    assert not codes.is_valid(SECRET, 6, codes.long_code(SECRET, 5, window), NOW)
    other = codes.new_secret()
    assert not codes.is_valid(SECRET, 5, codes.long_code(other, 5, window), NOW)
    for forged in ("", "a" * 20, "½½½½½½", "000000\x00"):
        assert not codes.is_valid(SECRET, 5, forged, NOW)


def test_a_typed_code_may_have_spaces():
    code = codes.short_code(SECRET, 5, codes.window_of(NOW))
    assert codes.is_valid(SECRET, 5, f"{code[:3]} {code[3:]}", NOW)


def test_a_plan_knows_its_first_and_last_moment():
    later = sitting(MORNING + timedelta(days=1))
    known = replace(plan(), sittings=(later, sitting()))
    assert (known.starts_at, known.ends_at) == (MORNING, later.ends_at)
