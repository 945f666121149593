"""Rules applied: to everybody, to who comes and who moves; each sweep once, whatever is run again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learn.assignments.models import DONE, ENDED, OPEN, Assignment, AssignmentRule
from learn.assignments.reach import ASSIGNED, EXEMPT, HOLDS, NOW, preview
from learn.assignments.rules import Due
from learn.assignments.ruling import (
    BadRule,
    RuleMoved,
    Wanted,
    change_rule,
    checked,
    end_rule,
    make_rule,
    resume_rule,
    wanted_of,
)
from learn.assignments.services import change_due, unassign
from learn.assignments.sweeping import sweep_people, sweep_rule
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.people.models import Person, Post
from learn.people.services import change_person, set_post
from learn.progress.services import enrol
from tests.support import make, records

ZONE = "Asia/Makassar"
START = date(2026, 11, 1)
BOSS = 10**6


class City:
    """A database with units, and short ways to rules and sweeps."""

    def __init__(self, database, now):
        self.database, self.now = database, now
        with database.transaction() as session:
            self.above = make.unit(session, "DINAS")
            self.units = {name: make.unit(session, name, self.above) for name in ("A", "B")}
            self.other = make.unit(session, "LAIN")

    def person(self, unit="A", **known):
        with self.database.transaction() as session:
            place = self.units.get(unit, self.other)
            return make.person(session, unit=session.merge(place), password=None, **known).id

    def rule(self, course="k3", unit="A", **said):
        place = {"above": self.above, **self.units}.get(unit)
        wanted = Wanted(
            course, START, **{"unit_id": place.id if place else None, "days": 60, **said}
        )
        with self.database.transaction() as session:
            return make_rule(session, wanted, actor_id=BOSS, now=self.now).id

    def sweep(self, rule_id, days=0, **known):
        now = self.now + timedelta(days=days)
        return sweep_rule(self.database, rule_id, now=now, timezone=ZONE, **known)

    def rows(self, person_id):
        with self.database.reading() as session:
            return list(session.scalars(
                select(Assignment).where(Assignment.person_id == person_id)
                .order_by(Assignment.course, Assignment.cycle)
            ))  # fmt: skip

    def row(self, person_id):
        (found,) = self.rows(person_id)
        return found

    def move(self, person_id, unit, days=0):
        with self.database.transaction() as session:
            person = session.get_one(Person, person_id)
            place = session.merge({"other": self.other, **self.units}[unit])
            since = (self.now + timedelta(days=days)).date()
            set_post(
                session, person, unit=place, title="", post_class="", grade="", since=since,
                actor_id=BOSS, now=self.now + timedelta(days=days), settings=make.settings(),
            )  # fmt: skip

    def check(self):
        with self.database.writing() as session:
            for person_id in session.scalars(select(Person.id)).all():
                assert rebuild_person(session, person_id) == []


@pytest.fixture
def city(database, now):
    return City(database, now)


def test_a_rule_reaches_its_unit_with_all_below_and_a_second_sweep_does_nothing(city):
    inside = [city.person("A"), city.person("B")]
    outside = city.person("other")
    rule = city.rule(unit="above")
    assert city.sweep(rule).assigned == 2
    assert city.sweep(rule).total == city.sweep(rule, days=1).total == 0
    for person in inside:
        assert (city.row(person).due_on, city.row(person).rule_id) == (date(2026, 12, 31), rule)
    assert city.rows(outside) == []
    city.check()


def test_a_rule_that_begins_later_waits(city):
    person = city.person()
    with city.database.transaction() as session:
        wanted = Wanted("k3", date(2026, 12, 1), unit_id=city.units["A"].id, days=9)
        rule = make_rule(session, wanted, actor_id=BOSS, now=city.now).id
    assert city.sweep(rule).total == 0
    assert city.sweep(rule, days=7).assigned == 1
    assert city.row(person).due_on == date(2026, 12, 10)


def test_who_comes_later_is_assigned_by_the_sweep_of_people(city):
    rule = city.rule()
    city.sweep(rule)
    person = city.person()
    assert sweep_people(city.database, [person], now=city.now, timezone=ZONE).assigned == 1
    assert sweep_people(city.database, [person], now=city.now, timezone=ZONE).total == 0


@pytest.mark.parametrize(
    "said",
    [{"kind": "PPPK"}, {"post_title": "Arsiparis"}, {"post_class": "JF_MUDA"}, {"new_only": True}],
)
def test_what_a_person_is_narrows_a_rule(city, said):
    city.person()
    assert city.sweep(city.rule(**said)).total == 0


def test_new_people_are_those_whose_first_post_begins_with_the_rule_or_later(city):
    old, new = city.person(), city.person()
    with city.database.transaction() as session:
        session.scalars(select(Post).where(Post.person_id == new)).one().since = date(2026, 11, 9)
    rule = city.rule(new_only=True, due=Due.AFTER_HIRE, days=30)
    assert city.sweep(rule).assigned == 1
    assert city.row(new).due_on == date(2026, 12, 9)
    assert city.rows(old) == []


def test_who_moves_out_is_released_and_what_they_have_begun_stays(city, yearly):
    person = city.person()
    rule = city.rule()
    city.sweep(rule)
    with city.database.transaction() as session:
        enrol(session, person, yearly, now=city.now)
    city.move(person, "other")
    swept = sweep_people(city.database, [person], now=city.now, timezone=ZONE)
    assert (swept.ended, swept.assigned) == (1, 0)
    assert (city.row(person).state, city.row(person).why_ended) == (ENDED, "moved")
    with city.database.transaction() as session:  # and may finish it
        person_row = session.get_one(Person, person)
        assert records.complete(session, person_row, yearly, now=city.now).cycle == 1
    assert city.row(person).state == ENDED
    city.check()


def test_in_the_middle_of_a_cycle_a_move_under_another_rule_keeps_the_due_date(city):
    person = city.person("A")
    first, second = city.rule(unit="A"), city.rule(unit="B", days=200, soft=False)
    city.sweep(first)
    before = city.row(person)
    city.move(person, "B")
    swept = sweep_people(city.database, [person], now=city.now, timezone=ZONE)
    after = city.row(person)
    assert (swept.passed_over, swept.assigned, swept.ended) == (1, 0, 0)
    assert (after.rule_id, after.due_at, after.soft) == (second, before.due_at, False)
    city.check()


def test_who_comes_back_is_assigned_again(city):
    person = city.person("A")
    rule = city.rule()
    city.sweep(rule)
    city.move(person, "other")
    city.sweep(rule)
    city.move(person, "A", days=1)
    assert city.sweep(rule, days=2).assigned == 1
    assert city.row(person).state == OPEN
    city.check()


def test_who_leaves_is_released_and_completed_ones_stay_done(city, yearly):
    done, left = city.person(), city.person()
    rule = city.rule()
    city.sweep(rule)
    with city.database.transaction() as session:
        records.complete(session, session.get_one(Person, done), yearly, now=city.now)
        for each in (done, left):
            person = session.get_one(Person, each)
            change_person(session, person, {"active": False}, actor_id=BOSS, now=city.now)
    assert city.sweep(rule).ended == 1
    assert (city.row(left).why_ended, city.row(done).state) == ("left", DONE)


def test_what_somebody_ended_by_hand_is_not_assigned_again(city):
    person = city.person()
    rule = city.rule()
    city.sweep(rule)
    with city.database.transaction() as session:
        unassign(session, person, "k3", actor_id=BOSS, now=city.now)
    assert city.sweep(rule).total == 0


def test_a_changed_rule_moves_the_dates_of_open_assignments_but_none_moved_by_hand(city):
    plain, by_hand = city.person(), city.person()
    rule = city.rule()
    city.sweep(rule)
    day = date(2027, 3, 1)
    with city.database.transaction() as session:
        change_due(session, by_hand, "k3", due_on=day, reason="Cuti", actor_id=BOSS, now=city.now)
    _change(city, rule, due=Due.DATE, due_on=date(2026, 12, 24), days=None, required=False)
    assert city.sweep(rule, days=1, changed=True).changed == 2
    assert (city.row(plain).due_on, city.row(plain).required) == (date(2026, 12, 24), False)
    assert (city.row(by_hand).due_on, city.row(by_hand).required) == (day, False)
    assert city.sweep(rule, days=2, changed=True).total == 0
    city.check()


def test_changing_back_takes_a_change_back(city):
    inside, outside = city.person("A"), city.person("B")
    rule = city.rule(unit="A")
    city.sweep(rule)
    _change(city, rule, unit_id=city.units["B"].id)
    swept = city.sweep(rule, changed=True)
    assert (swept.ended, swept.assigned) == (1, 1)
    _change(city, rule, unit_id=city.units["A"].id)
    city.sweep(rule, changed=True)
    assert [city.row(inside).state, city.row(outside).state] == [OPEN, ENDED]
    assert city.row(inside).due_on == date(2026, 12, 31)
    city.check()


def _change(city, rule_id, **said):
    with city.database.transaction() as session:
        rule = session.get_one(AssignmentRule, rule_id)
        known = {name: getattr(rule, name) for name in Wanted.__dataclass_fields__}
        change_rule(
            session, rule, Wanted(**{**known, **said}), based_on=rule.changed_at, actor_id=BOSS,
            now=city.now,
        )  # fmt: skip


def test_ending_a_rule_ends_its_open_assignments_and_resuming_brings_them_back(city):
    person = city.person()
    rule = city.rule()
    city.sweep(rule)
    with city.database.transaction() as session:
        end_rule(session, session.get_one(AssignmentRule, rule), actor_id=BOSS, now=city.now)
    assert city.sweep(rule).ended == 1
    assert city.row(person).why_ended == "rule_ended"
    with city.database.transaction() as session:
        resume_rule(session, session.get_one(AssignmentRule, rule), actor_id=BOSS, now=city.now)
    assert city.sweep(rule).assigned == 1
    city.check()


def test_the_second_of_two_who_change_a_rule_is_told(city):
    rule_id = city.rule()
    with city.database.transaction() as session:
        rule = session.get_one(AssignmentRule, rule_id)
        with pytest.raises(RuleMoved):
            change_rule(
                session, rule, wanted_of(rule), based_on=city.now - timedelta(days=1),
                actor_id=BOSS, now=city.now,
            )  # fmt: skip


def test_the_next_cycle_opens_ninety_days_before_the_lapse_and_is_due_then(city, yearly):
    person = city.person()
    rule = city.rule()
    city.sweep(rule)
    with city.database.transaction() as session:
        records.complete(session, session.get_one(Person, person), yearly, now=city.now)
    assert city.row(person).state == DONE
    assert city.sweep(rule, days=274).total == 0
    assert city.sweep(rule, days=276).assigned == 1
    first, second = city.rows(person)
    assert (first.state, second.cycle, second.due_on) == (DONE, 2, date(2027, 11, 24))
    assert city.sweep(rule, days=300).total == 0
    city.check()


def test_without_repeat_the_first_completion_is_enough(city, yearly):
    person = city.person()
    rule = city.rule(repeat=False)
    city.sweep(rule)
    with city.database.transaction() as session:
        records.complete(session, session.get_one(Person, person), yearly, now=city.now)
    assert city.sweep(rule, days=800).total == 0


def test_a_preview_tells_who_gets_it_and_who_is_left_out_and_why_and_changes_nothing(city, yearly):
    people = {name: city.person(name=name) for name in ("Adi", "Budi", "Cok", "Dewi")}
    rule = city.rule()
    with city.database.transaction() as session:
        records.complete(session, session.get_one(Person, people["Budi"]), yearly, now=city.now)
    city.sweep(rule, only=[people["Cok"], people["Dewi"]])
    with city.database.transaction() as session:
        unassign(session, people["Dewi"], "k3", actor_id=BOSS, now=city.now)
    with city.database.reading() as session:
        entries = len(session.scalars(select(LedgerEntry.seq)).all())
        wanted = Wanted("k3", START, unit_id=city.units["A"].id, days=60)
        found = preview(session, wanted, rule, now=city.now)
        assert len(session.scalars(select(LedgerEntry.seq)).all()) == entries
    assert found.counts == {NOW: 1, HOLDS: 1, ASSIGNED: 1, EXEMPT: 1} and found.people == 4
    assert [person.name for person in found.first] == ["Adi"]
    reasons = {person.name: why for person, why in found.left_out}
    assert reasons == {"Budi": HOLDS, "Cok": ASSIGNED, "Dewi": EXEMPT}


def test_a_sweep_of_more_people_than_one_transaction_holds_reaches_all(city):
    people = [city.person() for _ in range(205)]
    rule = city.rule()
    seen: list[int] = []
    assert city.sweep(rule, watch=seen.append).assigned == 205
    assert all(city.row(each).state == OPEN for each in people[::50])
    assert seen == sorted(seen) and len(seen) > 3


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"course": "tidak-ada"}, "course"),
        ({"kind": "X"}, "kind"),
        ({"post_class": "X"}, "post_class"),
        ({"due": "X"}, "due"),
        ({"due": Due.DATE}, "due_on"),
        ({"due": Due.DATE, "due_on": date(2026, 1, 1)}, "due_on"),
        ({"days": None}, "days"),
        ({"days": -1}, "days"),
        ({"days": 99999}, "days"),
    ],
)
def test_what_a_rule_cannot_say_is_refused_by_its_field(said, field):
    with pytest.raises(BadRule) as caught:
        checked(
            Wanted(**{"course": "k3", "starts_on": START, "days": 3, **said}), courses={"k3": 1}
        )
    assert list(caught.value.mistakes) == [field]
