"""Pairs as a file: within reach, each once, with what was confirmed and nothing that was spoken."""

from __future__ import annotations

from datetime import date

import pytest

from learn.errors import Invalid
from learn.exports.formats.csv import Csv
from learn.exports.kinds import kind_named, query_of
from learn.exports.services import export_chunks
from learn.people.access import EVERYTHING, Scope
from learn.schema import load_projections
from tests.support import make
from tests.support.mentoring import meeting, period, two

load_projections()
DAY = date(2026, 11, 3)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def us(session, now):
    return two(session, now)


def query(now, scope=EVERYTHING, **filters):
    return query_of(kind_named("mentoring"), scope, timezone="Asia/Makassar", now=now, **filters)


def test_a_pair_leaves_with_its_figures_and_without_what_was_spoken(us, now):
    pair = us.begin()
    us.met(pair, meeting(DAY, 9, notes="RAHASIA catatan"), meeting(DAY, 14))
    us.confirm(pair)
    (record,) = query(now).stream(us.session)
    assert (record.meetings, record.minutes, record.hours, record.state) == (2, 120, 2, "confirmed")
    assert (record.form, record.siasn_form, record.mentor) == ("NKL02", 15, "I Made Arya")
    assert record.confirmed_on == date(2026, 11, 24)
    chunks = export_chunks(us.session, kind_named("mentoring"), Csv(), query(now), translate=str)
    text = b"".join(chunks).decode()
    assert "RAHASIA" not in text and "NKL02" in text


def test_pairs_come_page_by_page_and_once(us, now):
    made = [us.begin()]
    for _ in range(4):
        person = make.person(us.session, password=None)
        made.append(us.propose(mentee_id=person.id, actor_id=us.boss.id, supervises=False))
    found, after = [], None
    while True:
        page = query(now).page(us.session, limit=2, after=after)
        found += [(each.person_id, each.pair) for each in page.items]
        after = page.next
        if after is None:
            break
    assert sorted(found) == sorted((pair.person_id, pair.id) for pair in made)
    assert [(each.person_id, each.pair) for each in query(now).stream(us.session)] == found


def test_days_narrow_to_pairs_with_a_time_on_them_and_the_scope_to_ones_people(us, now):
    us.begin(period(date(2026, 10, 1), date(2026, 12, 31)))
    assert len(list(query(now, since="2026-12-31").stream(us.session))) == 1
    assert list(query(now, since="2027-01-01").stream(us.session)) == []
    assert list(query(now, until="2026-09-30").stream(us.session)) == []
    assert list(query(now, Scope(unit_paths=("/9999/",))).stream(us.session)) == []
    with pytest.raises(Invalid):
        query(now, course="spbe")
