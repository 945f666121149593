"""Signals: told after the commit and only then; a receiver that fails hinders nobody."""

from __future__ import annotations

import pytest

from learn import events
from tests.support import make
from tests.support.records import complete


@pytest.fixture
def heard():
    """Collect what is told about completed courses."""
    told = []

    def receive(_sender, **known):
        told.append(known)

    events.course_completed.connect(receive)
    yield told
    events.course_completed.disconnect(receive)


def test_a_completed_course_is_told_after_the_commit(database, now, heard):
    with database.transaction() as session:
        person = make.person(session, password=None)
        complete(session, person, now=now)
        assert heard == []
    assert heard == [{"person_id": person.id, "course": "layanan-publik", "cycle": 1}]


def test_what_was_not_committed_is_never_told(database, now, heard):
    with database.writing() as session:
        complete(session, make.person(session, password=None), now=now)
        session.rollback()
        session.commit()
    assert heard == []


def test_a_receiver_that_fails_hinders_nobody(database, now, heard, caplog):
    def fail(_sender, **_known):
        raise ValueError("of the receiver")

    events.course_completed.connect(fail)
    try:
        with database.transaction() as session:
            complete(session, make.person(session, password=None), now=now)
    finally:
        events.course_completed.disconnect(fail)
    assert len(heard) == 1
    assert "a receiver of course-completed failed" in caplog.text
