"""Bulk acts at the same moment: begun twice, undone twice, beside each other and beside single acts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learn.bulk.kinds import Office, Target, act_named
from learn.bulk.models import BulkBatch
from learn.bulk.planning import plan
from learn.bulk.services import ListChanged, begin, undo
from learn.errors import Conflict
from learn.hours.models import HoursYear
from learn.people.models import Account, OneTimeCode, Person
from learn.people.roles import actor_of
from learn.people.signing_in.codes import make_code
from learn.progress.models import Completion
from learn.progress.services import withdraw
from learn.trainings import closing
from tests.support import make, records
from tests.support.racing import lost
from tests.support.trainings import ORGANISER, attended, no_course, published, signed_up

COURSE = records.version()
KEY = COURSE.course
ZONE = "Asia/Makassar"


class Town:
    """An office with HR and some people, and short ways to bulk acts."""

    def __init__(self, session, now, people=3):
        unit = make.unit(session, "A")
        self.now = now
        self.hr = make.person(session, "hr", "admin", name="HR", unit=unit, password=None).id
        self.people = [make.person(session, unit=unit, password=None).id for _ in range(people)]

    def office(self, session):
        return Office(actor_of(session, self.hr), make.settings(),
                      lambda _session, key: records.version(key), self.now, ZONE)  # fmt: skip

    def act(self, key, params, targets):
        """Return a work of a race: look at the preview, then do what it showed."""

        def work(session, meet):
            office = self.office(session)
            planned = plan(session, act_named(key), targets, params, office)
            meet()
            batch = begin(session, planned, digest=planned.digest, office=office, filters={})
            return batch.id, batch.acted

        return work

    def undo(self, batch_id):
        def work(session, meet):
            meet()
            return undo(session, batch_id, self.office(session)).taken_back

        return work

    def all(self, ref=""):
        return [Target(each, ref) for each in self.people]


@pytest.fixture
def town(database, now):
    with database.transaction() as session:
        return Town(session, now)


def complete_all(session, town):
    for each in town.people:
        records.complete(session, session.get_one(Person, each), COURSE, now=town.now)


def years(database, town):
    with database.reading() as session:
        query = select(HoursYear.earned).where(HoursYear.person_id.in_(town.people))
        return session.scalars(query).all()


@pytest.mark.parametrize("key", ["enrol", "assign"])
def test_the_same_preview_is_done_once(database, race, town, key):
    work = town.act(key, {"course": KEY}, town.all())
    results = race.run(work, work, work)
    done = [each for each in results if isinstance(each, tuple)]
    assert [acted for _id, acted in done] == [3]
    assert all(each.status in (409, 422) for each in lost(results))
    kind = {"enrol": "enrolled", "assign": "course_assigned"}[key]
    assert race.count(kind, *town.people) == 3
    with database.reading() as session:
        assert len(session.scalars(select(BulkBatch)).all()) == 1


def test_completions_are_withdrawn_by_one_of_two_bulk_acts(database, race, town):
    with database.transaction() as session:
        complete_all(session, town)
    work = town.act("withdraw", {"reason": "Versi keliru"}, town.all(f"{KEY}:1"))
    results = race.run(work, work)
    assert [type(each) for each in lost(results)] in ([ListChanged], [Conflict]) or (
        lost(results)[0].status == 422
    )
    assert race.count("completion_withdrawn") == race.count("hours_withdrawn") == 3
    assert years(database, town) == [0, 0, 0]


def test_a_batch_is_undone_once(database, race, town):
    with database.transaction() as session:
        complete_all(session, town)
    ((batch, _acted),) = race.run(
        town.act("withdraw", {"reason": "Versi keliru"}, town.all(f"{KEY}:1"))
    )
    results = race.run(*[town.undo(batch)] * 3)
    assert results.count(3) == 1
    assert {str(each) for each in lost(results)} == {"It was undone before."}
    assert race.count("completion_reinstated") == 3
    assert years(database, town) == [6, 6, 6]


def test_one_is_withdrawn_while_the_withdrawal_of_all_is_undone(database, race, town):
    with database.transaction() as session:
        complete_all(session, town)
    ((batch, _acted),) = race.run(
        town.act("withdraw", {"reason": "Versi keliru"}, town.all(f"{KEY}:1"))
    )

    def alone(session, meet):
        shown = session.get_one(Completion, (town.people[1], KEY, 1))
        meet()
        withdraw(session, *(town.people[1], KEY, 1), reason="Keliru", actor_id=town.hr,
                 now=town.now)  # fmt: skip
        return shown.cycle

    results = race.run(town.undo(batch), alone)
    assert results[0] == 3
    assert years(database, town) == [6, 0 if results[1] == 1 else 6, 6]


def test_bulk_acts_over_the_same_people_in_another_order_wait_for_each_other(database, race, now):
    with database.transaction() as session:
        town = Town(session, now, people=12)
    works = [
        town.act("enrol", {"course": KEY}, town.all()),
        town.act("assign", {"course": "k3"}, town.all()[::-1]),
        town.act("assign", {"course": "spbe"}, town.all()),
    ]
    results = race.run(*works)
    assert [acted for _id, acted in results] == [12, 12, 12]


def test_a_bulk_act_and_the_close_of_a_training_of_the_same_people(database, race, now):
    """One holds the people and asks for the audit chain; the other must not hold that one first."""
    with database.transaction() as session:
        town = Town(session, now, people=12)
        training = published(session, capacity=15)
        for each in town.people:
            signed_up(session, training, each)
            attended(session, training, each, 180)
        training_id, ends_at = training.id, training.ends_at

    def close(session, meet):
        meet()
        return closing.close(
            session, training_id, actor_id=ORGANISER, settings=make.settings(),
            current_of=no_course, now=ends_at,
        ).state  # fmt: skip

    results = race.run(
        close,
        town.act("enrol", {"course": KEY}, town.all()[::-1]),
        town.act("assign", {"course": "k3"}, town.all()),
    )
    assert results[0] == "closed"
    assert [acted for _id, acted in results[1:]] == [12, 12]


def test_two_make_a_code_for_somebody_at_once_and_the_last_one_works(database, race, town):
    def code(session, meet):
        who = session.get_one(Person, town.people[0])
        meet()
        return make_code(session, who, actor=None, now=town.now, settings=make.settings())

    codes = race.run(code, code, code)
    assert len(set(codes)) == 3
    with database.reading() as session:
        assert len(session.scalars(select(OneTimeCode)).all()) == 1
        assert session.get(Account, town.people[0]) is None
