"""A course repeated in the same year brings no JP again, as long as the first ones stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from learn.courses.version import Period
from learn.hours.accounts import year_earned
from learn.ledger.rebuild import rebuild_person
from learn.progress.services import complete_module, enrol, withdraw
from tests.support import make, records

COURSE = records.version(valid_for=Period(days=30))


def take(session, who, now, *, again=False, settings=None):
    enrol(session, who.id, COURSE, now=now, renew=again)
    complete_module(
        session, who.id, COURSE, records.MODULE, settings=settings or make.settings(), now=now
    )


@pytest.mark.parametrize("days, same_year, next_year", [(20, 6, 0), (60, 6, 6)])
def test_jp_are_credited_once_a_year(database, now, days, same_year, next_year):
    with database.transaction() as session:
        who = make.person(session, password=None)
        take(session, who, now)
        take(session, who, now + timedelta(days=days), again=True)
        assert year_earned(session, who.id, now.year) == same_year
        assert year_earned(session, who.id, now.year + 1) == next_year
        assert rebuild_person(session, who.id) == []


def test_an_installation_may_credit_them_again(database, now):
    often = replace(make.settings(), repeat_hours=True)
    with database.transaction() as session:
        who = make.person(session, password=None)
        take(session, who, now, settings=often)
        take(session, who, now + timedelta(days=20), again=True, settings=often)
        assert year_earned(session, who.id, now.year) == 12


def test_what_was_withdrawn_leaves_room_for_the_next(database, now):
    with database.transaction() as session:
        who = make.person(session, password=None)
        take(session, who, now)
        withdraw(session, who.id, COURSE.course, 1, reason="salah", actor_id=who.id, now=now)
        assert year_earned(session, who.id, now.year) == 0
        take(session, who, now + timedelta(days=1), again=True)
        assert year_earned(session, who.id, now.year) == 6
