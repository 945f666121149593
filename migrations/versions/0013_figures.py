"""Figures of units, precomputed; bulk acts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _keep_figures()


def downgrade() -> None:
    """Take back."""
    for table in ("learn_match_line", "learn_unit_figures", "learn_figure_day"):
        op.drop_table(table)


def _moment() -> Any:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def _keep_figures() -> None:
    op.create_table(
        "learn_figure_day",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("made_at", _moment(), nullable=True),
        sa.Column("begun_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("on_date", name=op.f("pk_learn_figure_day")),
    )
    op.create_table(
        "learn_unit_figures",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("own", sa.Text(), nullable=False),
        sa.Column("whole", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("on_date", "unit_id", name=op.f("pk_learn_unit_figures")),
    )
    op.create_table(
        "learn_match_line",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "basis", "what", name=op.f("pk_learn_match_line")),
    )
    op.create_index(
        "ix_learn_match_line_rank", "learn_match_line", ["basis", "what", "rank", "person_id"]
    )
