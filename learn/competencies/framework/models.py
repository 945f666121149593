"""Tables of the framework: its published versions, the draft of the next one, and required levels."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId

DIGEST_CHARS = 64
CODE_CHARS = 20
TITLE_CHARS = 120
SOURCE_CHARS = 255
DRAFT = 1


class FrameworkVersion(Base):
    """A published version, never changed; `digest` is that of `body`, which is all of it as JSON.

    It is in force from `in_force_at`, the start of the day `in_force_from`, until the next one is.
    """

    __tablename__ = "learn_framework_version"
    __table_args__ = (Index("ix_learn_framework_version_in_force", "in_force_at", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARS), unique=True)
    label: Mapped[str] = mapped_column(String(TITLE_CHARS))
    title: Mapped[str] = mapped_column(String(TITLE_CHARS), default="")
    regulation: Mapped[str] = mapped_column(String(SOURCE_CHARS))
    in_force_from: Mapped[date]
    in_force_at: Mapped[datetime]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text, deferred=True)  # lists of versions do not need it


class FrameworkDraft(Base):
    """What the next version will be; there is one draft at most.

    `base` is the number of the version it was begun from; `digest` tells whether it was edited meanwhile.
    """

    __tablename__ = "learn_framework_draft"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    base: Mapped[int]
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARS))
    body: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime]
    edited_at: Mapped[datetime]
    edited_by: Mapped[int | None] = mapped_column(BigInteger)


class Requirement(Base):
    """The level of one competency that a post or a class of post requires, from `since` to `until`.

    Both days are included; without `until` it holds for the time being. With a `unit_id` it is for that
    unit and those below. Either `post_key` (the title, tidied to compare) or `post_class` is set.
    """

    __tablename__ = "learn_requirement"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_is_1_to_5"),
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_start"),
        CheckConstraint("confidence IN ('high', 'medium', 'low')", name="confidence_is_known"),
        CheckConstraint("(post_key = '') <> (post_class = '')", name="is_for_a_post_or_a_class"),
        Index("ix_learn_requirement_post", "post_key", "post_class", "competency", "since"),
        Index("ix_learn_requirement_competency", "competency", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("learn_unit.id"))
    post_title: Mapped[str] = mapped_column(String(255), default="")
    post_key: Mapped[str] = mapped_column(String(255), default="")
    post_class: Mapped[str] = mapped_column(String(40), default="")
    competency: Mapped[str] = mapped_column(String(CODE_CHARS))
    level: Mapped[int]
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(SOURCE_CHARS), default="")
    confidence: Mapped[str] = mapped_column(String(8), default="high")
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(BigInteger)
