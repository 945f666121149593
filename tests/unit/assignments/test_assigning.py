"""Assigning a course to a person: cycles, due dates in local days, more time, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from learn.assignments.models import DONE, ENDED, OPEN, WITHDRAWN, Assignment
from learn.assignments.services import (
    AlreadyHeld,
    Terms,
    ask_for_time,
    assign,
    assigned_in,
    change_due,
    due_of,
    refuse_time,
    unassign,
)
from learn.errors import Conflict, Forbidden, Invalid, NotFound
from learn.ledger.reading import details_of
from learn.notices.services import list_notices
from learn.people.access import Role
from learn.people.dates import local_date
from learn.progress.reinstating import reinstate
from learn.progress.services import complete_module, enrol, withdraw
from tests.support import make, records

DUE = date(2026, 12, 12)
BOSS = 10**6


def by(session, person, now, course="k3", **known):
    return assign(
        session, person.id, course, **{"due_at": DUE, "actor_id": BOSS, "now": now, **known}
    )


@pytest.mark.parametrize(
    ("unit", "last"),
    [
        ("WIB", datetime(2026, 12, 12, 16, 59, 59, tzinfo=UTC)),
        ("WITA", datetime(2026, 12, 12, 15, 59, 59, tzinfo=UTC)),
        ("WIT", datetime(2026, 12, 12, 14, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_due_day_ends_at_midnight_of_the_unit(session, city, now, unit, last):
    person = make.person(session, unit=city[unit], password=None)
    row = by(session, person, now)
    assert (row.due_on, row.due_at, row.cycle, row.state) == (DUE, last, 1, OPEN)


def test_today_in_jayapura_is_yesterday_in_jakarta(session, city):
    night = datetime(2026, 12, 12, 16, 0, tzinfo=UTC)  # 23:00 WIB, 01:00 WIT the next day
    west = make.person(session, unit=city["WIB"], password=None)
    east = make.person(session, unit=city["WIT"], password=None)
    assert by(session, west, night).due_on == DUE
    with pytest.raises(Invalid, match="past"):
        by(session, east, night)


def test_assigning_again_leaves_the_first_as_it_is(session, person, now):
    first = by(session, person, now, batch=7)
    again = by(session, person, now, due_at=DUE + timedelta(days=9), batch=8)
    assert again is first and first.due_on == DUE
    assert assigned_in(session, 7) == [first] and assigned_in(session, 8) == []


def test_completing_the_cycle_closes_the_assignment(
    session, person, now, yearly, same_when_rebuilt
):
    row = by(session, person, now)
    records.complete(session, person, yearly, now=now + timedelta(days=2))
    assert row.state == DONE and due_of(session, person.id, "k3") is None
    same_when_rebuilt(person)


def test_who_holds_the_course_is_not_assigned_it_until_ninety_days_before_it_lapses(
    session, person, now, yearly, same_when_rebuilt
):
    records.complete(session, person, yearly, now=now)
    with pytest.raises(AlreadyHeld):
        by(session, person, now + timedelta(days=270))
    row = by(session, person, now + timedelta(days=276), due_at=date(2027, 11, 24))
    assert row.cycle == 2
    second = enrol(session, person.id, yearly, now=now + timedelta(days=280), renew=True)
    assert second.cycle == 2
    same_when_rebuilt(person)


def test_a_withdrawn_completion_opens_its_assignment_no_more_but_the_next_cycle_can_be(
    session, person, now, yearly, same_when_rebuilt
):
    first = by(session, person, now)
    records.complete(session, person, yearly, now=now)
    withdraw(session, person.id, "k3", 1, reason="salah", actor_id=BOSS, now=now)
    assert first.state == WITHDRAWN
    second = by(session, person, now)
    assert second.cycle == 2
    reinstate(session, person.id, "k3", 1, actor_id=BOSS, now=now)
    assert (first.state, second.state, second.why_ended) == (DONE, ENDED, "held")
    same_when_rebuilt(person)


def test_ending_keeps_what_was_done_and_can_be_taken_back(
    session, person, now, yearly, same_when_rebuilt
):
    by(session, person, now)
    enrol(session, person.id, yearly, now=now)
    ended = unassign(session, person.id, "k3", actor_id=BOSS, now=now, reason="Cuti", batch=3)
    assert (ended.state, ended.why_ended) == (ENDED, "person")
    with pytest.raises(NotFound):
        unassign(session, person.id, "k3", actor_id=BOSS, now=now)
    again = by(session, person, now, batch=4)
    assert (again.state, again.cycle, again.why_ended, again.batch) == (OPEN, 1, None, 4)
    same_when_rebuilt(person)


def test_more_time_is_asked_for_and_given_or_refused_with_a_reason(
    session, person, now, same_when_rebuilt
):
    row = by(session, person, now)
    later = DUE + timedelta(days=14)
    ask_for_time(session, person.id, "k3", until=later, reason="Dinas luar", now=now)
    assert row.asked_until == later
    place = (person.id, row.asked_seq)
    assert details_of(session, [place])[place] == {"reason": "Dinas luar"}
    refuse_time(session, person.id, "k3", reason="Audit", actor_id=BOSS, now=now)
    assert (row.asked_until, row.due_on) == (None, DUE)
    with pytest.raises(Conflict):
        refuse_time(session, person.id, "k3", reason="Audit", actor_id=BOSS, now=now)
    ask_for_time(session, person.id, "k3", until=later, reason="Sakit", now=now)
    change_due(session, person.id, "k3", due_on=later, reason="Baik", actor_id=BOSS, now=now)
    assert (row.asked_until, row.due_on) == (None, later)
    same_when_rebuilt(person)


@pytest.mark.parametrize(
    ("until", "reason", "error"),
    [
        (DUE, "x", Invalid),
        (date(2026, 11, 1), "x", Invalid),
        (DUE + timedelta(days=1), " ", Invalid),
        (DUE + timedelta(days=1), "x" * 1001, Invalid),
    ],
)
def test_what_cannot_be_asked_for_is_refused(session, person, now, until, reason, error):
    by(session, person, now)
    with pytest.raises(error):
        ask_for_time(session, person.id, "k3", until=until, reason=reason, now=now)


def test_a_fixed_date_is_not_asked_about(session, person, now):
    by(session, person, now, terms=Terms(soft=False))
    with pytest.raises(Forbidden, match="fixed"):
        ask_for_time(session, person.id, "k3", until=date(2027, 1, 1), reason="x", now=now)


def test_nobody_moves_their_own_date(session, person, now):
    by(session, person, now)
    with pytest.raises(Forbidden):
        change_due(session, person.id, "k3", due_on=None, reason="x", actor_id=person.id, now=now)


def test_without_a_date_nothing_is_ever_late(session, person, now):
    row = by(session, person, now, due_at=None, terms=Terms(required=False))
    assert (row.due_on, row.due_at, row.required) == (None, None, False)
    assert session.get(Assignment, (person.id, "k3", 1)) is row


@pytest.mark.parametrize(
    ("keeps", "last"), [(False, date(2028, 10, 1)), (True, date(2028, 11, 24))]
)
def test_a_renewal_before_the_lapse_counts_from_its_day_or_from_the_old_last_day(
    session, person, now, yearly, keeps, last
):
    settings = replace(make.settings(), renewal_keeps_date=keeps)
    records.complete(session, person, yearly, now=now)
    early = datetime(2027, 10, 1, 2, tzinfo=UTC)
    enrol(session, person.id, yearly, now=early, renew=True)
    second = complete_module(
        session, person.id, yearly, records.MODULE, settings=settings, now=early
    )
    assert local_date(second.valid_until, "Asia/Makassar") == last
    late = datetime(2029, 5, 1, 2, tzinfo=UTC)  # after the lapse there is nothing left to keep
    enrol(session, person.id, yearly, now=late, renew=True)
    third = complete_module(session, person.id, yearly, records.MODULE, settings=settings, now=late)
    assert local_date(third.valid_until, "Asia/Makassar") == date(2030, 5, 1)


def test_asking_for_more_time_tells_the_nearest_supervisor(session, city, person, now):
    boss = make.person(session, Role.SUPERVISOR, unit=city["WITA"], password=None)
    by(session, person, now)
    ask_for_time(session, person.id, "k3", until=DUE + timedelta(days=3), reason="x", now=now)
    (notice,) = list_notices(session, boss.id, unread=True).items
    assert notice.data["people"] == [person.id]
