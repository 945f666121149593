"""`learn framework`: files out and in; competencies end in the draft, required levels hold at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from learn.competencies.framework.drafts import read_draft
from learn.competencies.framework.models import Requirement
from learn.db import Database

Run = Callable[..., Result]
LEVELS = "jenjang,kompetensi,tingkat,mulai\nPELAKSANA,M.05,2,2026-01-01\n"


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx", "f.json"])
def test_what_was_exported_changes_nothing_when_it_is_imported(run: Run, tmp_path: Path, name):
    file = tmp_path / name
    assert run("framework", "export", str(file)).exit_code == 0
    told = json.loads(run("framework", "import", str(file), "--json").stdout)
    assert (told["imported"], told["changes"], told["errors"]) == (False, 0, [])


def test_competencies_end_in_the_draft_and_a_dry_run_in_nothing(
    run: Run, tmp_path: Path, database: Database
):
    file = tmp_path / "x.csv"
    file.write_text("code,level,descriptor_id\nM.01,1,Uraian resmi\n", encoding="utf-8")
    assert run("framework", "import", str(file), "--dry-run").exit_code == 0
    with database.reading() as session:
        assert read_draft(session) is None
    assert run("framework", "import", str(file)).exit_code == 0
    with database.reading() as session:
        draft = read_draft(session)
        assert draft is not None
        assert draft.content.competency("M.01").level(1).descriptors.id == "Uraian resmi"
        assert draft.content.competency("M.01").level(2) == draft.newest.competency("M.01").level(2)


def test_a_mistake_is_told_by_row_and_column_with_exit_code_1(run: Run, tmp_path: Path):
    file = tmp_path / "x.csv"
    file.write_text("code,level\nM.01,6\n", encoding="utf-8")
    result = run("framework", "import", str(file))
    assert result.exit_code == 1
    assert "row 2, column level" in result.output
    file.write_bytes(b"\xff\xfe")
    assert run("framework", "import", str(file)).exit_code == 1


def test_required_levels_hold_at_once_all_or_nothing(run: Run, tmp_path: Path, database: Database):
    file = tmp_path / "x.csv"
    file.write_text(LEVELS + "PELAKSANA,M.06,0,2026-01-01\n", encoding="utf-8")
    assert run("framework", "import", str(file), "--what", "requirements").exit_code == 1
    with database.reading() as session:
        assert session.query(Requirement).count() == 0
    file.write_text(LEVELS, encoding="utf-8")
    assert run("framework", "import", str(file), "--what", "requirements").exit_code == 0
    out = tmp_path / "out.csv"
    assert run("framework", "export", str(out), "--what", "requirements").exit_code == 0
    told = json.loads(
        run("framework", "import", str(out), "--what", "requirements", "--json").stdout
    )
    assert (told["new"], told["changed"], told["unchanged"]) == (0, 0, 1)


def test_a_version_that_is_not_there_is_told(run: Run, tmp_path: Path):
    result = run("framework", "export", str(tmp_path / "f.csv"), "--version", "9")
    assert result.exit_code == 1
    assert not (tmp_path / "f.csv").exists()
