"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "learn_attempt",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("course", sa.String(length=100), nullable=False),
        sa.Column("quiz", sa.String(length=100), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("credits", sa.Text(), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_learn_attempt_score_is_a_share")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_learn_attempt")),
        sa.UniqueConstraint(
            "person_id",
            "course",
            "quiz",
            "cycle",
            "number",
            name=op.f("uq_learn_attempt_person_id_course_quiz_cycle_number"),
        ),
    )
    op.create_index("ix_learn_attempt_due", "learn_attempt", ["state", "expires_at"], unique=False)
    op.create_index(
        "ix_learn_attempt_quiz", "learn_attempt", ["course", "quiz", "person_id"], unique=False
    )
    op.create_table(
        "learn_audit",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_learn_audit")),
    )
    op.create_index(op.f("ix_learn_audit_kind"), "learn_audit", ["kind"], unique=False)
    op.create_table(
        "learn_audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_audit_head")),
    )
    op.create_table(
        "learn_blob",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_blob")),
    )
    op.create_table(
        "learn_certificate",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "issued_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("person_id", "course", "cycle", name=op.f("pk_learn_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_learn_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_learn_certificate_number")),
    )
    op.create_table(
        "learn_certificate_series",
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_learn_certificate_series")),
    )
    op.create_table(
        "learn_competency_level",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("learned_level", sa.Integer(), nullable=False),
        sa.Column(
            "learned_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("assessed_level", sa.Integer(), nullable=True),
        sa.Column(
            "assessed_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "assessed_until",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "assessed_level BETWEEN 0 AND 5",
            name=op.f("ck_learn_competency_level_assessed_level_is_0_to_5"),
        ),
        sa.CheckConstraint(
            "learned_level BETWEEN 0 AND 5",
            name=op.f("ck_learn_competency_level_learned_level_is_0_to_5"),
        ),
        sa.PrimaryKeyConstraint("person_id", "competency", name=op.f("pk_learn_competency_level")),
    )
    op.create_table(
        "learn_completion",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column(
            "enrolled_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "completed_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column(
            "valid_until",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("certificate", sa.String(length=80), nullable=True),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "score BETWEEN 0 AND 1", name=op.f("ck_learn_completion_score_is_a_share")
        ),
        sa.PrimaryKeyConstraint("person_id", "course", "cycle", name=op.f("pk_learn_completion")),
    )
    op.create_index(
        "ix_learn_completion_completed_at",
        "learn_completion",
        ["completed_at", "person_id", "course", "cycle"],
        unique=False,
    )
    op.create_index(
        "ix_learn_completion_course",
        "learn_completion",
        ["course", "completed_at", "person_id", "cycle"],
        unique=False,
    )
    op.create_table(
        "learn_course",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=True),
        sa.Column("shipped", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("course", name=op.f("pk_learn_course")),
    )
    op.create_table(
        "learn_draft",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column(
            "edited_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column("edited_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("course", name=op.f("pk_learn_draft")),
    )
    op.create_table(
        "learn_draft_file",
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=240), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("course", "path", name=op.f("pk_learn_draft_file")),
    )
    op.create_table(
        "learn_enrolment",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column(
            "enrolled_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("person_id", "course", "cycle", name=op.f("pk_learn_enrolment")),
    )
    op.create_index(
        "ix_learn_enrolment_course", "learn_enrolment", ["course", "person_id"], unique=False
    )
    op.create_table(
        "learn_evidence",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("competency", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "valid_until",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_learn_evidence_level_is_1_to_5")),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_learn_evidence")),
    )
    op.create_index(
        "ix_learn_evidence_competency", "learn_evidence", ["competency", "person_id"], unique=False
    )
    op.create_table(
        "learn_hours_credit",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("jp", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column(
            "credited_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.CheckConstraint("jp >= 0", name=op.f("ck_learn_hours_credit_jp_is_not_negative")),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_learn_hours_credit")),
    )
    op.create_table(
        "learn_hours_year",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("earned", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "year", name=op.f("pk_learn_hours_year")),
    )
    op.create_index(
        "ix_learn_hours_year_year",
        "learn_hours_year",
        ["year", "earned", "person_id"],
        unique=False,
    )
    op.create_table(
        "learn_idempotent_reply",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_learn_idempotent_reply")),
    )
    op.create_index(
        op.f("ix_learn_idempotent_reply_at"), "learn_idempotent_reply", ["at"], unique=False
    )
    op.create_table(
        "learn_item_state",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "completed_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("graded", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "score BETWEEN 0 AND 1", name=op.f("ck_learn_item_state_score_is_a_share")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "course", "cycle", "kind", "key", name=op.f("pk_learn_item_state")
        ),
    )
    op.create_table(
        "learn_ledger",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_learn_ledger")),
    )
    op.create_index("ix_learn_ledger_kind_at", "learn_ledger", ["kind", "at"], unique=False)
    op.create_table(
        "learn_ledger_detail",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_learn_ledger_detail")),
    )
    op.create_table(
        "learn_ledger_head",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_learn_ledger_head")),
    )
    op.create_table(
        "learn_place",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("module", sa.String(length=80), nullable=False),
        sa.Column("anchor", sa.String(length=200), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("person_id", "course", name=op.f("pk_learn_place")),
    )
    op.create_table(
        "learn_role_grant",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("course", sa.String(length=120), nullable=True),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_learn_role_grant")),
    )
    op.create_index(
        "ix_learn_role_grant_unit", "learn_role_grant", ["unit_id", "role"], unique=False
    )
    op.create_table(
        "learn_step",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempt_id", sa.String(length=26), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("person_id", "attempt_id", "seq", name=op.f("pk_learn_step")),
        sa.UniqueConstraint(
            "person_id",
            "attempt_id",
            "client_id",
            name=op.f("uq_learn_step_person_id_attempt_id_client_id"),
        ),
    )
    op.create_table(
        "learn_throttle",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "window_start",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_learn_throttle")),
    )
    op.create_table(
        "learn_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_learn_unit_code")),
    )
    op.create_index(op.f("ix_learn_unit_parent_id"), "learn_unit", ["parent_id"], unique=False)
    op.create_index(op.f("ix_learn_unit_path"), "learn_unit", ["path"], unique=False)
    op.create_table(
        "learn_version",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_version")),
        sa.UniqueConstraint("course", "number", name=op.f("uq_learn_version_course_number")),
    )
    op.create_index(op.f("ix_learn_version_course"), "learn_version", ["course"], unique=False)
    op.create_table(
        "learn_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_key", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("title_before", sa.String(length=80), nullable=False),
        sa.Column("title_after", sa.String(length=120), nullable=False),
        sa.Column("sort_name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("post_title", sa.String(length=255), nullable=False),
        sa.Column("post_class", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('PNS', 'CPNS', 'PPPK', 'other')", name=op.f("ck_learn_person_kind_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["learn_unit.id"], name=op.f("fk_learn_person_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_person")),
        sa.UniqueConstraint(
            "source", "external_key", name=op.f("uq_learn_person_source_external_key")
        ),
    )
    op.create_index("ix_learn_person_name", "learn_person", ["sort_name", "id"], unique=False)
    op.create_index(
        "ix_learn_person_unit", "learn_person", ["unit_id", "sort_name", "id"], unique=False
    )
    op.create_table(
        "learn_account",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["learn_person.id"], name=op.f("fk_learn_account_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_learn_account")),
    )
    op.create_table(
        "learn_one_time_code",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("code_hash", sa.String(length=255), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "used_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["learn_person.id"], name=op.f("fk_learn_one_time_code_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_learn_one_time_code")),
    )
    op.create_table(
        "learn_person_number",
        sa.Column("number", sa.String(length=18), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["learn_person.id"], name=op.f("fk_learn_person_number_person_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_learn_person_number")),
    )
    op.create_index(
        "ix_learn_person_number_open",
        "learn_person_number",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
        sqlite_where=sa.text("valid_to IS NULL"),
    )
    op.create_index(
        op.f("ix_learn_person_number_person_id"), "learn_person_number", ["person_id"], unique=False
    )
    op.create_table(
        "learn_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("post_class", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_learn_post_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["learn_person.id"], name=op.f("fk_learn_post_person_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["learn_unit.id"], name=op.f("fk_learn_post_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_post")),
    )
    op.create_index("ix_learn_post_person", "learn_post", ["person_id", "since"], unique=False)
    op.create_index(op.f("ix_learn_post_unit_id"), "learn_post", ["unit_id"], unique=False)
    op.create_table(
        "learn_sign_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["learn_person.id"], name=op.f("fk_learn_sign_in_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_sign_in")),
    )
    op.create_index(
        op.f("ix_learn_sign_in_expires_at"), "learn_sign_in", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_learn_sign_in_person_id"), "learn_sign_in", ["person_id"], unique=False
    )
    op.create_table(
        "learn_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["learn_person.id"], name=op.f("fk_learn_token_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learn_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_learn_token_hash")),
    )
    op.create_index(op.f("ix_learn_token_person_id"), "learn_token", ["person_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_learn_token_person_id"), table_name="learn_token")
    op.drop_table("learn_token")
    op.drop_index(op.f("ix_learn_sign_in_person_id"), table_name="learn_sign_in")
    op.drop_index(op.f("ix_learn_sign_in_expires_at"), table_name="learn_sign_in")
    op.drop_table("learn_sign_in")
    op.drop_index(op.f("ix_learn_post_unit_id"), table_name="learn_post")
    op.drop_index("ix_learn_post_person", table_name="learn_post")
    op.drop_table("learn_post")
    op.drop_index(op.f("ix_learn_person_number_person_id"), table_name="learn_person_number")
    op.drop_index(
        "ix_learn_person_number_open",
        table_name="learn_person_number",
        postgresql_where=sa.text("valid_to IS NULL"),
        sqlite_where=sa.text("valid_to IS NULL"),
    )
    op.drop_table("learn_person_number")
    op.drop_table("learn_one_time_code")
    op.drop_table("learn_account")
    op.drop_index("ix_learn_person_unit", table_name="learn_person")
    op.drop_index("ix_learn_person_name", table_name="learn_person")
    op.drop_table("learn_person")
    op.drop_index(op.f("ix_learn_version_course"), table_name="learn_version")
    op.drop_table("learn_version")
    op.drop_index(op.f("ix_learn_unit_path"), table_name="learn_unit")
    op.drop_index(op.f("ix_learn_unit_parent_id"), table_name="learn_unit")
    op.drop_table("learn_unit")
    op.drop_table("learn_throttle")
    op.drop_table("learn_step")
    op.drop_index("ix_learn_role_grant_unit", table_name="learn_role_grant")
    op.drop_table("learn_role_grant")
    op.drop_table("learn_place")
    op.drop_table("learn_ledger_head")
    op.drop_table("learn_ledger_detail")
    op.drop_index("ix_learn_ledger_kind_at", table_name="learn_ledger")
    op.drop_table("learn_ledger")
    op.drop_table("learn_item_state")
    op.drop_index(op.f("ix_learn_idempotent_reply_at"), table_name="learn_idempotent_reply")
    op.drop_table("learn_idempotent_reply")
    op.drop_index("ix_learn_hours_year_year", table_name="learn_hours_year")
    op.drop_table("learn_hours_year")
    op.drop_table("learn_hours_credit")
    op.drop_index("ix_learn_evidence_competency", table_name="learn_evidence")
    op.drop_table("learn_evidence")
    op.drop_index("ix_learn_enrolment_course", table_name="learn_enrolment")
    op.drop_table("learn_enrolment")
    op.drop_table("learn_draft_file")
    op.drop_table("learn_draft")
    op.drop_table("learn_course")
    op.drop_index("ix_learn_completion_course", table_name="learn_completion")
    op.drop_index("ix_learn_completion_completed_at", table_name="learn_completion")
    op.drop_table("learn_completion")
    op.drop_table("learn_competency_level")
    op.drop_table("learn_certificate_series")
    op.drop_table("learn_certificate")
    op.drop_table("learn_blob")
    op.drop_table("learn_audit_head")
    op.drop_index(op.f("ix_learn_audit_kind"), table_name="learn_audit")
    op.drop_table("learn_audit")
    op.drop_index("ix_learn_attempt_quiz", table_name="learn_attempt")
    op.drop_index("ix_learn_attempt_due", table_name="learn_attempt")
    op.drop_table("learn_attempt")
