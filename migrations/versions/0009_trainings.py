"""Classroom trainings: sessions, places, attendance; hours are credited for anything, not for courses alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _name_what_hours_were_for()


def downgrade() -> None:
    """Take back."""
    _name_courses_and_claims()


def _name_what_hours_were_for() -> None:
    """Give each credit its source and ref instead of columns for courses and claims alone."""
    op.add_column("learn_hours_credit", sa.Column("source", sa.String(length=12), nullable=True))
    op.add_column("learn_hours_credit", sa.Column("ref", sa.String(length=100), nullable=True))
    op.execute(
        "UPDATE learn_hours_credit SET "
        "source = CASE WHEN claim IS NULL THEN 'course' ELSE 'claim' END, "
        "ref = CASE WHEN claim IS NULL THEN course || '/' || CAST(cycle AS VARCHAR) "
        "ELSE CAST(claim AS VARCHAR) END"
    )
    with op.batch_alter_table("learn_hours_credit") as table:
        table.alter_column("source", existing_type=sa.String(length=12), nullable=False)
        table.alter_column("ref", existing_type=sa.String(length=100), nullable=False)
        table.drop_column("course")
        table.drop_column("cycle")
        table.drop_column("claim")


def _name_courses_and_claims() -> None:
    """Give credits their columns for courses and claims back; others name no course."""
    op.add_column("learn_hours_credit", sa.Column("course", sa.String(length=80), nullable=True))
    op.add_column("learn_hours_credit", sa.Column("cycle", sa.Integer(), nullable=True))
    op.add_column("learn_hours_credit", sa.Column("claim", sa.Integer(), nullable=True))
    stroke = "strpos" if op.get_bind().dialect.name == "postgresql" else "instr"
    op.execute(
        "UPDATE learn_hours_credit SET "  # noqa: S608
        f"course = CASE source WHEN 'course' THEN substr(ref, 1, {stroke}(ref, '/') - 1) ELSE '' END, "
        f"cycle = CASE source WHEN 'course' THEN CAST(substr(ref, {stroke}(ref, '/') + 1) AS INTEGER) "
        "ELSE 0 END, "
        "claim = CASE source WHEN 'claim' THEN CAST(ref AS INTEGER) END"
    )
    with op.batch_alter_table("learn_hours_credit") as table:
        table.alter_column("course", existing_type=sa.String(length=80), nullable=False)
        table.alter_column("cycle", existing_type=sa.Integer(), nullable=False)
        table.drop_column("source")
        table.drop_column("ref")
