"""Pages need no other host: offices with a narrow line, or none to the outside, see them whole."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = r"""["'(\s](?:https?:)?//[a-z0-9]"""
LOADING_TAG = re.compile(
    rf"<(?:script|link|img|source|video|audio|track|iframe|embed|object|use|form)\b[^>]*={OUTSIDE}",
    re.IGNORECASE,
)
LOADING_STYLE = re.compile(r"(?:url\(|@import\s*)[\"']?(?:https?:)?//", re.IGNORECASE)
LOADING_SCRIPT = re.compile(
    rf"(?:fetch|import|importScripts|open|Worker|WebSocket|src\s*=)\s*\(?{OUTSIDE}", re.IGNORECASE
)


def files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())


def wrong(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    texts = ((path, path.read_text(encoding="utf-8")) for path in paths)
    return [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path, text in texts
        for found in pattern.finditer(text)
    ]


def test_no_template_loads_anything_from_another_host():
    assert wrong(files("templates/**/*.html"), LOADING_TAG) == []


def test_no_style_sheet_loads_anything_from_another_host():
    assert wrong(files("learn/static/**/*.css", "templates/**/*.html"), LOADING_STYLE) == []


def test_no_script_loads_anything_from_another_host():
    assert wrong(files("learn/static/**/*.js"), LOADING_SCRIPT) == []


def test_no_template_has_a_script_or_a_style_in_it():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", re.I)
    assert wrong(files("templates/**/*.html"), inline) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (LOADING_TAG, '<script src="https://host/x.js">'),
        (LOADING_TAG, "<img alt='' src='//host/x.png'>"),
        (LOADING_STYLE, "@import url(https://host/x.css)"),
        (LOADING_STYLE, 'src: url("//host/x.woff2")'),
        (LOADING_SCRIPT, 'fetch("https://host/")'),
    ],
)
def test_these_checks_see_what_they_are_for(pattern, text):
    assert pattern.search(text)
