"""Certificates of an earlier program find their place in the series when the database is upgraded."""

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from learn.db import Database
from learn.migrating import upgrade
from learn.schema import VERSION_TABLE
from learn.shipped import shipped

OLD = """INSERT INTO learn_certificate (person_id, course, cycle, number, code, issued_at)
VALUES (1, 'dasar', 1, '00042/LEARN/BKPSDM/2026', 'ABCD', '2026-11-24T01:30:00.000000Z')"""


def upgrade_to(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    scripts = ScriptDirectory.from_config(config)
    steps = lambda before, _context: scripts._upgrade_revs(revision, before)
    environment = EnvironmentContext(config, scripts, fn=steps)
    with database.engine.begin() as connection:
        environment.configure(connection=connection, version_table=VERSION_TABLE)
        environment.run_migrations()


def test_numbers_that_were_given_get_their_place_in_the_series(empty_url):
    database = Database(empty_url)
    upgrade_to(database, "0003")
    with database.engine.begin() as connection:
        connection.execute(text(OLD))
    assert upgrade(database)
    with database.reading() as session:
        row = session.execute(text("SELECT number, series, position FROM learn_certificate")).one()
    database.dispose()
    assert tuple(row) == ("00042/LEARN/BKPSDM/2026", "LEARN/BKPSDM/2026", 42)
