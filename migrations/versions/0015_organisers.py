"""Certificates know their organiser, and each organiser has designs of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("learn_certificate", "learn_certificate_design")


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        column = sa.Column("organiser", sa.String(length=60), nullable=False, server_default="")
        op.add_column(table, column)


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("organiser")
