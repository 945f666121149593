"""Alembic's environment for `make revision`: Learn's own tables, under Learn's own version table."""

from __future__ import annotations

import os

from alembic import context

from learn.db import Database
from learn.schema import VERSION_TABLE, metadata


def only_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Pass Learn's tables only: a host's tables may stand beside them."""
    return kind != "table" or bool(name and name.startswith("learn_"))


def plain_types(kind: str, thing: object, _autogen: object) -> str | bool:
    """Write plain SQLAlchemy types, so that a migration never imports Learn's code."""
    if kind == "type":
        names = {"UTCDateTime": "sa.DateTime(timezone=True)", "Json": "sa.Text()"}
        return names.get(type(thing).__name__, False)
    return False


database = Database(os.environ["LEARN_DATABASE_URL"])
with database.engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        version_table=VERSION_TABLE,
        include_name=only_ours,
        render_item=plain_types,
        render_as_batch=True,
    )
    context.run_migrations()
