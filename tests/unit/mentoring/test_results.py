"""What a confirmed pair brings, by the rule of its form: hours by local day and year, and evidence."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from learn.competencies.models import CompetencyLevel, Evidence
from learn.errors import Forbidden
from learn.hours.forms import load_forms
from learn.hours.models import HoursCredit, HoursYear
from learn.ledger.rebuild import rebuild_person
from learn.mentoring import results
from learn.mentoring.results import days_of
from learn.mentoring.rules import FORMS, Act, CannotMentor, NotNow
from learn.schema import load_projections
from tests.support import make
from tests.support.mentoring import WITA, ZONE, meeting, period, two

load_projections()
DAY, NEXT = date(2026, 11, 3), date(2026, 11, 4)
WHEN = datetime(2027, 2, 15, 2, 0, tzinfo=UTC)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def us(session, now):
    return two(session, now)


def earned(us, person, year=2026):
    row = us.session.get(HoursYear, (person.id, year))
    return row.earned if row else 0


def test_the_worked_example_of_mentoring_three_sessions_on_two_dates_are_four_jp(us):
    pair = us.begin()
    us.met(pair, meeting(DAY, 9), meeting(DAY, 14), meeting(NEXT, 9))
    assert [(day.meetings, day.jp) for day in results.worth_of(us.session, pair, timezone=ZONE)] == [
        (2, 2), (1, 2),
    ]  # fmt: skip
    us.confirm(pair)
    assert (pair.jp, earned(us, us.mentee)) == (4, 4)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_mentoring_is_counted_by_sessions(form):
    found = load_forms().form(form)
    start = datetime(2026, 11, 3, 1, tzinfo=UTC)
    days = days_of(found, [(start, 30), (start + timedelta(hours=3), 300)], [], ZONE)
    assert [day.jp for day in days] == [2], "one day, capped"


def test_meetings_that_nobody_confirmed_count_nothing(us):
    pair = us.begin()
    us.met(pair, meeting(DAY))
    us.log(pair, meeting(NEXT))
    us.confirm(pair)
    assert (pair.meetings, pair.jp) == (1, 2)


def test_meetings_across_new_year_count_in_the_year_of_their_local_date(us):
    pair = us.begin(period(date(2026, 12, 1), date(2027, 1, 31)))
    us.now = WHEN
    us.met(pair, meeting(date(2026, 12, 31), 23, 120), meeting(date(2027, 1, 1), 2, 60))
    us.confirm(pair)
    assert (earned(us, us.mentee, 2026), earned(us, us.mentee, 2027)) == (2, 2)


def test_two_pairs_of_one_form_share_the_cap_of_a_day(us):
    first = us.begin()
    us.met(first, meeting(DAY, 9))
    us.confirm(first)
    us.mentor = make.person(us.session, password=None)
    second = us.begin()
    us.met(second, meeting(DAY, 14), meeting(NEXT, 14))
    us.confirm(second)
    assert (second.jp, earned(us, us.mentee)) == (2, 4)


def test_the_mentor_gets_hours_only_where_that_is_set(us):
    first = us.begin()
    us.met(first, meeting(DAY))
    us.confirm(first)
    assert earned(us, us.mentor) == 0
    us.mentee = make.person(us.session, password=None)
    second = us.begin()
    us.met(second, meeting(NEXT))
    us.confirm(second, mentor_hours=True)
    assert (second.mentor_jp, earned(us, us.mentor)) == (2, 2)


def test_a_level_is_evidence_only_when_the_supervisor_confirmed_one(us):
    pair = us.begin()
    us.met(pair, meeting(DAY))
    us.confirm(pair)
    assert us.session.query(Evidence).count() == 0
    us.mentor = make.person(us.session, password=None)
    other = us.begin()
    us.confirm(other, {"M.05": 2})
    (row,) = us.session.query(Evidence).all()
    assert (row.source, row.ref, row.level) == ("mentoring", str(other.id), 2)
    assert us.session.get_one(CompetencyLevel, (us.mentee.id, "M.05")).learned_level == 2


def test_taking_it_back_takes_hours_and_evidence_back_and_it_can_be_confirmed_anew(us, now):
    pair = us.begin()
    us.met(pair, meeting(DAY), meeting(NEXT))
    us.confirm(pair, {"M.05": 2}, mentor_hours=True)
    results.take_back_result(us.session, us.mentee.id, pair.id, seat=us.as_boss,
                             based_on=pair.seq, reason="Keliru", now=now)  # fmt: skip
    assert (earned(us, us.mentee), earned(us, us.mentor), pair.jp, pair.state) == (0, 0, 0, "ended")
    assert us.session.get_one(CompetencyLevel, (us.mentee.id, "M.05")).learned_level == 0
    us.confirm(pair, {"M.05": 1})
    assert earned(us, us.mentee) == 4
    for person in (us.mentee, us.mentor):
        assert rebuild_person(us.session, person.id) == []


def test_neither_of_the_two_confirms_the_result(us, now):
    pair = us.begin()
    for seat in (us.as_mentee, us.as_mentor):
        with pytest.raises(Forbidden):
            results.confirm_result(
                us.session, us.mentee.id, pair.id, changed="x", levels={}, seat=seat,
                based_on=pair.seq, timezone=ZONE, mentor_hours=False, now=now,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "levels", "field"),
    [("", {}, "changed"), ("Ya", {"M.01": 2}, "levels"), ("Ya", {"M.05": 6}, "levels")],
)
def test_a_confirmation_says_what_changed_and_only_levels_aimed_at(us, changed, levels, field):
    pair = us.begin()
    with pytest.raises(CannotMentor) as error:
        us.confirm(pair, levels, changed=changed)
    assert set(error.value.mistakes) == {field}


def test_a_pair_that_never_began_brings_nothing(us):
    pair = us.propose()
    with pytest.raises(NotNow):
        us.confirm(pair)
    us.act(pair, Act.WITHDRAW, us.as_mentee)
    with pytest.raises(NotNow):
        us.confirm(pair)


STARTS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 23), st.integers(1, 300)), min_size=1, max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(STARTS, st.lists(st.integers(0, 11), max_size=3))
def test_the_years_sum_up_to_the_days_and_no_day_is_above_its_cap(starts, other):
    form = load_forms().form("NKL02")
    base = datetime(2026, 12, 10, tzinfo=WITA)
    meetings = [(base + timedelta(days=day, hours=hour), long) for day, hour, long in starts]
    others = [meetings[place % len(meetings)] for place in other]
    days = days_of(form, meetings, others, ZONE)
    assert sum(day.meetings for day in days) == len(meetings)
    by_day = Counter(start.astimezone(WITA).date() for start, _long in meetings)
    taken = Counter(start.astimezone(WITA).date() for start, _long in others)
    for day in days:
        assert day.meetings == by_day[day.day]
        assert 0 <= day.jp <= 2
        assert day.jp == (0 if taken[day.day] else 2)


def test_the_account_is_the_sum_of_the_credits_that_stand(us, now):
    pair = us.begin(period(date(2026, 10, 1), date(2027, 1, 31)))
    us.now = WHEN
    us.met(pair, *(meeting(date(2026, 12, 28) + timedelta(days=each)) for each in range(8)))
    us.confirm(pair)
    sums = us.session.execute(
        select(HoursCredit.year, func.sum(HoursCredit.jp))
        .where(HoursCredit.person_id == us.mentee.id, HoursCredit.withdrawn_at.is_(None))
        .group_by(HoursCredit.year)
    )
    assert {year: earned(us, us.mentee, year) for year in (2026, 2027)} == dict(map(tuple, sums))
    assert pair.jp == 16
