"""Classroom trainings: sessions, places, attendance; hours are credited for anything, not for courses alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    _name_what_hours_were_for()
    op.create_table(
        "learn_attendance",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("training_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=6), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minutes >= 0", name=op.f("ck_learn_attendance_minutes_are_not_negative")
        ),
        sa.PrimaryKeyConstraint("person_id", "session_id", name=op.f("pk_learn_attendance")),
    )
    op.create_index(
        "ix_learn_attendance_training",
        "learn_attendance",
        ["training_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "learn_training_seat",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("training_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("fulfilled", sa.Boolean(), nullable=True),
        sa.Column("jp", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "share BETWEEN 0 AND 1", name=op.f("ck_learn_training_seat_share_is_a_share")
        ),
        sa.PrimaryKeyConstraint("person_id", "training_id", name=op.f("pk_learn_training_seat")),
    )
    op.create_index(
        "ix_learn_training_seat_training",
        "learn_training_seat",
        ["training_id", "state", "turn"],
        unique=False,
    )
    op.create_table(
        "learn_training",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("declared_jp", sa.Integer(), nullable=True),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("organiser", sa.String(length=255), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("opens_at", _MOMENT, nullable=True),
        sa.Column("closes_at", _MOMENT, nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("seats", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("turns", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_learn_training_capacity_is_positive")),
        sa.CheckConstraint(
            "seats >= 0 AND seats <= capacity", name=op.f("ck_learn_training_seats_fit")
        ),
        sa.CheckConstraint(
            "share BETWEEN 1 AND 100", name=op.f("ck_learn_training_share_is_percent")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["learn_unit.id"], name=op.f("fk_learn_training_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_training")),
    )
    op.create_index("ix_learn_training_course", "learn_training", ["course", "state"], unique=False)
    op.create_index(
        "ix_learn_training_starts_at", "learn_training", ["starts_at", "id"], unique=False
    )
    op.create_index(
        "ix_learn_training_state", "learn_training", ["state", "starts_at", "id"], unique=False
    )
    op.create_index(
        "ix_learn_training_unit", "learn_training", ["unit_id", "starts_at", "id"], unique=False
    )
    op.create_table(
        "learn_training_audience",
        sa.Column("training_id", _ID, autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["learn_training.id"],
            name=op.f("fk_learn_training_audience_training_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["learn_unit.id"], name=op.f("fk_learn_training_audience_unit_id")
        ),
        sa.PrimaryKeyConstraint("training_id", "unit_id", name=op.f("pk_learn_training_audience")),
    )
    op.create_index(
        "ix_learn_training_audience_unit",
        "learn_training_audience",
        ["unit_id", "training_id"],
        unique=False,
    )
    op.create_table(
        "learn_training_session",
        sa.Column("id", _ID, nullable=False),
        sa.Column("training_id", _ID, nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("room", sa.String(length=120), nullable=False),
        sa.Column("trainer", sa.String(length=120), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_learn_training_session_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["learn_training.id"],
            name=op.f("fk_learn_training_session_training_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_training_session")),
    )
    op.create_index(
        "ix_learn_training_session_starts_at",
        "learn_training_session",
        ["starts_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_learn_training_session_training",
        "learn_training_session",
        ["training_id", "starts_at"],
        unique=False,
    )


def downgrade() -> None:
    """Take back."""
    _name_courses_and_claims()
    op.drop_index("ix_learn_training_session_starts_at", table_name="learn_training_session")
    op.drop_index("ix_learn_training_session_training", table_name="learn_training_session")
    op.drop_table("learn_training_session")
    op.drop_index("ix_learn_training_audience_unit", table_name="learn_training_audience")
    op.drop_table("learn_training_audience")
    op.drop_index("ix_learn_training_unit", table_name="learn_training")
    op.drop_index("ix_learn_training_state", table_name="learn_training")
    op.drop_index("ix_learn_training_starts_at", table_name="learn_training")
    op.drop_index("ix_learn_training_course", table_name="learn_training")
    op.drop_table("learn_training")
    op.drop_index("ix_learn_training_seat_training", table_name="learn_training_seat")
    op.drop_table("learn_training_seat")
    op.drop_index("ix_learn_attendance_training", table_name="learn_attendance")
    op.drop_table("learn_attendance")


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
