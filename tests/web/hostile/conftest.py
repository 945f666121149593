"""The two units, built once for a module of tests: whatever is asked for must leave them as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from learn.app import create_app
from learn.db import Base, Database
from learn.people.access import Role
from learn.web.state import State
from tests.support.databases import Databases
from tests.support.learning import files_of_course, publish_course
from tests.web.hostile.apart import COURSE, Side, side

ESSAY = {
    "quizzes__dasar__esai.md": "---\ntitle: Esai\n---\n## alasan {essay words=3..50}\nMengapa maklumat ditempel?\n"
}
APPROVAL = b'    - approval: {by: supervisor, text: "Menerapkan di unit kerja"}\n    - modules: all'
# what reading itself writes: who looked, when somebody was here last, tries that failed
OF_READING = frozenset({"learn_record_reading", "learn_sign_in", "learn_throttle", "learn_token"})


@dataclass
class Apart:
    """Learn with the units Anggrek (`ours`) and Bakung (`theirs`)."""

    app: Flask
    ours: Side
    theirs: Side

    def rows(self) -> dict[str, set[str]]:
        """Return every row of every table that an act could change."""
        learn: State = self.app.extensions["learn"]
        return rows(learn.database)


def rows(database: Database) -> dict[str, set[str]]:
    """Return the rows of all tables as texts, by table."""
    with database.reading() as session:
        return {
            table.name: {str(tuple(row)) for row in session.execute(table.select())}
            for table in Base.metadata.sorted_tables
            if table.name not in OF_READING
        }


def changes(before: dict[str, set[str]], after: dict[str, set[str]]) -> list[str]:
    """Return the rows that are in one and not in the other, with their table."""
    return [f"{table}: {row}" for table in before for row in sorted(before[table] ^ after[table])]


def learn_of(url: str, folder: Path) -> Flask:
    """Return Learn over a database, with two courses published."""
    app = create_app(
        {
            "LEARN_DATABASE_URL": url,
            "LEARN_DATA_DIR": str(folder),
            "LEARN_SECRET_KEY": "a key for tests alone",
            "LEARN_SIGN_IN_TRIES": 10_000,
            "TESTING": True,
        }
    )
    yesterday = State.now() - timedelta(days=1)
    publish_course(app, yesterday, files_of_course(**ESSAY))
    other = {path.replace(COURSE, "lain"): text for path, text in files_of_course().items()}
    described = other["courses/lain/course.md"]
    other["courses/lain/course.md"] = described.replace(b"    - modules: all", APPROVAL)
    publish_course(app, yesterday, other, course="lain")
    return app


@pytest.fixture(scope="module")
def apart(databases: Databases, tmp_path_factory: Any) -> Iterator[Apart]:
    """Build both units."""
    roles = tuple(role for role in Role if role != Role.EMPLOYEE)
    with databases.sqlite() as url:
        app = learn_of(url, tmp_path_factory.mktemp("apart"))
        ours, theirs = (
            side(app, word, roles=roles, drafts=drafts)
            for word, drafts in (("Anggrek", 1), ("Bakung", 4))
        )
        yield Apart(app, ours, theirs)
        app.extensions["learn"].database.dispose()
