"""Figures changed at the same moment: one change follows the other, and none is lost unseen."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from learn.errors import Conflict
from learn.hours.figure_changes import changes
from learn.hours.figures import change_measure, in_force, mark_of
from learn.hours.figures_models import HoursFigures
from tests.support.racing import lost


def change(key, values, now):
    """Return an act that changes a measure upon what all have seen."""

    def act(session, meet):
        seen = mark_of(session)
        meet()
        return change_measure(
            session, key, {each: Decimal(value) for each, value in values.items()},
            confidence="high", source="Surat BKN", seen=seen, actor_id=1, now=now,
        )  # fmt: skip

    return act


def test_of_two_who_change_figures_at_once_nobody_overwrites_the_other(database, race, now):
    results = race.run(
        change("technical_jp", {"jp": 24}, now), change("assessment_validity", {"years": 5}, now)
    )
    with database.reading() as session:
        rows = session.scalar(select(func.count()).select_from(HoursFigures))
        forms, told = in_force(session), changes(session)
    assert all(isinstance(each, Conflict) for each in lost(results))
    assert rows == len(told) == results.count(True) == 2 - len(lost(results)) >= 1
    changed = {each.key for each in told}
    assert (forms.measure("technical_jp").values["jp"] == 24) is ("technical_jp" in changed)
    assert (forms.measure("assessment_validity").values["years"] == 5) is (
        "assessment_validity" in changed
    )
