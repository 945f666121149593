"""All tables of the first version."""

from __future__ import annotations

from alembic import op

from learn.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    metadata().create_all(op.get_bind())


def downgrade() -> None:
    """Take them away."""
    metadata().drop_all(op.get_bind())
