"""`learn export siasn` and `learn siasn`: rows leave, ids and results come back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from learn.ledger.models import AuditEntry
from learn.siasn.rows import COLUMNS
from learn.web.state import State
from tests.support import make, records

Run = Callable[..., Result]
KEYS = [column.key for column in COLUMNS]
NUMBERS = [make.nip(7001), make.nip(7002)]


@pytest.fixture
def filled(state: State, now: datetime) -> State:
    with state.database.transaction() as session:
        unit = make.unit(session, "DINKES")
        for number, place in zip(NUMBERS, (unit, None), strict=True):
            person = make.person(session, number=number, unit=place, password=None)
            records.complete(session, person, now=now)
    return state


@pytest.fixture
def linked(filled: State, run: Run, tmp_path: Path) -> State:
    assert run("siasn", "people", people(tmp_path, "P1", "P2")).exit_code == 0
    return filled


def people(folder: Path, *ids: str) -> Path:
    file = folder / "ids.csv"
    rows = [f"{number};{siasn_id}" for number, siasn_id in zip(NUMBERS, ids, strict=False)]
    file.write_text("\n".join(["number;siasn_id", *rows, ""]), encoding="utf-8")
    return file


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def acts(state: State) -> list[tuple[str, Any]]:
    with state.database.reading() as session:
        query = select(AuditEntry.kind, AuditEntry.data).order_by(AuditEntry.seq)
        found = [(kind, json.loads(data)) for kind, data in session.execute(query)]
    return [each for each in found if each[0].startswith("siasn") or each[0] == "exported"]


def test_without_ids_there_is_the_header_and_who_is_missing_is_told(
    run: Run, filled: State
) -> None:
    result = run("export", "siasn")
    assert result.exit_code == 0
    assert list(csv.reader(io.StringIO(result.stdout.removeprefix("\ufeff")))) == [KEYS]
    assert "2" in result.stderr


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "jsonl", "parquet"])
def test_every_format_holds_the_rows(run: Run, linked: State, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"siasn.{suffix}"
    result = run("export", "siasn", "-o", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    content = file.read_bytes()
    if suffix == "xlsx":
        header, *found = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        assert header == KEYS
        assert [row[5] for row in found] == ["16", "16"]
    elif suffix == "json":
        first = json.loads(content)[0]
        assert (first["jumlahJam"], first["tahunKursus"], first["jenisDiklatId"]) == (6, 2026, "16")
        assert first["tanggalSelesaiKursus"] == "24-11-2026"
        assert first["id"] is None
    else:
        assert b"P1" in content
        assert b"P2" in content


def test_marked_rows_leave_once_and_results_come_back(
    run: Run, linked: State, tmp_path: Path
) -> None:
    file = tmp_path / "siasn.csv"
    assert run("export", "siasn", "--unit", "DINKES", "--mark", "-o", file).exit_code == 0
    (sent,) = rows(file.read_text(encoding="utf-8"))
    assert [row["pnsOrangId"] for row in rows(run("export", "siasn").stdout)] == ["P2"]
    again = rows(run("export", "siasn", "--also", "exported").stdout)
    assert len(again) == 2
    answers = tmp_path / "results.csv"
    answers.write_text(f"nomorSertipikat,id\n{sent['nomorSertipikat']},RW-1\n", encoding="utf-8")
    assert run("siasn", "results", answers, "--dry-run").exit_code == 0
    assert rows(run("export", "siasn", "--also", "accepted").stdout)[0]["id"] == ""
    told = json.loads(run("siasn", "results", answers, "--json").stdout)
    assert told == {"done": True, "changed": 1, "unchanged": 0, "errors": [], "warnings": []}
    accepted = rows(run("export", "siasn", "--also", "accepted", "--unit", "DINKES").stdout)
    assert [row["id"] for row in accepted] == ["RW-1"]
    assert rows(run("export", "siasn", "--also", "exported", "--unit", "DINKES").stdout) == []


def test_each_act_is_in_the_audit_chain(run: Run, linked: State, tmp_path: Path) -> None:
    run("export", "siasn", "--mark", "-o", tmp_path / "a.jsonl")
    assert acts(linked) == [
        ("siasn_people_linked", {"linked": 2, "removed": 0}),
        ("siasn_marked", {"batch": 1, "count": 2, "filters": {}}),
        ("exported", {"what": "siasn", "format": "jsonl", "filters": {}, "count": 2}),
    ]
    assert run("ledger", "verify").exit_code == 0
    assert run("ledger", "rebuild", "--check").exit_code == 0


def test_a_dry_run_changes_nothing(run: Run, filled: State, tmp_path: Path) -> None:
    assert run("siasn", "people", people(tmp_path, "P1"), "--dry-run").exit_code == 0
    assert rows(run("export", "siasn").stdout) == []
    assert [kind for kind, _data in acts(filled)] == ["exported"]


def test_with_any_error_no_id_is_taken(run: Run, filled: State, tmp_path: Path) -> None:
    result = run("siasn", "people", people(tmp_path, "P1", "P 2"))
    assert result.exit_code == 1
    assert "row 3, column siasn_id" in result.stdout
    assert rows(run("export", "siasn").stdout) == []


def test_what_cannot_be_read_is_told(run: Run, filled: State, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"PK\x03\x04nothing")
    for command in ("people", "results"):
        result = run("siasn", command, file)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr


WRONG = {
    "marked on standard output": ["export", "siasn", "--mark"],
    "others are not marked": ["export", "hours", "--mark"],
    "unknown state": ["export", "siasn", "--also", "pending"],
    "unknown unit": ["export", "siasn", "--unit", "X"],
    "no folder": ["export", "siasn", "--mark", "-o", "/no/such/folder/x.csv"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_wrong_use_is_told_and_marks_nothing(run: Run, linked: State, words: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
    assert len(rows(run("export", "siasn").stdout)) == 2
