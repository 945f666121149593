"""What a mistyped word may have meant; a sheet that is wrong in every row is not compared for ever."""

from __future__ import annotations

from learn.people.imports.nearest import LONGEST, MOST_COMPARED, Nearest


def test_the_word_most_like_it_is_found_and_nothing_where_none_is():
    known = Nearest(["DINKES", "DISDUKCAPIL"])
    assert known.of("DINKS") == "DINKES"
    assert known.of("XYZ") is None


def test_after_a_hundred_different_mistakes_only_those_are_answered():
    known = Nearest(["DINKES"])
    said = [known.of(f"DINKES{n}") for n in range(MOST_COMPARED + 50)]
    assert said == ["DINKES"] * MOST_COMPARED + [None] * 50
    assert known.of("DINKES0") == "DINKES"


def test_a_cell_that_is_far_too_long_is_compared_with_nothing():
    assert Nearest(["x" * LONGEST]).of("x" * (LONGEST + 1)) is None
