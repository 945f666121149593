"""Figures of JP and of the yearly duty that HR changed, as they stood at each moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_hours_figures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_hours_figures")),
    )
    op.create_index(op.f("ix_learn_hours_figures_digest"), "learn_hours_figures", ["digest"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("learn_hours_figures")


def _moment() -> sa.types.TypeEngine[object]:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
