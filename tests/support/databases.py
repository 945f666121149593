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
        self._kept: dict[str, Database] = {}

    @contextmanager
    def fresh(self, kind: str) -> Iterator[Database]:
        """Give a database as it is after migration: `sqlite` or `postgresql`.

        All tests of a process have it in the same place and behind the same engines, one after the
        other: to compile every statement again for each test took a sixth of the run.
        """
        template, name = self._template(kind), f"learn_{os.getpid()}"
        if kind == "sqlite":
            place = self.folder / f"sqlite-{os.getpid()}"
            place.mkdir(exist_ok=True)
            shutil.copyfile(template, place / "learn.db")
            url = f"sqlite:///{place / 'learn.db'}"
        else:
            self._create(name, template)
            url = postgres.address(self.folder, name)
        database = self._kept.get(kind) or Database(url)
        yield database
        # who leaves a session open leaves its lock behind as well: the next test gets new engines
        left_open = any(engine.pool.checkedout() for engine in database.engines)  # type: ignore[attr-defined]
        database.dispose()
        if left_open:
            self._kept.pop(kind, None)
        else:
            self._kept[kind] = database
        if kind == "sqlite":
            shutil.rmtree(place)
        else:
            self._drop(name)

    @contextmanager
    def sqlite(self) -> Iterator[str]:
        """Give the address of a fresh SQLite file, removed afterwards."""
        template = self._template("sqlite")
        with self._folder() as place:
            shutil.copyfile(template, place / "learn.db")
            yield f"sqlite:///{place / 'learn.db'}"

    @contextmanager
    def postgresql(self) -> Iterator[str]:
        """Give the address of a fresh database of the private PostgreSQL, dropped afterwards."""
        with self._database(self._template("postgresql")) as url:
            yield url

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """Give the address of a database without any table: `sqlite` or `postgresql`."""
        if kind == "sqlite":
            with self._folder() as place:
                yield f"sqlite:///{place / 'learn.db'}"
            return
        self._template("postgresql")  # starts the server
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
        self._create(name, template)
        yield postgres.address(self.folder, name)
        self._drop(name)

    def _create(self, name: str, template: str) -> None:
        tell = _administrator(self.folder).execute
        tell(f"CREATE DATABASE {name} TEMPLATE {template} {_copying(self.folder)}")

    def _drop(self, name: str) -> None:
        _administrator(self.folder).execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _template(self, kind: str) -> str:
        """Return what is copied: a file, or a database of the server; made by the first who asks."""
        done = self.folder / f"template.{kind}"
        with _alone(self.folder / f"{kind}.lock"):
            if kind == "postgresql":
                postgres.start(self.folder)
                if not done.exists():
                    _administrator(self.folder).execute(f"CREATE DATABASE {TEMPLATE}")
                    _make(postgres.address(self.folder, TEMPLATE))
                    done.touch()
                return TEMPLATE
            if not done.exists():
                unfinished = done.with_name("unfinished.db")
                _make(f"sqlite:///{unfinished}")
                unfinished.rename(done)
            return str(done)


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
