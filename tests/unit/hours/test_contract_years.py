"""The account of PPPK by year of the agreement: which year a credit falls into, and what nobody loses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from learn.hours.accounts import account_of_day, year_accounts
from learn.hours.contracts import Earned, Span, Spell, by_span, contract_year, span_of
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.services import credit_hours, withdraw_hours_of
from learn.people.models import PersonNumber, Post
from learn.schema import load_projections
from tests.support import make

load_projections()
TODAY = date(2026, 11, 24)
PPPK = "199502012023212999"


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.mark.parametrize(
    ("since", "day", "expected"),
    [
        (date(2023, 3, 1), date(2026, 11, 24), (date(2026, 3, 1), date(2027, 2, 28))),
        (date(2023, 3, 1), date(2026, 2, 28), (date(2025, 3, 1), date(2026, 2, 28))),
        (date(2023, 3, 1), date(2023, 3, 1), (date(2023, 3, 1), date(2024, 2, 29))),
        (date(2024, 2, 29), date(2025, 2, 28), (date(2025, 2, 28), date(2026, 2, 27))),
        (date(2024, 2, 29), date(2028, 2, 28), (date(2027, 2, 28), date(2028, 2, 28))),
        (date(2023, 1, 1), date(2026, 12, 31), (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_years_of_an_agreement_start_on_its_day(since, day, expected):
    assert contract_year(Spell(since), day) == Span(*expected, contract=True)


def test_the_last_year_ends_with_the_agreement():
    spell = Spell(date(2023, 3, 1), date(2026, 6, 30))
    assert contract_year(spell, date(2026, 4, 1)).ends_on == date(2026, 6, 30)


def test_who_becomes_pns_within_a_year_has_that_whole_year_by_the_calendar():
    spells = [Spell(date(2023, 3, 1), date(2026, 5, 31))]
    assert span_of(Earned(2, 2026, date(2026, 4, 1)), spells, TODAY) == Span(
        date(2026, 1, 1), date(2026, 12, 31)
    )
    assert span_of(Earned(2, 2025, date(2025, 4, 1)), spells, TODAY).contract


def test_who_becomes_pppk_within_a_year_has_what_came_before_by_the_calendar():
    spells = [Spell(date(2026, 6, 1))]
    assert not span_of(Earned(2, 2026, date(2026, 5, 31)), spells, TODAY).contract
    assert span_of(Earned(2, 2026, date(2026, 6, 1)), spells, TODAY) == Span(
        date(2026, 6, 1), date(2027, 5, 31), contract=True
    )


DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
SPELLS = st.lists(
    st.builds(
        lambda since, long: Spell(since, since + timedelta(days=long) if long and since else None),
        st.one_of(st.none(), DAYS), st.integers(0, 2000),
    ),
    max_size=3,
)  # fmt: skip
CREDITS = st.lists(st.tuples(st.integers(0, 30), DAYS), max_size=20)


@given(CREDITS, SPELLS, DAYS)
def test_the_accounts_add_up_to_the_credits_whatever_the_years_and_the_employment(
    credits, spells, today
):
    earned = [Earned(jp, day.year, day) for jp, day in credits]
    found = by_span(earned, spells, today)
    assert sum(jp for _span, jp in found) == sum(jp for jp, _day in credits)
    for each in earned:
        span = span_of(each, spells, today)
        assert span.starts_on <= each.day <= span.ends_on
        assert (span.ends_on - span.starts_on).days <= 366
    spans = [span for span, _jp in found]
    assert len(spans) == len(set(spans)) and spans == sorted(spans, reverse=True)


def person(session, number=PPPK, *, valid_from=None, grade="", since=None):
    who = make.person(session, number=number, password=None)
    row = session.get_one(PersonNumber, number)
    row.valid_from = valid_from
    session.execute(delete(Post).where(Post.person_id == who.id))
    if since:
        session.add(Post(person_id=who.id, since=since, unit_id=who.unit_id, grade=grade))
    session.flush()
    return who


def accounts(session, who, today=TODAY):
    return year_accounts(
        session, who.id, who.kind, who.post_class or None, this_year=today.year, today=today
    )


def credit(session, who, jp, day):
    credit_hours(
        session, who.id, jp=jp, form="KL06", year=day.year, source="training", ref=f"{day}", day=day,
        now=datetime.combine(day, datetime.min.time(), UTC),
    )  # fmt: skip


def test_a_pppk_has_at_most_24_jp_in_a_year_of_the_agreement_with_a_warning_alone(session):
    who = person(session, valid_from=date(2023, 3, 1))
    credit(session, who, 20, date(2026, 2, 1))
    credit(session, who, 10, date(2026, 3, 1))
    present, before = accounts(session, who)
    assert present.contract and present.span == Span(
        date(2026, 3, 1), date(2027, 2, 28), contract=True
    )
    assert (present.earned, present.target, present.status.warning) == (10, 24, False)
    assert str(present.status.message) == "10 of at most 24 JP"
    assert (before.earned, before.span.starts_on) == (20, date(2025, 3, 1))
    credit(session, who, 15, date(2026, 4, 1))
    assert accounts(session, who)[0].status.warning and accounts(session, who)[0].earned == 25


def test_the_first_post_of_the_number_s_year_says_when_it_began(session):
    who = person(session, grade="IX", since=date(2023, 5, 1))
    assert accounts(session, who)[0].span.starts_on == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("grade", "since"), [("III/a", date(2023, 5, 1)), ("IX", date(2024, 5, 1))]
)
def test_without_a_known_day_the_calendar_stands_for_it_and_that_is_said(session, grade, since):
    who = person(session, grade=grade, since=since)
    (account,) = accounts(session, who)
    assert (account.year, account.contract, account.start_unknown) == (2026, False, True)
    assert account.target == 24


def test_the_floor_of_pns_stays_that_of_the_calendar_year(session):
    who = make.person(session, password=None)
    credit(session, who, 12, date(2026, 5, 1))
    (account,) = accounts(session, who)
    assert (account.year, account.earned, account.target, account.span) == (2026, 12, 20, None)


def test_a_new_agreement_begins_new_years(session):
    who = person(session, valid_from=date(2023, 3, 1))
    row = session.get_one(PersonNumber, PPPK)
    row.valid_to = date(2026, 7, 31)
    session.flush()
    session.add(
        PersonNumber(
            number="199502012026222999", person_id=who.id, kind="PPPK", valid_from=date(2026, 8, 1)
        )
    )
    credit(session, who, 5, date(2026, 7, 1))
    credit(session, who, 6, date(2026, 9, 1))
    present, before = accounts(session, who)
    assert (present.earned, present.span.starts_on) == (6, date(2026, 8, 1))
    assert (before.earned, before.span.ends_on) == (5, date(2026, 7, 31))


def test_accounts_are_the_sum_of_the_credits_that_stand_in_the_ledger(session):
    who = person(session, valid_from=date(2024, 8, 17))
    for place in range(12):
        credit(session, who, place, date(2024, 9, 1) + timedelta(days=61 * place))
    withdraw_hours_of(session, who.id, "training", f"{date(2024, 9, 1) + timedelta(days=61)}",
                      now=datetime(2026, 11, 24, tzinfo=UTC))  # fmt: skip
    standing = session.scalar(
        select(func.sum(HoursCredit.jp)).where(
            HoursCredit.person_id == who.id, HoursCredit.withdrawn_at.is_(None)
        )
    )
    calendar = session.scalar(
        select(func.sum(HoursYear.earned)).where(HoursYear.person_id == who.id)
    )
    assert sum(each.earned for each in accounts(session, who)) == standing == calendar == 65


def test_something_falls_into_the_account_of_its_day(session):
    who = person(session, valid_from=date(2023, 3, 1))
    credit(session, who, 20, date(2026, 2, 1))
    of = lambda day, more=0: account_of_day(
        session, who.id, who.kind, None, day, today=TODAY, more=more
    )
    assert (of(date(2026, 1, 5), 6).earned, of(date(2026, 1, 5), 6).status.warning) == (26, True)
    assert (of(date(2026, 3, 5), 6).earned, of(date(2026, 3, 5)).span.starts_on) == (
        6,
        date(2026, 3, 1),
    )
    other = make.person(session, password=None)
    credit(session, other, 3, date(2025, 2, 1))
    found = account_of_day(session, other.id, "PNS", None, date(2025, 5, 1), today=TODAY, more=4)
    assert (found.year, found.earned, found.target, found.contract) == (2025, 7, 20, False)
