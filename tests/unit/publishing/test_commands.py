"""`learn content push`, `pull` and `publish`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from learn.cli.content import content
from learn.publishing.trees import read_tree, write_tree

FIRST = "courses/pengaduan/01-dasar.md"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("LEARN_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(content, [str(argument) for argument in arguments])

    return run


def test_what_is_pushed_can_be_published_and_pulled_elsewhere(run, files, tmp_path):
    write_tree(tmp_path / "here", files)
    pushed = run("push", tmp_path / "here", "--json")
    assert (pushed.exit_code, json.loads(pushed.stdout)) == (
        0,
        [{"course": "pengaduan", "changed": True}],
    )
    published = run("publish", "pengaduan", "--json")
    assert json.loads(published.stdout)[0]["version"] == 1
    assert run("pull", tmp_path / "there").exit_code == 0
    assert read_tree(tmp_path / "there") == (files, [])


def test_a_course_with_problems_is_not_published_and_all_are_printed(run, files, tmp_path):
    write_tree(tmp_path, {**files, FIRST: b"---\ntitel: A\n---\n![](x.png)\n"})
    run("push", tmp_path)
    refused = run("publish", "pengaduan")
    assert refused.exit_code == 1
    assert f"{FIRST}:2: " in refused.stderr
    assert f"{FIRST}:4: " in refused.stderr
    assert len(json.loads(run("publish", "pengaduan", "--json").stdout)[0]["problems"]) >= 3


def test_wrong_use_exits_with_2(run, files, tmp_path):
    write_tree(tmp_path / "here", files)
    (tmp_path / "empty").mkdir()
    assert run("push", tmp_path / "empty").exit_code == 2
    assert run("push", tmp_path / "here", "--course", "lain").exit_code == 2
    assert run("push").exit_code == 2


def test_a_place_that_cannot_be_written_is_told(run, files, tmp_path):
    write_tree(tmp_path / "here", files)
    run("push", tmp_path / "here")
    (tmp_path / "there" / FIRST).mkdir(parents=True)
    refused = run("pull", tmp_path / "there")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert FIRST in refused.stderr
