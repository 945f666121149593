"""When a course is completed: the tree of rules, its explanations, and what a text may get wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.progress.rules import BadRule, Facts, QuizFact, check_rule, parse_rule

MODULES = ["01-a", "02-b", "03-c"]
RULE = {"all": [{"modules": "all"}, {"quiz": {"name": "akhir", "pass": 70}}]}


def facts(done=(), grade=None, **known):
    return Facts(MODULES, set(done), {"akhir": QuizFact(grade, 1)}, **known)


def test_all_parts_have_to_be_met():
    rule = parse_rule(RULE)
    assert not rule.explain(facts(MODULES)).met
    assert not rule.explain(facts(grade=0.9)).met
    assert rule.explain(facts(MODULES, 0.7)).met


def test_a_grade_just_below_the_pass_mark_is_not_rounded_up():
    assert not parse_rule(RULE).explain(facts(MODULES, 0.6999)).met


def test_one_of_any_is_enough():
    rule = parse_rule({"any": [{"quiz": "akhir"}, {"course": "lanjutan"}]})
    assert not rule.explain(facts()).met
    assert rule.explain(facts(completed_courses={"lanjutan"})).met


def test_a_quiz_without_a_pass_of_the_rule_takes_its_own():
    rule = parse_rule({"quiz": "akhir"})
    own = {"akhir": QuizFact(0.55, 1, default_pass=50)}
    assert rule.explain(Facts(MODULES, set(), own)).met


def test_named_modules_are_enough_when_only_they_are_named():
    assert parse_rule({"modules": ["01-a"]}).explain(facts(["01-a"])).met


def test_what_is_missing_is_told_leaf_by_leaf():
    explained = parse_rule(RULE).explain(facts(["01-a"]))
    missing = explained.missing()
    assert [leaf.kind for leaf in missing] == ["modules", "quiz"]
    assert (missing[0].done, missing[0].total) == (1, 3)


def test_a_rule_knows_the_quizzes_and_courses_that_it_asks_for():
    rule = parse_rule({"all": [{"quiz": "a"}, {"any": [{"quiz": "b"}, {"course": "c"}]}]})
    assert (rule.quizzes(), rule.courses()) == (["a", "b"], ["c"])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "A rule is one of"),
        (None, "A rule is one of"),
        ([], "A rule is one of"),
        ({"all": []}, "at least one rule"),
        ({"any": {}}, "at least one rule"),
        ({"al": [{"modules": "all"}]}, "did you mean all"),
        ({"modul": "all"}, "did you mean modules"),
        ({"modules": "some"}, "modules takes all"),
        ({"modules": []}, "modules takes all"),
        ({"modules": ["01-x"]}, "There is no module 01-x; did you mean 01-a"),
        ({"quiz": {"nama": "akhir"}}, "quiz takes a quiz name"),
        ({"quiz": {"name": "akhir", "pass": 101}}, "0 to 100"),
        ({"quiz": {"name": "akhir", "pass": True}}, "0 to 100"),
        ({"quiz": "ahir"}, "There is no quiz ahir; did you mean akhir"),
        ({"course": 5}, "name of a course"),
        ({"modules": "all", "quiz": "akhir"}, "A rule is one of"),
    ],
)
def test_every_mistake_in_a_rule_is_told_with_what_would_be_right(raw, words):
    found = check_rule(raw, modules=MODULES, quizzes=["akhir"])
    assert found
    assert words in " ".join(str(message) for _path, message in found)


def test_all_mistakes_come_at_once_each_with_its_place():
    raw = {"all": [{"quiz": "nothing-like-it"}, {"modul": "all"}, {"any": []}]}
    found = check_rule(raw, modules=MODULES, quizzes=["akhir"])
    assert len(found) >= 2
    assert all(path[0] == "all" for path, _message in found)


def test_an_unreadable_rule_is_an_error_and_no_crash():
    with pytest.raises(BadRule):
        parse_rule({"all": []})


leaves = st.one_of(
    st.just({"modules": "all"}),
    st.just({"quiz": "akhir"}),
    st.builds(lambda mark: {"quiz": {"name": "akhir", "pass": mark}}, st.integers(0, 100)),
    st.just({"course": "lanjutan"}),
)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, parts: {kind: parts},
        st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@given(trees, st.sets(st.sampled_from(MODULES)), st.floats(0, 1), st.floats(0, 1))
def test_doing_more_never_takes_a_completion_away(raw, done, low, high):
    rule = parse_rule(raw)
    low, high = sorted((low, high))
    if rule.explain(facts(done, low)).met:
        assert rule.explain(facts(MODULES, high, completed_courses={"lanjutan"})).met


@given(trees, st.sets(st.sampled_from(MODULES)), st.none() | st.floats(0, 1))
def test_a_rule_is_met_exactly_when_nothing_is_missing(raw, done, grade):
    explained = parse_rule(raw).explain(facts(done, grade))
    assert explained.met == (explained.missing() == [])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)))  # fmt: skip
def test_no_value_makes_the_checker_crash(raw):
    assert isinstance(check_rule(raw, modules=MODULES, quizzes=["akhir"]), list)


def test_a_rule_names_the_pass_marks_that_win_over_those_of_quizzes():
    rule = parse_rule({"all": [{"quiz": {"name": "a", "pass": 80}}, {"quiz": "b"}]})
    assert rule.pass_marks() == {"a": 80}
