"""Databases for tests: migrated once in a run, then copied for each test that asks."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

from learn.db import Database
from learn.migrating import upgrade
from tests.support import postgres

TEMPLATE = "learn_template"
_numbers = itertools.count(1)


class Databases:
    """Gives each test a database of its own.

    Parameters
    ----------
    folder
        Shared by all processes of the run; its locks say who makes the templates.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def sqlite(self) -> Iterator[str]:
        """Give the address of a fresh SQLite file, removed afterwards."""
        template = self.folder / "template.db"
        with _alone(self.folder / "sqlite.lock"):
            if not template.exists():
                self._make_sqlite(template)
        with self._folder() as place:
            shutil.copyfile(template, place / "learn.db")
            yield f"sqlite:///{place / 'learn.db'}"

    @contextmanager
    def postgresql(self) -> Iterator[str]:
        """Give the address of a fresh database of the private PostgreSQL, dropped afterwards."""
        self._make_template()
        with self._database(TEMPLATE) as url:
            yield url

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """Give the address of a database without any table: `sqlite` or `postgresql`."""
        if kind == "sqlite":
            with self._folder() as place:
                yield f"sqlite:///{place / 'learn.db'}"
            return
        self._make_template()
        with self._database("template1") as url:
            yield url

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        place = self.folder / f"sqlite-{os.getpid()}-{next(_numbers)}"
        place.mkdir()
        yield place
        shutil.rmtree(place)

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"learn_{os.getpid()}_{next(_numbers)}"
        tell = _administrator(self.folder).execute
        tell(f"CREATE DATABASE {name} TEMPLATE {template} {_copying(self.folder)}")
        yield postgres.address(self.folder, name)
        tell(f"DROP DATABASE {name} WITH (FORCE)")

    def _make_template(self) -> None:
        done = self.folder / "template.postgresql"
        with _alone(self.folder / "postgresql.lock"):
            postgres.start(self.folder)
            if not done.exists():
                _administrator(self.folder).execute(f"CREATE DATABASE {TEMPLATE}")
                _make(postgres.address(self.folder, TEMPLATE))
                done.touch()

    def _make_sqlite(self, template: Path) -> None:
        unfinished = template.with_name("unfinished.db")
        _make(f"sqlite:///{unfinished}")
        unfinished.rename(template)


@cache
def _copying(folder: Path) -> str:
    """Return how a database is copied fastest; PostgreSQL before 15 knows one way only."""
    version = _administrator(folder).info.server_version
    return "STRATEGY file_copy" if version >= 150000 else ""


def _make(url: str) -> None:
    database = Database(url)
    try:
        upgrade(database)
    finally:
        database.dispose()


@cache
def _administrator(folder: Path) -> psycopg.Connection:
    """Return this process's connection for making and dropping databases."""
    return psycopg.connect(
        host=str(folder / "socket"), user="learn", dbname="postgres", autocommit=True
    )


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process of the run in at a time."""
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
