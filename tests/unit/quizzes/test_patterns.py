"""Patterns in accepted answers: what they mean, and that none can take a server's time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.values.patterns import BadPattern, Pattern

PARTS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", "\\d", "\\w", "(a|b)", "(?:ab)", "(a|)", "c"]
)
REPEATS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "{0}"])
SOURCES = st.lists(st.tuples(PARTS, REPEATS), max_size=5).map(
    lambda parts: "".join(part + repeat for part, repeat in parts)
)


@given(SOURCES, SOURCES, st.text("abc1", max_size=8))
def test_a_pattern_means_what_it_means_in_python(one, two, text):
    source = f"{one}|{two}"
    expected = re.fullmatch(source, text, re.IGNORECASE | re.DOTALL) is not None
    assert Pattern(source).matches(text) == expected


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("(a*)*b", "a" * 300),
        ("(a?){60}a{60}", "a" * 60),
        ("(a|a)*c", "a" * 300),
        ("(.*)(.*)(.*)(.*)x", "y" * 300),
    ],
)
def test_a_pattern_that_stops_other_engines_takes_milliseconds(source, text):
    start = time.perf_counter()
    Pattern(source).matches(text)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "source",
    ["(", ")", "[a", "a**", "*a", "(?=a)", "(?P<n>a)", "\\1", "\\b", "a{", "a{3,1}", "^a", "a$", "\\",
     "((((((((((((((((((((((a))))))))))))))))))))))", "(((a{60}){60}){60}){60}", "a" * 301, "[b-a]", "[a--b]"],
)  # fmt: skip
def test_what_is_not_known_is_refused_in_words(source):
    with pytest.raises(BadPattern) as caught:
        Pattern(source)
    assert str(caught.value)


@given(st.text(st.sampled_from("ab()[]{}*+?|\\.^$-,0123&~"), max_size=20))
def test_any_pattern_is_read_or_refused(source):
    try:
        Pattern(source).matches("ab")
    except BadPattern as error:
        assert str(error)
