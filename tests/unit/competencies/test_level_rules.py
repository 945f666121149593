"""From evidence to the learned level."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.competencies.framework.catalogue import Mandatory
from learn.competencies.rules import Piece, explain_level, learned_level

TODAY = date(2026, 11, 24)

dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
pieces = st.builds(
    Piece,
    level=st.integers(1, 5),
    source=st.sampled_from(["spbe", "etika", "layanan"]),
    valid_until=st.none() | dates,
    withdrawn=st.booleans(),
)
mandatory = st.lists(
    st.builds(Mandatory, level=st.integers(1, 5), source=st.sampled_from(["spbe", "etika"])),
    max_size=3,
)


def level_of(*held, mandatory=(), on=TODAY):
    return learned_level(held, mandatory, on=on)


def test_no_evidence_is_level_0():
    assert level_of() == 0


def test_finishing_a_first_course_at_level_2_shows_level_2():
    assert level_of(Piece(2, "spbe")) == 2


def test_a_piece_is_evidence_for_its_level_and_every_level_below():
    steps = explain_level([Piece(3, "spbe")], on=TODAY).steps
    assert [step.held for step in steps] == [True, True, True, False, False]


def test_the_highest_of_several_pieces_counts():
    assert level_of(Piece(1, "a"), Piece(4, "b"), Piece(2, "c")) == 4


def test_mandatory_evidence_of_a_level_must_be_held():
    needs = [Mandatory(2, "etika")]
    assert level_of(Piece(2, "spbe"), mandatory=needs) == 1
    assert level_of(Piece(2, "spbe"), Piece(2, "etika"), mandatory=needs) == 2


def test_mandatory_evidence_below_its_level_does_not_suffice():
    assert level_of(Piece(2, "spbe"), Piece(1, "etika"), mandatory=[Mandatory(2, "etika")]) == 1


def test_no_level_is_skipped():
    needs = [Mandatory(2, "etika")]
    assert level_of(Piece(5, "spbe"), mandatory=needs) == 1
    steps = explain_level([Piece(5, "spbe")], needs, on=TODAY).steps
    assert [step.blocked_by for step in steps] == [None, None, 2, 2, 2]


def test_a_piece_counts_up_to_the_day_it_is_valid_until():
    piece = Piece(2, "spbe", valid_until=TODAY)
    assert level_of(piece) == 2
    assert level_of(piece, on=date(2026, 11, 25)) == 0


def test_withdrawing_a_piece_recomputes_the_level_from_the_rest():
    assert level_of(Piece(3, "spbe", withdrawn=True), Piece(1, "etika")) == 1


def test_a_level_explains_what_gives_it_and_what_does_not_count():
    good, old = Piece(2, "spbe"), Piece(3, "etika", valid_until=date(2026, 1, 1))
    gone = Piece(4, "layanan", withdrawn=True)
    told = explain_level([good, old, gone], on=TODAY)
    assert told.level == 2
    assert told.steps[1].by == (good,)
    assert told.not_counted == ((old, "lapsed"), (gone, "withdrawn"))


def test_a_level_explains_what_is_missing_for_the_next():
    told = explain_level([Piece(2, "spbe")], [Mandatory(3, "etika")], on=TODAY)
    assert told.next_step.level == 3
    assert told.next_step.needs_piece
    assert told.next_step.missing == ("etika",)


def test_there_is_no_step_after_level_5():
    assert explain_level([Piece(5, "spbe")], on=TODAY).next_step is None


@given(st.lists(pieces), pieces, mandatory, dates)
def test_more_evidence_never_lowers_a_level(held, more, needs, day):
    assert learned_level([*held, more], needs, on=day) >= learned_level(held, needs, on=day)


@given(st.lists(pieces), mandatory, dates, dates)
def test_time_alone_never_raises_a_level(held, needs, day, other):
    before, after = sorted([day, other])
    assert learned_level(held, needs, on=after) <= learned_level(held, needs, on=before)


@given(st.lists(pieces), mandatory, dates)
def test_mandatory_evidence_never_raises_a_level(held, needs, day):
    assert learned_level(held, needs, on=day) <= learned_level(held, on=day)


@given(st.lists(pieces), mandatory, dates)
def test_held_levels_have_no_hole_and_lack_nothing(held, needs, day):
    told = explain_level(held, needs, on=day)
    assert [step.held for step in told.steps] == [number <= told.level for number in range(1, 6)]
    assert all(step.by and not step.missing for step in told.steps[: told.level])


@given(st.lists(pieces), dates)
def test_without_mandatory_evidence_the_best_valid_piece_is_the_level(held, day):
    valid = [piece.level for piece in held if piece.fault(day) is None]
    assert learned_level(held, on=day) == max(valid, default=0)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_evidence_does_not_matter(order):
    held = [Piece(1, "a"), Piece(3, "b"), Piece(2, "c")][::order]
    assert learned_level(held, on=TODAY) == 3
