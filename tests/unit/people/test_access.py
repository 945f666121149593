from __future__ import annotations

import pytest

from learn.errors import Forbidden
from learn.people.access import (
    NEVER_SELF,
    ROLE_NAMES,
    RULES,
    SELF,
    Action,
    Actor,
    Grant,
    Reach,
    Role,
    can,
    can_grant,
    can_reset,
    demand,
    scope,
)

ME, OTHER = 1, 2
ROOT, MINE, BELOW, ELSEWHERE = "/1/", "/1/5/", "/1/5/9/", "/1/50/"
PAIRS = [(role, action) for role in Role for action in Action]


def actor(role: str, path: str | None = MINE, course: str | None = None, **more) -> Actor:
    return Actor(ME, (Grant(role, path, course),), **more)


def test_every_action_has_its_rule_and_every_role_its_name():
    assert set(RULES) == set(Action)
    assert set(ROLE_NAMES) == set(Role)


@pytest.mark.parametrize(("role", "action"), PAIRS)
def test_a_role_on_a_unit_reaches_that_subtree_and_nothing_beside_it(role, action):
    reach = RULES[action].get(role)
    who = actor(role)
    on_unit = reach is Reach.UNIT
    assert can(who, action, unit_path=MINE, person_id=OTHER) == on_unit
    assert can(who, action, unit_path=BELOW, person_id=OTHER) == on_unit
    assert not can(who, action, unit_path=ELSEWHERE, person_id=OTHER)
    assert not can(who, action, unit_path=ROOT, person_id=OTHER)
    assert not can(who, action, person_id=OTHER), "somebody without a unit is the whole's"


@pytest.mark.parametrize(("role", "action"), PAIRS)
def test_a_role_on_the_root_reaches_everybody_if_its_rule_is_about_units_or_the_whole(role, action):
    expected = RULES[action].get(role) in {Reach.UNIT, Reach.WHOLE}
    for path in (ROOT, None):
        who = actor(role, path)
        assert can(who, action, unit_path=ELSEWHERE, person_id=OTHER) == expected
        assert can(who, action, person_id=OTHER) == expected
        assert scope(who, action).everything == expected


@pytest.mark.parametrize(("role", "action"), PAIRS)
def test_what_concerns_the_whole_needs_a_grant_on_the_root(role, action):
    if RULES[action].get(role) is Reach.WHOLE:
        assert not can(actor(role), action)
        assert can(actor(role, ROOT), action)


@pytest.mark.parametrize(("role", "action"), PAIRS)
def test_everybody_reaches_themselves_for_reading_and_nobody_for_judging(role, action):
    whole = actor(role, None)
    if action in SELF:
        assert can(actor(role), action, person_id=ME)
        assert can(actor(role), action, person_id=ME, unit_path=ELSEWHERE)
    if action in NEVER_SELF:
        assert not can(whole, action, person_id=ME, unit_path=MINE)


@pytest.mark.parametrize("action", list(Action))
def test_nobody_without_a_role_does_anything_to_others(action):
    who = Actor(ME)
    assert not can(who, action, unit_path=MINE, person_id=OTHER)
    assert not can(who, action, course="spbe")
    assert can(who, action) == (action in SELF)


@pytest.mark.parametrize("action", [Action.EDIT_COURSE, Action.PUBLISH_COURSE, Action.READ_RESULTS])
def test_a_trainer_reaches_their_courses_or_all_when_none_is_named(action):
    one, every = actor("trainer", None, "spbe"), actor("trainer", None)
    assert can(one, action, course="spbe")
    assert not can(one, action, course="spbe-2")
    assert can(every, action, course="spbe-2")
    assert not can(every, action, unit_path=MINE, person_id=OTHER)
    assert scope(one, action).courses == ("spbe",)


def test_only_a_trainer_of_all_courses_makes_new_ones():
    assert can(actor("trainer", None), Action.CREATE_COURSE)
    assert not can(actor("trainer", None, "spbe"), Action.CREATE_COURSE)


def test_an_administrator_of_a_unit_edits_no_course():
    assert not can(actor("admin"), Action.EDIT_COURSE, course="spbe")
    assert can(actor("admin", ROOT), Action.EDIT_COURSE, course="spbe")


def test_a_mentor_reaches_their_own_pairs():
    who = actor("mentor", MINE, pairs=(7,))
    assert can(who, Action.READ_RECORDS, person_id=7, unit_path=ELSEWHERE)
    assert not can(who, Action.READ_RECORDS, person_id=8, unit_path=MINE)


def test_a_token_with_a_role_does_only_what_that_role_may():
    grants = (Grant("hr", MINE), Grant("trainer", None))
    assert can(Actor(ME, grants, "trainer"), Action.EDIT_COURSE, course="spbe")
    assert not can(Actor(ME, grants, "trainer"), Action.EXPORT, unit_path=MINE)
    assert not can(Actor(ME, grants, "employee"), Action.EXPORT)
    assert can(Actor(ME, grants, "employee"), Action.READ_OWN, person_id=ME)


def test_several_grants_add_up_without_those_inside_others():
    who = Actor(ME, (Grant("hr", MINE), Grant("hr", BELOW), Grant("auditor", ELSEWHERE)))
    assert scope(who, Action.READ_RECORDS).unit_paths == (MINE, ELSEWHERE)
    assert scope(who, Action.IMPORT_PEOPLE).unit_paths == (MINE,)


def test_nobody_grants_more_than_they_reach():
    office, whole = actor("admin"), actor("admin", ROOT)
    assert can_grant(office, "hr", unit_path=BELOW)
    assert not can_grant(office, "hr", unit_path=ROOT)
    assert not can_grant(office, "hr", unit_path=None)
    assert not can_grant(office, "trainer", unit_path=BELOW)
    assert can_grant(whole, "trainer", course="spbe")
    assert not can_grant(actor("hr", ROOT), "hr", unit_path=BELOW)


def test_nobody_makes_a_code_for_somebody_who_may_do_more():
    hr, admin = actor("hr"), actor("admin")
    target = {"unit_path": BELOW, "person_id": OTHER}
    assert can_reset(hr, (Grant("supervisor", BELOW),), **target)
    assert not can_reset(hr, (Grant("admin", BELOW),), **target)
    assert not can_reset(hr, (Grant("auditor", None),), **target)
    assert can_reset(admin, (Grant("hr", BELOW),), **target)
    assert not can_reset(admin, (Grant("hr", ROOT),), **target)
    assert not can_reset(hr, (), unit_path=ELSEWHERE, person_id=OTHER)


def test_a_refusal_names_the_roles_that_may():
    with pytest.raises(Forbidden, match="HR officer, Auditor, Administrator"):
        demand(actor("supervisor"), Action.EXPORT, unit_path=MINE)


def test_an_active_pair_makes_a_mentor_of_its_mentees_alone_without_a_grant():
    who = Actor(ME, (), None, (7,))
    assert "mentor" in who.roles
    assert can(who, Action.READ_RECORDS, person_id=7, unit_path=ELSEWHERE)
    assert can(who, Action.APPROVE, person_id=7, unit_path=ELSEWHERE)
    assert not can(who, Action.READ_RECORDS, person_id=8, unit_path=ELSEWHERE)
    assert not can(who, Action.CONFIRM_PAIRS, person_id=7, unit_path=ELSEWHERE)
    assert not can(Actor(ME, (), "trainer", (7,)), Action.READ_RECORDS, person_id=7)
    assert can(Actor(ME, (), "mentor", (7,)), Action.READ_RECORDS, person_id=7)
