"""Drafts: the text of courses while it is written, in the database; every change leaves it whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learn.courses.content import COURSE_KEY
from learn.courses.source import MAX_BYTES
from learn.db import upsert
from learn.errors import Conflict, Invalid, Message, NotFound
from learn.publishing.models import Draft, DraftFile
from learn.publishing.skeletons import course_files
from learn.publishing.trees import difference, file_digest, is_content, is_text, tree_digest
from learn.storage import Storage


class EditedMeanwhile(Conflict):
    """The draft was changed by somebody else; `extra` holds the difference or both texts."""

    code = "edited-meanwhile"


@dataclass(frozen=True)
class FileNow:
    """One file of a draft: its path, digest and size; `text` is None for media."""

    path: str
    digest: str
    size_bytes: int
    text: str | None


def draft_of(session: Session, course: str) -> Draft:
    """Return the draft of a course.

    Raises
    ------
    NotFound
        Nothing was written for such a course.
    """
    draft = session.get(Draft, course)
    if draft is None:
        raise NotFound(Message("There is no draft of the course %(course)s.", course=course))
    return draft


def draft_courses(session: Session) -> list[str]:
    """Return the keys of all courses that have a draft."""
    return list(session.scalars(select(Draft.course).order_by(Draft.course)))


def draft_files(session: Session, course: str) -> list[FileNow]:
    """Return all files of a draft by path; empty when there is none."""
    query = select(DraftFile).where(DraftFile.course == course).order_by(DraftFile.path)
    return [_now(row) for row in session.scalars(query)]


def draft_file(session: Session, course: str, path: str) -> FileNow:
    """Return one file of a draft; raise `NotFound` when it is not there."""
    return _now(_row(session, course, path))


def _now(row: DraftFile) -> FileNow:
    return FileNow(row.path, row.digest, row.size_bytes, row.text)


def _row(session: Session, course: str, path: str) -> DraftFile:
    row = session.get(DraftFile, (course, path))
    if row is None:
        raise NotFound(Message("There is no file %(path)s in this draft.", path=path))
    return row


def draft_tree(session: Session, storage: Storage, course: str) -> dict[str, bytes]:
    """Return the content of all files of a draft by path."""
    found = {}
    for file in draft_files(session, course):
        content = _content(storage, file.digest, file.text)
        if content is not None:
            found[file.path] = content
    return found


def _content(storage: Storage, digest: str, text: str | None) -> bytes | None:
    return storage.get(digest) if text is None else text.encode("utf-8")


def as_text(path: str, content: bytes) -> str | None:
    """Return the text of a file that is edited as text; None for media, and for what is no UTF-8."""
    if not is_text(path) or b"\x00" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def begin_draft(session: Session, course: str, now: datetime) -> Draft:
    """Return the draft of a course, locked until the end of the transaction; begun when it is new."""
    empty = tree_digest({})
    session.execute(
        upsert(session, Draft)
        .values(course=course, digest=empty, origin=empty, edited_at=now, edited_by=None)
        .on_conflict_do_nothing()
    )
    return lock_draft(session, course)


def replace_tree(
    session: Session, storage: Storage, course: str, files: Mapping[str, bytes],
    *, actor_id: int | None, now: datetime, is_origin: bool,
) -> Draft:  # fmt: skip
    """Make `files` the whole draft of a course, byte by byte.

    Parameters
    ----------
    is_origin
        The files come from outside, so that the draft counts as not edited here afterwards.
    """
    for path in files:
        require_path(course, path)
    session.execute(delete(DraftFile).where(DraftFile.course == course))
    for path, content in files.items():
        session.add(_new_row(storage, course, path, content))
    draft = lock_draft(session, course)
    digest = tree_digest({path: file_digest(content) for path, content in files.items()})
    draft.digest, draft.edited_at, draft.edited_by = digest, now, actor_id
    if is_origin:
        draft.origin = digest
    session.flush()
    return draft


def _new_row(storage: Storage, course: str, path: str, content: bytes) -> DraftFile:
    text = as_text(path, content)
    digest = file_digest(content) if text is not None else storage.put(content)
    return DraftFile(course=course, path=path, digest=digest, text=text, size_bytes=len(content))


def require_path(course: str, path: str) -> None:
    """Raise `Invalid` unless `path` is one of content of this course."""
    if not COURSE_KEY.match(course) or len(course) > 80:
        raise Invalid(Message(
            "%(name)s is not a name for a course; use small letters, digits and -.", name=course))  # fmt: skip
    if not is_content(path) or path.split("/")[1] != course:
        raise Invalid(Message(
            "%(path)s is not a file of this course; it would be courses/%(course)s/01-name.md.",
            path=path, course=course))  # fmt: skip


def refuse_edited(
    session: Session, storage: Storage, course: str, files: Mapping[str, bytes]
) -> None:
    """Raise `EditedMeanwhile` when the draft was edited since the last push or pull and differs."""
    draft = session.get(Draft, course)
    new = tree_digest({path: file_digest(content) for path, content in files.items()})
    if draft is None or draft.digest in {draft.origin, new}:
        return
    shown = difference(readable(draft_tree(session, storage, course)), readable(files))
    raise EditedMeanwhile(
        Message("The draft of %(course)s was edited here since the last push or pull. Pull it first, or "
                "push with --force, which keeps the old draft as a version.", course=course),
        difference=shown,
    )  # fmt: skip


def readable(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return files as texts that can be compared; media stand there by their digests."""
    return {
        path: text if (text := as_text(path, content)) is not None else f"({file_digest(content)})"
        for path, content in files.items()
    }


