"""Whatever stands in the cells of a sheet: told by row and column, or done as planned; never anything else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learn.claims import import_reading, importing
from learn.competencies.assessments import sheets as assessments
from learn.competencies.framework import sheets as frameworks
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.requirements import sheets as requirements
from learn.errors import LearnError
from learn.people.access import EVERYTHING
from learn.people.directory import number_of
from learn.people.imports import columns, sheets, workbook_changes, workbooks
from learn.people.imports.tables import NumberCell, Table, read_table
from learn.quizzes.overrides import sheets as overrides
from learn.quizzes.overrides.services import Act
from learn.schema import load_projections
from learn.siasn import people as siasn_people
from learn.siasn import results as siasn_results
from learn.trainings import uploads
from tests.support import make, trainings

load_projections()
ANY = (
    "", " ", "-", "--", "0", "-1", "1.5", "1,5", "1e9", "9" * 40, "2147483648", "9223372036854775808", "٣", "१२३", "²",
    "=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "'=x", "''", "\t=1", "＝1", "<script>alert(1)</script>", "{{7*7}}", "%s%(x)s",
    "\u202egpj.exe", "\u200b", "\u0000", "é" * 300, "x" * 5000, "'; DROP TABLE learn_person; --", "\\", "/", "../..", "%",
    "2026-02-30", "31-02-2026", "0001-01-01", "9999-12-31", "32/13/2026", "24-11-2999", "45123", "2026-01-01T00:00", "true",
    "nan", "Infinity", "NULL", "None", "😀", "İstanbul", "ﬁ", "a\nb", "M.05", "X.99", "1", "5", "6", "20", "61", "999999",
)  # fmt: skip
GOOD: Mapping[str, tuple[str, ...]] = {
    "unit_code": ("A", "B", "C.1"), "parent_unit_code": ("A", "C.1", ""), "unit": ("A", "Dinas A", ""), "name": ("Ni Sari",),
    "time_zone": ("WITA", ""), "since": ("01-03-2020", "01-03-2022"), "until": ("28-02-2022", ""), "valid_from": ("01-01-2017",),
    "post_class": ("PELAKSANA", "PENGAWAS"), "grade": ("III/a",), "form": ("KL08", "KL06"), "title": ("Kursus", "Seminar"),
    "starts_on": ("02-03-2020",), "ends_on": ("04-03-2020",), "hours": ("12", "4"), "competency": ("M.05", "M.01"),
    "level": ("3", "2"), "required_level": ("3",), "from": ("01-01-2020",), "assessed_on": ("24-11-2025",), "instrument": ("other",),
    "session": ("1", ""), "state": ("hadir", "terlambat", "active"), "minutes": ("60", ""), "attempts": ("3", "2"), "code": ("SK.01", "M.05"),
    "opens": ("2026-11-25 08:00", ""), "closes": ("2026-12-25 08:00", ""), "reason": ("Sakit",), "kind": ("PNS", "technical"),
    "siasn_id": ("A8ACA7F5-0000-0000-0000-000000000001",), "id": ("A8ACA7F5-0000-0000-0000-000000000002",), "name_id": ("Layanan",),
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet that comes in: its columns, how it is planned, and how the plan is done."""

    columns: tuple[str, ...]
    plan: Callable[[Session, Table], Any]
    do: Callable[[Session, Any], Any] | None = None


def of_people(known: tuple[str, ...], now: Any) -> Sheet:
    who = {"actor": None, "now": now, "settings": make.settings()}
    return Sheet(
        known,
        lambda session, table: workbooks.plan_workbook(session, [table], **who),
        lambda session, plan: workbook_changes.apply_workbook(session, plan, **who),
    )


