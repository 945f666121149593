"""The history of a course: what versions were made of, how they differ, and drafts that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.db import upsert
from learn.errors import Message, NotFound
from learn.ledger import audit
from learn.publishing.drafts import as_text, draft_tree, readable
from learn.publishing.models import Blob, CoursePointer, Draft, Version
from learn.publishing.trees import difference, file_digest
from learn.storage import Storage

DRAFT_KEPT = "draft_kept"


@dataclass(frozen=True)
class VersionLine:
    """One line of a course's history; `number` is None for a draft that was kept."""

    id: str
    number: int | None
    published_at: datetime
    published_by: int | None
    current: bool


def keep_sources(session: Session, storage: Storage, files: Mapping[str, bytes]) -> dict[str, str]:
    """Keep the files that a version is made of; return their digests by path."""
    texts = {}
    for path, content in files.items():
        text = as_text(path, content)
        if text is None:
            storage.put(content)
        else:
            texts[file_digest(content)] = ("source", text)
    keep_blobs(session, texts)
    return {path: file_digest(content) for path, content in files.items()}


def keep_blobs(session: Session, blobs: Mapping[str, tuple[str, str]]) -> None:
    """Keep parts by digest, as kind and text; those that are there already stay."""
    if not blobs:
        return
    known = set(session.scalars(select(Blob.id).where(Blob.id.in_(blobs))))
    rows = [
        {"id": digest, "kind": kind, "body": body}
        for digest, (kind, body) in blobs.items()
        if digest not in known
    ]
    if rows:
        session.execute(upsert(session, Blob).on_conflict_do_nothing(), rows)


def keep_edited(
    session: Session, storage: Storage, course: str, *, actor_id: int | None, now: datetime
) -> None:
    """Keep a draft that was edited here as a version of its own, before it is overwritten."""
    draft = session.get(Draft, course)
    if draft is None or draft.digest == draft.origin:
        return
    kept_id = file_digest(f"draft/{course}/{draft.digest}".encode())
    if session.get(Version, kept_id) is None:
        files = draft_tree(session, storage, course)
        session.add(
            Version(
                id=kept_id, course=course, number=None, published_at=now, published_by=actor_id,
                kept=True, manifest={}, sources=keep_sources(session, storage, files),
            )
        )  # fmt: skip
    audit(session, DRAFT_KEPT, {"course": course, "version": kept_id}, actor_id=actor_id, at=now)


def versions_of(session: Session, course: str) -> list[VersionLine]:
    """Return the history of a course, the newest first; drafts that were kept are among it."""
    current = session.scalar(select(CoursePointer.version_id).where(CoursePointer.course == course))
    query = (
        select(Version.id, Version.number, Version.published_at, Version.published_by)
        .where(Version.course == course)
        .order_by(Version.published_at.desc(), Version.number.desc())
    )
    return [
        VersionLine(row.id, row.number, row.published_at, row.published_by, row.id == current)
        for row in session.execute(query)
    ]


def version_sources(session: Session, storage: Storage, version_id: str) -> dict[str, bytes]:
    """Return the files that a version was made of, by path."""
    version = session.get(Version, version_id)
    if version is None:
        raise NotFound(Message("There is no such version."))
    digests = set(version.sources.values())
    query = select(Blob.id, Blob.body).where(Blob.id.in_(digests), Blob.kind == "source")
    texts = {row.id: row.body for row in session.execute(query)}
    found = {}
    for path, digest in version.sources.items():
        content = texts[digest].encode() if digest in texts else storage.get(digest)
        if content is not None:
            found[path] = content
    return found


def version_difference(session: Session, storage: Storage, before: str, after: str | None) -> str:
    """Return the unified difference between two versions; `after` None: to the draft of today."""
    old = version_sources(session, storage, before)
    version = session.get(Version, before)
    if after is None:
        new = draft_tree(session, storage, version.course if version else "")
    else:
        new = version_sources(session, storage, after)
    return difference(readable(old), readable(new))


def draft_difference(session: Session, storage: Storage, course: str) -> str:
    """Return the unified difference from the current version to the draft; empty when none."""
    current = session.scalar(select(CoursePointer.version_id).where(CoursePointer.course == course))
    if current is None:
        return difference({}, readable(draft_tree(session, storage, course)))
    return version_difference(session, storage, current, None)
