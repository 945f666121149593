"""Personal data: who looked at a record, which notice was read, corrections that were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_record_reading",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reader_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint(
            "person_id", "day", "reader_id", "what", name=op.f("pk_learn_record_reading")
        ),
    )
    op.create_index(op.f("ix_learn_record_reading_at"), "learn_record_reading", ["at"])
    op.create_table(
        "learn_notice_read",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "version", name=op.f("pk_learn_notice_read")),
    )
    op.create_table(
        "learn_correction",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", _moment(), nullable=False),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'refused', 'withdrawn')",
            name=op.f("ck_learn_correction_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_correction")),
    )
    op.create_index(
        "ix_learn_correction_state", "learn_correction", ["state", "asked_at", "person_id", "id"]
    )


def _moment() -> sa.types.TypeEngine[object]:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
