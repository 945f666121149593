"""What authors and commands do: push, pull, publish, import, export, compare and restore."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.db import canonical_json, upsert
from learn.errors import LearnError, Message, NotFound, Problem
from learn.events import announce, version_published
from learn.ledger import audit
from learn.people.models import Unit
from learn.publishing.checking import own_questions
from learn.publishing.compiler import Compiled, compile_course
from learn.publishing.drafts import (
    EditedMeanwhile,
    FileNow,
    begin_draft,
    delete_file,
    draft_courses,
    draft_file,
    draft_files,
    draft_of,
    draft_tree,
    lock_draft,
    refuse_edited,
    rename_file,
    reorder_modules,
    replace_tree,
    require_path,
    save_file,
    start_draft,
    typed_text,
)
from learn.publishing.history import (
    VersionLine,
    draft_difference,
    keep_blobs,
    keep_edited,
    keep_sources,
    version_difference,
    version_sources,
    versions_of,
)
from learn.publishing.models import Blob, CoursePointer, Draft, Version
from learn.publishing.standards import Standards
from learn.publishing.trees import (
    courses_of,
    file_digest,
    files_of,
    read_tree,
    tree_digest,
    unzip,
    zip_of,
)
from learn.quizzes.quiz import Quiz
from learn.storage import Storage

__all__ = [
    "ContentProblems",
    "EditedMeanwhile",
    "FileNow",
    "VersionLine",
    "delete_file",
    "draft_courses",
    "draft_difference",
    "draft_file",
    "draft_files",
    "draft_of",
    "draft_tree",
    "rename_file",
    "reorder_modules",
    "save_file",
    "start_draft",
    "typed_text",
    "version_difference",
    "version_sources",
    "versions_of",
]

_log = logging.getLogger(__name__)

CONTENT_PUSHED = "content_pushed"
COURSE_PUBLISHED = "course_published"
DRAFT_RESTORED = "draft_restored"


class ContentProblems(LearnError):
    """A course cannot be published; `problems` holds everything that is wrong, with path and line."""

    status = 422
    code = "content-problems"

    def __init__(self, course: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = sum(not problem.warning for problem in self.problems)
        super().__init__(
            Message(
                "%(course)s was not published: %(count)s problems.", course=course, count=count
            ),
            problems=self.problems,
        )


def push_tree(
    session: Session, storage: Storage, course: str, files: Mapping[str, bytes],
    *, actor_id: int | None, now: datetime, force: bool = False,
) -> bool:  # fmt: skip
    """Make `files` the draft of a course; return whether that changed anything.

    Raises
    ------
    EditedMeanwhile
        The draft was edited here since the last push or pull; `extra["difference"]` shows how. With
        `force` the edited draft is kept as a version instead.
    """
    require_path(course, f"courses/{course}/course.md")
    draft = begin_draft(session, course, now)
    if files and draft.digest == _digest_of(files):
        draft.origin = draft.digest
        session.flush()
        return False
    if not force:
        refuse_edited(session, storage, course, files)
    else:
        keep_edited(session, storage, course, actor_id=actor_id, now=now)
    draft = replace_tree(
        session, storage, course, files, actor_id=actor_id, now=now, is_origin=True
    )
    audit(session, CONTENT_PUSHED, {"course": course, "digest": draft.digest},
          actor_id=actor_id, at=now)  # fmt: skip
    return True


def pull_tree(session: Session, storage: Storage, course: str) -> dict[str, bytes]:
    """Return the files of a draft, byte by byte, and note that they are outside now."""
    draft = lock_draft(session, course)
    files = draft_tree(session, storage, course)
    draft.origin = draft.digest
    session.flush()
    return files


def compile_draft(
    session: Session, storage: Storage, course: str, standards: Standards
) -> Compiled:
    """Return what publishing the draft would give, with all problems; nothing is written."""
    draft_of(session, course)
    return _compiled(session, course, draft_tree(session, storage, course), standards)


def _compiled(
    session: Session, course: str, files: Mapping[str, bytes], standards: Standards
) -> Compiled:
    return compile_course(
        course, files, standards,
        other_quizzes=_other_quizzes(session, course, files),
        other_courses={*draft_courses(session), *_published(session)},
        organisers=_organisers(session, files.get(f"courses/{course}/course.md", b"")),
    )  # fmt: skip


def _organisers(session: Session, text: bytes) -> set[str] | None:
    """Return the codes of all units, when the course names one."""
    return set(session.scalars(select(Unit.code))) if b"organiser" in text else None


@dataclass(frozen=True)
class Preview:
    """How a file of a draft would look, and what is wrong with it; nothing is saved."""

    html: str
    problems: tuple[Problem, ...]


def preview_file(
    session: Session, storage: Storage, course: str, path: str, text: str, standards: Standards
) -> Preview:
    """Return the page that `text` at `path` would make, with the problems of that file."""
    compiled = compile_edited(session, storage, course, path, text, standards)
    found = tuple(problem for problem in compiled.problems if problem.path == path)
    return Preview(compiled.pages.get(path, ""), found)


def compile_edited(
    session: Session, storage: Storage, course: str, path: str, text: str, standards: Standards
) -> Compiled:
    """Return what publishing the draft would give if `text` stood at `path`; nothing is saved."""
    require_path(course, path)
    files = {**draft_tree(session, storage, course), path: text.encode("utf-8", "replace")}
    return _compiled(session, course, files, standards)


def publish(
    session: Session, storage: Storage, course: str, standards: Standards,
    *, actor_id: int | None, now: datetime,
) -> Version:  # fmt: skip
    """Make the draft the current version; an unchanged course keeps the version that it has.

    Raises
    ------
    ContentProblems
        Something is wrong; nothing was published.
    """
    if session.get(Draft, course) is not None:
        lock_draft(session, course)
    compiled = compile_draft(session, storage, course, standards)
    if not compiled.sound:
        raise ContentProblems(course, compiled.problems)
    pointer = _pointer(session, course)
    version = session.get(Version, compiled.id)
    if version is None:
        version = _new_version(session, storage, compiled, actor_id=actor_id, now=now)
    if pointer.version_id != version.id:
        pointer.version_id = version.id
        data = {"course": course, "version": version.id, "number": version.number}
        audit(session, COURSE_PUBLISHED, data, actor_id=actor_id, at=now)
        announce(session, version_published, course=course, version_id=version.id)
    session.flush()
    return version


def _new_version(
    session: Session, storage: Storage, compiled: Compiled, *, actor_id: int | None, now: datetime
) -> Version:
    for content in compiled.media.values():
        storage.put(content)
    keep_blobs(session, {digest: ("part", canonical_json(body))
                          for digest, body in compiled.blobs.items()})  # fmt: skip
    query = select(func.max(Version.number)).where(Version.course == compiled.course)
    version = Version(
        id=compiled.id, course=compiled.course, number=(session.scalar(query) or 0) + 1,
        published_at=now, published_by=actor_id, kept=False, manifest=dict(compiled.manifest),
        sources=keep_sources(session, storage, draft_tree(session, storage, compiled.course)),
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _pointer(session: Session, course: str) -> CoursePointer:
    session.execute(
        upsert(session, CoursePointer)
        .values(course=course, version_id=None, shipped=None)
        .on_conflict_do_nothing()
    )
    query = select(CoursePointer).where(CoursePointer.course == course).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _published(session: Session) -> list[str]:
    query = select(CoursePointer.course).where(CoursePointer.version_id.is_not(None))
    return list(session.scalars(query))


def _other_quizzes(session: Session, course: str, files: Mapping[str, bytes]) -> dict[str, Quiz]:
    """Return the published quizzes of other courses, when a pool may name one."""
    if not any(b"pool:" in content for path, content in files.items() if path.endswith(".md")):
        return {}
    query = (
        select(CoursePointer.course, Version.manifest)
        .join(Version, Version.id == CoursePointer.version_id)
        .where(CoursePointer.course != course)
    )
    places = {
        digest: f"{row.course}/{key}"
        for row in session.execute(query)
        for key, digest in row.manifest["quizzes"]
    }
    bodies = session.execute(select(Blob.id, Blob.body).where(Blob.id.in_(places)))
    return {places[row.id]: own_questions(Quiz.from_json(json.loads(row.body))) for row in bodies}


def restore_version(
    session: Session, storage: Storage, version_id: str, *, actor_id: int | None, now: datetime
) -> Draft:
    """Make the files of an old version the draft; a draft that was edited is kept as a version."""
    version = session.get(Version, version_id)
    if version is None:
        raise NotFound(Message("There is no such version."))
    files = version_sources(session, storage, version_id)
    keep_edited(session, storage, version.course, actor_id=actor_id, now=now)
    draft = replace_tree(
        session, storage, version.course, files, actor_id=actor_id, now=now, is_origin=False
    )
    audit(session, DRAFT_RESTORED, {"course": version.course, "version": version_id},
          actor_id=actor_id, at=now)  # fmt: skip
    return draft


def import_zip(
    session: Session, storage: Storage, content: bytes,
    *, actor_id: int | None, now: datetime, course: str | None = None, force: bool = False,
) -> list[str]:  # fmt: skip
    """Make the courses of a zip drafts here; return their keys.

    Parameters
    ----------
    course
        The key for a zip whose files lie at its top, without a folder.
    """
    files = unzip(content, course=course)
    keys = courses_of(files)
    for key in keys:
        push_tree(session, storage, key, files_of(key, files),
                  actor_id=actor_id, now=now, force=force)  # fmt: skip
    return keys


def export_zip(session: Session, storage: Storage, course: str) -> bytes:
    """Return the draft of a course as a zip that another Learn takes in."""
    draft_of(session, course)
    return zip_of(draft_tree(session, storage, course))


def install_shipped(
    session: Session, storage: Storage, folder: Path, standards: Standards, *, now: datetime
) -> list[str]:
    """Publish the courses that came with the program, where they are new and not edited here.

    Parameters
    ----------
    folder
        Holds ``courses/`` and ``quizzes/``.

    Returns
    -------
    list
        The keys of the courses that have a new version now. A course with a problem has none, and the
        problem is in the log.
    """
    return install_files(session, storage, read_tree(folder)[0], standards, now=now)


def install_files(
    session: Session, storage: Storage, files: Mapping[str, bytes], standards: Standards,
    *, now: datetime,
) -> list[str]:  # fmt: skip
    """Do what `install_shipped` does, with files by path."""
    done = []
    for course in _banks_first(files):
        own = files_of(course, files)
        shipped = _digest_of(own)
        pointer = _pointer(session, course)
        draft = session.get(Draft, course)
        edited = draft is not None and draft.digest not in {pointer.shipped, shipped}
        if pointer.shipped == shipped or edited:
            continue
        try:
            with session.begin_nested():
                push_tree(session, storage, course, own, actor_id=None, now=now, force=True)
                publish(session, storage, course, standards, actor_id=None, now=now)
                _pointer(session, course).shipped = shipped
        except ContentProblems as error:  # the other courses are not to wait for this one
            for problem in error.problems:
                _log.error("%s", problem)
            continue
        done.append(course)
    return done


def _banks_first(files: Mapping[str, bytes]) -> list[str]:
    """Return the courses that have a course.md, those whose pools name another course last."""
    keys = [key for key in courses_of(files) if f"courses/{key}/course.md" in files]
    return sorted(
        keys,
        key=lambda key: any(b"pool:" in content for content in files_of(key, files).values()),
    )


def _digest_of(files: Mapping[str, bytes]) -> str:
    return tree_digest({path: file_digest(content) for path, content in files.items()})
