"""The checks of ``learn doctor``: each looks at one thing and says how it is, and what to do."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from learn.db import Database
from learn.errors import LearnError, Message
from learn.ledger.models import LedgerEntry, LedgerHead
from learn.ledger.rebuild import CannotRebuild, rebuild_person
from learn.ledger.verify import verify
from learn.migrating import current_revision, head_revision
from learn.people.models import Unit
from learn.publishing.checking import check_tree
from learn.publishing.models import CoursePointer
from learn.shipped import shipped
from learn.web.i18n import FOLDER as TRANSLATIONS
from learn.web.i18n import LANGUAGES
from learn.web.state import State

OK, WARNING, PROBLEM = "ok", "warning", "problem"
OLDEST_PYTHON = (3, 11)
LEAST_FREE_MB, LITTLE_FREE_MB = 100, 1000
BIG_LEDGER = 200_000
SAMPLE = 50
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
EXTRAS = {"psycopg": "postgres", "arro3": "parquet"}


@dataclass(frozen=True)
class Check:
    """How one thing is: `state` is ok, warning or problem; `advice` says what to do."""

    state: str
    what: Message
    detail: Message
    advice: Message | None = None


def _ok(what: str, detail: str, **params: object) -> Check:
    return Check(OK, Message(what), Message(detail, **params))


def all_checks(state: State, now: datetime) -> Iterator[Check]:
    """Yield all checks; what cannot be looked at because of an earlier problem is left out."""
    yield python_version()
    yield from data_folder(state.settings.data_dir)
    yield secret_key(state)
    yield from time_zones(state.settings.timezone)
    yield translations()
    yield from extras(state.database)
    reachable = database(state.database)
    yield reachable
    if reachable.state == PROBLEM:
        return
    yield from database_settings(state.database)
    current = schema(state.database)
    yield current
    yield shipped_content()
    if current.state == PROBLEM:
        return
    yield published(state.database)
    yield units(state.database)
    yield ledger(state.database)
    yield projections(state.database)
    yield clock(state.database, now)


def python_version() -> Check:
    """Look at the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return _ok("Python", "%(version)s", version=version)
    return Check(PROBLEM, Message("Python"), Message("%(version)s is too old.", version=version),
                 Message("Install Python 3.11 or newer."))  # fmt: skip


def data_folder(folder: Path) -> Iterator[Check]:
    """Look whether the data folder can be written, and how much room there is."""
    what = Message("Data folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Check(PROBLEM, what,
                    Message("%(folder)s cannot be written: %(why)s.", folder=folder, why=error.strerror),
                    Message("Set LEARN_DATA_DIR to a folder of the user that runs Learn."))  # fmt: skip
        return
    yield Check(OK, what, Message("%(folder)s can be written.", folder=folder))
    free = shutil.disk_usage(folder).free // 2**20
    state = OK if free >= LITTLE_FREE_MB else WARNING if free >= LEAST_FREE_MB else PROBLEM
    advice = None if state == OK else Message("Make room on this disk.")
    yield Check(state, Message("Free space"), Message("%(free)s MB.", free=free), advice)


def secret_key(state: State) -> Check:
    """Look whether sessions are signed with a key that others cannot read."""
    what = Message("Secret key")
    if state.settings.secret_key:
        return Check(OK, what, Message("Set by LEARN_SECRET_KEY."))
    path = state.settings.data_dir / "secret-key"
    if not path.is_file():
        return Check(OK, what, Message("The host application's own."))
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Check(PROBLEM, what, Message("%(path)s can be read by others.", path=path),
                     Message("chmod 600 %(path)s", path=path))  # fmt: skip
    return Check(OK, what, Message("Kept in %(path)s.", path=path))


