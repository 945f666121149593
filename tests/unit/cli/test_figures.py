"""`learn figures refresh`, and the files of gaps and matches from the shell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from click.testing import Result
from sqlalchemy import select

from learn.figures.models import UnitFigures
from learn.people.models import Unit
from learn.web.state import State

Run = Callable[..., Result]


def test_figures_are_made_at_once_of_every_unit_with_people(run: Run, state: State) -> None:
    assert run("crowd", "--people", "12", "--completions", "60").exit_code == 0
    done = run("figures", "refresh")
    assert done.exit_code == 0, done.output
    with state.database.reading() as session:
        root = session.scalar(select(Unit.id).where(Unit.parent_id.is_(None)))
        rows = {row.unit_id: row for row in session.scalars(select(UnitFigures))}
        assert rows[root or 0].whole["people"] == 12
        assert rows[root or 0].own == {}
    assert run("figures", "refresh").exit_code == 0, "again does no harm"


def test_the_crowd_holds_every_competency_that_its_courses_speak_for(
    run: Run, state: State
) -> None:
    run("crowd", "--people", "12", "--completions", "200")
    run("figures", "refresh")
    with state.database.reading() as session:
        whole = session.scalars(select(UnitFigures.whole)).all()
    total = max(whole, key=lambda figures: figures.get("people", 0))
    assert total["attained:learned"] > 0
    assert total.get("short:learned:SK.01", 0) < total["required:SK.01"]


def test_gaps_and_matches_leave_from_the_shell(run: Run) -> None:
    run("crowd", "--people", "12", "--completions", "24")
    for kind in ("gaps", "match"):
        done = run("export", kind)
        assert done.exit_code == 0, done.output
        rows = list(csv.reader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
        assert len(rows) > 1
