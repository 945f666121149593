"""Certificates know their place in their series; designs of certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_certificate_design",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "applies_from",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_certificate_design")),
    )
    op.add_column("learn_certificate", sa.Column("series", sa.String(length=80), nullable=True))
    op.add_column("learn_certificate", sa.Column("position", sa.Integer(), nullable=True))
    # so far every number was written as position/series
    stroke = "strpos" if op.get_bind().dialect.name == "postgresql" else "instr"
    op.execute(
        f"UPDATE learn_certificate SET series = substr(number, {stroke}(number, '/') + 1), "  # noqa: S608
        f"position = CAST(substr(number, 1, {stroke}(number, '/') - 1) AS INTEGER)"
    )
    with op.batch_alter_table("learn_certificate") as table:
        table.alter_column("series", existing_type=sa.String(length=80), nullable=False)
        table.alter_column("position", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "ix_learn_certificate_series", "learn_certificate", ["series", "position"], unique=True
    )