def time_zones(name: str) -> Iterator[Check]:
    """Look whether the data of time zones are here."""
    what = Message("Time zones")
    if "Asia/Makassar" not in available_timezones():
        yield Check(PROBLEM, what, Message("The time zone data is missing."),
                    Message("pip install tzdata"))  # fmt: skip
        return
    local = datetime.now(UTC).astimezone(ZoneInfo(name))
    yield Check(OK, what, Message("%(zone)s; the local time is %(time)s.", zone=name,
                                  time=local.strftime("%Y-%m-%d %H:%M")))  # fmt: skip


def translations() -> Check:
    """Look whether the catalogues are compiled."""
    what = Message("Translations")
    for language in LANGUAGES:
        compiled = TRANSLATIONS / language / "LC_MESSAGES" / "learn.mo"
        source = compiled.with_suffix(".po")
        if source.is_file() and not compiled.is_file():
            return Check(PROBLEM, what, Message("%(language)s is not compiled.", language=language),
                         Message("make translations"))  # fmt: skip
    return Check(OK, what, Message("Compiled."))


def extras(database: Database) -> Iterator[Check]:
    """Look which libraries are here that only some need."""
    for module, extra in EXTRAS.items():
        there = importlib.util.find_spec(module) is not None
        needed = extra == "postgres" and not database.is_sqlite
        detail = Message("Installed.") if there else Message("Not installed.")
        advice = Message("pip install 'learn[%(extra)s]'", extra=extra)
        state = PROBLEM if needed and not there else OK
        yield Check(state, Message("Extra %(extra)s", extra=extra), detail,
                    None if there or not needed else advice)  # fmt: skip


def database(database: Database) -> Check:
    """Look whether the database answers."""
    what, place = Message("Database"), database.url.render_as_string()
    try:
        with database.reading() as session:
            if database.is_sqlite:
                version = "SQLite " + str(session.scalar(text("SELECT sqlite_version()")))
            else:
                version = "PostgreSQL " + str(session.scalar(text("SHOW server_version")))
    except (SQLAlchemyError, LearnError, OSError) as error:
        why = str(error).partition("\n")[0]
        return Check(PROBLEM, what, Message("%(place)s does not answer: %(why)s", place=place, why=why),
                     Message("Look at LEARN_DATABASE_URL, and whether the server runs."))  # fmt: skip
    return Check(OK, what, Message("%(version)s at %(place)s.", version=version, place=place))


def database_settings(database: Database) -> Iterator[Check]:
    """Look whether what is committed survives a power cut, and whether texts are UTF-8."""
    if not database.is_sqlite:
        with database.reading() as session:
            values = {name: str(session.scalar(text(f"SHOW {name}")))
                      for name in ("fsync", "synchronous_commit", "server_encoding")}  # fmt: skip
        wanted = {"fsync": {"on"}, "synchronous_commit": {"on", "remote_apply", "remote_write", "local"},
                  "server_encoding": {"UTF8"}}  # fmt: skip
    else:
        with database.engine.connect() as connection:
            values = {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
                      for name in ("journal_mode", "synchronous", "foreign_keys")}  # fmt: skip
        wanted = {"journal_mode": {"wal"}, "synchronous": {"2", "3"}, "foreign_keys": {"1"}}
    wrong = [name for name, value in values.items() if value not in wanted[name]]
    shown = ", ".join(f"{name} {value}" for name, value in values.items())
    what = Message("Durability")
    if not wrong:
        yield Check(OK, what, Message("%(values)s.", values=shown))
        return
    yield Check(PROBLEM, what, Message("%(values)s.", values=shown),
                Message("Change %(names)s: what Learn calls saved could be lost.", names=", ".join(wrong)))  # fmt: skip


def schema(database: Database) -> Check:
    """Look whether the tables are those of this program."""
    what = Message("Schema")
    with database.reading() as session:
        found = current_revision(session.connection())
    if found == head_revision():
        return Check(OK, what, Message("%(found)s.", found=found))
    return Check(PROBLEM, what,
                 Message("%(found)s; this program needs %(own)s.", found=found or "-", own=head_revision()),
                 Message("learn init"))  # fmt: skip


