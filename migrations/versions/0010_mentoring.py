"""Mentoring and coaching: pairs, goals, meetings, and who mentors whom now; the day that hours belong to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _make_pairs()
    _make_goals()
    _make_meetings()
    op.create_table(
        "learn_mentee",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pair", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mentor_id", sa.BigInteger(), nullable=False),
        sa.Column("since_at", _moment(), nullable=False),
        sa.Column("until_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "pair", name=op.f("pk_learn_mentee")),
    )
    op.create_index("ix_learn_mentee_mentor", "learn_mentee", ["mentor_id", "until_at"])
    _make_approvals()
    op.add_column("learn_hours_credit", sa.Column("day", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("learn_hours_credit", "day")
    op.drop_table("learn_approval")
    op.drop_table("learn_mentee")
    op.drop_table("learn_pair_meeting")
    op.drop_table("learn_pair_goal")
    op.drop_table("learn_pair")


def _make_pairs() -> None:
    op.create_table(
        "learn_pair",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("mentor_id", sa.BigInteger(), nullable=True),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("competencies", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text_seq", sa.Integer(), nullable=False),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
        sa.Column("result_seq", sa.Integer(), nullable=True),
        sa.Column("proposed_at", _moment(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("supervised_by", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("confirmed_at", _moment(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("jp", sa.Integer(), nullable=False),
        sa.Column("mentor_jp", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_learn_pair_ends_after_start")),
        sa.CheckConstraint(
            "mentor_id <> person_id", name=op.f("ck_learn_pair_nobody_mentors_themselves")
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_pair")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_learn_pair_person_id_key")),
    )
    op.create_index(
        "ix_learn_pair_mentor", "learn_pair", ["mentor_id", "proposed_at", "person_id", "id"]
    )
    op.create_index(
        "ix_learn_pair_state", "learn_pair", ["state", "proposed_at", "person_id", "id"]
    )
    op.create_index("ix_learn_pair_proposed", "learn_pair", ["proposed_at", "person_id", "id"])


def _make_goals() -> None:
    op.create_table(
        "learn_pair_goal",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pair", sa.Integer(), nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text_seq", sa.Integer(), nullable=False),
        sa.Column("set_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_pair_goal")),
    )
    op.create_index("ix_learn_pair_goal_pair", "learn_pair_goal", ["person_id", "pair", "id"])


def _make_meetings() -> None:
    op.create_table(
        "learn_pair_meeting",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pair", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", _moment(), nullable=False),
        sa.Column("ends_at", _moment(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("logged_by", sa.BigInteger(), nullable=False),
        sa.Column("logged_at", _moment(), nullable=False),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text_seq", sa.Integer(), nullable=False),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_learn_pair_meeting_takes_time")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_pair_meeting")),
    )
    op.create_index(
        "ix_learn_pair_meeting_pair",
        "learn_pair_meeting",
        ["person_id", "pair", "starts_at", "id"],
    )
    op.create_index(
        "ix_learn_pair_meeting_mentor", "learn_pair_meeting", ["mentor_id", "starts_at"]
    )


def _make_approvals() -> None:
    op.create_table(
        "learn_approval",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", _moment(), nullable=False),
        sa.Column("withdrawn_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_approval")),
    )
    op.create_index(
        "ix_learn_approval_course", "learn_approval", ["person_id", "course", "cycle", "mark"]
    )
    op.create_index(
        "ix_learn_approval_by",
        "learn_approval",
        ["approved_by", "approved_at", "person_id", "id"],
    )


def _moment() -> sa.types.TypeEngine[object]:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
