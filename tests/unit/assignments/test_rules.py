"""Due dates and reminders: pure rules over local dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.assignments.rules import (
    GRACE_DAYS,
    OVERDUE,
    STAGES,
    Due,
    DueRule,
    Events,
    due_day,
    left_words,
    stage_of,
)

TODAY = date(2026, 11, 24)
START = date(2026, 11, 1)
KNOWN = Events(hired_on=date(2026, 11, 10), in_post_since=date(2026, 11, 20))
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@pytest.mark.parametrize(
    ("rule", "events", "expected"),
    [
        (DueRule(Due.DATE, START, due_on=date(2026, 12, 31)), KNOWN, date(2026, 12, 31)),
        (DueRule(Due.AFTER_RULE, START, days=60), KNOWN, date(2026, 12, 31)),
        (DueRule(Due.AFTER_HIRE, START, days=30), KNOWN, date(2026, 12, 10)),
        (DueRule(Due.AFTER_POST, START, days=14), KNOWN, date(2026, 12, 4)),
        (DueRule(Due.AFTER_HIRE, START, days=30), Events(), TODAY + timedelta(days=30)),
        (DueRule(Due.AFTER_HIRE, START, days=3), KNOWN, TODAY + timedelta(days=GRACE_DAYS)),
        (DueRule(Due.AFTER_RULE, START, days=1), Events(lapses_on=date(2027, 2, 1)), date(2027, 2, 1)),
        (DueRule(Due.BEFORE_LAPSE, START, days=14), Events(lapses_on=date(2027, 2, 1)), date(2027, 1, 18)),
        (DueRule(Due.BEFORE_LAPSE, START, days=14), Events(), TODAY + timedelta(days=GRACE_DAYS)),
        (DueRule(Due.NONE, START), KNOWN, None),
        (DueRule(Due.NONE, START), Events(lapses_on=date(2027, 2, 1)), date(2027, 2, 1)),
        (DueRule(Due.NONE, START), Events(lapses_on=date(2026, 2, 1)), TODAY + timedelta(days=30)),
    ],
)  # fmt: skip
def test_the_due_day_hangs_on_its_event(rule, events, expected):
    assert due_day(rule, events, TODAY) == expected


@given(
    st.sampled_from(list(Due)), DAYS, DAYS, st.integers(0, 400), st.none() | DAYS, st.none() | DAYS,
    st.none() | DAYS, DAYS,
)  # fmt: skip
def test_nobody_is_assigned_what_is_due_in_the_past(
    due, start, on, days, hired, post, lapse, today
):
    found = due_day(DueRule(due, start, on, days), Events(hired, post, lapse), today)
    assert found is None or found >= today


@given(DAYS, DAYS)
def test_each_day_has_one_stage_and_later_days_have_none_that_is_wider(due_on, today):
    stage, following = stage_of(due_on, today), stage_of(due_on, today + timedelta(days=1))
    left = (due_on - today).days
    assert (stage == OVERDUE) == (left < 0)
    assert (stage is None) == (left > max(STAGES))
    if isinstance(stage, int) and isinstance(following, int):
        assert following <= stage


@pytest.mark.parametrize(
    ("days", "words"),
    [(18, "18 days left"), (1, "1 day left"), (0, "today is the last day"), (-1, "1 day overdue"), (-9, "9 days overdue")],
)  # fmt: skip
def test_what_remains_is_said_in_words(days, words):
    assert str(left_words(TODAY + timedelta(days=days), TODAY)) == words
