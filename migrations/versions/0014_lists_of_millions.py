"""Indexes for lists out of millions of completions: of rare forms, withdrawn, lapsing; of SIASN's states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FEW = {
    "ix_learn_completion_form": (["form", "completed_at"], "form <> 'NKL03'"),
    "ix_learn_completion_withdrawn": (["withdrawn_at"], "withdrawn_at IS NOT NULL"),
    "ix_learn_completion_valid_until": (["valid_until"], "valid_until IS NOT NULL"),
}


def upgrade() -> None:
    """Apply."""
    for name, (columns, condition) in FEW.items():
        where = sa.text(condition)
        op.create_index(
            op.f(name), "learn_completion", columns, postgresql_where=where, sqlite_where=where
        )
    op.create_index(
        op.f("ix_learn_siasn_record_state"), "learn_siasn_record", ["state", "person_id"]
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_learn_siasn_record_state"), "learn_siasn_record")
    for name in FEW:
        op.drop_index(op.f(name), "learn_completion")
