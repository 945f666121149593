"""Reading published versions: the pointer each time, the immutable version from memory."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.courses.version import CourseVersion, Heading, Media, ModuleVersion, Outcome, Period
from learn.publishing.compiler import Compiled
from learn.publishing.models import Blob, CoursePointer, Version
from learn.quizzes.quiz import Quiz

CACHED = 1_000
AT_ONCE = 100


class Versions:
    """The published versions, cached in this process by id; may be shared by threads."""

    def __init__(self, size: int = CACHED) -> None:
        self._size = size
        self._cached: OrderedDict[str, CourseVersion] = OrderedDict()
        self._lock = threading.Lock()
        self._looked_at: frozenset[str] = frozenset()
        self._media: frozenset[str] = frozenset()

    def current(self, session: Session, course: str) -> CourseVersion | None:
        """Return the current version of a course; None when nothing is published."""
        query = select(CoursePointer.version_id).where(CoursePointer.course == course)
        version_id = session.scalar(query)
        return self.get(session, version_id) if version_id else None

    def get(self, session: Session, version_id: str) -> CourseVersion | None:
        """Return a version by id, also an old one; None when there is none."""
        return self.get_all(session, [version_id]).get(version_id)

    def current_all(self, session: Session) -> list[CourseVersion]:
        """Return the current versions of all courses, by course key."""
        query = (
            select(CoursePointer.version_id)
            .where(CoursePointer.version_id.is_not(None))
            .order_by(CoursePointer.course)
        )
        ids = [version_id for version_id in session.scalars(query) if version_id]
        found = self.get_all(session, ids)
        return [found[version_id] for version_id in ids if version_id in found]

    def current_after(self, session: Session, after: str, limit: int) -> list[CourseVersion]:
        """Return the current versions of at most `limit` courses whose keys follow `after`."""
        query = (
            select(CoursePointer.version_id)
            .where(CoursePointer.version_id.is_not(None), CoursePointer.course > after)
            .order_by(CoursePointer.course)
            .limit(limit)
        )
        ids = [version_id for version_id in session.scalars(query) if version_id]
        found = self.get_all(session, ids)
        return [found[version_id] for version_id in ids if version_id in found]

    def get_all(self, session: Session, ids: Iterable[str]) -> dict[str, CourseVersion]:
        """Return versions by id; those that are not in memory cost two statements a hundred."""
        wanted = list(dict.fromkeys(ids))
        found = self._from_memory(wanted)
        missing = [version_id for version_id in wanted if version_id not in found]
        if missing:
            for start in range(0, len(missing), AT_ONCE):  # databases limit parameters
                found |= _load(session, missing[start : start + AT_ONCE])
            self._keep(
                {version_id: found[version_id] for version_id in missing if version_id in found}
            )
        return found

    def show(self, session: Session, digest: str) -> bool:
        """Whether a version, old ones too, shows a file of this digest: whatever else is stored is private.

        Versions never change, so each is looked at once; a digest that is known costs no statement.
        """
        if digest in self._media:
            return True
        ids = select(Version.id).where(Version.kept.is_(False))
        new = sorted(set(session.scalars(ids)) - self._looked_at)
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            manifests = session.scalars(select(Version.manifest).where(Version.id.in_(some))).all()
            found = {shown[0] for each in manifests for shown in each["media"].values()}
            with self._lock:
                self._media |= found
                self._looked_at |= set(some)
        return digest in self._media

    def forget(self) -> None:
        """Empty the memory."""
        with self._lock:
            self._cached.clear()
            self._looked_at = self._media = frozenset()

    def _from_memory(self, ids: Iterable[str]) -> dict[str, CourseVersion]:
        found = {}
        with self._lock:
            for version_id in ids:
                version = self._cached.get(version_id)
                if version is not None:
                    self._cached.move_to_end(version_id)
                    found[version_id] = version
        return found

    def _keep(self, loaded: Mapping[str, CourseVersion]) -> None:
        with self._lock:
            self._cached.update(loaded)
            while len(self._cached) > self._size:
                self._cached.popitem(last=False)


def _load(session: Session, ids: list[str]) -> dict[str, CourseVersion]:
    query = select(Version.id, Version.number, Version.published_at, Version.manifest).where(
        Version.id.in_(ids), Version.kept.is_(False)
    )
    rows = session.execute(query).all()
    digests = {digest for row in rows for digest in _parts(row.manifest)}
    bodies = {
        row.id: json.loads(row.body)
        for row in session.execute(select(Blob.id, Blob.body).where(Blob.id.in_(digests)))
    }
    return {
        row.id: _version(row.id, row.number, row.published_at, row.manifest, bodies) for row in rows
    }


def _parts(manifest: Mapping[str, Any]) -> set[str]:
    named = (*manifest["modules"], *manifest["quizzes"])
    return {digest for _key, digest in named} | {manifest["descriptions"]}


def version_of(compiled: Compiled, number: int, at: datetime) -> CourseVersion:
    """Return a compiled course as the version that it would become; nothing is stored."""
    return _version(compiled.id, number, at, compiled.manifest, compiled.blobs)


def _version(
    version_id: str, number: int, published_at: Any, manifest: Mapping[str, Any],
    bodies: Mapping[str, Any],
) -> CourseVersion:  # fmt: skip
    return CourseVersion(
        id=version_id,
        course=manifest["course"],
        number=number,
        published_at=published_at,
        language=manifest["language"],
        languages=tuple(manifest["languages"]),
        titles=manifest["titles"],
        hours=manifest["hours"],
        form=manifest["form"],
        outcomes=tuple(Outcome(code, level) for code, level in manifest["outcomes"]),
        valid_for=Period(*manifest["valid_for"]) if manifest["valid_for"] else None,
        complete=manifest["complete"],
        enrolment=manifest["enrolment"],
        modules=tuple(_module(digest, bodies[digest]) for _key, digest in manifest["modules"]),
        quizzes={key: Quiz.from_json(bodies[digest]) for key, digest in manifest["quizzes"]},
        summaries=manifest["summaries"],
        audiences=manifest["audiences"],
        descriptions=bodies[manifest["descriptions"]],
        media={
            path: Media(path.rpartition("/")[2], *values)
            for path, values in manifest["media"].items()
        },
        organiser=manifest.get("organiser", ""),
    )


def _module(digest: str, body: Mapping[str, Any]) -> ModuleVersion:
    return ModuleVersion(
        key=body["key"],
        id=digest,
        language=body["language"],
        minutes=body["minutes"],
        titles=body["titles"],
        bodies=body["bodies"],
        summaries=body["summaries"],
        objectives={language: tuple(each) for language, each in body["objectives"].items()},
        outlines={
            language: tuple(Heading(*heading) for heading in headings)
            for language, headings in body["outlines"].items()
        },
        texts=body["texts"],
    )
