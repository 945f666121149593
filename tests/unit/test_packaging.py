"""What is packed is what is here, and the locks are those of setup.cfg."""

import ast
import re
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def setup() -> ConfigParser:
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def locked(name: str) -> dict[str, set[str]]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE):
        pins.setdefault(package, set()).add(version)
    return pins


def test_every_package_on_disk_is_listed_and_the_other_way_round(setup):
    folders = {path.parent for path in (ROOT / "learn").rglob("__init__.py")}
    on_disk = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    mapped = dict(re.split(r"\s*=\s*", line) for line in lines(setup["options"]["package_dir"]))
    assert all((ROOT / folder).is_dir() for folder in mapped.values())
    assert lines(setup["options"]["packages"]) == sorted(on_disk | mapped.keys())


def test_every_library_is_locked_in_a_version_that_setup_cfg_allows(setup):
    pins = locked("run.txt")
    for line in lines(setup["options"]["install_requires"]):
        requirement = Requirement(line)
        versions = pins[canonicalize_name(requirement.name)]
        assert all(version in requirement.specifier for version in versions), line


def test_both_locks_agree_and_give_hashes_for_every_version():
    run, dev = locked("run.txt"), locked("dev.txt")
    assert {name: dev[name] for name in run.keys() & dev} == {
        name: run[name] for name in run.keys() & dev
    }
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in entry for entry in entries)
        assert "://" not in text


def test_every_library_that_learn_imports_is_declared_or_optional(setup):
    declared = {Requirement(line).name for line in lines(setup["options"]["install_requires"])}
    assert {canonicalize_name(name) for name in declared} >= {
        canonicalize_name(IMPORTED_AS.get(name, name)) for name in imported() - OPTIONAL
    }


IMPORTED_AS = {
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "babel": "flask-babel",
    "blinker": "flask",
    "click": "flask",
    "itsdangerous": "flask",
    "jinja2": "flask",
    "markupsafe": "flask",
    "pymdownx": "pymdown-extensions",
    "python_calamine": "python-calamine",
    "werkzeug": "flask",
    "yaml": "pyyaml",
}
OPTIONAL = {"arro3", "psycopg", "pyhanko"}


def imported() -> set[str]:
    """Return the top names that Learn imports and that are neither its own nor Python's."""

    names: set[str] = set()
    for path in (ROOT / "learn").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"learn"}
