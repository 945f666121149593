"""`learn content check` looks at every file of a folder, whatever else is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from learn.cli.content import content
from learn.publishing.checking import check_tree
from learn.publishing.trees import write_tree

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path, files) -> Path:
    write_tree(tmp_path / "content", files)
    return tmp_path / "content"


def test_a_sound_folder_has_no_problem(folder):
    (folder / "catatan").mkdir()
    (folder / "README.md").write_text("<script>", encoding="utf-8")
    (folder / "courses" / "lepas.md").write_text("---\nx", encoding="utf-8")
    assert check_tree(folder) == []


def test_courses_that_are_shipped_have_no_problem():
    assert [str(problem) for problem in check_tree(ROOT) if not problem.warning] == []


@pytest.mark.parametrize("missing", ["courses", "quizzes"])
def test_one_of_both_folders_may_be_missing(folder, missing):
    kept = "courses" if missing == "quizzes" else "quizzes"
    only = folder.parent / "only"
    only.mkdir()
    (folder / kept).rename(only / kept)
    if missing == "quizzes":
        course = only / "courses/pengaduan/course.md"
        text = course.read_text(encoding="utf-8")
        course.write_text(
            text.replace("    - quiz: {name: akhir, pass: 70}\n", ""), encoding="utf-8"
        )
        second = only / "courses/pengaduan/02-lanjut.md"
        second.write_text("---\ntitle: Lanjut\n---\n", encoding="utf-8")
    assert check_tree(only) == []


def test_every_file_is_checked_though_another_cannot_be_read(folder):
    (folder / "courses/pengaduan/03-hilang.md").symlink_to("tidak-ada.md")
    (folder / "courses/pengaduan/04-folder.md").mkdir()
    (folder / "courses/pengaduan/05-biner.md").write_bytes(b"\xff\xfe\x00")
    (folder / "courses/pengaduan/06-salah.md").write_text("---\nmenit: 3\n---\n", encoding="utf-8")
    found = {problem.path.rpartition("/")[2] for problem in check_tree(folder)}
    assert found == {"03-hilang.md", "04-folder.md", "05-biner.md", "06-salah.md"}


def test_problems_come_sorted_by_path_and_line(folder):
    for name in ("02-lanjut.md", "01-dasar.md"):
        path = folder / "courses/pengaduan" / name
        path.write_text("---\ntitle: A\nx: 1\ny: 2\n---\n", encoding="utf-8")
    places = [(problem.path, problem.line) for problem in check_tree(folder)]
    assert places == sorted(places)


def test_check_exits_with_1_on_problems_and_prints_path_line_and_message(folder):
    path = folder / "courses/pengaduan/02-lanjut.md"
    path.write_text("---\ntitle: A\nmenit: 1\n---\n", encoding="utf-8")
    result = CliRunner().invoke(content, ["check", str(folder)])
    assert result.exit_code == 1
    assert result.output.startswith("courses/pengaduan/02-lanjut.md:3: ")


def test_warnings_leave_the_exit_code_0(folder):
    path = folder / "courses/pengaduan/02-lanjut.md"
    path.write_text("---\ntitle: A\n---\n<b>x</b> [q](quiz:akhir)\n", encoding="utf-8")
    result = CliRunner().invoke(content, ["check", str(folder), "--json"])
    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert (answer["errors"], answer["warnings"]) == (0, 1)
    assert answer["problems"][0]["line"] == 4


def test_a_path_that_is_not_there_is_wrong_use():
    assert CliRunner().invoke(content, ["check", "/tidak/ada"]).exit_code == 2


def test_check_needs_no_database_and_leaves_nothing_behind(folder, tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    code = "from learn.cli.content import content; content()"
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LEARN_DATABASE_URL": "postgresql://nowhere/x",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(folder)], cwd=here, env=environ, check=False
    )
    assert done.returncode == 0
    assert list(here.iterdir()) == []


def test_a_name_that_cannot_be_printed_stays_on_its_own_line(folder):
    (folder / "courses/pengaduan/a\n\x1b[2Jb.md").write_text("x", encoding="utf-8")
    result = CliRunner().invoke(content, ["check", str(folder)])
    assert result.exit_code == 1
    assert result.stdout.startswith("courses/pengaduan/a??[2Jb.md:1: ")
