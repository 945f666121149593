"""Write the next migration from the difference between the models and what migrations make so far.

``make revision MESSAGE="what changes"``; read what it wrote before committing it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops

from learn.db import Database
from learn.migrating import head_revision, upgrade
from learn.schema import VERSION_TABLE, metadata

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
TYPES = {
    "UTCDateTime": 'sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")',
    "Json": "sa.Text()",
}
HEAD = '''"""{message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
{upgrade}


def downgrade() -> None:
    """Take back."""
{downgrade}
'''


def only_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Pass Learn's tables only: a host's tables may stand beside them."""
    return kind != "table" or bool(name and name.startswith("learn_") and name != VERSION_TABLE)


def plain_types(kind: str, thing: object, _autogen: object) -> Any:
    """Write plain SQLAlchemy types, so that a migration never imports Learn's code."""
    return TYPES.get(type(thing).__name__, False) if kind == "type" else False


def main() -> int:
    """Write the file and say where it is."""
    message = " ".join(sys.argv[1:]) or "Changes"
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/learn.db")
        down = head_revision()
        if down:
            upgrade(database)
        with database.engine.connect() as connection:
            options = {"include_name": only_ours, "render_item": plain_types, "compare_type": True}
            context = MigrationContext.configure(connection, opts=options)
            script = produce_migrations(context, metadata())
        database.dispose()
    revision = f"{int(down or 0) + 1:04d}"
    path = VERSIONS / f"{revision}_{'_'.join(message.lower().split())[:40]}.py"
    path.write_text(
        HEAD.format(
            message=message, revision=revision, down=repr(down) if down else None,
            upgrade=_code(script.upgrade_ops), downgrade=_code(script.downgrade_ops),
        ),
        encoding="utf-8",
    )  # fmt: skip
    print(path)
    return 0


def _code(operations: ops.UpgradeOps | ops.DowngradeOps | None) -> str:
    assert operations is not None
    code = render_python_code(operations, render_item=plain_types, alembic_module_prefix="op.")
    return "\n".join(line for line in code.splitlines() if not line.strip().startswith("# ###"))


if __name__ == "__main__":
    sys.exit(main())
