"""Sets of columns, and work in the background."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "learn_job",
        sa.Column("id", big_id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", _moment(), nullable=True),
        sa.Column("stop_wanted", sa.Boolean(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("started_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("file", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=True),
        sa.Column("media_type", sa.String(length=120), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_learn_job_state_is_known"),
        ),
        sa.CheckConstraint(
            "done >= 0 AND (total IS NULL OR total >= 0)",
            name=op.f("ck_learn_job_progress_is_a_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_job")),
    )
    op.create_index("ix_learn_job_state", "learn_job", ["state", "id"])
    op.create_index("ix_learn_job_actor", "learn_job", ["actor_id", "id"])
    op.create_index("ix_learn_job_expires", "learn_job", ["expires_at"])
    op.create_index("ix_learn_job_file", "learn_job", ["file"])
    op.create_table(
        "learn_column_set",
        sa.Column("id", big_id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_column_set")),
        sa.UniqueConstraint(
            "person_id", "kind", "name", name=op.f("uq_learn_column_set_person_id_kind_name")
        ),
    )
    op.create_index("ix_learn_column_set_unit", "learn_column_set", ["kind", "unit_id"])
    op.add_column(
        "learn_claim",
        sa.Column("source", sa.String(length=10), nullable=False, server_default="claim"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("learn_claim", "source")
    op.drop_table("learn_column_set")
    op.drop_table("learn_job")


def _moment() -> sa.types.TypeEngine[object]:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
