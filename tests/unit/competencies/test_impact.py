"""A change of rules says whom it would concern, and is then decided as entries; worked by SQL and by the rules alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from learn.competencies.deciding import decide_all, decide_lapsed, stored_differs
from learn.competencies.evidence import services as evidence
from learn.competencies.framework.catalogue import (
    Mandatory,
    Succession,
    shipped_framework,
    use_framework,
)
from learn.competencies.impact import affected, changed_codes, impact_of, levels_by_rules
from learn.competencies.models import CompetencyLevel, Evidence
from learn.competencies.queries import piece_of
from learn.competencies.regular import ask_for_decision, keep_levels
from learn.competencies.rules import learned_level
from learn.competencies.services import decide_level, record_evidence
from learn.jobs.models import Job
from learn.ledger.rebuild import rebuild_person
from learn.people.access import Scope
from learn.schema import load_projections
from tests.support import make

load_projections()
CODE = "M.05"
OTHER = 10**9


@pytest.fixture(autouse=True)
def own_framework():
    yield
    use_framework(None)


def with_mandatory(*mandatory: Mandatory):
    """Return the framework that ships, with this mandatory evidence for M.05."""
    framework = shipped_framework()
    competency = framework.competency(CODE)
    levels = tuple(
        replace(level, mandatory=tuple(m.source for m in mandatory if m.level == level.level))
        for level in competency.levels
    )
    changed = replace(competency, levels=levels)
    others = tuple(changed if each.code == CODE else each for each in framework.competencies)
    return replace(framework, competencies=others)


def give(session, person, level, now, source="training", ref="t1", **known):
    return record_evidence(session, person.id, competency=CODE, level=level, source=source, ref=ref,
                           now=now, **known)  # fmt: skip


def test_a_framework_that_says_the_same_concerns_nobody(database, now):
    with database.transaction() as session:
        found = impact_of(session, shipped_framework(), on=now.date())
        assert (found.codes, found.shifts) == ((), ())


def test_mandatory_evidence_lowers_those_who_lack_it_and_says_in_which_unit(database, now):
    with database.transaction() as session:
        unit = make.unit(session, "D1")
        lacking, holding = (make.person(session, unit=unit, password=None) for _ in range(2))
        give(session, lacking, 3, now)
        give(session, holding, 3, now)
        give(session, holding, 2, now, source="confirmation", ref="k")
        proposed = with_mandatory(Mandatory(2, "confirmation:*"))
        found = impact_of(session, proposed, on=now.date())
        assert found.by_level() == [(CODE, 3, 1, 1)]
        assert found.by_unit() == [(unit.id, 0, 1)]
        (line,) = affected(session, proposed, CODE, on=now.date()).items
        assert (line.person_id, line.before, line.after) == (lacking.id, 3, 1)


def test_nothing_is_written_before_it_is_done(database, now):
    with database.transaction() as session:
        give(session, make.person(session, password=None), 3, now)
    with database.reading() as session:
        proposed = with_mandatory(Mandatory(1, "etika-asn"))
        assert impact_of(session, proposed, on=now.date()).losing == 1


def test_whom_it_concerns_is_paged_and_narrowed_to_the_readers_people(database, now):
    proposed = with_mandatory(Mandatory(1, "etika-asn"))
    with database.transaction() as session:
        unit, far = make.unit(session, "D1"), make.unit(session, "D2")
        people = [make.person(session, unit=unit, password=None) for _ in range(5)]
        for person in [*people, make.person(session, unit=far, password=None)]:
            give(session, person, 2, now)
        scope = Scope(unit_paths=(unit.path,))
        seen, after = [], None
        while True:
            page = affected(
                session, proposed, CODE, on=now.date(), scope=scope, after=after, limit=2
            )
            seen += [line.person_id for line in page.items]
            after = page.next
            if after is None:
                break
        assert seen == [person.id for person in people]


def test_a_new_code_takes_the_evidence_of_the_one_it_follows_as_the_mapping_says(database, now):
    framework = shipped_framework()
    old = framework.competency(CODE)
    new = replace(old, code="M.55", aliases=())
    proposed = replace(
        framework,
        competencies=tuple(new if each.code == CODE else each for each in framework.competencies),
        retired=(old,),
        successions=(Succession(CODE, "M.55", {3: 2}),),
    )
    with database.transaction() as session:
        person = make.person(session, password=None)
        give(session, person, 3, now)
        found = impact_of(session, proposed, on=now.date())
        assert found.by_level() == [(CODE, 3, 0, 1), ("M.55", 0, 2, 1)]
        use_framework(proposed)
        assert decide_level(session, person.id, CODE, now=now) == 2
        assert session.get_one(CompetencyLevel, (person.id, "M.55")).learned_level == 2
        assert rebuild_person(session, person.id) == []


def test_changed_codes_are_those_whose_rule_is_another(now):
    assert changed_codes(shipped_framework(), with_mandatory(Mandatory(2, "x"))) == (CODE,)


def test_what_has_lapsed_is_decided_by_the_keeper_as_an_entry(database, now):
    with database.transaction() as session:
        person = make.person(session, password=None)
        give(session, person, 3, now, ref="a", valid_until=now.date())
        give(session, person, 1, now, ref="b")
        later = now + timedelta(days=1)
        assert decide_lapsed(session, now=now) == 0
        assert decide_lapsed(session, now=later) == 1
        assert session.get_one(CompetencyLevel, (person.id, CODE)).learned_level == 1
        assert decide_lapsed(session, now=later) == 0
        assert rebuild_person(session, person.id) == []


PIECES = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sampled_from([("training", "a"), ("confirmation", "k"), ("quiz", "spbe/akhir")]),
        st.integers(-2, 2) | st.none(),
        st.booleans(),
    ),
    max_size=5,
)
MANDATORY = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["confirmation:*", "quiz:spbe/akhir", "etika"])),
    max_size=3,
)


@given(pieces=PIECES, mandatory=MANDATORY)
@hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_the_database_and_the_rules_decide_the_same(database, now, pieces, mandatory):
    today = now.date()
    proposed = with_mandatory(*(Mandatory(*each) for each in mandatory))
    with database.transaction() as session:
        person = make.person(session, password=None)
        for place, (level, (source, ref), days, suspend) in enumerate(pieces):
            until = None if days is None else today + timedelta(days=days)
            name = ref if source == "quiz" else f"{ref}{place}"
            seq = give(session, person, level, now, source=source, ref=name, valid_until=until)
            if suspend and session.get_one(Evidence, (person.id, seq)).suspended_from is None:
                evidence.suspend(session, person.id, "evidence", seq, begins=today, ends=today,
                                 reason="x", actor_id=OTHER, today=today, now=now)  # fmt: skip
        rows = session.scalars(select(Evidence).where(Evidence.person_id == person.id)).all()
        needs = proposed.competency(CODE).mandatory
        expected = learned_level([piece_of(row) for row in rows], needs, on=today)
        levels = levels_by_rules(CODE, (proposed,), today)
        found = session.scalar(select(levels.c.level_0).where(levels.c.person_id == person.id))
        assert (found or 0) == expected
        use_framework(proposed)
        decide_level(session, person.id, CODE, now=now)
        use_framework(None)


def test_stored_levels_are_those_of_the_rules(database, now):
    with database.transaction() as session:
        give(session, make.person(session, password=None), 3, now)
        assert stored_differs(session, CODE, now=now) == 0
        use_framework(with_mandatory(Mandatory(1, "etika")))
        assert stored_differs(session, CODE, now=now) == 1


def test_a_new_version_is_decided_for_everybody_in_the_background_once(database, now):
    with database.transaction() as session:
        person = make.person(session, password=None)
        give(session, person, 3, now)
        session.get_one(CompetencyLevel, (person.id, CODE)).learned_level = 1
    keep_levels(database, now=now)  # the version that ships needs no decision
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert decide_all(database, now=now) == 1
    with database.reading() as session:
        assert session.get_one(CompetencyLevel, (person.id, CODE)).learned_level == 3
    assert decide_all(database, now=now) == 0


def test_asking_twice_for_a_decision_makes_one_job(database, now):
    with database.transaction() as session:
        ask_for_decision(session, actor_id=None, now=now)
        ask_for_decision(session, actor_id=None, now=now)
        assert session.scalar(select(func.count()).select_from(Job)) == 1
