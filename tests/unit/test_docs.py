"""The documentation says what the program does: every setting, every library, no dead link."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from learn.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_described_for_operators_with_its_default(setting):
    text = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{setting.name}` \| (.*?) \| .+ \|$", text, re.MULTILINE)
    assert row, f"docs/operators.md has no row for {setting.name}"
    assert row.group(1) == written(setting.default)


def written(default: object) -> str:
    words = (
        "" if default == () else str(default).lower() if isinstance(default, bool) else str(default)
    )
    return f"`{words}`" if words else "empty"


def test_no_setting_is_described_that_does_not_exist():
    text = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(LEARN_[A-Z_]+)`", text, re.MULTILINE))
    assert described == {setting.name for setting in SETTINGS}


def test_every_library_has_its_reason():
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    wanted = parser["options"]["install_requires"] + "\n".join(
        parser["options.extras_require"].values()
    )
    names = re.findall(r"^([A-Za-z][A-Za-z0-9-]*)", wanted, re.MULTILINE)
    assert [name for name in names if f"| {name} |" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    text = without_code(page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    inside = [link.partition("#")[0] for link in links if "://" not in link]
    assert [link for link in inside if link and not (page.parent / link).exists()] == []


def without_code(text: str) -> str:
    """Return `text` without what only shows how something is written."""
    text = re.sub(r"^ *(`{3,}|~{3,}).*?^ *\1`*", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(`+).+?\1", "", text)
