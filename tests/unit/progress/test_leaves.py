"""Leaves of other domains: read with the rule, their facts found only where a rule asks for them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from learn.errors import Message
from learn.progress.leaves import Asked, Leaf, Whose, find_facts, leaf
from learn.progress.rules import BadRule, Explained, Facts, check_rule, parse_rule


@dataclass(frozen=True)
class Signed(Asked):
    leaf = "signed"
    by: str

    def explain_found(self, found):
        return Explained("signed", bool(found), Message("Signed"), title=Message("Signature"))


@pytest.fixture(autouse=True)
def asked_for():
    asked = []

    def read(value):
        if not isinstance(value, str):
            raise BadRule(Message("signed takes a name."))
        return Signed(value)

    def find(_session, whose, leaves):
        asked.append((whose.person_id, leaves))
        return {each: each.by == "Ni Made" for each in leaves}

    leaf(Leaf("signed", read, find))
    return asked


WHOSE = Whose(7, None, 1, None)
RULE = {"all": [{"modules": "all"}, {"any": [{"signed": "Ni Made"}, {"signed": "I Wayan"}]}]}


def test_the_facts_of_all_leaves_of_a_kind_are_found_at_once(asked_for):
    rule = parse_rule(RULE)
    found = find_facts(None, WHOSE, rule)
    assert asked_for == [(7, [Signed("Ni Made"), Signed("I Wayan")])]
    assert rule.explain(Facts(found=found)).met
    missing = parse_rule({"signed": "I Wayan"}).explain(Facts(found=found)).missing()
    assert [each.title for each in missing] == [Message("Signature")]


def test_a_rule_without_such_leaves_asks_nobody(asked_for):
    assert find_facts(None, WHOSE, parse_rule({"all": [{"modules": "all"}, {"quiz": "q"}]})) == {}
    assert asked_for == []


def test_what_nobody_has_found_is_not_met():
    assert not parse_rule({"signed": "Ni Made"}).explain(Facts()).met


def test_a_value_that_the_leaf_cannot_take_is_told_with_its_place():
    findings = check_rule({"all": [{"signed": 3}]}, modules=[], quizzes=[])
    assert findings == [(("all", 0, "signed"), Message("signed takes a name."))]
