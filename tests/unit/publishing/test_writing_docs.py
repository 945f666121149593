"""The course in docs/writing-courses.md is one that can be published."""

from __future__ import annotations

import re
from pathlib import Path

from learn.courses.content import COURSE_KEYS
from learn.publishing.compiler import compile_course
from learn.quizzes.behaviours import behaviours
from learn.quizzes.source.reading import SourceFile
from learn.quizzes.source.settings import schema
from tests.support.quizzes import read_files

PAGE = Path(__file__).resolve().parents[3] / "docs" / "writing-courses.md"
EXAMPLE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n```markdown\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_example_has_no_problem(standards):
    files = {
        path: text.encode() for path, text in EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    }
    assert len(files) == 3
    compiled = compile_course("pengaduan", files, standards)
    assert compiled.problems == ()
    assert compiled.sound


def test_every_key_of_a_course_is_described():
    rows = re.findall(r"^\| (`.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    described = set(re.findall(r"`(\w+)`", " ".join(rows)))
    assert COURSE_KEYS.keys() <= described


def test_every_setting_of_a_quiz_is_described():
    described = PAGE.read_text(encoding="utf-8").partition("### The settings of a quiz")[2]
    rows = re.findall(r"^\| (`[^|]+`) \|", described, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert named >= set(schema(behaviours().keys()))


def test_the_settings_in_the_example_are_taken():
    example = re.search(
        r"---\ntitle: Evaluasi akhir\nattempts: 2.*?\n---\n", PAGE.read_text(), re.S
    )
    assert example is not None
    text = example[0] + "\n## jp\nBerapa JP?\n= 20\n"
    made, problems = read_files({"id": SourceFile("quizzes/kursus/kuis.md", text)})
    assert made is not None and problems == []
