"""Assessed levels come in by sheets: everything wrong by row and column, all of it or nothing, twice is once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from learn.competencies.assessments.sheets import apply_levels, plan_levels
from learn.competencies.models import Assessment, CompetencyLevel
from learn.errors import Invalid
from learn.ledger.rebuild import rebuild_person
from learn.people.access import EVERYTHING, Scope
from learn.people.directory import number_of
from learn.people.imports.tables import read_table
from learn.schema import load_projections
from tests.support import make

load_projections()
HEAD = "nip,kompetensi,tingkat,tanggal,berlaku_sampai,instrumen\n"


@pytest.fixture
def people(database):
    with database.transaction() as session:
        found = [make.person(session, password=None) for _ in range(3)]
        return [(person.id, number_of(session, person.id)) for person in found]


def plan_of(session, text, now, *, scope=EVERYTHING, actor_id=None):
    table = read_table((HEAD + text).encode(), "sheet.csv")
    return plan_levels(session, table, scope=scope, actor_id=actor_id, today=now.date())


def test_a_sheet_is_taken_over_and_the_same_again_changes_nothing(database, people, now):
    text = "".join(f"{number},M.05,3,24-11-2025,,uji kompetensi\n" for _id, number in people)
    with database.transaction() as session:
        plan = plan_of(session, text, now)
        apply_levels(session, plan, actor_id=None, now=now)
        row = session.get_one(CompetencyLevel, (people[0][0], "M.05"))
        assert (row.assessed_level, row.assessed_on, row.assessed_until) == (
            3, date(2025, 11, 24), date(2028, 11, 24),
        )  # fmt: skip
        again = plan_of(session, text, now)
        assert (again.empty, again.unchanged) == (True, 3)
        assert rebuild_person(session, people[0][0]) == []


def test_everything_wrong_is_told_by_row_and_column_and_nothing_is_taken_over(
    database, people, now
):
    me = people[0][1]
    text = (
        f"{me},M.05,6,24-11-2025,,\n{me},X.99,3,24-11-2025,,\n{me},M.05,3,24-11-2999,,\n"
        f"{me},M.05,3,24-11-2025,01-01-2025,\n123,M.05,3,24-11-2025,,\n{me},M.05,3,kemarin,,\n"
        f"{me},M.06,3,24-11-2025,,dadu\n199001011995031888,M.05,3,24-11-2025,,\n"
        f"{me},M.07,3,24-11-2025,,\n{me},M.07,4,24-11-2025,,\n"
    )
    with database.transaction() as session:
        plan = plan_of(session, text, now)
        assert [(error.row, error.column) for error in plan.errors] == [
            (2, "tingkat"), (3, "kompetensi"), (4, "tanggal"), (5, "berlaku_sampai"), (6, "nip"),
            (7, "tanggal"), (8, "instrumen"), (9, "nip"), (11, "kompetensi"),
        ]  # fmt: skip
        with pytest.raises(Invalid, match="Nothing was changed"):
            apply_levels(session, plan, actor_id=None, now=now)
        assert session.scalar(select(func.count()).select_from(Assessment)) == 0


def test_ones_own_levels_and_those_of_people_out_of_reach_are_refused(database, people, now):
    text = f"{people[0][1]},M.05,3,24-11-2025,,\n{people[1][1]},M.05,3,24-11-2025,,\n"
    with database.transaction() as session:
        scope = Scope(person_ids=(people[0][0],))
        plan = plan_of(session, text, now, scope=scope, actor_id=people[0][0])
        assert [error.row for error in plan.errors] == [2, 3]


def test_a_correction_of_the_same_day_replaces_and_shows_both_sides(database, people, now):
    who, number = people[0]
    with database.transaction() as session:
        for level in (3, 4):
            plan = plan_of(session, f"{number},M.05,{level},24-11-2025,-,\n", now)
            apply_levels(session, plan, actor_id=None, now=now)
        assert (plan.changes[0].before, plan.changes[0].after.level) == ("3", 4)
        row = session.get_one(CompetencyLevel, (who, "M.05"))
        assert (row.assessed_level, row.assessed_until) == (4, None)


def test_a_sheet_without_a_needed_column_is_refused_whole(database, now):
    with database.transaction() as session:
        table = read_table(b"nip,kompetensi\n1,M.05\n", "a.csv")
        plan = plan_levels(session, table, scope=EVERYTHING, actor_id=None, today=now.date())
        assert [error.column for error in plan.errors] == ["level", "assessed_on"]


def test_of_a_large_sheet_with_many_bad_rows_nothing_is_taken_over(database, people, now):
    rows = [
        f"{people[n % 3][1]},M.0{n % 8 + 1},{9 if n % 20 == 0 else 3},{n // 24 % 28 + 1:02d}-{n // 700 % 12 + 1:02d}-{2000 + n // 8400},,"
        for n in range(4000)
    ]
    with database.transaction() as session:
        plan = plan_of(session, "\n".join(rows) + "\n", now)
        assert len(plan.errors) >= 200
        assert session.scalar(select(func.count()).select_from(Assessment)) == 0
