"""Trees of content files: a folder, a zip, the files of a draft; all by path below the content root."""

from __future__ import annotations

import difflib
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from learn.courses.media import GOOD_NAME, MAX_MEDIA_BYTES, is_media
from learn.db import canonical_json
from learn.errors import Invalid, Message, Problem

Files = Mapping[str, bytes]
KINDS = ("courses", "quizzes")
MAX_FILES = 2_000
MAX_ZIP_BYTES = 300_000_000
MAX_RATIO = 200
MAX_PATH = 240


class BadArchive(Invalid):
    """A zip cannot be taken in; the message says why."""


def file_digest(content: bytes) -> str:
    """Return the digest of one file."""
    return hashlib.sha256(content).hexdigest()


def tree_digest(digests: Mapping[str, str]) -> str:
    """Return the digest of a tree from those of its files by path."""
    return hashlib.sha256(canonical_json(sorted(digests.items())).encode()).hexdigest()


def is_text(path: str) -> bool:
    """Say whether a file of this path is edited as text."""
    return path.endswith((".md", ".svg", ".vtt"))


def is_content(path: str) -> bool:
    """Say whether a path is one of content: ``courses/<course>/<file>`` or ``quizzes/<course>/<file>``."""
    parts = path.split("/")
    return (
        len(parts) == 3
        and parts[0] in KINDS
        and len(path) <= MAX_PATH
        and all(GOOD_NAME.match(part) and part.rstrip(". ") == part for part in parts)
        and (path.endswith(".md") or is_media(path))
    )


def courses_of(files: Mapping[str, object]) -> list[str]:
    """Return the keys of all courses that have a file."""
    return sorted({path.split("/")[1] for path in files})


def files_of(course: str, files: Files) -> dict[str, bytes]:
    """Return the files of one course."""
    folders = tuple(f"{kind}/{course}/" for kind in KINDS)
    return {path: content for path, content in files.items() if path.startswith(folders)}


def read_tree(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the content files below `root`, and a problem for each that cannot be read.

    `root` holds ``courses/`` or ``quizzes/`` or both; all else beside and below them is left alone.
    """
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for kind in KINDS:
        for folder in _listing(root / kind, kind, problems):
            if not folder.is_dir() or folder.name.startswith("."):
                continue
            for place in _listing(folder, f"{kind}/{folder.name}", problems):
                path = f"{kind}/{folder.name}/{place.name}"
                if place.name.startswith(".") or not (path.endswith(".md") or is_media(path)):
                    continue
                content = _read(root, place, path, problems)
                if content is not None:
                    files[path] = content
    return files, problems


def _listing(folder: Path, path: str, problems: list[Problem]) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        problems.append(Problem(path, 1, _unreadable(error)))
        return []


def _read(root: Path, place: Path, path: str, problems: list[Problem]) -> bytes | None:
    shown = "".join(sign if sign.isprintable() else "?" for sign in path)
    if not is_content(path):
        message = Message(
            "The name may hold the letters A to Z, digits, spaces and . _ ( ) + - only."
        )
        problems.append(Problem(shown, 1, message))
        return None
    try:
        if not place.is_file():
            message = Message("This is not a file that can be read; put a file of this name here.")
            problems.append(Problem(shown, 1, message))
            return None
        if not place.resolve().is_relative_to(root.resolve()):
            message = Message("This link leads out of the folder; put the file itself here.")
            problems.append(Problem(shown, 1, message))
            return None
        if place.stat().st_size > MAX_MEDIA_BYTES:
            message = Message("The file is larger than 100 MB; make it smaller or link to it.")
            problems.append(Problem(shown, 1, message))
            return None
        return place.read_bytes()
    except OSError as error:
        problems.append(Problem(shown, 1, _unreadable(error)))
        return None


def _unreadable(error: OSError) -> Message:
    why = os.strerror(error.errno) if error.errno else str(error)
    return Message("This cannot be read: %(why)s.", why=why)


def write_tree(root: Path, files: Files) -> None:
    """Write content files below `root`; text and media of these courses that are not in it go away."""
    wanted = set(files)
    for course in courses_of(files):
        for kind in KINDS:
            folder = root / kind / course
            for place in sorted(folder.iterdir()) if folder.is_dir() else []:
                path = f"{kind}/{course}/{place.name}"
                if place.is_file() and is_content(path) and path not in wanted:
                    place.unlink()
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_file() or place.read_bytes() != content:
            place.write_bytes(content)


def zip_of(files: Files) -> bytes:
    """Return a zip of the files, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path, (2000, 1, 1, 0, 0, 0)), content,
                             zipfile.ZIP_DEFLATED)  # fmt: skip
    return out.getvalue()


def unzip(content: bytes, *, course: str | None = None) -> dict[str, bytes]:
    """Return the content files of a zip that holds ``courses/`` and ``quizzes/``, or one course folder.

    Parameters
    ----------
    course
        The key for files that lie at the top of the zip, without a folder.

    Raises
    ------
    BadArchive
        It is no zip, a name leads out of it, it holds other files, or it would grow too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _taken(archive, course)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BadArchive(Message("This is not a zip file that can be read.")) from error


def _taken(archive: zipfile.ZipFile, course: str | None) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    entries = [entry for entry in entries if not _is_debris(entry.filename)]
    if len(entries) > MAX_FILES:
        raise BadArchive(Message("The zip holds more than %(most)s files.", most=MAX_FILES))
    _refuse_bomb(entries)
    places = _places([entry.filename for entry in entries], course)
    if len(set(places)) != len(places):
        raise BadArchive(Message("Two files of the zip have the same name."))
    return {path: _unpacked(archive, entry) for path, entry in zip(places, entries, strict=True)}


def _is_debris(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or (parts[-1].startswith(".") and ".." not in parts)


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > MAX_ZIP_BYTES or (total > 1_000_000 and total > packed * MAX_RATIO):
        raise BadArchive(Message("The zip would unpack to more than is allowed."))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:  # the size in the directory may be a lie
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise BadArchive(Message("The zip would unpack to more than is allowed."))
    return content


def _places(names: list[str], course: str | None) -> list[str]:
    for name in names:
        if "\\" in name or name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise BadArchive(Message("The name %(name)s leads out of the zip.", name=name))
    return [_checked(name) for name in _rooted(names, course)]


def _rooted(names: list[str], course: str | None) -> Iterator[str]:
    split = [name.split("/") for name in names]
    depth = next((place for parts in split for place, part in enumerate(parts[:-1])
                  if part in KINDS and len(parts) == place + 3), None)  # fmt: skip
    if depth is not None:
        return iter("/".join(parts[depth:]) for parts in split)
    if split and all(len(parts) == 2 for parts in split):
        return iter(f"courses/{name}" for name in names)
    if course is not None:
        return iter(f"courses/{course}/{name}" for name in names)
    raise BadArchive(Message("The zip holds courses/ and quizzes/, or the folder of one course."))


def _checked(path: str) -> str:
    if not is_content(path):
        raise BadArchive(Message(
            "%(path)s is not content; a zip holds courses/name/file and quizzes/name/file with text, "
            "pictures, sound and film.", path=path))  # fmt: skip
    return path


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return the unified difference of two sets of texts by path."""
    lines: list[str] = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old != new:
            lines += difflib.unified_diff(
                (old or "").splitlines(), (new or "").splitlines(),
                path if old is not None else "/dev/null", path if new is not None else "/dev/null",
                lineterm="",
            )  # fmt: skip
    return "\n".join(lines)
