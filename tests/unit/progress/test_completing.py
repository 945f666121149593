"""A completion: once a cycle, with hours, evidence, level and certificate in one transaction."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from learn.certificates.models import Certificate
from learn.certificates.services import find_certificate
from learn.competencies.models import CompetencyLevel, Evidence
from learn.competencies.queries import standings_of
from learn.courses.version import Period
from learn.errors import Conflict, Forbidden, LearnError, NotFound
from learn.hours.accounts import year_accounts
from learn.hours.models import HoursCredit, HoursYear
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.progress import services
from learn.progress.models import Completion, Enrolment
from learn.schema import load_projections
from tests.support import make
from tests.support.records import MODULE, complete, version

load_projections()
CERTIFIED = {"valid_for": Period(years=3)}


@pytest.fixture
def person(database):
    with database.transaction() as session:
        return make.person(session, password=None)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_everything_that_a_completion_is_worth_comes_with_it(database, person, now):
    with database.transaction() as session:
        completion = complete(session, person, version(**CERTIFIED), now=now)
        assert completion.certificate == f"00001/LEARN/BKPSDM/{now.year}"
        assert [(row.jp, row.year) for row in session.scalars(select(HoursCredit))] == [
            (6, now.year)
        ]
        assert [(row.competency, row.level) for row in session.scalars(select(Evidence))] == [
            ("M.05", 2)
        ]
        assert session.get_one(CompetencyLevel, (person.id, "M.05")).learned_level == 2


def test_completing_again_in_the_same_cycle_credits_nothing_more(database, person, now):
    course = version(**CERTIFIED)
    with database.transaction() as session:
        complete(session, person, course, now=now)
        again = services.complete_module(
            session,
            person.id,
            course,
            MODULE,
            settings=make.settings(),
            now=now + timedelta(hours=1),
        )
        assert again is None
        assert [count(session, model) for model in (Completion, HoursCredit, Certificate)] == [
            1,
            1,
            1,
        ]


def test_two_at_the_same_moment_complete_once(database, person, now):
    course = version(**CERTIFIED)
    with database.transaction() as session:
        services.enrol(session, person.id, course, now=now)
    gate, failures = threading.Barrier(4), []

    def run():
        try:
            gate.wait()
            with database.transaction() as session:
                services.complete_module(
                    session, person.id, course, MODULE, settings=make.settings(), now=now
                )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as session:
        assert [count(session, model) for model in (Completion, HoursCredit, Certificate)] == [
            1,
            1,
            1,
        ]
        assert list(verify(session)) == []


def test_certificate_numbers_have_neither_gap_nor_double(database, now):
    with database.transaction() as session:
        people = [make.person(session, password=None) for _ in range(5)]
    gate = threading.Barrier(5)

    def run(person):
        gate.wait()
        with database.transaction() as session:
            complete(session, person, now=now)

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        numbers = sorted(session.scalars(select(Certificate.number)))
    assert [int(number[:5]) for number in numbers] == [1, 2, 3, 4, 5]


def test_a_withdrawal_takes_back_all_of_it_and_stays_to_be_seen(database, person, now):
    with database.transaction() as session:
        completion = complete(session, person, now=now)
        code = session.scalars(select(Certificate.code)).one()
        services.withdraw(
            session, person.id, completion.course, 1, reason="Keliru orang", actor_id=99,
            now=now + timedelta(days=1),
        )  # fmt: skip
    with database.reading() as session:
        assert session.get_one(HoursYear, (person.id, now.year)).earned == 0
        assert session.get_one(CompetencyLevel, (person.id, "M.05")).learned_level == 0
        assert count(session, Completion) == 1
        found = find_certificate(session, code, now=now + timedelta(days=2))
        assert found is not None and found.state == "withdrawn"
        assert "Keliru" not in "".join(session.scalars(select(LedgerEntry.data)))


def test_a_withdrawal_needs_a_reason_and_happens_once(database, person, now):
    with database.transaction() as session:
        course = complete(session, person, now=now).course
        known = {"actor_id": 99, "now": now}
        with pytest.raises(LearnError, match="reason"):
            services.withdraw(session, person.id, course, 1, reason="  ", **known)
        services.withdraw(session, person.id, course, 1, reason="Keliru", **known)
        with pytest.raises(Conflict):
            services.withdraw(session, person.id, course, 1, reason="Keliru", **known)
        with pytest.raises(NotFound):
            services.withdraw(session, person.id, "none", 1, reason="Keliru", **known)


def test_a_lapsed_completion_counts_no_longer_and_a_new_cycle_starts_empty(database, person, now):
    course = version(**CERTIFIED)
    later = now + timedelta(days=3 * 366)
    with database.transaction() as session:
        complete(session, person, course, now=now)
        (standing,) = [
            s for s in standings_of(session, person.id, on=now.date()) if s.learned_level
        ]
        assert standing.learned_level == 2
        assert not any(s.learned_level for s in standings_of(session, person.id, on=later.date()))
        soon = now + timedelta(days=30)
        assert services.enrol(session, person.id, course, now=soon, renew=True).cycle == 1
        assert services.enrol(session, person.id, course, now=later).cycle == 1
        assert services.enrol(session, person.id, course, now=later, renew=True).cycle == 2
        done = services.complete_module(
            session, person.id, course, MODULE, settings=make.settings(), now=later
        )
        assert done is not None and done.cycle == 2
        assert count(session, Completion) == 2


def test_hours_count_in_the_local_year_of_the_unit(database, person):
    eve = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight in Denpasar
    with database.transaction() as session:
        complete(session, person, now=eve)
        assert [account.year for account in year_accounts(session, person.id, "PNS", None, this_year=2026)] == [2027, 2026]  # fmt: skip


def test_a_course_by_invitation_lets_nobody_in_by_themselves(database, person, now):
    with database.transaction() as session, pytest.raises(Forbidden):
        services.enrol(session, person.id, version(enrolment="closed"), now=now)


def test_a_course_of_no_jp_credits_none_and_has_no_certificate(database, person, now):
    with database.transaction() as session:
        completion = complete(session, person, version(hours=0), now=now)
        assert completion.certificate is None
        assert count(session, HoursCredit) == 0


def test_what_fails_on_the_way_leaves_nothing_behind(database, person, now):
    course = version(outcomes=(type("Broken", (), {"competency": "M.05", "level": 9})(),))
    with pytest.raises(Exception, match="level"), database.transaction() as session:
        complete(session, person, course, now=now)
    with database.reading() as session:
        assert [count(session, model) for model in (Completion, HoursCredit, Enrolment)] == [
            0,
            0,
            0,
        ]
        assert list(verify(session)) == []


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.sampled_from(["complete", "withdraw", "wait"]), max_size=8))
def test_the_account_is_the_sum_of_the_ledger_whatever_happens(database, now, acts):
    course, moment = version(**CERTIFIED), now
    with database.transaction() as session:
        person = make.person(session, password=None)
        for act in acts:
            moment += timedelta(days=40)
            if act == "complete":
                services.enrol(session, person.id, course, now=moment, renew=True)
                services.complete_module(
                    session, person.id, course, MODULE, settings=make.settings(), now=moment
                )
            elif act == "withdraw":
                standing = session.scalars(
                    select(Completion).where(
                        Completion.person_id == person.id, Completion.withdrawn_at.is_(None)
                    )
                ).first()
                if standing:
                    services.withdraw(
                        session, person.id, standing.course, standing.cycle, reason="x", actor_id=1,
                        now=moment,
                    )  # fmt: skip
            else:
                moment += timedelta(days=400)
        earned = session.scalar(
            select(func.coalesce(func.sum(HoursYear.earned), 0)).where(
                HoursYear.person_id == person.id
            )
        )
        credited = session.scalar(
            select(func.coalesce(func.sum(HoursCredit.jp), 0)).where(
                HoursCredit.person_id == person.id, HoursCredit.withdrawn_at.is_(None)
            )
        )
        assert earned == credited
        assert list(rebuild_person(session, person.id)) == []
