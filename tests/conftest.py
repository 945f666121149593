"""Fixtures for all tests.  Nothing here patches Learn: databases, servers and browsers are real.

``LEARN_TEST_REQUIRE=postgres,browser`` turns a missing program from a left-out test into an error.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings

from learn.competencies.framework.catalogue import use_framework
from learn.config import read_settings
from learn.db import Database
from learn.hours.forms import use_forms
from tests.support import chromium, make, postgres
from tests.support.browsing import Browser, Client
from tests.support.databases import Databases

# the same examples every time, on machines of any speed; others with --hypothesis-profile=explore
hypothesis_settings.register_profile("learn", deadline=None, derandomize=True, max_examples=60)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("learn")

SHARED = pytest.StashKey[Path]()
PROGRAMS: dict[str, tuple[Callable[[], object], str]] = {
    "postgres": (postgres.programs, "PostgreSQL's programs (Debian: apt-get install postgresql)"),
    "browser": (chromium.program, "Chromium (Debian: apt-get install chromium)"),
}


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of this run share."""
    given = getattr(config, "workerinput", {}).get("shared")
    if given:
        config.stash[SHARED] = Path(given)
        return
    _check_required()
    folder = Path(tempfile.mkdtemp(prefix="learn-", dir=_memory()))
    folder.chmod(0o755)  # the server's user has to pass
    config.stash[SHARED] = folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell each process of pytest-xdist where that folder is."""
    node.workerinput["shared"] = str(node.config.stash[SHARED])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the private PostgreSQL and remove the folder."""
    folder = config.stash.get(SHARED, None)
    if folder is not None and not hasattr(config, "workerinput"):
        postgres.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is not here, unless it is required."""
    for name, (program, words) in PROGRAMS.items():
        if program() is None:
            missing = pytest.mark.skip(reason=f"needs {words}")
            for item in items:
                if item.get_closest_marker(name):
                    item.add_marker(missing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in words which part was left out and how to get it."""
    for name, (program, words) in PROGRAMS.items():
        if program() is None:
            terminalreporter.write_line(f"LEFT OUT: the tests marked {name}. They need {words}.")


def _check_required() -> None:
    for name in _required():
        if name not in PROGRAMS:
            raise pytest.UsageError(f"LEARN_TEST_REQUIRE takes {', '.join(PROGRAMS)}; not {name}")
        program, words = PROGRAMS[name]
        if program() is None:
            raise pytest.UsageError(f"LEARN_TEST_REQUIRE names {name}, which needs {words}")


def _memory() -> Path | None:
    """Return a folder that lies in memory, where there is one with room: databases are 10 times faster."""
    folder = Path("/dev/shm")
    room = folder.is_dir() and shutil.disk_usage(folder).free > 2 * 2**30
    return folder if room and os.access(folder, os.W_OK) else None


def _required() -> set[str]:
    return set(os.environ.get("LEARN_TEST_REQUIRE", "").replace(",", " ").split())


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    """Return what gives databases, for tests that need more than `database`."""
    return Databases(pytestconfig.stash[SHARED])


KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Give the address of a database without any table: once SQLite, once PostgreSQL."""
    with databases.empty(request.param) as url:
        yield url


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Database]:
    """Give a fresh database with Learn's tables: once SQLite, once PostgreSQL."""
    with databases.fresh(request.param) as database:
        yield database


@pytest.fixture
def database_url(database: Database) -> str:
    """Return the address of that database."""
    return database.url.render_as_string(hide_password=False)


@pytest.fixture(autouse=True)
def _rules_that_ship() -> Iterator[None]:
    """Forget which version of the framework and which figures a command or a job of the test has read."""
    yield
    use_framework(None)
    use_forms(None)


@pytest.fixture
def now() -> datetime:
    """Return the moment at which tests happen: a Tuesday morning in Denpasar."""
    return datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return one application for all tests of this process: its addresses and templates cost most of a test."""
    from learn.app import create_app  # noqa: PLC0415 (domain tests need no web)

    made = create_app(
        {
            "LEARN_DATA_DIR": str(tmp_path_factory.mktemp("application")),
            "LEARN_SECRET_KEY": "a key for tests alone",
            "TESTING": True,
        }
    )
    made.test_client_class = Client
    return made


@pytest.fixture
def app(
    application: Flask, database: Database, database_url: str, tmp_path: Path
) -> Iterator[Flask]:
    """Give Learn as an application, all of its state of its own: settings, database, registries."""
    from learn.mounting import state_of  # noqa: PLC0415 (domain tests need no web)
    from learn.web.identity import OwnAccounts  # noqa: PLC0415

    known = {"LEARN_DATABASE_URL": database_url, "LEARN_DATA_DIR": str(tmp_path / "data")}
    first = application.extensions["learn"]
    settings = read_settings({**application.config, **known})
    fresh = state_of(settings, OwnAccounts(), database)
    fresh.templates = first.templates
    application.extensions["learn"] = fresh
    yield application
    first.templates = fresh.templates
    application.extensions["learn"] = first


@pytest.fixture
def new_browser(app: Flask) -> Callable[[], Browser]:
    """Return a function that opens a browser of another person."""
    return lambda: Browser(app)


@pytest.fixture
def client(app: Flask) -> Browser:
    """Return a browser that nobody has signed in with."""
    return Browser(app)


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., Browser]:
    """Return a function that makes a person and opens their browser, signed in.

    ``signed_in("hr", unit=office)`` takes what `make.person` takes; the person's id is `person_id`.
    """

    def open_browser(*roles: str, number: str = "", **known: Any) -> Browser:
        number = number or make.nip()
        with app.extensions["learn"].database.transaction() as session:
            person_id = make.person(session, *roles, number=number, **known).id
        browser = Browser(app)
        browser.sign_in(number, known.get("password", make.PASSWORD))
        browser.person_id = person_id
        return browser

    return open_browser
