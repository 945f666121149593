"""Trainings and attendance as records: within reach, by day and unit, the same by page and as a file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learn.exports.kinds import kind_named, query_of
from learn.people.access import EVERYTHING, Scope
from learn.schema import load_projections
from tests.support import make
from tests.support.trainings import MORNING, attended, closed, published, signed_up, sitting

load_projections()


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def asked(session, kind, now, scope=EVERYTHING, **filters):
    query = query_of(kind_named(kind), scope, timezone="Asia/Makassar", now=now, **filters)
    records = list(query.stream(session))
    paged, after = [], None
    while True:
        page = query.page(session, limit=2, after=after)
        paged += page.items
        after = page.next
        if after is None:
            break
    assert paged == records
    return records


@pytest.fixture
def held(session):
    health, school = make.unit(session, "kes"), make.unit(session, "dik")
    people = [make.person(session, password=None, unit=unit) for unit in (health, health, school)]
    training = published(
        session,
        audience=(1,),
        sittings=(sitting(minutes=360), sitting(MORNING + timedelta(days=1))),
    )
    for each in people:
        signed_up(session, training, each.id)
    attended(session, training, people[0].id, 360, 180)
    closed(session, training)
    return training, health, people


def test_each_person_and_session_is_a_line(session, held, now):
    _training, health, people = held
    records = asked(session, "attendance", now)
    assert len(records) == 6
    mine = [each for each in records if each.person_id == people[0].id]
    assert [(each.state, each.minutes, each.planned, each.hours) for each in mine] == [
        ("present", 180, 180, 12), ("present", 360, 360, 12),
    ]  # fmt: skip
    assert {each.state for each in records if each.person_id == people[1].id} == {None}
    assert len(asked(session, "attendance", now, unit="kes")) == 4
    assert len(asked(session, "attendance", now, since="2026-12-02")) == 3
    reached = Scope(unit_paths=(health.path,))
    assert {each.unit_code for each in asked(session, "attendance", now, reached)} == {"kes"}


def test_a_training_is_a_line_with_its_sums(session, held, now):
    (record,) = asked(session, "trainings", now)
    assert (record.sessions, record.seats, record.fulfilled, record.hours, record.state) == (
        2, 3, 1, 12, "closed",
    )  # fmt: skip
    assert asked(session, "trainings", now, unit="kes") == []
    assert asked(session, "trainings", now, until="2026-11-30") == []
    assert asked(session, "trainings", now, Scope(unit_paths=(held[1].path,))) == []
