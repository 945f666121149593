"""`learn competencies import`: a sheet of assessed levels, by the figures in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from click.testing import Result
from sqlalchemy import select

from learn.competencies.models import Assessment
from learn.db import Database
from learn.hours.figures import change_measure, mark_of
from learn.hours.forms import load_forms, shipped_forms
from learn.people.directory import number_of
from tests.support import make

Run = Callable[..., Result]


def test_a_sheet_that_names_no_last_day_takes_the_validity_that_hr_says(
    run: Run, tmp_path: Path, database: Database
):
    with database.transaction() as session:
        number = number_of(session, make.person(session, password=None).id)
        change_measure(
            session, "assessment_validity", {"years": Decimal(5)}, confidence="high",
            source="Keputusan 4/2026", seen=mark_of(session), actor_id=1, now=make.JOINED,
        )  # fmt: skip
    file = tmp_path / "levels.csv"
    file.write_text(f"number,competency,level,assessed_on\n{number},M.05,3,2026-01-15\n", encoding="utf-8")  # fmt: skip
    result = run("competencies", "import", str(file))
    assert result.exit_code == 0, result.output
    with database.reading() as session:
        assert session.scalar(select(Assessment.valid_until)) == date(2031, 1, 15)


def test_the_figures_that_ship_come_back_in_other_databases():
    assert shipped_forms().measures == load_forms().measures
