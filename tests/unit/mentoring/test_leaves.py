"""Completion rules that ask for an approval, for hours in a form, for recognised prior learning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learn.competencies.services import record_evidence, withdraw_evidence_of
from learn.errors import Forbidden, Invalid
from learn.hours.services import credit_hours, withdraw_hours_of
from learn.ledger.rebuild import rebuild_person
from learn.mentoring.approvals import approve, list_given, list_waiting, take_back, wanted_in
from learn.mentoring.leaves import ApprovalAsked, HoursAsked, PriorAsked
from learn.mentoring.settling import settle_open
from learn.people.access import Actor, Grant, Role
from learn.people.models import Unit
from learn.people.paging import NoPlace, cursor_of
from learn.progress.models import Completion, Enrolment
from learn.progress.rules import BadRule, Facts, check_rule, parse_rule
from learn.progress.services import complete_module, enrol, explain
from learn.schema import load_projections
from tests.support import make, records

load_projections()
TEXT = "Menerapkan standar pelayanan"
SUPERVISED = {"approval": {"by": "supervisor", "text": TEXT}}
MENTORED = {"approval": {"by": "mentor", "text": TEXT}}
HOURS = {"hours": {"form": "NKL02", "jp": 4}}
PRIOR = {"prior": {"competency": "M.05", "level": 2}}


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def learner(session):
    return make.person(session, password=None)


def course(*leaves, **known):
    return records.version(complete={"all": [{"modules": "all"}, *leaves]}, **known)


def path_of(session, person):
    return session.get_one(Unit, person.unit_id).path


def begun(session, learner, version, now):
    """Let the learner do all that they can do themselves; return the enrolment."""
    enrolment = enrol(session, learner.id, version, now=now)
    assert finish(session, learner, version, now) is None
    return enrolment


def finish(session, learner, version, now):
    return complete_module(
        session, learner.id, version, records.MODULE, settings=make.settings(), now=now
    )


def settled(session, learner, version, now):
    return settle_open(session, learner.id, [version], settings=make.settings(), now=now)


def boss_of(session, person, role=Role.SUPERVISOR, **more):
    boss = make.person(session, password=None)
    return Actor(boss.id, (Grant(role, path_of(session, person)),), **more)


@pytest.mark.parametrize("leaf", [SUPERVISED, HOURS, PRIOR])
def test_a_course_is_not_completed_before_what_it_asks_for_is_there(session, learner, now, leaf):
    version = course(leaf)
    enrolment = begun(session, learner, version, now)
    explained = explain(session, enrolment, version, learner.id, now=now)
    (missing,) = explained.missing()
    assert missing.kind == next(iter(leaf))
    assert str(missing.title) and str(missing.message)


def test_a_supervisor_confirms_and_the_course_is_completed(session, learner, now):
    version = course(SUPERVISED)
    enrolment = begun(session, learner, version, now)
    actor, (wanted,) = boss_of(session, learner), wanted_in(version)
    (waiting,) = list_waiting(session, actor, wanted).items
    assert waiting.person.id == learner.id
    path = path_of(session, learner)
    made = approve(session, enrolment, wanted, actor=actor, unit_path=path, now=now)
    assert approve(session, enrolment, wanted, actor=actor, unit_path=path, now=now) is made
    assert len(settled(session, learner, version, now)) == 1
    assert session.get(Completion, (learner.id, version.course, 1)) is not None
    assert list_waiting(session, actor, wanted).items == []
    assert rebuild_person(session, learner.id) == []


def test_only_who_is_asked_confirms_and_nobody_themselves(session, learner, now):
    version = course(SUPERVISED)
    enrolment = begun(session, learner, version, now)
    (wanted,) = wanted_in(version)
    path = path_of(session, learner)
    grant = Grant(Role.SUPERVISOR, path)
    for actor in (
        Actor(learner.id, (grant,)),
        Actor(learner.id + 50),
        Actor(learner.id + 50, (Grant(Role.SUPERVISOR, "/1/999/"),)),
        Actor(learner.id + 50, pairs=(learner.id,)),
        Actor(learner.id + 50, (Grant(Role.HR, path),)),
    ):
        with pytest.raises(Forbidden):
            approve(session, enrolment, wanted, actor=actor, unit_path=path, now=now)


def test_a_mentor_confirms_what_asks_for_the_mentor(session, learner, now):
    version = course(MENTORED)
    enrolment = begun(session, learner, version, now)
    (wanted,), path = wanted_in(version), path_of(session, learner)
    with pytest.raises(Forbidden):
        approve(
            session, enrolment, wanted, actor=boss_of(session, learner), unit_path=path, now=now
        )
    mentor = Actor(learner.id + 50, pairs=(learner.id,))
    assert [line.person.id for line in list_waiting(session, mentor, wanted).items] == [learner.id]
    approve(session, enrolment, wanted, actor=mentor, unit_path=path, now=now)
    assert settled(session, learner, version, now)


def test_another_text_asks_anew_and_so_does_a_new_cycle(session, learner, now):
    version = course(SUPERVISED, valid_for=records.YEARLY)
    enrolment = begun(session, learner, version, now)
    (wanted,), actor = wanted_in(version), boss_of(session, learner)
    approve(session, enrolment, wanted, actor=actor, unit_path=path_of(session, learner), now=now)
    other = course({"approval": {"by": "supervisor", "text": "Lain"}})
    assert not explain(session, enrolment, other, learner.id, now=now).met
    settled(session, learner, version, now)
    later = now + timedelta(days=400)
    again = enrol(session, learner.id, version, now=later, renew=True)
    assert again.cycle == 2
    assert not explain(session, again, version, learner.id, now=later).met


def test_an_approval_is_taken_back_by_who_gave_it_with_a_reason(session, learner, now):
    version = course(SUPERVISED)
    enrolment = begun(session, learner, version, now)
    (wanted,), actor = wanted_in(version), boss_of(session, learner)
    made = approve(
        session, enrolment, wanted, actor=actor, unit_path=path_of(session, learner), now=now
    )
    with pytest.raises(Forbidden):
        take_back(session, learner.id, made.id, actor_id=learner.id, reason="x", now=now)
    with pytest.raises(Invalid):
        take_back(session, learner.id, made.id, actor_id=actor.person_id, reason=" ", now=now)
    take_back(session, learner.id, made.id, actor_id=actor.person_id, reason="Keliru", now=now)
    assert not explain(session, enrolment, version, learner.id, now=now).met
    assert rebuild_person(session, learner.id) == []


def test_what_one_approved_is_listed_newest_first_page_by_page(session, learner, now):
    asked = [course(SUPERVISED, course=key) for key in ("satu", "dua", "tiga")]
    actor, path = boss_of(session, learner), path_of(session, learner)
    for day, version in enumerate(asked):
        enrolment = begun(session, learner, version, now)
        approve(session, enrolment, wanted_in(version)[0], actor=actor, unit_path=path,
                now=now + timedelta(days=day))  # fmt: skip
    first = list_given(session, actor, limit=2)
    rest = list_given(session, actor, after=first.next, limit=2)
    assert [line.approval.course for line in (*first.items, *rest.items)] == ["tiga", "dua", "satu"]
    assert rest.next is None
    elsewhere = Actor(actor.person_id, pairs=(learner.id + 1,))
    assert list_given(session, elsewhere).items == [], "of people that one no longer reaches"
    with pytest.raises(NoPlace):
        list_given(session, actor, after=cursor_of("2026-11-24", 1, 1))


def test_hours_count_since_the_cycle_began_and_in_their_form_alone(session, learner, now):
    version = course(HOURS)
    credit = lambda jp, form, ref, at, day=None: credit_hours(
        session, learner.id, jp=jp, form=form, year=at.year, source="mentoring", ref=ref, now=at, day=day
    )  # fmt: skip
    credit(4, "NKL02", "before", now - timedelta(days=9))
    enrolment = begun(session, learner, version, now)
    credit(4, "NKL01", "other", now)
    credit(4, "NKL02", "earlier day", now, (now - timedelta(days=9)).date())
    credit(3, "NKL02", "most", now)
    assert settled(session, learner, version, now) == []
    shown = explain(session, enrolment, version, learner.id, now=now).missing()[0]
    assert str(shown.message) == "3 of 4 JP"
    credit(1, "NKL02", "rest", now)
    assert len(settled(session, learner, version, now)) == 1


def test_prior_learning_counts_at_its_level_or_above_while_it_is_valid(session, learner, now):
    version = course(PRIOR)
    enrolment = begun(session, learner, version, now)
    record = lambda level, source, ref, **known: record_evidence(
        session, learner.id, competency="M.05", level=level, source=source, ref=ref, now=now, **known
    )  # fmt: skip
    record(3, "mentoring", "1")
    record(1, "prior", "1")
    record(4, "prior", "2", valid_until=(now - timedelta(days=2)).date())
    assert not explain(session, enrolment, version, learner.id, now=now).met
    record(3, "prior", "3")
    assert explain(session, enrolment, version, learner.id, now=now).met
    withdraw_evidence_of(session, learner.id, "prior", "3", actor_id=None, now=now)
    assert not explain(session, enrolment, version, learner.id, now=now).met


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"approval": "supervisor"}, "supervisor or mentor"),
        ({"approval": {"by": "hr", "text": "x"}}, "supervisor or mentor"),
        ({"approval": {"by": "mentor", "text": " "}}, "what was applied"),
        ({"approval": {"by": "mentor", "text": "x" * 301}}, "300"),
        ({"approval": {"by": "mentor", "text": "x", "who": 1}}, "supervisor or mentor"),
        ({"hours": {"form": "NKL02"}}, "whole number"),
        ({"hours": {"form": "NKL02", "jp": 0}}, "whole number"),
        ({"hours": {"form": "NKL02", "jp": True}}, "whole number"),
        ({"hours": {"form": "NKL99", "jp": 4}}, "NKL99"),
        ({"prior": {"competency": "M.05", "level": 6}}, "1-5"),
        ({"prior": {"competency": "X.99", "level": 2}}, "X.99"),
        ({"prior": 3}, "competency"),
    ],
)  # fmt: skip
def test_what_a_rule_says_wrong_is_found_at_its_place_when_it_is_published(rule, says):
    (name,) = rule
    findings = check_rule({"all": [rule]}, modules=[], quizzes=[])
    assert [path for path, _message in findings] == [("all", 0, name)]
    assert says in str(findings[0][1])


def test_what_was_published_stays_readable_when_a_code_is_gone():
    parse_rule({"prior": {"competency": "X.99", "level": 2}})
    with pytest.raises(BadRule):
        parse_rule({"prior": {"competency": "X.99", "level": 9}})


LEAVES = st.one_of(
    st.builds(ApprovalAsked, st.sampled_from(["supervisor", "mentor"]), st.sampled_from("ab")),
    st.builds(HoursAsked, st.sampled_from(["NKL01", "NKL02"]), st.integers(1, 9)),
    st.builds(PriorAsked, st.sampled_from(["M.01", "M.05"]), st.integers(1, 5)),
)


@given(LEAVES, st.one_of(st.none(), st.integers(0, 9)))
def test_a_leaf_is_met_by_its_own_facts_and_by_nothing_else(leaf, found):
    met = leaf.explain(Facts(found={leaf: found})).met
    needed = (
        1 if isinstance(leaf, ApprovalAsked) else getattr(leaf, "jp", getattr(leaf, "level", 1))
    )
    assert met == ((found or 0) >= needed)
    others = {other: 9 for other in (HoursAsked("KL01", 1), PriorAsked("M.02", 1)) if other != leaf}
    assert not leaf.explain(Facts(completed_courses=["x"], found=others)).met
    shown = leaf.explain(Facts(found={leaf: found}))
    assert 0 <= shown.done <= shown.total and shown.title is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(["NKL01", "NKL02"]), st.integers(0, 5), st.booleans()), max_size=6
    )
)
def test_hours_are_met_by_the_credits_that_stand_and_no_others(database, now, credits):
    with database.transaction() as session:
        learner = make.person(session, password=None)
        version = course(HOURS)
        enrolment = begun(session, learner, version, now)
        for place, (form, jp, withdrawn) in enumerate(credits):
            ref = str(place)
            credit_hours(
                session,
                learner.id,
                jp=jp,
                form=form,
                year=2026,
                source="mentoring",
                ref=ref,
                now=now,
            )
            if withdrawn:
                withdraw_hours_of(session, learner.id, "mentoring", ref, now=now)
        standing = sum(jp for form, jp, withdrawn in credits if form == "NKL02" and not withdrawn)
        assert explain(session, enrolment, version, learner.id, now=now).met == (standing >= 4)
        assert session.query(Enrolment).filter_by(person_id=learner.id).count() == 1
        session.rollback()