def shipped_content() -> Check:
    """Look whether the shipped courses are without problems."""
    what = Message("Shipped courses")
    problems = [each for each in check_tree(shipped("courses").parent) if not each.warning]
    if not problems:
        return Check(OK, what, Message("Checked, no problem."))
    return Check(PROBLEM, what,
                 Message("%(count)s problems, the first: %(first)s", count=len(problems), first=problems[0]),
                 Message("Install Learn again: its files were changed."))  # fmt: skip


def published(database: Database) -> Check:
    """Look whether every shipped course can be read."""
    what = Message("Published courses")
    keys = {
        folder.name for folder in shipped("courses").iterdir() if (folder / "course.md").is_file()
    }
    with database.reading() as session:
        found = set(session.scalars(
            select(CoursePointer.course).where(CoursePointer.version_id.is_not(None))
        ))  # fmt: skip
    missing = sorted(keys - found)
    if not missing:
        return Check(OK, what, Message("%(count)s.", count=len(found)))
    return Check(WARNING, what, Message("Not published: %(courses)s.", courses=", ".join(missing)),
                 Message("learn init"))  # fmt: skip


def units(database: Database) -> Check:
    """Look whether every unit names a time zone that exists."""
    what = Message("Units")
    with database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Unit)) or 0
        named = set(session.scalars(select(Unit.time_zone).distinct()))
    wrong = sorted({name for name in named if name} - available_timezones())
    if wrong:
        return Check(PROBLEM, what, Message("Unknown time zones: %(zones)s.", zones=", ".join(wrong)),
                     Message("Give these units a zone such as Asia/Makassar."))  # fmt: skip
    return Check(OK, what, Message("%(count)s.", count=count))


def ledger(database: Database) -> Check:
    """Verify the chains, unless that would take long."""
    what = Message("Ledger")
    with database.snapshot() as session:
        count = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
        if count > BIG_LEDGER:
            return Check(
                OK,
                what,
                Message("%(count)s entries; learn ledger verify proves them.", count=count),
            )
        findings = list(islice(verify(session), 1))
    if not findings:
        return Check(OK, what, Message("%(count)s entries verified.", count=count))
    return Check(PROBLEM, what, findings[0].message, Message("learn ledger verify"))


def projections(database: Database) -> Check:
    """Compare what is stored with what the ledger says, for the people who did something last."""
    what = Message("Projections")
    with database.reading() as session:
        people = session.scalars(
            select(LedgerHead.person_id).order_by(LedgerHead.person_id.desc()).limit(SAMPLE)
        ).all()
    for person_id in people:
        with database.writing() as session:
            try:
                different = bool(rebuild_person(session, person_id))
            except CannotRebuild:
                different = True
            session.rollback()
        if different:
            return Check(PROBLEM, what, Message("Those of person %(person)s differ from the ledger.", person=person_id),
                         Message("learn ledger verify, then learn ledger rebuild"))  # fmt: skip
    return Check(
        OK, what, Message("Those of %(count)s people are what the ledger says.", count=len(people))
    )


def clock(database: Database, now: datetime) -> Check:
    """Look whether the clock can be right: no entry comes from the future."""
    what = Message("Clock")
    with database.reading() as session:
        last = session.scalar(select(func.max(LedgerEntry.at)))
    shown = now.strftime("%Y-%m-%d %H:%M UTC")
    try:
        ahead = last is not None and datetime.fromisoformat(last) > now + timedelta(minutes=5)
    except ValueError:
        ahead = False  # the ledger's own check names this entry
    if now < FIRST_DAY or ahead:
        return Check(PROBLEM, what,
                     Message("It says %(now)s; the newest entry is of %(last)s.", now=shown, last=last or "-"),
                     Message("Set the clock of this machine, best by NTP."))  # fmt: skip
    return Check(OK, what, Message("%(now)s.", now=shown))
