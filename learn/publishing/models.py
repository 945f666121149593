"""Tables of drafts and published versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base

COURSE_CHARS = 80
DIGEST_CHARS = 64


class Draft(Base):
    """What is being written for one course: `digest` is that of all its files.

    `origin` is the digest after the last push or pull; another `digest` means that it was edited here.
    """

    __tablename__ = "learn_draft"

    course: Mapped[str] = mapped_column(String(COURSE_CHARS), primary_key=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARS))
    origin: Mapped[str] = mapped_column(String(DIGEST_CHARS))
    edited_at: Mapped[datetime]
    edited_by: Mapped[int | None] = mapped_column(BigInteger)


class DraftFile(Base):
    """One file of a draft by its path (``courses/<course>/...``); media are in the storage by digest."""

    __tablename__ = "learn_draft_file"

    course: Mapped[str] = mapped_column(String(COURSE_CHARS), primary_key=True)
    path: Mapped[str] = mapped_column(String(240), primary_key=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_CHARS))
    text: Mapped[str | None] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(Integer)


class Version(Base):
    """A published version, or with `kept` an overwritten draft; never changed.

    `manifest` names its parts by digest; `sources` goes from the path of each file to its digest. What
    was kept has no number.
    """

    __tablename__ = "learn_version"
    __table_args__ = (UniqueConstraint("course", "number"),)

    id: Mapped[str] = mapped_column(String(DIGEST_CHARS), primary_key=True)
    course: Mapped[str] = mapped_column(String(COURSE_CHARS), index=True)
    number: Mapped[int | None] = mapped_column(Integer)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(BigInteger)
    kept: Mapped[bool] = mapped_column(Boolean, default=False)
    manifest: Mapped[dict[str, Any]]
    sources: Mapped[dict[str, Any]]


class Blob(Base):
    """A part of versions by the digest of its content: rendered modules, quizzes, source texts."""

    __tablename__ = "learn_blob"

    id: Mapped[str] = mapped_column(String(DIGEST_CHARS), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)


class CoursePointer(Base):
    """Which version of a course is current; `shipped` is the digest of the shipped files it came from."""

    __tablename__ = "learn_course"

    course: Mapped[str] = mapped_column(String(COURSE_CHARS), primary_key=True)
    version_id: Mapped[str | None] = mapped_column(String(DIGEST_CHARS))
    shipped: Mapped[str | None] = mapped_column(String(DIGEST_CHARS))
