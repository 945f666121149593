"""Bulk acts: the preview says who takes part, the act does just that, and undoing leaves what changed."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learn.assignments.services import change_due, due_of
from learn.bulk.jobs import bulk_job
from learn.bulk.kinds import Office, Target, act_named
from learn.bulk.models import ACTED, DONE, LEFT, STAYS, TAKEN_BACK, UNDONE, BulkItem
from learn.bulk.planning import plan
from learn.bulk.services import ListChanged, begin, counts_of, undo
from learn.claims import services as claims
from learn.claims.documents import Document
from learn.claims.models import Claim
from learn.claims.rules import Said, State
from learn.errors import Conflict, Forbidden, Invalid
from learn.hours.models import HoursYear
from learn.jobs.kinds import Task
from learn.jobs.models import Job
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.people.models import Person, Unit
from learn.people.roles import actor_of
from learn.progress.models import Completion, Enrolment
from learn.progress.services import complete_module, enrol
from learn.schema import load_projections
from tests.support import make, records

load_projections()
COURSE = records.version()
KEY = COURSE.course
ZONE = "Asia/Makassar"


@pytest.fixture
def city(database, now):
    """Two offices; HR of the first; three people there, one elsewhere."""
    with database.transaction() as session:
        here, there = make.unit(session, "A"), make.unit(session, "B")
        hr = make.person(session, "hr", name="HR", unit=here, password=None)
        people = [
            make.person(session, name=f"Pegawai {n}", unit=here, password=None) for n in range(3)
        ]
        other = make.person(session, name="Lain", unit=there, password=None)
        return {"hr": hr.id, "people": [each.id for each in people], "other": other.id}


def office(session, city, now, who="hr"):
    actor = actor_of(session, city[who])
    return Office(actor, make.settings(), lambda _session, key: COURSE if key == KEY else None, now,
                  ZONE)  # fmt: skip


def targets(city, ref=""):
    return [Target(each, ref) for each in [*city["people"], city["other"], city["hr"]]]


def run(session, city, now, act, params, wanted=None, **known):
    """Plan and do it; return plan and batch."""
    who = office(session, city, now)
    planned = plan(session, act_named(act), wanted or targets(city), params, who)
    return planned, begin(session, planned, digest=planned.digest, office=who, filters={}, **known)


def sent_claim(session, person_id, now):
    """Send a claim of a course of four JP."""
    day, today = date(2026, 11, 3), date(2026, 11, 24)
    said = Said("KL08", "Kursus", "LAN", day, day, declared_jp=4)
    pdf = Document("a" * 64, "application/pdf", "sertifikat.pdf")
    claim = claims.draft(session, person_id, said, today=today, now=now, document=pdf)
    return claims.submit(session, person_id, claim.id, based_on=claim.seq, today=today, now=now)


def entries(session, person_id, kind):
    rows = session.scalars(
        select(LedgerEntry.data).where(
            LedgerEntry.person_id == person_id, LedgerEntry.kind == kind
        ).order_by(LedgerEntry.seq)
    )  # fmt: skip
    return [json.loads(row) for row in rows]


def sound(session):
    """Whether the ledger verifies and says what is stored."""
    ids = session.scalars(select(Person.id)).all()
    return not list(verify(session)) and all(rebuild_person(session, each) == [] for each in ids)


def complete_all(session, city, now):
    for each in [*city["people"], city["other"], city["hr"]]:
        records.complete(session, session.get_one(Person, each), COURSE, now=now)


def reasons(planned):
    return {str(why): count for why, count in planned.reasons.items()}


def test_the_preview_names_who_is_left_out_and_why(database, city, now):
    with database.transaction() as session:
        enrol(session, city["people"][0], COURSE, now=now)
        planned, batch = run(session, city, now, "enrol", {"course": KEY})
        assert [each.target.person_id for each in planned.takes] == city["people"][1:]
        assert reasons(planned) == {
            "It is your own: somebody else does this for you.": 1,
            "Outside the units in which you may do this.": 1,
            "Enrolled already.": 1,
        }
        assert batch.acted == batch.total == 2
        assert entries(session, city["people"][1], "enrolled")[0]["batch"] == batch.id
        assert session.get(Enrolment, (city["other"], KEY, 1)) is None


def test_an_enrolment_is_taken_back_while_nothing_was_begun(database, city, now):
    with database.transaction() as session:
        _planned, batch = run(session, city, now, "enrol", {"course": KEY})
        complete_module(session, city["people"][0], COURSE, records.MODULE,
                        settings=make.settings(), now=now)  # fmt: skip
        undo(session, batch.id, office(session, city, now + timedelta(days=1)))
        assert batch.state == UNDONE
        assert counts_of(session, batch.id) == {TAKEN_BACK: 2, STAYS: 1}
        stays = session.scalars(select(BulkItem).where(BulkItem.state == STAYS)).one()
        assert stays.why["msgid"] == "They have begun the course since."
        assert session.get(Enrolment, (city["people"][1], KEY, 1)) is None
        assert sound(session)


def test_who_was_taken_back_may_be_enrolled_again(database, city, now):
    with database.transaction() as session:
        for day in (0, 2):
            _planned, batch = run(
                session, city, now + timedelta(days=day), "enrol", {"course": KEY}
            )
            undo(session, batch.id, office(session, city, now + timedelta(days=day + 1)))
        assert batch.taken_back == 3
        assert sound(session)


def test_completions_are_withdrawn_and_come_back_with_their_worth(database, city, now):
    with database.transaction() as session:
        complete_all(session, city, now)
        wanted = targets(city, f"{KEY}:1")
        later = now + timedelta(days=1)
        planned, batch = run(session, city, later, "withdraw", {"reason": "Versi keliru"}, wanted)
        assert len(planned.takes) == batch.acted == 3
        one = city["people"][0]
        assert session.get_one(HoursYear, (one, now.year)).earned == 0
        assert session.get_one(Completion, (city["hr"], KEY, 1)).withdrawn_at is None
        enrol(session, city["people"][2], COURSE, now=later, renew=True)
        undo(session, batch.id, office(session, city, now + timedelta(days=2)))
        assert session.get_one(HoursYear, (one, now.year)).earned == 6
        assert entries(session, one, "completion_reinstated")[0]["batch"] == batch.id
        assert session.get_one(Completion, (city["people"][2], KEY, 1)).withdrawn_at is not None
        assert batch.taken_back == 2
        assert sound(session)


def test_a_withdrawal_needs_a_reason_and_keeps_it_out_of_the_audit(database, city, now):
    with database.transaction() as session:
        complete_all(session, city, now)
        with pytest.raises(Invalid, match="Give a reason"):
            run(session, city, now, "withdraw", {"reason": " "}, targets(city, f"{KEY}:1"))


def test_claims_are_accepted_but_never_ones_own_and_wait_again(database, city, now):
    with database.transaction() as session:
        wanted = []
        for each in [*city["people"], city["hr"]]:
            claim = sent_claim(session, each, now)
            wanted.append(Target(each, str(claim.id)))
        planned, batch = run(session, city, now + timedelta(days=1), "accept", {}, wanted)
        assert len(planned.takes) == 3
        one = city["people"][0]
        assert session.get_one(HoursYear, (one, 2026)).earned == 4
        own = session.scalars(select(Claim).where(Claim.person_id == city["hr"])).one()
        assert own.state == State.SUBMITTED
        undo(session, batch.id, office(session, city, now + timedelta(days=2)))
        claim = session.scalars(select(Claim).where(Claim.person_id == one)).one()
        assert claim.state == State.SUBMITTED
        assert claim.decided_by is None
        assert session.get_one(HoursYear, (one, 2026)).earned == 0
        assert sound(session)


def test_a_course_is_assigned_with_a_date_and_taken_back_unless_it_was_changed(database, city, now):
    with database.transaction() as session:
        _planned, batch = run(session, city, now, "assign", {"course": KEY, "due": "31-12-2026"})
        first, second, third = city["people"]
        assert due_of(session, first, KEY).due_on.isoformat() == "2026-12-31"
        who = office(session, city, now)
        again = plan(session, act_named("assign"), targets(city), {"course": KEY}, who)
        assert reasons(again)["Assigned already."] == 3
        change_due(session, second, KEY, due_on=None, reason="Cuti", actor_id=city["hr"],
                   now=now + timedelta(hours=1), timezone=ZONE)  # fmt: skip
        records.complete(session, session.get_one(Person, third), COURSE,
                         now=now + timedelta(days=2))  # fmt: skip
        undo(session, batch.id, office(session, city, now + timedelta(days=3)))
        assert due_of(session, first, KEY) is None
        assert due_of(session, second, KEY) is not None
        assert counts_of(session, batch.id) == {TAKEN_BACK: 1, STAYS: 2}
        assert sound(session)


def test_an_assignment_that_was_ended_comes_back_with_its_date(database, city, now):
    with database.transaction() as session:
        run(session, city, now, "assign", {"course": KEY, "due": "2026-12-01"})
        late = now + timedelta(days=30)
        params = {"course": KEY, "reason": "Tidak lagi perlu"}
        _planned, batch = run(session, city, late, "unassign", params)
        assert batch.acted == 3
        undo(session, batch.id, office(session, city, late + timedelta(days=1)))
        assert due_of(session, city["people"][0], KEY).due_on.isoformat() == "2026-12-01"
        assert sound(session)


def test_a_list_that_changed_since_the_preview_is_refused(database, city, now):
    with database.transaction() as session:
        who = office(session, city, now)
        params = {"course": KEY}
        shown = plan(session, act_named("enrol"), targets(city), params, who)
        enrol(session, city["people"][0], COURSE, now=now)
        after = plan(session, act_named("enrol"), targets(city), params, who)
        with pytest.raises(ListChanged):
            begin(session, after, digest=shown.digest, office=who, filters={})


def test_undoing_twice_is_refused_and_nobody_without_the_right_undoes(database, city, now):
    with database.transaction() as session:
        _planned, batch = run(session, city, now, "enrol", {"course": KEY})
        with pytest.raises(Forbidden):
            undo(session, batch.id, office(session, city, now, "other"))
        undo(session, batch.id, office(session, city, now))
        with pytest.raises(Conflict, match="undone before"):
            undo(session, batch.id, office(session, city, now))


def test_what_somebody_cannot_reach_stays_open_for_who_can(database, city, now):
    with database.transaction() as session:
        _planned, batch = run(session, city, now, "enrol", {"course": KEY})
        unit = session.get_one(Person, city["other"]).unit_id
        for each in city["people"][1:]:
            session.get_one(Person, each).unit_id = unit
        elsewhere = make.person(
            session, "hr", name="HR lain", unit=session.get_one(Unit, unit), password=None
        )
        colleague = {**city, "hr": elsewhere.id}
        undo(session, batch.id, office(session, colleague, now))
        assert (batch.state, counts_of(session, batch.id)) == (DONE, {ACTED: 1, TAKEN_BACK: 2})
        with pytest.raises(Conflict, match="Nobody is left"):
            undo(session, batch.id, office(session, colleague, now))
        undo(session, batch.id, office(session, city, now))
        assert (batch.state, counts_of(session, batch.id)) == (UNDONE, {TAKEN_BACK: 3})
        assert batch.taken_back == 3
        assert sound(session)


def test_a_large_undo_by_a_job_ends_though_some_stay_out_of_reach(database, city, now):
    with database.transaction() as session:
        _planned, batch = run(session, city, now, "enrol", {"course": KEY})
        other = session.get_one(Person, city["other"])
        session.get_one(Person, city["people"][0]).unit_id = other.unit_id
        undo(session, batch.id, office(session, city, now), at_once=1)
        job = session.get_one(Job, batch.job_id)
        task = Task(job.id, job.data, job.actor_id, now)
    kind = bulk_job(database, make.settings(), lambda _session, _key: COURSE, step=1)
    assert kind.run(task).result == {"rows": 2}
    with database.reading() as session:
        assert counts_of(session, batch.id) == {ACTED: 1, TAKEN_BACK: 2}


def test_a_large_act_is_a_job_that_goes_on_where_it_was(database, city, now):
    with database.transaction() as session:
        _planned, batch = run(session, city, now, "enrol", {"course": KEY}, at_once=1)
        assert batch.acted == 0
        job = session.get_one(Job, batch.job_id)
        task = Task(job.id, job.data, job.actor_id, now)
    kind = bulk_job(database, make.settings(), lambda _session, _key: COURSE, step=2)
    assert kind.run(task).result == {"rows": 3}
    assert kind.run(task).result == {"rows": 0}
    with database.transaction() as session:
        assert counts_of(session, batch.id) == {ACTED: 3}
        undo(session, batch.id, office(session, city, now), at_once=1)
    kind.run(task)
    with database.reading() as session:
        assert counts_of(session, batch.id) == {TAKEN_BACK: 3}


def test_who_moved_away_before_the_job_came_to_them_is_left(database, city, now):
    with database.transaction() as session:
        _planned, batch = run(session, city, now, "enrol", {"course": KEY}, at_once=1)
        job = session.get_one(Job, batch.job_id)
        task = Task(job.id, job.data, job.actor_id, now)
        other = session.get_one(Person, city["other"])
        session.get_one(Person, city["people"][0]).unit_id = other.unit_id
    bulk_job(database, make.settings(), lambda _session, _key: COURSE).run(task)
    with database.reading() as session:
        assert counts_of(session, batch.id) == {ACTED: 2, LEFT: 1}


def test_a_claim_that_was_sent_anew_before_the_job_came_to_it_is_left(database, city, now):
    who = city["people"][0]
    with database.transaction() as session:
        sent = sent_claim(session, who, now)
        other = sent_claim(session, city["people"][1], now)
        wanted = [Target(who, str(sent.id)), Target(city["people"][1], str(other.id))]
        boss = {**city, "hr": make.person(session, "verifier", password=None).id}
        planned, batch = run(session, boss, now, "accept", {}, wanted, at_once=1)
        assert len(planned.takes) == 2
        job = session.get_one(Job, batch.job_id)
        task = Task(job.id, job.data, job.actor_id, now)
        claims.decide(session, who, sent.id, claims.Act.RETURN, actor_id=boss["hr"],
                      based_on=sent.seq, now=now, reason="Salah")  # fmt: skip
        claims.submit(session, who, sent.id, based_on=sent.seq, today=date(2026, 11, 24), now=now)
    bulk_job(database, make.settings(), lambda _session, _key: COURSE).run(task)
    with database.reading() as session:
        assert counts_of(session, batch.id) == {ACTED: 1, LEFT: 1}
        assert session.get_one(Claim, (who, sent.id)).state == State.SUBMITTED
