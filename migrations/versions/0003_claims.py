"""Claims of development done elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_claim",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("jp", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text_seq", sa.Integer(), nullable=False),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("certificate", sa.String(length=64), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_learn_claim_ends_after_start")),
        sa.CheckConstraint("jp >= 0", name=op.f("ck_learn_claim_jp_is_not_negative")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_claim")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_learn_claim_person_id_key")),
    )
    op.create_index("ix_learn_claim_certificate", "learn_claim", ["certificate"], unique=False)
    op.create_index("ix_learn_claim_document", "learn_claim", ["document"], unique=False)
    op.create_index(
        "ix_learn_claim_ends", "learn_claim", ["ends_on", "person_id", "id"], unique=False
    )
    op.create_index(
        "ix_learn_claim_state",
        "learn_claim",
        ["state", "submitted_at", "person_id", "id"],
        unique=False,
    )
    op.add_column("learn_hours_credit", sa.Column("claim", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("learn_hours_credit", "claim")
    op.drop_index("ix_learn_claim_state", table_name="learn_claim")
    op.drop_index("ix_learn_claim_ends", table_name="learn_claim")
    op.drop_index("ix_learn_claim_document", table_name="learn_claim")
    op.drop_index("ix_learn_claim_certificate", table_name="learn_claim")
    op.drop_table("learn_claim")
