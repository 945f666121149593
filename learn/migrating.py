"""Bringing a database up to the schema that this program needs (with Alembic)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from learn.db import Base, Database
from learn.errors import LearnError, Message
from learn.schema import VERSION_TABLE, metadata
from learn.shipped import shipped

ADVISORY_LOCK = 0x4C6561726E  # "Learn"


class SchemaTooNew(LearnError):
    """The database was upgraded by a newer program; this one would damage it."""

    status = 503
    code = "schema-too-new"


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    return ScriptDirectory.from_config(config)


def head_revision() -> str:
    """Return the schema version that this program needs."""
    return _scripts().get_current_head() or ""


def current_revision(connection: Connection) -> str | None:
    """Return the schema version of the database, None when it has no tables of Learn yet."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def is_current(database: Database) -> bool:
    """Return whether the database has the schema that this program needs."""
    with database.reading() as session:
        return current_revision(session.connection()) == head_revision()


def upgrade(database: Database) -> bool:
    """Bring the database to this program's schema; return whether anything was done.

    One process upgrades, others wait for it and then find nothing to do.

    Raises
    ------
    SchemaTooNew
        The database is newer than this program.
    """
    metadata()
    scripts = _scripts()
    with _alone(database) as connection:
        before = current_revision(connection)
        if before is not None and before not in _known(scripts):
            raise SchemaTooNew(
                Message(
                    "The database has the schema %(found)s, which is newer than this program "
                    "(%(own)s). Install the newer version of Learn; nothing was changed.",
                    found=before, own=scripts.get_current_head(),
                )
            )  # fmt: skip
        if before == scripts.get_current_head():
            return False
        _run(scripts, connection)
        return True


def _known(scripts: ScriptDirectory) -> set[str]:
    return {script.revision for script in scripts.walk_revisions()}


def _run(scripts: ScriptDirectory, connection: Connection) -> None:
    def steps(revision: object, _context: object) -> object:
        return scripts._upgrade_revs("head", revision)  # type: ignore[arg-type]

    environment = EnvironmentContext(Config(), scripts, fn=steps)
    environment.configure(
        connection=connection, target_metadata=Base.metadata, version_table=VERSION_TABLE,
        render_as_batch=connection.dialect.name == "sqlite", transactional_ddl=True,
    )  # fmt: skip
    environment.run_migrations()


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Give one connection in a transaction that no other process's upgrade enters at the same time."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # others wait, however long
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        yield connection


def migrations_folder() -> Path:
    """Return where the migrations are."""
    return shipped("migrations")
