"""What is due, asked as conditions, counts and lists: they say the same, within the reader's reach."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.assignments.queries import (
    ASKING,
    DueCounts,
    count_due,
    counts_by_unit,
    due_people,
    dues_of,
    list_due,
    open_of,
    overdue_people,
)
from learn.assignments.services import Terms, ask_for_time, assign
from learn.exports.formats.csv import Csv
from learn.exports.kinds import kind_named, query_of
from learn.exports.services import export_chunks
from learn.people.access import EVERYTHING, Scope
from learn.people.models import Person
from learn.people.paging import NoPlace
from tests.support import make

LATER = datetime(2026, 12, 1, 2, tzinfo=UTC)  # 1 December, 10:00 WITA


@pytest.fixture
def people(session, city, now):
    """Give five people: overdue, due in 3, in 20 and in 80 days, and recommended since long."""
    made = {}
    for name, days, unit in (
        ("late", -2, "WITA"), ("week", 3, "WITA"), ("month", 20, "WIT"), ("quarter", 80, "WIT"),
        ("hint", -2, "WITA"),
    ):  # fmt: skip
        person = make.person(session, name=name, unit=city[unit], password=None)
        due = LATER.date() + timedelta(days=days)
        terms = Terms(required=name != "hint")
        assign(session, person.id, "k3", due_at=due, actor_id=None, now=now, terms=terms)
        made[name] = person
    return made


def names(lines):
    return [line.person.name for line in lines.items]


def test_counts_say_for_each_unit_what_the_lists_hold(session, city, people):
    counts = counts_by_unit(session, EVERYTHING, LATER)
    assert counts[city["WITA"].id] == DueCounts(overdue=1, week=1, month=1, quarter=1)
    assert counts[city["WIT"].id] == DueCounts(overdue=0, week=0, month=1, quarter=2)
    assert counts_by_unit(session, EVERYTHING, LATER, path=city["WIT"].path).keys() == {
        city["WIT"].id
    }
    for within, number in (("overdue", 2), ("7", 1), ("30", 2), ("90", 3)):
        assert count_due(session, EVERYTHING, now=LATER, within=within) == number
        assert len(list_due(session, EVERYTHING, now=LATER, within=within).items) == number


def test_conditions_on_people_find_those_with_something_required(session, people):
    def found(condition):
        return {row.name for row in session.scalars(select(Person).where(condition))}

    assert found(overdue_people(LATER)) == {"late"}
    assert found(due_people(LATER, 7)) == {"late", "week"}
    assert found(due_people(LATER, 90)) == {"late", "week", "month", "quarter"}


def test_nobody_sees_what_is_due_outside_their_reach(session, city, people):
    only = Scope(unit_paths=(city["WIT"].path,))
    assert names(list_due(session, only, now=LATER)) == ["month", "quarter"]
    assert counts_by_unit(session, only, LATER).keys() == {city["WIT"].id}


def test_the_list_goes_on_where_it_stopped(session, people):
    first = list_due(session, EVERYTHING, now=LATER, limit=2)
    second = list_due(session, EVERYTHING, now=LATER, limit=2, after=first.next)
    third = list_due(session, EVERYTHING, now=LATER, limit=2, after=second.next)
    assert names(first) + names(second) + names(third) == [
        "late",
        "hint",
        "week",
        "month",
        "quarter",
    ]
    assert third.next is None
    for wrong in ("x", "WzFd"):
        with pytest.raises(NoPlace):
            list_due(session, EVERYTHING, now=LATER, after=wrong)


def test_lists_are_narrowed_by_course_question_and_person(session, people, now):
    until = date(2027, 1, 9)
    ask_for_time(session, people["week"].id, "k3", until=until, reason="x", now=now)
    assert names(list_due(session, EVERYTHING, now=LATER, within=ASKING)) == ["week"]
    assert names(list_due(session, EVERYTHING, now=LATER, course="lain")) == []
    without = list_due(session, EVERYTHING, now=LATER, not_person=people["late"].id)
    assert "late" not in names(without)


def test_a_page_of_people_gets_its_open_assignments_at_once(session, people, now):
    ids = [person.id for person in people.values()]
    found = dues_of(session, ids, ["k3"])
    assert {key: row.due_on for key, row in found.items()}[people["late"].id, "k3"] == date(
        2026, 11, 29
    )
    assert dues_of(session, ids, ["lain"]) == {}
    assign(session, ids[0], "lain", due_at=None, actor_id=None, now=now)
    assert [row.course for row in open_of(session, ids[0])] == ["k3", "lain"]


def test_the_export_has_a_row_for_each_assignment(session, people):
    query = query_of(kind_named("assignments"), EVERYTHING, timezone="Asia/Makassar", now=LATER)
    chunks = export_chunks(session, kind_named("assignments"), Csv(), query, translate=str)
    lines = b"".join(chunks).decode("utf-8-sig").splitlines()
    assert len(lines) == 6
    late = next(line for line in lines if "late" in line)
    assert "2026-11-29" in late and ",open," in late
    narrowed = query_of(
        kind_named("assignments"), EVERYTHING, timezone="Asia/Makassar", now=LATER,
        since="2026-12-01", until="2026-12-31", unit="WIT",
    )  # fmt: skip
    assert [record.name for record in narrowed.stream(session)] == ["month"]
    page = query.page(session, limit=3)
    assert len(query.page(session, limit=3, after=page.next).items) == 2
