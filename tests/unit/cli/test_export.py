"""`learn export`: what is asked for and nothing else, in a file that is whole or not there."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from learn.exports.columns import COMPLETIONS, PEOPLE
from learn.ledger.models import AuditEntry
from learn.web.state import State
from tests.support import make, records

Run = Callable[..., Result]
KEYS = [column.key for column in COMPLETIONS]


@pytest.fixture
def filled(state: State, now: datetime) -> State:
    with state.database.transaction() as session:
        unit = make.unit(session, "DINKES")
        for name, place in (("Budi", unit), ("Citra", None)):
            person = make.person(session, name=name, unit=place, password=None)
            records.complete(session, person, now=now - timedelta(days=1))
    return state


def table(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def audited(state: State) -> list[dict[str, object]]:
    with state.database.reading() as session:
        query = (
            select(AuditEntry.data).where(AuditEntry.kind == "exported").order_by(AuditEntry.seq)
        )
        return [json.loads(data) for data in session.scalars(query)]


def test_without_a_file_the_csv_and_nothing_else_is_on_standard_output(
    run: Run, filled: State
) -> None:
    result = run("export", "completions")
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = table(result.stdout)
    assert rows[0] == KEYS
    assert [row[1] for row in rows[1:]] == ["Citra", "Budi"]
    assert all(len(row[0]) == 18 and row[0].isdecimal() for row in rows[1:])


@pytest.mark.parametrize("kind", ["completions", "competencies", "hours"])
def test_an_empty_result_still_has_its_header(run: Run, kind: str) -> None:
    result = run("export", kind)
    assert result.exit_code == 0
    assert len(table(result.stdout)) == 1


def test_the_suffix_chooses_the_format_unless_one_is_named(
    run: Run, filled: State, tmp_path: Path
) -> None:
    assert run("export", "completions", "-o", tmp_path / "a.xlsx").stdout == ""
    rows = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0] == KEYS
    assert isinstance(rows[1][0], str)
    run("export", "completions", "--format", "json", "-o", tmp_path / "b.xlsx")
    assert len(json.loads((tmp_path / "b.xlsx").read_text())) == 2
    run("export", "completions", "-o", tmp_path / "c.out")
    assert (tmp_path / "c.out").read_bytes().startswith(b"\xef\xbb\xbfnumber,")
    run("export", "hours", "-o", tmp_path / "d.jsonl")
    assert len((tmp_path / "d.jsonl").read_text().splitlines()) == 2


def test_filters_narrow_what_is_exported(run: Run, filled: State, now: datetime) -> None:
    def names(*options: str) -> list[str]:
        return [row[1] for row in table(run("export", "completions", *options).stdout)[1:]]

    assert names("--unit", "DINKES") == ["Budi"]
    assert names("--since", "2026-11-24") == []
    assert names("--until", "23-11-2026", "--since", "23-11-2026") == ["Citra", "Budi"]
    assert names("--course", "layanan-publik", "--unit", "DINKES") == ["Budi"]


WRONG = {
    "unknown kind": ["export", "diplomas"],
    "no kind": ["export"],
    "unknown format": ["export", "hours", "--format", "pdf"],
    "no date": ["export", "hours", "--since", "2026-13-01"],
    "reversed": ["export", "completions", "--since", "2026-02-01", "--until", "2026-01-01"],
    "unknown unit": ["export", "completions", "--unit", "DINAS-X"],
    "unknown course": ["export", "completions", "--course", "x"],
    "hours by course": ["export", "hours", "--course", "layanan-publik"],
    "delimiter of no CSV": ["export", "hours", "--format", "json", "--delimiter", ";"],
    "unknown delimiter": ["export", "hours", "--delimiter", "|"],
    "no folder": ["export", "hours", "-o", "/no/such/folder/x.csv"],
    "a folder": ["export", "hours", "-o", "/"],
    "people by course": ["people", "export", "--course", "layanan-publik"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_wrong_use_is_told_and_writes_nothing(run: Run, filled: State, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip()
    assert audited(filled) == []


def test_unknown_kinds_are_told_which_there_are(run: Run) -> None:
    told = run("export", "diplomas").stderr
    assert all(f"'{kind}'" in told for kind in ("completions", "competencies", "hours", "siasn"))


def test_a_refused_export_leaves_the_older_file_as_it_was(
    run: Run, filled: State, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("older")
    assert run("export", "completions", "--unit", "X", "-o", file).exit_code == 2
    assert file.read_text() == "older"
    assert list(tmp_path.glob(".*")) == []
    assert run("export", "completions", "-o", file).exit_code == 0
    assert file.read_text() != "older"
    assert stat.S_IMODE(file.stat().st_mode) & 0o600 == 0o600


def test_each_export_is_in_the_audit_chain(run: Run, filled: State, tmp_path: Path) -> None:
    run("export", "completions", "--unit", "DINKES", "-o", tmp_path / "a.jsonl")
    run("people", "export")
    assert audited(filled) == [
        {"what": "completions", "format": "jsonl", "filters": {"unit": "DINKES"}, "count": 1},
        {"what": "people", "format": "csv", "filters": {}},
    ]
    assert run("ledger", "verify").exit_code == 0


def test_exporting_changes_no_record(run: Run, filled: State) -> None:
    first = run("export", "completions").stdout
    assert run("export", "completions").stdout == first
    assert run("ledger", "rebuild", "--check").exit_code == 0


def test_people_are_exported_with_the_same_options_and_read_back_unchanged(
    run: Run, filled: State, tmp_path: Path
) -> None:
    for name in ("p.csv", "p.xlsx"):
        assert run("people", "export", "-o", tmp_path / name).exit_code == 0
        result = run("people", "import", "--dry-run", "--json", tmp_path / name)
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert (told["new"], told["changed"], told["unchanged"]) == (0, 0, 2)
    rows = table(run("people", "export", "--unit", "DINKES").stdout)
    assert rows[0] == [column.key for column in PEOPLE]
    assert [row[1] for row in rows[1:]] == ["Budi"]


def test_a_pipe_is_written_to_and_not_replaced(run: Run, filled: State, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text, "utf-8")
        assert run("export", "completions", "-o", pipe).exit_code == 0
        assert len(table(read.result(timeout=30))) == 3
    assert pipe.is_fifo()


def test_a_link_stays_a_link(run: Run, filled: State, tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to("file.csv")
    assert run("export", "completions", "-o", link).exit_code == 0
    assert link.is_symlink()
    assert len(table((tmp_path / "file.csv").read_text(encoding="utf-8"))) == 3
