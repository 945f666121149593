"""Levels from evidence: assessments, confirmations, prior learning, suspension."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _name_where_evidence_came_from()
    _say_how_long_levels_hold()
    _keep_assessments()
    _keep_requests()


def downgrade() -> None:
    """Take back."""
    for table in ("learn_prior", "learn_assessment"):
        op.drop_table(table)
    _tell_levels_as_before()
    _tell_evidence_as_before()


def _moment() -> Any:
    return sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def _person() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return (
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
    )


def _name_where_evidence_came_from() -> None:
    """Let evidence come from anything; what there is came from courses."""
    new = (
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("ref", sa.String(length=200), nullable=True),
        sa.Column("framework", sa.String(length=64), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("observed_on", sa.Date(), nullable=True),
        sa.Column("suspended_from", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
    )
    for column in new:
        op.add_column("learn_evidence", column)
    op.execute(
        "UPDATE learn_evidence SET source = 'course', ref = course || '/' || CAST(cycle AS VARCHAR)"
    )
    with op.batch_alter_table("learn_evidence") as table:
        for name, length in (("source", 16), ("ref", 200)):
            table.alter_column(name, existing_type=sa.String(length=length), nullable=False)
        table.alter_column(
            "course", existing_type=sa.String(length=80), type_=sa.String(length=100), nullable=True
        )
        table.alter_column("cycle", existing_type=sa.Integer(), nullable=True)
        table.alter_column("version_id", existing_type=sa.String(length=64), nullable=True)
    op.create_index("ix_learn_evidence_ref", "learn_evidence", ["person_id", "source", "ref"])
    op.create_index(
        "ix_learn_evidence_recorded", "learn_evidence", ["recorded_at", "person_id", "seq"]
    )


def _tell_evidence_as_before() -> None:
    op.drop_index("ix_learn_evidence_ref", "learn_evidence")
    op.drop_index("ix_learn_evidence_recorded", "learn_evidence")
    op.execute("DELETE FROM learn_evidence WHERE source <> 'course'")
    with op.batch_alter_table("learn_evidence") as table:
        for name in (
            "source", "ref", "framework", "actor_id", "observed_on", "suspended_from",
            "suspended_until", "reason_seq",
        ):  # fmt: skip
            table.drop_column(name)
        table.alter_column(
            "course",
            existing_type=sa.String(length=100),
            type_=sa.String(length=80),
            nullable=False,
        )
        table.alter_column("cycle", existing_type=sa.Integer(), nullable=False)
        table.alter_column("version_id", existing_type=sa.String(length=64), nullable=False)


def _say_how_long_levels_hold() -> None:
    """Say until when a learned level holds, as the fold of entries of that time does."""
    for name, kind in (
        ("learned_until", sa.Date()), ("assessment", sa.Integer()), ("assessed_on", sa.Date()),
        ("assessed_suspended_from", sa.Date()), ("assessed_suspended_until", sa.Date()),
    ):  # fmt: skip
        op.add_column("learn_competency_level", sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("learn_competency_level") as table:
        # nothing wrote them before there were assessments
        table.drop_column("assessed_at")
        table.drop_column("assessed_until")
        table.add_column(sa.Column("assessed_until", sa.Date(), nullable=True))
    postgres = op.get_bind().dialect.name == "postgresql"
    day = (
        "CAST(e.valid_until AT TIME ZONE 'UTC' AS DATE)"
        if postgres
        else "substr(e.valid_until, 1, 10)"
    )
    op.execute(
        f"UPDATE learn_competency_level SET learned_until = (SELECT min({day}) "  # noqa: S608
        "FROM learn_evidence e WHERE e.person_id = learn_competency_level.person_id "
        "AND e.competency = learn_competency_level.competency AND e.valid_until IS NOT NULL "
        "AND e.recorded_at <= learn_competency_level.learned_at "
        "AND (e.withdrawn_at IS NULL OR e.withdrawn_at > learn_competency_level.learned_at))"
    )
    op.create_index(
        "ix_learn_competency_level_until", "learn_competency_level", ["learned_until", "person_id"]
    )
    op.create_index(
        "ix_learn_competency_level_code", "learn_competency_level", ["competency", "person_id"]
    )


def _tell_levels_as_before() -> None:
    op.drop_index("ix_learn_competency_level_until", "learn_competency_level")
    op.drop_index("ix_learn_competency_level_code", "learn_competency_level")
    with op.batch_alter_table("learn_competency_level") as table:
        for name in (
            "learned_until", "assessment", "assessed_on", "assessed_suspended_from",
            "assessed_suspended_until", "assessed_until",
        ):  # fmt: skip
            table.drop_column(name)
        table.add_column(sa.Column("assessed_at", _moment(), nullable=True))
        table.add_column(sa.Column("assessed_until", _moment(), nullable=True))


def _keep_assessments() -> None:
    op.create_table(
        "learn_assessment",
        *_person(),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("instrument", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("framework", sa.String(length=64), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=True),
        sa.Column("recorded_at", _moment(), nullable=False),
        sa.Column("suspended_from", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", _moment(), nullable=True),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "level BETWEEN 1 AND 5", name=op.f("ck_learn_assessment_level_is_1_to_5")
        ),
        sa.CheckConstraint(
            "valid_until >= assessed_on", name=op.f("ck_learn_assessment_valid_after_assessed")
        ),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_learn_assessment")),
    )
    op.create_index(
        "ix_learn_assessment_competency", "learn_assessment", ["person_id", "competency"]
    )
    op.create_index(
        "ix_learn_assessment_recorded", "learn_assessment", ["recorded_at", "person_id", "seq"]
    )
    op.create_index("ix_learn_assessment_document", "learn_assessment", ["document"])


def _keep_requests() -> None:
    op.create_table(
        "learn_prior",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text_seq", sa.Integer(), nullable=False),
        sa.Column("reason_seq", sa.Integer(), nullable=True),
        sa.Column("documents", sa.String(length=1000), nullable=False),
        sa.Column("submitted_at", _moment(), nullable=False),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("given_level", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_learn_prior_level_is_1_to_5")),
        sa.CheckConstraint(
            "given_level BETWEEN 1 AND 5", name=op.f("ck_learn_prior_given_level_is_1_to_5")
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_prior")),
    )
    op.create_index(
        "ix_learn_prior_state", "learn_prior", ["state", "submitted_at", "person_id", "id"]
    )
    op.create_index("ix_learn_prior_key", "learn_prior", ["person_id", "key"], unique=True)
