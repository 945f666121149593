"""The table of claims: a projection; what people wrote stands in the details of the ledger's entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, Json
from learn.ledger import projection_table


@projection_table
class Claim(Base):
    """Development done elsewhere that a person claims; `id` is the number of its first entry.

    `seq` is its latest entry: what an act is based on. The texts (title, organiser, number of the
    certificate, name of the document) are the detail of entry `text_seq`, the reason of a decision that
    of entry `reason_seq`: where they were erased, the claim stays without them. `certificate` is a
    digest that tells equal certificates, `document` the digest of the file in the storage. `source` is
    claim, or import where HR brought it from an older system.
    """

    __tablename__ = "learn_claim"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        CheckConstraint("jp >= 0", name="jp_is_not_negative"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index("ix_learn_claim_state", "state", "submitted_at", "person_id", "id"),
        Index("ix_learn_claim_ends", "ends_on", "person_id", "id"),
        Index("ix_learn_claim_document", "document"),
        Index("ix_learn_claim_certificate", "certificate"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(32))
    form: Mapped[str] = mapped_column(String(8))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(Json())
    jp: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int]
    text_seq: Mapped[int]
    reason_seq: Mapped[int | None]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    certificate: Mapped[str | None] = mapped_column(String(64))
    document: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(10), server_default="claim")
