"""The competency framework: its versions, and the levels that posts require, with their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_framework_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("regulation", sa.String(length=255), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("in_force_at", _moment(), nullable=False),
        sa.Column("published_at", _moment(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_learn_framework_version")),
        sa.UniqueConstraint("digest", name=op.f("uq_learn_framework_version_digest")),
    )
    op.create_index(
        "ix_learn_framework_version_in_force", "learn_framework_version", ["in_force_at", "number"]
    )
    op.create_table(
        "learn_framework_draft",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("begun_at", _moment(), nullable=False),
        sa.Column("edited_at", _moment(), nullable=False),
        sa.Column("edited_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_framework_draft")),
    )
    _requirements()


def _requirements() -> None:
    op.create_table(
        "learn_requirement",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True,
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("post_title", sa.String(length=255), nullable=False),
        sa.Column("post_key", sa.String(length=255), nullable=False),
        sa.Column("post_class", sa.String(length=40), nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("changed_at", _moment(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "level BETWEEN 1 AND 5", name=op.f("ck_learn_requirement_level_is_1_to_5")
        ),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_learn_requirement_ends_after_start")
        ),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_learn_requirement_confidence_is_known"),
        ),
        sa.CheckConstraint(
            "(post_key = '') <> (post_class = '')",
            name=op.f("ck_learn_requirement_is_for_a_post_or_a_class"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["learn_unit.id"], name=op.f("fk_learn_requirement_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_requirement")),
    )  # fmt: skip
    op.create_index(
        "ix_learn_requirement_post", "learn_requirement",
        ["post_key", "post_class", "competency", "since"],
    )  # fmt: skip
    op.create_index("ix_learn_requirement_competency", "learn_requirement", ["competency", "id"])


def _moment() -> sa.types.TypeEngine[object]:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
