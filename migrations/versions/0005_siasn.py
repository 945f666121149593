"""What SIASN knows: ids of people, batches, states of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_siasn_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_siasn_batch")),
    )
    op.create_table(
        "learn_siasn_record",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=True),
        sa.Column("siasn_id", sa.String(length=64), nullable=True),
        sa.Column("message", sa.String(length=500), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR siasn_id IS NOT NULL",
            name=op.f("ck_learn_siasn_record_accepted_has_an_id"),
        ),
        sa.CheckConstraint(
            "state IN ('exported', 'accepted', 'failed')",
            name=op.f("ck_learn_siasn_record_state_is_known"),
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "source", "course", "number", name=op.f("pk_learn_siasn_record")
        ),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_learn_siasn_record_siasn_id")),
    )
    op.create_index("ix_learn_siasn_record_batch", "learn_siasn_record", ["batch"], unique=False)
    op.create_table(
        "learn_siasn_person",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("siasn_id", sa.String(length=64), nullable=False),
        sa.Column(
            "set_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["learn_person.id"], name=op.f("fk_learn_siasn_person_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_learn_siasn_person")),
        sa.UniqueConstraint("siasn_id", name=op.f("uq_learn_siasn_person_siasn_id")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("learn_siasn_person")
    op.drop_index("ix_learn_siasn_record_batch", table_name="learn_siasn_record")
    op.drop_table("learn_siasn_record")
    op.drop_table("learn_siasn_batch")
