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
        "learn_person_override",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=100), nullable=False),
        sa.Column("quiz", sa.String(length=100), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
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
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "set_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "course", "quiz", name=op.f("pk_learn_person_override")
        ),
    )
    op.create_index(
        "ix_learn_person_override_quiz",
        "learn_person_override",
        ["course", "quiz", "person_id"],
        unique=False,
    )
    op.create_table(
        "learn_unit_override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course", sa.String(length=100), nullable=False),
        sa.Column("quiz", sa.String(length=100), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
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
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "set_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_unit_override")),
    )
    op.create_index(
        "ix_learn_unit_override_standing",
        "learn_unit_override",
        ["course", "quiz", "unit_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
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
    op.add_column("learn_attempt", sa.Column("key_version_id", sa.String(length=64), nullable=True))
    op.add_column("learn_step", sa.Column("by_id", sa.BigInteger(), nullable=True))
    op.add_column("learn_step", sa.Column("state", sa.String(length=10), nullable=True))
    op.add_column("learn_step", sa.Column("score", sa.Double(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("learn_step", "score")
    op.drop_column("learn_step", "state")
    op.drop_column("learn_step", "by_id")
    op.drop_index("ix_learn_attempt_waiting", table_name="learn_attempt")
    op.drop_column("learn_attempt", "key_version_id")
    op.drop_column("learn_attempt", "waiting")
    op.drop_table("learn_quiz_analysis")
    op.drop_index(
        "ix_learn_unit_override_standing",
        table_name="learn_unit_override",
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("learn_unit_override")
    op.drop_index("ix_learn_person_override_quiz", table_name="learn_person_override")
    op.drop_table("learn_person_override")
    op.drop_table("learn_answer_file")
