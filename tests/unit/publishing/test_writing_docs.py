"""The course in docs/writing-courses.md is one that can be published."""

from __future__ import annotations

import re
from pathlib import Path

from learn.courses.content import COURSE_KEYS
from learn.publishing.compiler import compile_course

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