def sheets_of(session: Session, now: Any) -> dict[str, Sheet]:
    """Return all sheets that come in."""
    by = {"actor_id": 99, "now": now}
    scoped = {"scope": EVERYTHING, "actor_id": 99, "today": now.date()}
    framework = load_framework()
    training = trainings.published(session, title="Rapat")
    act = Act(None, "x", now, lambda *_known: None, trainings.ZONE)
    return {
        "people": of_people(tuple(columns.COLUMNS), now),
        "units": of_people(tuple(sheets.UNIT_COLUMNS), now),
        "posts": of_people(tuple(sheets.POST_COLUMNS), now),
        "records": Sheet(tuple(import_reading.COLUMNS), partial(importing.plan_records, **scoped),
                         partial(importing.apply_records, **by)),
        "levels": Sheet(tuple(assessments.COLUMNS), partial(assessments.plan_levels, **scoped),
                        partial(assessments.apply_levels, **by)),
        "requirements": Sheet(
            tuple(requirements.COLUMNS),
            lambda session, table: requirements.plan_requirements(session, table, framework),
            partial(requirements.apply_requirements, **by),
        ),
        "competencies": Sheet(
            tuple(frameworks.COLUMNS),
            lambda _session, table: frameworks.read_competencies(table, framework),
        ),
        "attendance": Sheet(
            tuple(uploads.COLUMNS),
            lambda session, table: uploads.plan_upload(session, training, table),
        ),
        "results": Sheet(tuple(siasn_results.COLUMNS),
                         partial(siasn_results.plan_results, scope=EVERYTHING),
                         partial(siasn_results.apply_results, **by)),
        "ids": Sheet(tuple(siasn_people.COLUMNS), partial(siasn_people.plan_people, scope=EVERYTHING),
                     partial(siasn_people.apply_people, **by)),
        "overrides": Sheet(
            tuple(overrides.COLUMNS),
            lambda session, table: overrides.plan_sheet(session, "kursus", "kuis", table, act),
            lambda session, plan: overrides.apply_sheet(session, "kursus", "kuis", plan, act),
        ),
    }  # fmt: skip


NAMES = ("people", "units", "posts", "records", "levels", "requirements", "competencies", "attendance",
         "results", "ids", "overrides")  # fmt: skip


def table_of(headers: tuple[str, ...], rows: list[list[tuple[str, bool]]]) -> Table:
    """Return the sheet as it comes out of a file; a cell that is a number to a spreadsheet is one."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headers)
    writer.writerows([[cell for cell, _number in row] for row in rows])
    table = read_table(text.getvalue().replace("\0", "").encode(), "a.csv")
    numbers = {n: [number for _cell, number in row] for n, row in enumerate(rows, 2)}
    return Table(table.headers, [
        (n, tuple(NumberCell(cell) if number and cell.isdecimal() else cell
                  for cell, number in zip(cells, numbers.get(n, [False] * 99), strict=False)))
        for n, cells in table.rows
    ])  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_cells_hold_it_is_told_by_row_and_column_or_done(database, now, name):
    with database.writing() as session:
        for code in "AB":
            make.unit(session, code)
        numbers = tuple(
            number_of(session, make.person(session, password=None).id) for _ in range(3)
        )
        sheet = sheets_of(session, now)[name]
        session.flush()

        @settings(max_examples=15, suppress_health_check=list(HealthCheck))
        @given(data=st.data())
        def run(data):
            good = {**GOOD, "number": numbers, "old_number": numbers}
            cells = [
                st.tuples(
                    st.one_of(
                        st.sampled_from(good.get(each, ("",))),
                        st.sampled_from(good.get(each, ("",))),
                        st.sampled_from(ANY),
                    ),
                    st.booleans(),
                )
                for each in sheet.columns
            ]
            rows = data.draw(st.lists(st.tuples(*cells).map(list), min_size=1, max_size=6))
            check(session, sheet, table_of(sheet.columns, rows))

        run()


def check(session, sheet, table):
    nested = session.begin_nested()
    try:
        plan = sheet.plan(session, table)
        assert not session.new and not session.dirty, "planning writes nothing"
        for each in plan.errors:
            wrong = getattr(each, "error", each)
            assert wrong.row in {1, *(row for row, _cells in table.rows)}
            assert str(wrong.message)
        if sheet.do is not None and not plan.errors:
            sheet.do(session, plan)
            session.flush()
    except LearnError as error:
        assert str(error)
    finally:
        nested.rollback()
        session.expire_all()
