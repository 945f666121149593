"""The database's schema: what migrations make is what the models say, however often and whoever starts it."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from learn.db import Database
from learn.migrating import SchemaTooNew, is_current, upgrade
from learn.schema import VERSION_TABLE, metadata

UPGRADE = "import sys; from learn.db import Database; from learn.migrating import upgrade; print(upgrade(Database(sys.argv[1])))"


@pytest.fixture
def empty(empty_url):
    database = Database(empty_url)
    yield database
    database.dispose()


def test_migrations_make_exactly_the_tables_of_the_models(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "version_table": VERSION_TABLE,
                "include_name": lambda name, kind, _parents: (
                    kind != "table" or name != VERSION_TABLE
                ),
            },
        )
        assert compare_metadata(context, metadata()) == []


def test_every_table_is_marked_as_ours(database: Database):
    assert all(name.startswith("learn_") for name in inspect(database.engine).get_table_names())


def test_upgrading_again_does_nothing(empty: Database):
    assert not is_current(empty)
    assert [upgrade(empty), upgrade(empty)] == [True, False]
    assert is_current(empty)


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database: Database):
    with database.transaction() as session:
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'from-tomorrow'"))
    with pytest.raises(SchemaTooNew, match="newer than this program"):
        upgrade(database)
    assert not is_current(database)


def test_of_programs_that_start_together_one_upgrades(empty_url: str):
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, empty_url], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    answers = sorted(program.communicate(timeout=60)[0].strip() for program in programs)
    assert answers == ["False", "False", "True"]


def test_tables_of_a_host_stay_as_they_are(empty: Database):
    with empty.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(text("INSERT INTO alembic_version VALUES ('of the host')"))
    upgrade(empty)
    with empty.reading() as session:
        assert session.scalars(text("SELECT version_num FROM alembic_version")).all() == [
            "of the host"
        ]
