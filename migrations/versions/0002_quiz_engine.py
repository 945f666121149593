"""Everything that a serious assessment needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_answer_file",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempt_id", sa.String(length=26), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "attempt_id", "question", "digest", name=op.f("pk_learn_answer_file")
        ),
    )
    op.create_table(
        "learn_override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course", sa.String(length=100), nullable=False),
        sa.Column("quiz", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("time_limit", sa.Integer(), nullable=True),
        sa.Column(
            "opens_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "closes_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "set_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_learn_override_one_target")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_override")),
    )
    op.create_index(
        "ix_learn_override_person", "learn_override", ["person_id", "course", "quiz"], unique=False
    )
    op.create_index(
        "ix_learn_override_quiz", "learn_override", ["course", "quiz", "unit_id"], unique=False
    )
    op.create_table(
        "learn_quiz_analysis",
        sa.Column("course", sa.String(length=100), nullable=False),
        sa.Column("quiz", sa.String(length=100), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "course", "quiz", "version_id", "choice", name=op.f("pk_learn_quiz_analysis")
        ),
    )
    op.add_column(
        "learn_attempt", sa.Column("waiting", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index(
        "ix_learn_attempt_waiting",
        "learn_attempt",
        ["state", "course", "quiz", "submitted_at"],
        unique=False,
    )
    op.add_column("learn_step", sa.Column("by_id", sa.BigInteger(), nullable=True))
    op.add_column("learn_step", sa.Column("state", sa.String(length=10), nullable=True))
    op.add_column("learn_step", sa.Column("score", sa.Double(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("learn_step", "score")
    op.drop_column("learn_step", "state")
    op.drop_column("learn_step", "by_id")
    op.drop_index("ix_learn_attempt_waiting", table_name="learn_attempt")
    op.drop_column("learn_attempt", "waiting")
    op.drop_table("learn_quiz_analysis")
    op.drop_index("ix_learn_override_quiz", table_name="learn_override")
    op.drop_index("ix_learn_override_person", table_name="learn_override")
    op.drop_table("learn_override")
    op.drop_table("learn_answer_file")
