"""The design system keeps its promises: small, for old phones too, readable, and nothing used that is not there."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "learn" / "static"
CSS = (STATIC / "learn.css").read_text(encoding="utf-8")
QUIZ_CSS = (STATIC / "quiz.css").read_text(encoding="utf-8")
RESULTS_CSS = (STATIC / "results.css").read_text(encoding="utf-8")
HR_CSS = (STATIC / "hr.css").read_text(encoding="utf-8")
HEAT_CSS = (STATIC / "heat.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS + QUIZ_CSS + RESULTS_CSS + HR_CSS + HEAT_CSS, flags=re.DOTALL)
TEMPLATES = {
    path.relative_to(ROOT): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.html"))
}


def tokens(selector: str) -> dict[str, str]:
    """Return the custom properties that the first block of `selector` sets."""
    block = re.search(re.escape(selector) + r" \{(.*?)\}", RULES, flags=re.DOTALL)
    assert block, selector
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block.group(1)))


LIGHT = tokens(".learn")
DARK = LIGHT | tokens(".learn[data-theme=dark]")


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2 of a colour like #fff or #0b5a63."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("name", "most_bytes"),
    [
        ("learn.css", 10_000),
        ("learn.js", 4_100),
        ("icons.svg", 4_300),
        ("sw.js", 2_000),
        ("quiz.css", 4_000),
        ("quiz.js", 3_000),
        ("results.css", 1_200),
        ("hr.css", 1_800),
        ("heat.css", 700),
        ("assess.css", 200),
    ],
)
def test_what_every_page_loads_is_small(name, most_bytes):
    assert len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0)) <= most_bytes


@pytest.mark.parametrize(
    "unknown", ["@layer", ":has(", "light-dark(", "color-mix(", "oklch(", "@import", "url("]
)
def test_old_phones_understand_the_style_sheet(unknown):
    assert unknown not in RULES


def test_every_rule_stays_inside_learn():
    selectors = re.findall(r"(?:^|[{}])\s*([^@{}]+?)\s*\{", RULES)
    leaking = [
        selector
        for group in selectors
        for selector in group.split(",")
        if not re.match(r"\s*(\.learn\b|from$|to$|\d+%$)", selector)
    ]
    assert leaking == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "good", "due", "late"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_text_is_readable_on_every_ground(theme, ink, ground):
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("accent", "accent-soft"), ("good", "good-soft"), ("due", "due-soft"), ("late", "late-soft"),
        ("ink", "accent-soft"), ("ink", "due-soft"), ("on-accent", "accent"), ("on-accent", "accent-strong"),
        ("hero-ink", "hero"), ("hero-muted", "hero"), ("ink", "mark"),
        ("c-word", "surface"), ("c-text", "surface"), ("c-name", "surface"), ("c-figure", "surface"), ("c-aside", "surface"),
    ],
)  # fmt: skip
def test_text_is_readable_on_its_own_ground(theme, ink, ground):
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["control", "focus"])
def test_edges_of_controls_can_be_seen(theme, edge):
    assert contrast(theme[edge], theme["paper"]) >= 3
    assert contrast(theme[edge], theme["surface"]) >= 3


def test_both_ways_to_the_dark_theme_are_the_same():
    assert tokens(".learn:not([data-theme=light])") == tokens(".learn[data-theme=dark]")


def test_templates_use_only_classes_that_there_are():
    known = set(re.findall(r"\.(l-[\w-]+)", RULES)) | {"l-body"}
    unknown = {
        f"{path}: {name}"
        for path, text in TEMPLATES.items()
        for value in re.findall(r"""class_?=["']([^"']*)["']""", text)
        for name in re.findall(r"(?<![\w-])l-[\w-]+", value)
        if not any(
            there == name or (name.endswith("-") and there.startswith(name)) for there in known
        )
    }
    assert unknown == set()


def test_templates_use_only_icons_that_there_are():
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    unknown = {
        f"{path}: {name}"
        for path, text in TEMPLATES.items()
        for name in re.findall(r"""\bicon\(["']([\w-]+)["']""", text)
        if name not in known
    }
    assert unknown == set()


def test_vendored_files_are_those_that_are_listed():
    records = json.loads((STATIC / "vendor" / "vendor.json").read_text(encoding="utf-8"))
    listed = {record["file"] for record in records}
    assert {str(path.relative_to(STATIC)) for path in (STATIC / "vendor").iterdir()} - {
        "vendor/vendor.json"
    } <= listed
    for record in records:
        assert (
            hashlib.sha256((STATIC / record["file"]).read_bytes()).hexdigest() == record["sha256"]
        )
