"""Moved to another unit in the middle of a cycle: the cycle goes on, and the day is that of the new place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.assignments.models import Assignment
from learn.assignments.services import assign
from learn.hours.models import HoursCredit, HoursYear
from learn.ledger.rebuild import rebuild_person
from learn.people.services import set_post
from learn.people.units import create_unit, root_unit
from learn.progress.models import Completion, Enrolment
from learn.progress.services import complete_module, enrol, withdraw
from learn.schema import load_projections
from tests.support import make
from tests.support.records import MODULE, version

load_projections()
NIGHT = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)  # 23.30 in Denpasar, 00.30 of 2027 in Jayapura
COURSE = version()


def office(session, code, zone):
    root = root_unit(session, now=make.JOINED)
    return create_unit(session, code=code, name=code, parent=root, time_zone=zone, actor_id=None,
                       now=make.JOINED)  # fmt: skip


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.mark.parametrize(("moved", "year"), [(False, 2026), (True, 2027)])
def test_who_moves_goes_on_with_the_cycle_and_finishes_on_the_day_of_the_new_place(
    session, moved, year
):
    here, there = office(session, "DPS", "Asia/Makassar"), office(session, "JAP", "Asia/Jayapura")
    who = make.person(session, unit=here, password=None)
    before = NIGHT - timedelta(days=20)
    assign(session, who.id, COURSE.course, due_at=date(2027, 1, 15), actor_id=99, now=before)
    enrol(session, who.id, COURSE, now=before)
    if moved:
        set_post(session, who, unit=there, title="Analis", since=date(2026, 12, 20), actor_id=99,
                 now=NIGHT - timedelta(days=5), settings=make.settings())  # fmt: skip
    enrol(session, who.id, COURSE, now=NIGHT - timedelta(days=1))
    complete_module(session, who.id, COURSE, MODULE, settings=make.settings(), now=NIGHT)
    assert [each.cycle for each in session.scalars(select(Enrolment))] == [1]
    done = session.scalars(select(Completion)).one()
    assert done.unit_id == (there.id if moved else here.id)
    assert [(each.year, each.earned) for each in session.scalars(select(HoursYear))] == [(year, 6)]
    assert session.scalars(select(HoursCredit)).one().year == year
    assert [each.state for each in session.scalars(select(Assignment))] == ["done"]
    withdraw(session, who.id, COURSE.course, 1, reason="x", actor_id=99, now=NIGHT)
    assert [(each.year, each.earned) for each in session.scalars(select(HoursYear))] == [(year, 0)]
    assert rebuild_person(session, who.id) == []
