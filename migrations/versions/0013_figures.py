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
    op.create_index("ix_learn_completion_unit", "learn_completion", ["unit_id", "completed_at"])
    _keep_bulk_acts()


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_learn_completion_unit", "learn_completion")
    for table in (
        "learn_bulk_item",
        "learn_bulk_batch",
        "learn_match_line",
        "learn_unit_figures",
        "learn_figure_day",
    ):
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


def _keep_bulk_acts() -> None:
    op.create_table(
        "learn_bulk_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("acted", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", _moment(), nullable=True),
        sa.Column("taken_back", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'undoing', 'undone')",
            name=op.f("ck_learn_bulk_batch_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_bulk_batch")),
    )
    op.create_index("ix_learn_bulk_batch_actor", "learn_bulk_batch", ["actor_id", "id"])
    op.create_table(
        "learn_bulk_item",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("made", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'acted', 'left', 'taken_back', 'stays')",
            name=op.f("ck_learn_bulk_item_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_learn_bulk_item")),
    )
    op.create_index("ix_learn_bulk_item_state", "learn_bulk_item", ["batch_id", "state", "number"])
