"""`learn records import` and sheets of units and posts by `learn people`."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from learn.claims.models import Claim
from learn.people.models import Post
from tests.support import make


@pytest.fixture
def number(database):
    number = make.nip()
    with database.transaction() as session:
        make.person(session, number=number, name="Ni Putu Lama", password=None)
    return number


@pytest.fixture
def write(tmp_path):
    def write(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def count(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_older_records_come_in_once(run, write, number, database):
    file = write("old.csv", "nip,bentuk,judul,selesai,jp", f"{number},KL08,Kursus,2019-05-06,10")
    dry = run("records", "import", file, "--dry-run", "--json")
    assert (json.loads(dry.stdout)["new"], count(database, Claim)) == (1, 0)
    done = json.loads(run("records", "import", file, "--json").stdout)
    assert (done["imported"], done["hours"], count(database, Claim)) == (True, 10, 1)
    again = json.loads(run("records", "import", file, "--json").stdout)
    assert (again["new"], again["unchanged"], count(database, Claim)) == (0, 1, 1)


def test_a_row_that_cannot_be_ends_with_1_and_brings_in_nothing(run, write, number, database):
    file = write("old.csv", "nip,bentuk,judul,selesai,jp", f"{number},KL08,Kursus,2019-05-06,1.5")
    result = run("records", "import", file)
    assert result.exit_code == 1
    assert "row 2, column jp" in result.stdout
    assert count(database, Claim) == 0


def test_units_people_and_posts_come_from_files_named_together(run, write, database, tmp_path):
    number = make.nip()
    files = (
        write("units.csv", "kode,nama", "DINKES,Dinas Kesehatan"),
        write("people.csv", "nip,nama", f"{number},Ni Luh Baru"),
        write("posts.csv", "nip,kode_unit,jabatan,tmt,sampai", f"{number},DINKES,Staf,2020-01-01,"),
    )
    result = run("people", "import", *files, "--json")
    data = json.loads(result.stdout)
    assert (data["imported"], data["new"], data["units"], data["sheets"]["posts"]["new"]) == (
        True,
        1,
        1,
        1,
    )
    assert count(database, Post) == 1
    for what in ("units", "people", "posts"):
        out = tmp_path / f"{what}.xlsx"
        assert run("people", "export", "--what", what, "-o", out).exit_code == 0
        again = json.loads(run("people", "import", out, "--json").stdout)
        assert (again["new"], again["changed"], again["errors"]) == (0, 0, [])
        assert again["sheets"]["posts"]["new"] == again["sheets"]["posts"]["changed"] == 0


def test_units_people_and_posts_go_into_one_workbook_that_imports_without_any_change(
    run, write, database, tmp_path
):
    number, out = make.nip(), tmp_path / "semua.xlsx"
    files = (
        write("units.csv", "kode,nama", "DINKES,Dinas Kesehatan"),
        write("people.csv", "nip,nama", f"{number},=Ni Luh Baru"),
        write("posts.csv", "nip,kode_unit,jabatan,tmt,sampai", f"{number},DINKES,Staf,2020-01-01,"),
    )
    assert run("people", "import", *files).exit_code == 0
    assert run("people", "export", "--what", "all", "-o", out).exit_code == 0
    data = json.loads(run("people", "import", out, "--json").stdout)
    assert (data["new"], data["changed"], data["units"], data["errors"], data["warnings"]) == (
        0, 0, 0, [], [],
    )  # fmt: skip
    assert data["unchanged"] == data["sheets"]["posts"]["unchanged"] == 1
    assert run("people", "export", "--what", "all").exit_code == 2


def test_all_errors_go_into_a_file_and_are_told_by_kind(run, write, tmp_path, database):
    lines = [f"{make.nip()},Orang,NOWHERE" for _ in range(250)]
    file, out = write("people.csv", "nip,nama,kode_unit", *lines), tmp_path / "errors.csv"
    result = run("people", "import", file, "--errors", out)
    assert result.exit_code == 1
    assert "250 x row 2, column kode_unit" in result.stdout
    assert len(out.read_text("utf-8-sig").splitlines()) == 251


def test_columns_are_chosen_by_command(run, tmp_path, database):
    out = tmp_path / "c.csv"
    assert run("export", "completions", "--columns", "title,number", "-o", out).exit_code == 0
    assert out.read_text("utf-8-sig").splitlines() == ["title,number"]
    assert run("export", "completions", "--columns", "titel", "-o", out).exit_code == 2
