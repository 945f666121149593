"""Taking a withdrawal back: everything that the completion was worth counts again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from learn.certificates.models import Certificate
from learn.certificates.services import find_certificate
from learn.competencies.models import CompetencyLevel, Evidence
from learn.competencies.services import record_evidence, withdraw_evidence_of
from learn.errors import Conflict, NotFound
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.services import credit_hours, withdraw_hours_of
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.progress.models import Completion
from learn.progress.reinstating import reinstate
from learn.progress.services import enrol, withdraw
from learn.schema import load_projections
from tests.support import make
from tests.support.records import complete, version

load_projections()
COURSE = "layanan-publik"


@pytest.fixture
def person(database):
    with database.transaction() as session:
        return make.person(session, password=None)


def take(session, person, now, course=COURSE):
    withdraw(session, person.id, course, 1, reason="Keliru", actor_id=99, now=now)


def again(session, person, now, course=COURSE):
    return reinstate(session, person.id, course, 1, actor_id=99, now=now, batch=7)


def test_hours_evidence_level_and_certificate_come_back(database, person, now):
    with database.transaction() as session:
        complete(session, person, now=now)
        number = session.get_one(Completion, (person.id, COURSE, 1)).certificate
        take(session, person, now + timedelta(days=1))
        assert session.get_one(HoursYear, (person.id, now.year)).earned == 0
        back = again(session, person, now + timedelta(days=2))
    with database.reading() as session:
        assert back.withdrawn_at is None
        assert session.get_one(HoursYear, (person.id, now.year)).earned == 6
        for table in (HoursCredit, Evidence, Certificate):
            assert [row.withdrawn_at for row in session.scalars(select(table))] == [None]
        assert session.get_one(CompetencyLevel, (person.id, "M.05")).learned_level == 2
        certificate = session.scalars(select(Certificate)).one()
        assert certificate.number == number
        assert find_certificate(session, certificate.code, now=now).state == "valid"
        assert list(verify(session)) == []
    with database.writing() as session:
        assert rebuild_person(session, person.id) == []


def test_of_two_withdrawn_at_the_same_moment_one_comes_back_alone(database, person, now):
    other = version("lain", outcomes=(), hours=4)
    with database.transaction() as session:
        complete(session, person, now=now)
        complete(session, person, other, now=now)
        for course in (COURSE, "lain"):
            take(session, person, now + timedelta(days=1), course)
        again(session, person, now + timedelta(days=2))
        assert session.get_one(HoursYear, (person.id, now.year)).earned == 6
        assert session.get_one(Completion, (person.id, "lain", 1)).withdrawn_at is not None
        assert rebuild_person(session, person.id) == []


def test_what_something_else_took_back_at_the_same_moment_stays_withdrawn(database, person, now):
    with database.transaction() as session:
        complete(session, person, now=now)
        other = {"source": "training", "ref": "7"}
        credit_hours(session, person.id, jp=4, form="KL06", year=now.year, now=now, **other)
        record_evidence(session, person.id, competency="M.05", level=4, now=now, **other)
        later = now + timedelta(days=1)
        take(session, person, later)
        withdraw_hours_of(session, person.id, *other.values(), now=later)
        withdraw_evidence_of(session, person.id, *other.values(), actor_id=99, now=later)
        again(session, person, later)
        assert session.get_one(HoursYear, (person.id, now.year)).earned == 6
        assert session.get_one(CompetencyLevel, (person.id, "M.05")).learned_level == 2
        assert rebuild_person(session, person.id) == []


def test_it_may_be_withdrawn_and_come_back_again(database, person, now):
    with database.transaction() as session:
        complete(session, person, now=now)
        for day in (1, 3):
            take(session, person, now + timedelta(days=day))
            again(session, person, now + timedelta(days=day + 1))
        assert session.get_one(HoursYear, (person.id, now.year)).earned == 6
        assert rebuild_person(session, person.id) == []


def test_what_counts_or_was_begun_again_does_not_come_back(database, person, now):
    with database.transaction() as session:
        complete(session, person, now=now)
        with pytest.raises(Conflict, match="not withdrawn"):
            again(session, person, now)
        take(session, person, now + timedelta(days=1))
        enrol(session, person.id, version(), now=now + timedelta(days=2), renew=True)
        with pytest.raises(Conflict, match="begun the course again"):
            again(session, person, now + timedelta(days=3))
        with pytest.raises(NotFound):
            again(session, person, now, "lain")


@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_withdrawn_and_taken_back_the_account_is_the_sum_of_what_stands(
    database, now, steps
):
    with database.transaction() as session:
        person = make.person(session, password=None)
        worth = {"a": 1, "b": 2, "c": 4}
        for course, hours in worth.items():
            complete(session, person, version(course, hours=hours), now=now)
        standing = set(worth)
        for number, (course, taken) in enumerate(steps, 1):
            moment = now + timedelta(hours=number // 2)  # some at the same moment
            if taken and course in standing:
                take(session, person, moment, course)
                standing.remove(course)
            elif not taken and course not in standing:
                again(session, person, moment, course)
                standing.add(course)
        account = session.get_one(HoursYear, (person.id, now.year))
        assert account.earned == sum(worth[each] for each in standing)
        assert rebuild_person(session, person.id) == []
        session.rollback()
