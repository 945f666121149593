"""Credits of released programs: each gets its source and ref, and gives them back."""

from __future__ import annotations

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import text

from learn.db import Database
from learn.migrating import migrations_folder
from learn.schema import VERSION_TABLE

ROWS = """INSERT INTO learn_hours_credit (person_id, seq, year, jp, form, course, cycle, claim, credited_at)
VALUES (1, 4, 2026, 6, 'NKL03', 'spbe', 2, NULL, :now), (1, 9, 2026, 8, 'KL06', '', 0, 12, :now)"""


def run(connection, scripts, steps):
    """Run these steps with the operations of a migration's file."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    with Operations.context(context):
        for revision, name in steps:
            getattr(scripts.get_revision(revision).module, name)()


@pytest.fixture
def older(empty_url):
    """A database as it was before trainings, with two credits."""
    database = Database(empty_url)
    scripts = ScriptDirectory(str(migrations_folder()))
    revisions = [each.revision for each in scripts.walk_revisions("base", "0008")][::-1]
    with database.engine.begin() as connection:
        run(connection, scripts, [(each, "upgrade") for each in revisions])
        moment = "2026-11-24T01:30:00.000000Z"
        connection.execute(text(ROWS), {"now": moment})
    yield database, scripts
    database.dispose()


def test_old_credits_are_named_by_source_and_ref_and_back(older):
    database, scripts = older
    with database.engine.begin() as connection:
        run(connection, scripts, [("0009", "upgrade")])
        found = connection.execute(text("SELECT source, ref FROM learn_hours_credit ORDER BY seq"))
        assert [tuple(row) for row in found] == [("course", "spbe/2"), ("claim", "12")]
        run(connection, scripts, [("0009", "downgrade")])
        found = connection.execute(
            text("SELECT course, cycle, claim FROM learn_hours_credit ORDER BY seq")
        )
        assert [tuple(row) for row in found] == [("spbe", 2, None), ("", 0, 12)]
