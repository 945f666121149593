"""Workers at the same moment: rules applied by two, jobs taken by two, and what offices edit together."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.assignments.models import Assignment, AssignmentRule
from learn.assignments.ruling import Wanted, change_rule, make_rule
from learn.assignments.services import change_due, unassign
from learn.assignments.sweeping import sweep_rule
from learn.competencies.framework import drafts, edits
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.framework.models import FrameworkVersion
from learn.competencies.framework.versions import in_force as framework_in_force
from learn.competencies.reading import Bilingual
from learn.competencies.requirements import edits as requirements
from learn.errors import Conflict, Message
from learn.hours.figures import change_form, in_force, mark_of
from learn.jobs.kinds import JobKind, Outcome
from learn.jobs.models import Job, JobState
from learn.jobs.running import Runner
from learn.jobs.services import enqueue
from learn.ledger import audit
from learn.ledger.reading import acts
from learn.notices.models import Notice
from learn.registry import Registry
from learn.storage import FolderStorage
from tests.support import make
from tests.support.racing import lost

ZONE = "Asia/Makassar"
START = date(2026, 11, 1)
BOSS = 900


@pytest.fixture
def office(database):
    """Give a unit, and a few people in it."""
    with database.transaction() as session:
        unit = make.unit(session, "A")
        return unit.id, [make.person(session, unit=unit, password=None).id for _ in range(6)]


@pytest.fixture
def rule_id(database, office, now):
    wanted = Wanted("k3", START, unit_id=office[0], days=60)
    with database.transaction() as session:
        return make_rule(session, wanted, actor_id=BOSS, now=now).id


def assigned(database):
    with database.reading() as session:
        rows = session.scalars(select(Assignment).order_by(Assignment.person_id)).all()
        return [(row.person_id, row.state) for row in rows]


def test_a_rule_that_two_workers_apply_assigns_and_tells_once(database, race, office, rule_id, now):
    def sweep(_meet):
        return sweep_rule(database, rule_id, now=now, timezone=ZONE).assigned

    results = race.run_outside(sweep, sweep, sweep)
    assert sum(results) == 6
    assert assigned(database) == [(each, "open") for each in office[1]]
    assert race.count("course_assigned") == 6
    with database.reading() as session:
        told = Counter(session.scalars(select(Notice.person_id)))
    assert told == Counter(office[1])


def change_days(database, rule_id, unit_id, now):
    with database.transaction() as session:
        rule = session.get_one(AssignmentRule, rule_id)
        wanted = Wanted("k3", START, unit_id=unit_id, days=90)
        change_rule(session, rule, wanted, based_on=rule.changed_at, actor_id=BOSS, now=now)


def renew(database, rule_id, now):
    """Return the work of somebody who applies a changed rule to what it has assigned."""
    return lambda _meet: sweep_rule(
        database, rule_id, now=now, timezone=ZONE, changed=True
    ).changed  # fmt: skip


def test_a_changed_rule_moves_each_date_once_though_two_apply_it(
    database, race, office, rule_id, now
):
    sweep_rule(database, rule_id, now=now, timezone=ZONE)
    change_days(database, rule_id, office[0], now)
    results = race.run_outside(*[renew(database, rule_id, now)] * 4)
    assert sum(results) == 6
    assert race.count("course_assigned") == 12
    with database.reading() as session:
        days = set(session.scalars(select(Assignment.due_on)))
    assert len(days) == 1


def test_what_somebody_ends_or_moves_meanwhile_is_not_undone_by_the_rule(
    database, race, office, rule_id, now
):
    sweep_rule(database, rule_id, now=now, timezone=ZONE)
    change_days(database, rule_id, office[0], now)
    ended, moved = office[1][-1], office[1][-2]
    later = date(2027, 6, 30)

    def by_hand(session, _meet):
        change_due(session, moved, "k3", due_on=later, reason="Cuti", actor_id=BOSS, now=now,
                   timezone=ZONE)  # fmt: skip
        unassign(session, ended, "k3", actor_id=BOSS, now=now)

    def acting(_meet):
        with database.transaction() as session:
            by_hand(session, _meet)

    race.run_outside(acting, *[renew(database, rule_id, now)] * 3)
    with database.reading() as session:
        rows = {row.person_id: row for row in session.scalars(select(Assignment))}
    assert rows[ended].state == "ended"
    assert rows[moved].due_on == later


@pytest.fixture
def runners(database, tmp_path):
    """Return a function that gives workers who know one kind of job."""

    def make_runners(kind, many=4):
        kinds = Registry("jobs")
        kinds.add(kind)
        results = FolderStorage(tmp_path / "results")
        return [
            Runner(database, results, kinds, clock=lambda: datetime.now(UTC), days=7)
            for _ in range(many)
        ]

    return make_runners


def test_a_job_that_four_workers_see_is_done_once(database, race, runners):
    done, lock = Counter(), threading.Lock()

    def run(task):
        with lock:
            done[task.job_id] += 1
        return Outcome(
            apply=lambda session: {
                "act": audit(session, "job_done", {"job": task.job_id}, actor_id=None, at=task.now)
            }
        )

    with database.transaction() as session:
        ids = [
            enqueue(session, "count", {}, actor_id=None, now=datetime.now(UTC)) for _ in range(6)
        ]
    workers = runners(JobKind("count", Message("Count"), run))

    def work(worker):
        return lambda _meet: sum(worker.run_next() for _ in range(10))

    race.run_outside(*map(work, workers))
    while workers[0].run_next():
        pass
    assert done == Counter(ids)
    with database.reading() as session:
        states = session.scalars(select(Job.state)).all()
        told = Counter(line.data["job"] for line in acts(session, kind="job_done"))
    assert set(states) == {JobState.DONE}
    assert told == Counter(ids)


def test_who_publishes_the_same_draft_second_is_told_that_there_is_none(database, race, now):
    with database.transaction() as session:
        draft = drafts.begin(session, actor_id=1, now=now)
        draft = drafts.save(session, named(draft.content, "Nama baru"), based_on=draft.digest,
                            actor_id=1, now=now)  # fmt: skip

    def publish(session, meet):
        shown = drafts.draft_of(session)
        meet()
        return drafts.publish(
            session, based_on=shown.digest, title="", regulation="", in_force_from=now.date(),
            units=(), actor_id=1, now=now, time_zone=ZONE,
        ).number  # fmt: skip

    results = race.run(publish, publish, publish)
    assert results.count(2) == 1
    assert {each.status for each in lost(results)} <= {404, 409}
    with database.reading() as session:
        assert session.scalars(select(FrameworkVersion.number)).all() == [1, 2]


def named(content, name, code="M.01"):
    return edits.changed(
        content, replace(edits.in_force(content, code), names=Bilingual(name, "Name"))
    )


def test_of_two_who_edit_the_same_draft_the_second_loses_nothing_unseen(database, race, now):
    with database.transaction() as session:
        drafts.begin(session, actor_id=1, now=now)
        based_on = drafts.draft_of(session).digest

    def edit(code, name):
        def work(session, meet):
            row = session.get_one(drafts.FrameworkDraft, drafts.DRAFT)
            shown = drafts.draft_of(session)
            meet()
            drafts.save(session, named(shown.content, name, code), based_on=based_on, actor_id=1,
                        now=now)  # fmt: skip
            return row.id

        return work

    results = race.run(edit("M.01", "Satu"), edit("M.02", "Dua"), edit("M.03", "Tiga"))
    assert [type(each) for each in lost(results)] == [Conflict, Conflict]
    with database.reading() as session:
        changes = drafts.draft_of(session).changes
    assert len({each.code for each in changes}) == 1


def test_a_draft_is_begun_once_and_removed_or_edited_never_both(database, race, now):
    def begin(session, _meet):
        return drafts.begin(session, actor_id=1, now=now).digest

    begun = race.run(begin, begin)
    assert len(lost(begun)) == 1
    (digest,) = [each for each in begun if isinstance(each, str)]

    def remove(session, _meet):
        drafts.remove(session, based_on=digest, actor_id=1, now=now)
        return "removed"

    def edit(session, _meet):
        shown = drafts.draft_of(session)
        drafts.save(session, named(shown.content, "Baru"), based_on=digest, actor_id=1, now=now)
        return "edited"

    results = race.run(remove, edit, remove)
    assert len(lost(results)) == 2
    assert {each.status for each in lost(results)} <= {404, 409}


def test_figures_that_two_change_at_once_are_changed_by_one(database, race, now):
    def change(code, jp):
        def work(session, meet):
            shown = mark_of(session)
            meet()
            return change_form(
                session, code, {"mode": "flat", "jp": jp, "minimum_duration_days": 2,
                                "pro_rata": False},
                confidence="high", source="Surat 12/2026", seen=shown, actor_id=1, now=now,
            )  # fmt: skip

        return work

    results = race.run(change("NKL07", 5), change("NKL07", 6), change("NKL06", 7))
    if not database.is_sqlite:  # where the second looks after the first
        assert results.count(True) == 1
    assert {each.status for each in lost(results)} <= {409}
    with database.reading() as session:
        assert len(acts(session, kind="hours_figures_changed")) == results.count(True)
        assert in_force(session).form("NKL07").jp.jp in (5, 6, 10)


def test_one_required_level_stands_where_two_enter_it_at_once(database, race, now):
    framework = load_framework()

    def add(level):
        def work(session, meet):
            framework_in_force(session, now)
            meet()
            said = requirements.Said(
                competency="M.05", level=level, post_title="Pranata Komputer", since=START
            )
            return requirements.add(session, said, framework, actor_id=1, now=now).level

        return work

    results = race.run(add(2), add(3), add(4))
    assert len(lost(results)) == 2
    assert {each.status for each in lost(results)} <= {409, 422}

    def remove(session, meet):
        shown = requirements.get(session, 1)
        meet()
        requirements.remove(session, shown.id, actor_id=1, now=now)
        return "removed"

    results = race.run(remove, remove)
    assert results.count("removed") == 1
    assert [each.status for each in lost(results)] == [404]


def test_regular_work_a_day_later_by_two_workers_changes_nothing_more(
    database, race, office, rule_id, now
):
    sweep_rule(database, rule_id, now=now, timezone=ZONE)
    tomorrow = now + timedelta(days=1)

    def sweep(_meet):
        return sweep_rule(database, rule_id, now=tomorrow, timezone=ZONE).total

    assert race.run_outside(sweep, sweep) == [0, 0]
    assert race.count("course_assigned") == 6
