"""Assignments by rule, cycles, notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _notices()
    _assignments()
    _rules()


def _notices() -> None:
    op.create_table(
        "learn_notice",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("read_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_learn_notice")),
    )
    op.create_index("ix_learn_notice_at", "learn_notice", ["at"])
    op.create_index("ix_learn_notice_person", "learn_notice", ["person_id", "at", "key"])
    _index_of_few("ix_learn_notice_unread", "learn_notice", ["person_id"], "read_at IS NULL")
    op.create_table(
        "learn_mail",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("written_at", _moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _moment(), nullable=True),
        sa.Column("sent_at", _moment(), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_learn_mail")),
    )
    op.create_index("ix_learn_mail_written_at", "learn_mail", ["written_at"])
    _index_of_few("ix_learn_mail_due", "learn_mail", ["next_try_at"], "next_try_at IS NOT NULL")


def _assignments() -> None:
    op.create_table(
        "learn_assignment",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", _moment(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.BigInteger(), nullable=True),
        sa.Column("assigned_at", _moment(), nullable=False),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", _moment(), nullable=True),
        sa.Column("why_ended", sa.String(length=20), nullable=True),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("asked_until", sa.Date(), nullable=True),
        sa.Column("asked_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'withdrawn', 'ended')",
            name=op.f("ck_learn_assignment_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("person_id", "course", "cycle", name=op.f("pk_learn_assignment")),
    )
    _index_of_few(
        "ix_learn_assignment_due", "learn_assignment", ["due_at", "person_id", "course"],
        "state = 'open'",
    )  # fmt: skip
    _index_of_few(
        "ix_learn_assignment_rule", "learn_assignment", ["rule_id", "person_id"], "state = 'open'"
    )
    _index_of_few(
        "ix_learn_assignment_asked", "learn_assignment", ["asked_until", "person_id"],
        "asked_until IS NOT NULL",
    )  # fmt: skip
    _index_of_few("ix_learn_assignment_batch", "learn_assignment", ["batch"], "batch IS NOT NULL")
    op.create_index("ix_learn_assignment_course", "learn_assignment", ["course", "person_id"])


def _rules() -> None:
    op.create_table(
        "learn_assignment_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("post_title", sa.String(length=255), nullable=False),
        sa.Column("post_class", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("new_only", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("changed_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("swept_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_assignment_rule")),
    )
    op.create_index("ix_learn_assignment_rule_course", "learn_assignment_rule", ["course"])
    op.create_table(
        "learn_sweep_mark",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_learn_sweep_mark")),
    )


def _index_of_few(name: str, table: str, columns: list[str], only: str) -> None:
    condition = sa.text(only)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)


def _moment() -> sa.types.TypeEngine[object]:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def downgrade() -> None:
    """Take back."""
    for table in (
        "learn_sweep_mark", "learn_assignment_rule", "learn_assignment", "learn_mail",
        "learn_notice",
    ):  # fmt: skip
        op.drop_table(table)
