"""Every kind of act in the audit chain has its words."""

from learn.web.acts import ACTS, KINDS


def test_every_kind_that_can_be_chosen_is_told_in_words():
    assert set(KINDS) == set(ACTS)
