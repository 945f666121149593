"""Figures that HR changes: from now on, with a source, over those that ship."""

from __future__ import annotations

import pytest

from learn.errors import Conflict, Invalid
from learn.hours.figure_changes import changes
from learn.hours.figures import (
    change_form,
    change_obligation,
    in_force,
    mark_of,
)
from learn.hours.forms import shipped_forms, use_forms
from learn.hours.rules import Activity, convert, year_status
from learn.ledger.reading import acts

FLAT = {"mode": "flat", "jp": 5, "minimum_duration_days": 2, "pro_rata": False}


def change(session, now, jp=FLAT, code="NKL07", **known):
    values = {"confidence": "high", "source": "Surat BKPSDM 12/2026", "seen": mark_of(session)}
    return change_form(session, code, jp, actor_id=1, now=now, **(values | known))


def test_without_a_change_the_figures_are_those_that_ship(database):
    with database.reading() as session:
        assert in_force(session) == shipped_forms()
        assert changes(session) == [] and mark_of(session) == ""


def test_a_changed_form_counts_by_its_new_figures_and_says_their_source(database, now):
    with database.transaction() as session:
        assert change(session, now)
    with database.reading() as session:
        form = in_force(session).form("NKL07")
        assert convert(form, Activity(days=3)) == 5 and convert(form, Activity(days=1)) == 0
        assert (form.confidence, form.source) == ("high", "Surat BKPSDM 12/2026")
        (line,) = acts(session, kind="hours_figures_changed")
        assert line.data["key"] == "NKL07" and line.data["before"]["jp"]["jp"] == 10
    assert convert(shipped_forms().form("NKL07"), Activity(days=3)) == 10


def test_changes_add_up_and_each_shows_before_and_after(database, now):
    with database.transaction() as session:
        change(session, now)
        change(session, now, FLAT | {"jp": 7})
        change_obligation(session, "PNS", jp=24, except_posts=["JPT_UTAMA"], basis="Perda 1/2026",
                          seen=mark_of(session), actor_id=1, now=now)  # fmt: skip
    with database.reading() as session:
        told = [(each.key, each.before["jp"], each.after["jp"]) for each in changes(session)]
        forms = in_force(session)
    assert told[0] == ("PNS", 20, 24)
    assert [key for key, _before, _after in told] == ["PNS", "NKL07", "NKL07"]
    assert told[1][1]["jp"] == 5 and told[1][2]["jp"] == 7
    assert year_status("PNS", 20, forms=forms).missing == 4
    assert year_status("PNS", 20, post_class="JPT_UTAMA", forms=forms).target is None


def test_the_same_figures_again_change_nothing(database, now):
    with database.transaction() as session:
        assert change(session, now)
        assert not change(session, now)
        assert len(changes(session)) == 1


@pytest.mark.parametrize("jp", [
    FLAT | {"jp": 0}, FLAT | {"jp": -3}, FLAT | {"jp": 1001}, FLAT | {"jp": "x"}, FLAT | {"jp": None},
    FLAT | {"more": 1}, {"mode": "flat"}, {"mode": "none"}, {},
])  # fmt: skip
def test_an_impossible_figure_is_refused(database, now, jp):
    with database.transaction() as session, pytest.raises(Invalid, match="from 1 to 1000"):
        change(session, now, jp)


def test_figures_need_a_source(database, now):
    with database.transaction() as session:
        with pytest.raises(Invalid, match="where these figures stand"):
            change(session, now, source="  ")
        with pytest.raises(Invalid, match="where these figures stand"):
            change_obligation(session, "PNS", jp=24, except_posts=[], basis="", seen="",
                              actor_id=1, now=now)  # fmt: skip
        with pytest.raises(Invalid, match="PNS, PPPK"):
            change_obligation(session, "ASN", jp=24, except_posts=[], basis="x", seen="",
                              actor_id=1, now=now)  # fmt: skip


def test_of_two_who_change_figures_the_second_looks_again(database, now):
    with database.transaction() as session:
        seen = mark_of(session)
        change(session, now)
    with database.transaction() as session, pytest.raises(Conflict):
        change(session, now, FLAT | {"jp": 9}, seen=seen)


def test_a_command_counts_by_the_figures_it_was_given(database, now):
    with database.transaction() as session:
        change_obligation(session, "PNS", jp=30, except_posts=[], basis="x", seen="",
                          actor_id=1, now=now)  # fmt: skip
        forms = in_force(session)
    try:
        use_forms(forms)
        assert year_status("PNS", 20).missing == 10
    finally:
        use_forms(None)
    assert year_status("PNS", 20).missing == 0
