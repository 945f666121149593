"""`learn people`: importing all or nothing, printing codes that let people in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from learn.db import Database
from learn.people.models import Person
from learn.people.signing_in.accounts import use_code
from tests.support import make

Run = Callable[..., Result]
HEADER = "nip,nama,kode_unit,unit_kerja"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str) -> Path:
        path = tmp_path / "pegawai.csv"
        path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        return path

    return write


def people(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person))


def test_errors_are_told_by_row_and_column_and_nothing_is_imported(run, write, database):
    result = run("people", "import", write(f"{make.nip()},Ayu,D,Dinas", "12,Budi,D,"))
    assert result.exit_code == 1
    assert "row 3, column nip: " in result.stdout
    assert people(database) == 0


def test_a_dry_run_changes_nothing_and_the_import_after_it_all(run, write, database):
    path = write(f"{make.nip()},Ayu,D,Dinas", f"{make.nip()},Budi,D,")
    dry = json.loads(run("people", "import", path, "--dry-run", "--json").stdout)
    assert (dry["imported"], dry["new"], people(database)) == (False, 2, 0)
    done = json.loads(run("people", "import", path, "--json").stdout)
    assert (done["imported"], done["new"], done["units"], done["errors"]) == (True, 2, 1, [])
    assert people(database) == 2
    again = json.loads(run("people", "import", path, "--json").stdout)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_file_that_is_no_table_is_told_and_not_thrown(run, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    result = run("people", "import", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr


def test_the_list_of_codes_has_name_masked_number_and_a_code_that_works(
    run, write, database, now: datetime
):
    number = make.nip()
    run("people", "import", write(f"{number},Ni Ayu,D,Dinas"))
    result = run("people", "codes", "--unit", "D")
    name, masked, code = result.stdout.rstrip("\n").split("\t")
    assert name == "Ni Ayu"
    assert re.fullmatch(r"\d{4}\*+\d{4}", masked)
    with database.transaction() as session:
        use_code(
            session, number, code, "payung biru di atas lemari", now=now, settings=make.settings()
        )
    assert run("people", "codes", "--unit", "D").stdout == ""
    assert run("people", "codes", "--unit", "D", "--all").stdout.startswith("Ni Ayu\t")


def test_codes_of_an_unknown_unit_are_refused(run):
    result = run("people", "codes", "--unit", "X")
    assert (result.exit_code, result.stdout) == (1, "")
