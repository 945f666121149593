"""Notices: told once by their key, unread until they are read, forgotten after a year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learn.errors import Message
from learn.notices.kinds import Target, shown
from learn.notices.services import (
    Told,
    forget_old_notices,
    list_notices,
    mark_read,
    notify,
    notify_many,
    unread_count,
)
from learn.people.paging import NoPlace
from tests.support import make


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def person(session):
    return make.person(session, password=None)


def test_a_key_is_told_once_to_each_person(session, person, now):
    other = make.person(session, password=None)
    assert notify(session, person.id, "due", {"course": "x"}, now=now, key="a")
    assert not notify(session, person.id, "due", {"course": "y"}, now=now, key="a")
    assert notify(session, other.id, "due", {"course": "x"}, now=now, key="a")
    assert unread_count(session, person.id) == unread_count(session, other.id) == 1


def test_without_a_key_each_call_is_a_notice(session, person, now):
    assert all(notify(session, person.id, "due", {}, now=now) for _ in range(3))
    assert unread_count(session, person.id) == 3


def test_many_are_told_at_once_and_those_told_before_are_left_out(session, person, now):
    told = [Told(person.id, "due", {}, f"k{n}") for n in range(1200)]
    assert notify_many(session, told[:100], now=now) == 100
    assert notify_many(session, told, now=now) == 1100


def test_reading_one_leaves_the_others(session, person, now):
    for key in "abc":
        notify(session, person.id, "due", {}, now=now, key=key)
    assert mark_read(session, person.id, "b", now=now) == 1
    assert mark_read(session, person.id, "b", now=now) == 0
    assert [each.key for each in list_notices(session, person.id, unread=False).items] == ["b"]
    assert mark_read(session, person.id, now=now) == 2
    assert unread_count(session, person.id) == 0


def test_the_list_goes_on_where_it_stopped(session, person, now):
    for number in range(7):
        notify(
            session, person.id, "due", {}, now=now + timedelta(hours=number // 2), key=f"{number}"
        )
    seen, after = [], None
    while True:
        page = list_notices(session, person.id, unread=True, after=after, limit=3)
        seen += [each.key for each in page.items]
        after = page.next
        if after is None:
            break
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    with pytest.raises(NoPlace):
        list_notices(session, person.id, unread=True, after="nowhere")


def test_old_notices_are_forgotten(session, person, now):
    notify(session, person.id, "due", {}, now=now - timedelta(days=401), key="old", mail=True)
    notify(session, person.id, "due", {}, now=now, key="new")
    forget_old_notices(session, now)
    assert [each.key for each in list_notices(session, person.id, unread=True).items] == ["new"]


def test_a_kind_that_is_gone_is_told_in_general_words(session, person, now):
    notify(session, person.id, "of_no_plugin", {}, now=now, key="a")
    (notice,) = list_notices(session, person.id, unread=True).items
    line = shown(notice, {})
    assert line.text == Message("Something has changed in your record.")
    assert line.target == Target("record")
