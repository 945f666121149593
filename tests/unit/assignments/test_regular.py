"""The regular work: once each, whatever is run again; at local midnights; for supervisors in one notice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.assignments.escalating import digests_of, escalate, period_of
from learn.assignments.models import AssignmentRule
from learn.assignments.notices import DIGEST, DUE_PASSED, DUE_SOON, LAPSED, LAPSES
from learn.assignments.regular import keep_assignments, rule_job
from learn.assignments.reminding import remind
from learn.assignments.ruling import Wanted, end_rule, make_rule
from learn.assignments.services import Terms, assign, change_due
from learn.jobs.kinds import Task
from learn.jobs.models import Job
from learn.notices.models import Mail, Notice
from learn.people.access import Role
from learn.people.models import Person, Unit
from learn.people.roles import grant_role
from learn.people.services import change_person
from tests.support import make, records

ZONE = "Asia/Makassar"
BOSS = 10**6
DUE = date(2027, 3, 1)
SETTINGS = make.settings()


@pytest.fixture
def units(database):
    with database.transaction() as session:
        above = make.unit(session, "DINAS")
        units = {name: make.unit(session, name, above) for name in ("WIB", "WIT")}
        units["WIB"].time_zone, units["WIT"].time_zone = "Asia/Jakarta", "Asia/Jayapura"
        return {"DINAS": above, **units}


def person_in(database, unit, **known):
    with database.transaction() as session:
        return make.person(session, unit=session.get_one(Unit, unit.id), password=None, **known).id


def give(database, person_id, now, due=DUE, course="k3", **terms):
    with database.transaction() as session:
        assign(session, person_id, course, due_at=due, actor_id=BOSS, now=now, terms=Terms(**terms))


def told(database, person_id, *kinds):
    with database.reading() as session:
        query = select(Notice).where(Notice.person_id == person_id).order_by(Notice.at, Notice.key)
        return [each for each in session.scalars(query) if not kinds or each.kind in kinds]


def each_day(database, begin, end, hour=20):
    """Run the reminders once a day at this hour of UTC."""
    day = begin
    while day <= end:
        remind(
            database, timezone=ZONE, now=datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        )
        day += timedelta(days=1)


def test_reminders_come_at_ninety_thirty_and_seven_days_and_once_when_it_is_over(
    database, units, now
):
    person = person_in(database, units["WIB"])
    give(database, person, now)
    each_day(database, date(2026, 11, 24), date(2027, 3, 9), hour=2)
    found = told(database, person, DUE_SOON, DUE_PASSED)
    days = [each.at.date() for each in found]
    assert days == [date(2026, 12, 1), date(2027, 1, 30), date(2027, 2, 22), date(2027, 3, 2)]
    assert [each.kind for each in found] == [DUE_SOON] * 3 + [DUE_PASSED]


def test_running_again_tells_nothing_twice(database, units, now):
    person = person_in(database, units["WIB"])
    give(database, person, now, due=date(2026, 12, 2))
    for hours in (0, 24, 24, 25, 48):
        remind(database, timezone=ZONE, now=now + timedelta(hours=hours))
    assert len(told(database, person, DUE_SOON)) == 1


def test_after_a_long_pause_only_the_narrowest_stage_is_told(database, units, now):
    person = person_in(database, units["WIB"])
    give(database, person, now)
    remind(database, timezone=ZONE, now=now)
    remind(database, timezone=ZONE, now=datetime(2027, 2, 27, 1, tzinfo=UTC))
    (only,) = told(database, person, DUE_SOON)
    assert only.key.endswith(":7")


def test_a_stage_begins_at_midnight_of_the_unit(database, units, now):
    west, east = person_in(database, units["WIB"]), person_in(database, units["WIT"])
    for each in (west, east):
        give(database, each, now)
    midnight_east = datetime(2027, 2, 21, 15, 0, tzinfo=UTC)  # 00:00 WIT of 22 February
    remind(database, timezone=ZONE, now=midnight_east - timedelta(seconds=1))
    assert not told(database, east, DUE_SOON)
    remind(database, timezone=ZONE, now=midnight_east)
    assert [len(told(database, each, DUE_SOON)) for each in (east, west)] == [1, 0]
    remind(database, timezone=ZONE, now=midnight_east + timedelta(hours=2))  # 00:00 WIB
    assert [len(told(database, each, DUE_SOON)) for each in (east, west)] == [1, 1]


def test_a_new_due_date_is_reminded_of_anew(database, units, now):
    person = person_in(database, units["WIB"])
    give(database, person, now, due=date(2026, 12, 2))
    each_day(database, date(2026, 11, 23), date(2026, 11, 25))
    with database.transaction() as session:
        change_due(
            session, person, "k3", due_on=date(2027, 1, 10), reason="Cuti", actor_id=BOSS, now=now
        )
    each_day(database, date(2026, 11, 26), date(2027, 1, 15))
    keys = [each.key for each in told(database, person, DUE_SOON, DUE_PASSED)]
    assert len(keys) == 4 and sum("2027-01-10" in key for key in keys) == 3


def test_what_is_recommended_is_never_overdue(database, units, now):
    person = person_in(database, units["WIB"])
    give(database, person, now, due=date(2026, 12, 5), required=False)
    each_day(database, date(2026, 11, 23), date(2026, 12, 9))
    assert [each.kind for each in told(database, person)][1:] == [DUE_SOON]


def test_who_has_completed_it_is_not_reminded(database, units, now):
    person = person_in(database, units["WIB"])
    give(database, person, now, course="layanan-publik")
    with database.transaction() as session:
        records.complete(session, session.get_one(Person, person), now=now)
    each_day(database, date(2026, 11, 24), date(2027, 3, 9))
    assert not told(database, person, DUE_SOON, DUE_PASSED)


def test_a_completion_that_lapses_is_told_where_nothing_is_assigned(database, units, now, yearly):
    person = person_in(database, units["WIB"])
    with database.transaction() as session:
        records.complete(
            session, session.get_one(Person, person), yearly, now=now - timedelta(days=364)
        )
    each_day(database, date(2026, 11, 17), date(2026, 11, 28))
    assert [each.kind for each in told(database, person)] == [LAPSES, LAPSED]


def test_supervisors_are_told_once_a_week_in_one_notice(database, units, now):
    people = [person_in(database, units["WIB"], name=f"Orang {n}") for n in range(7)]
    boss = person_in(database, units["WIB"], name="Atasan")
    higher = person_in(database, units["DINAS"], name="Kepala")
    with database.transaction() as session:
        for who, unit in ((boss, "WIB"), (higher, "DINAS")):
            grant_role(
                session, session.get_one(Person, who), Role.SUPERVISOR,
                unit=session.get_one(Unit, units[unit].id), actor=None, now=now,
            )  # fmt: skip
    for each in (*people, boss):
        give(database, each, now, due=date(2026, 11, 25))
    give(database, people[0], now, due=date(2026, 11, 25), course="lain")
    late = now + timedelta(days=7)
    for _ in range(3):
        escalate(database, every="weekly", timezone=ZONE, now=late)
    (notice,) = told(database, boss, DIGEST)
    assert (notice.data["count"], notice.data["assignments"]) == (7, 8)
    assert notice.data["people"] == people[:5]
    (above,) = told(database, higher, DIGEST)  # the supervisor's own course goes one step up
    assert (above.data["count"], above.data["people"]) == (1, [boss])
    escalate(database, every="weekly", timezone=ZONE, now=late + timedelta(days=7))
    assert len(told(database, boss, DIGEST)) == 2
    assert escalate(database, every="off", timezone=ZONE, now=late + timedelta(days=30)) == 0


def test_where_no_one_supervises_no_one_is_told(database, units, now):
    person = person_in(database, units["WIT"])
    give(database, person, now, due=date(2026, 11, 25))
    with database.reading() as session:
        assert digests_of(session, now + timedelta(days=9)) == {}


def test_a_week_begins_on_monday():
    sunday = date(2026, 11, 29)
    assert period_of(sunday, "weekly") != period_of(sunday + timedelta(days=1), "weekly")
    assert period_of(sunday, "weekly") == period_of(sunday - timedelta(days=6), "weekly")
    assert period_of(sunday, "daily") == "2026-11-29"


def run_jobs(database, now):
    kind = rule_job(database, SETTINGS)
    with database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.state == "queued")).all()
    for job in jobs:
        kind.run(Task(job.id, job.data, None, now))


def test_the_keeper_asks_for_each_rule_once_a_day_and_finds_newcomers_at_once(database, units, now):
    first = person_in(database, units["WIB"])
    with database.transaction() as session:
        wanted = Wanted("k3", date(2026, 11, 1), unit_id=units["DINAS"].id, days=90)
        rule = make_rule(session, wanted, actor_id=BOSS, now=now)
        rule_id = rule.id
    for _ in range(3):
        keep_assignments(database, SETTINGS, now=now)
    run_jobs(database, now)
    assert told(database, first, "course_assigned")
    later = now + timedelta(minutes=5)
    with database.transaction() as session:
        unit = session.get_one(Unit, units["WIT"].id)
        person = make.person(session, unit=unit, password=None).id
        change_person(
            session, session.get_one(Person, person), {"kind": "PPPK"}, actor_id=BOSS, now=later
        )
    keep_assignments(database, SETTINGS, now=later)
    assert len(told(database, person, "course_assigned")) == 1
    with database.transaction() as session:
        assert len(session.scalars(select(Job)).all()) == 1
        end_rule(session, session.get_one(AssignmentRule, rule_id), actor_id=BOSS, now=later)
    keep_assignments(database, SETTINGS, now=later)
    keep_assignments(database, SETTINGS, now=later + timedelta(days=3))
    with database.reading() as session:
        assert len(session.scalars(select(Job)).all()) == 2


def test_what_was_given_by_hand_is_given_again_when_it_lapses(database, units, now, yearly):
    person = person_in(database, units["WIB"])
    give(database, person, now, repeat=True)
    with database.transaction() as session:
        records.complete(session, session.get_one(Person, person), yearly, now=now)
    for days in (0, 200, 277, 277, 278):
        keep_assignments(database, SETTINGS, now=now + timedelta(days=days))
    found = told(database, person, "course_assigned")
    assert [each.data["due"] for each in found] == ["2027-03-01", "2027-11-24"]


def test_reminders_go_out_by_mail_only_where_it_is_configured(database, units, now):
    person = person_in(database, units["WIB"])
    give(database, person, now, due=date(2026, 12, 2))
    remind(database, timezone=ZONE, now=now)
    remind(database, timezone=ZONE, now=now + timedelta(days=1), mail=True)
    with database.reading() as session:
        assert [each.person_id for each in session.scalars(select(Mail))] == [person]