def start_draft(
    session: Session, storage: Storage, course: str, title: str, language: str = "id",
    *, actor_id: int | None, now: datetime,
) -> Draft:  # fmt: skip
    """Begin a new course with a first module and a quiz; raise `Conflict` when the name is taken."""
    require_path(course, f"courses/{course}/course.md")
    if begin_draft(session, course, now).digest != tree_digest({}):
        raise Conflict(Message("There is already a course named %(course)s.", course=course))
    files = course_files(course, title, language)
    return replace_tree(
        session, storage, course, files, actor_id=actor_id, now=now, is_origin=False
    )


def typed_text(text: str, before: str | None = None) -> bytes:
    """Return what somebody typed into a browser as the content of a file.

    Browsers end lines as Windows does; the file keeps the ends that it had (`before`), a new one gets
    those of Unix.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if before is not None and "\r\n" in before and "\n" not in before.replace("\r\n", ""):
        plain = plain.replace("\n", "\r\n")
    return plain.encode("utf-8", "replace")


def save_file(
    session: Session, storage: Storage, course: str, path: str, content: bytes,
    *, seen: str | None, actor_id: int | None, now: datetime,
) -> FileNow:  # fmt: skip
    """Write one file of a draft; the same content twice changes nothing.

    Parameters
    ----------
    seen
        Digest of the file as the writer saw it; None for a new file.

    Raises
    ------
    EditedMeanwhile
        The file is not the one that the writer saw; `extra` holds `mine` and `theirs`.
    """
    require_path(course, path)
    if len(content) > MAX_BYTES and path.endswith(".md"):
        raise Invalid(Message("The text is larger than 200 kB; divide it into several files."))
    draft = lock_draft(session, course)
    row = session.get(DraftFile, (course, path))
    digest = file_digest(content)
    if row is not None and row.digest == digest:
        return _now(row)
    if (row.digest if row is not None else None) != seen:
        raise EditedMeanwhile(
            Message("Somebody else changed %(path)s meanwhile. Nothing was overwritten.", path=path),
            path=path, mine=as_text(path, content), theirs=row.text if row is not None else None,
            seen=row.digest if row is not None else None,
        )  # fmt: skip
    if row is not None:
        session.delete(row)
        session.flush()
    new = _new_row(storage, course, path, content)
    session.add(new)
    _touch(session, draft, actor_id, now)
    return _now(new)


def delete_file(
    session: Session, course: str, path: str, *, seen: str, actor_id: int | None, now: datetime
) -> None:
    """Take one file out of a draft; published versions keep it."""
    draft = lock_draft(session, course)
    row = _seen_row(session, course, path, seen)
    if path == f"courses/{course}/course.md":
        raise Invalid(Message("course.md cannot be deleted; a course cannot exist without it."))
    session.delete(row)
    _touch(session, draft, actor_id, now)


def rename_file(
    session: Session, course: str, path: str, new_path: str,
    *, seen: str, actor_id: int | None, now: datetime,
) -> FileNow:  # fmt: skip
    """Give one file of a draft another name; links to it are for the author to change."""
    require_path(course, new_path)
    draft = lock_draft(session, course)
    row = _seen_row(session, course, path, seen)
    if new_path != path and session.get(DraftFile, (course, new_path)) is not None:
        raise Conflict(Message("There is already a file %(path)s.", path=new_path))
    row.path = new_path
    _touch(session, draft, actor_id, now)
    return _now(row)


def reorder_modules(
    session: Session, storage: Storage, course: str, order: Sequence[str],
    *, seen: str, actor_id: int | None, now: datetime,
) -> Draft:  # fmt: skip
    """Number the modules anew in the order of their keys, and change links and quizzes that name them.

    Parameters
    ----------
    seen
        Digest of the draft as the writer saw it.
    """
    draft = lock_draft(session, course)
    if draft.digest != seen:
        raise EditedMeanwhile(
            Message("Somebody else changed this course meanwhile. Nothing was overwritten.")
        )
    files = draft_tree(session, storage, course)
    renamed = _new_names(course, files, order)
    changed = {
        _new_path(course, path, renamed): _with_new_names(path, content, renamed)
        for path, content in files.items()
    }
    return replace_tree(
        session, storage, course, changed, actor_id=actor_id, now=now, is_origin=False
    )


def _new_names(course: str, files: Mapping[str, bytes], order: Sequence[str]) -> dict[str, str]:
    known = {
        path.split("/")[2].split(".")[0]
        for path in files
        if path.startswith(f"courses/{course}/") and path.endswith(".md")
    } - {"course", "README"}
    known = {key for key in known if key[:2].isdigit()}
    if sorted(order) != sorted(known):
        raise Invalid(Message("Give every module of the course a place of its own."))
    width = max(2, len(str(len(order))))
    return {
        key: f"{number:0{width}d}-{key.partition('-')[2]}" for number, key in enumerate(order, 1)
    }


def _new_path(course: str, path: str, renamed: Mapping[str, str]) -> str:
    folder, _slash, name = path.rpartition("/")
    stem, dot, rest = name.partition(".")
    if folder != f"courses/{course}" or not name.endswith(".md"):
        return path
    return f"{folder}/{renamed.get(stem, stem)}{dot}{rest}"


def _with_new_names(path: str, content: bytes, renamed: Mapping[str, str]) -> bytes:
    """Return a text whose links, rules and quizzes name the modules by their new keys."""
    text = as_text(path, content) if path.endswith(".md") else None
    if text is None or all(key == new for key, new in renamed.items()):
        return content
    names = "|".join(sorted(map(re.escape, renamed), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])({names})(?![\w-])")
    head, body = _halves(text)
    head = pattern.sub(lambda found: renamed[found[1]], head)
    links = re.compile(rf"(\]\(\s*<?(?:\./)?|\]:\s*<?(?:\./)?)({names})(?=(?:\.[a-z]{{2,3}})?\.md)")
    return (head + links.sub(lambda found: found[1] + renamed[found[2]], body)).encode()


def _halves(text: str) -> tuple[str, str]:
    if not text.startswith("---"):
        return "", text
    end = text.find("\n---", 3)
    return (text[: end + 4], text[end + 4 :]) if end > 0 else ("", text)


def _seen_row(session: Session, course: str, path: str, seen: str) -> DraftFile:
    row = _row(session, course, path)
    if row.digest != seen:
        raise EditedMeanwhile(
            Message("Somebody else changed %(path)s meanwhile. Nothing was overwritten.", path=path),
            path=path, mine=None, theirs=row.text, seen=row.digest,
        )  # fmt: skip
    return row


def lock_draft(session: Session, course: str) -> Draft:
    """Return the draft, locked until the end of the transaction."""
    query = select(Draft).where(Draft.course == course).with_for_update()
    draft = session.scalar(query.execution_options(populate_existing=True))
    return draft if draft is not None else draft_of(session, course)


def _touch(session: Session, draft: Draft, actor_id: int | None, now: datetime) -> None:
    session.flush()
    rows = session.execute(
        select(DraftFile.path, DraftFile.digest).where(DraftFile.course == draft.course)
    )
    draft.digest = tree_digest({row.path: row.digest for row in rows})
    draft.edited_at, draft.edited_by = now, actor_id
    session.flush()
