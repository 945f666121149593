"""Files that people hand in: how many, of which kinds and sizes, and with safe names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from learn.errors import Message
from learn.quizzes.handed_in.file_kinds import KINDS, kind_of, why_not
from learn.quizzes.questions import InvalidAnswer

__all__ = [
    "DEFAULT_BYTES",
    "DEFAULT_KINDS",
    "KINDS",
    "LARGEST_BYTES",
    "MOST_FILES",
    "FileRules",
    "Handed",
    "RefusedFile",
    "checked_file",
    "read_files",
    "read_size",
    "safe_name",
    "size_text",
]

MOST_FILES = 10
LARGEST_BYTES = 20 * 1000 * 1000
DEFAULT_BYTES = 5 * 1000 * 1000
DEFAULT_KINDS = ("pdf", "jpg", "png", "docx")
MAX_NAME = 100

_NAME_GAPS = re.compile(r'[\s<>:"/\\|?*]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)


class RefusedFile(InvalidAnswer):
    """A file cannot be handed in; the message says why and what would be right."""

    code = "refused-file"


@dataclass(frozen=True)
class Handed:
    """A file that may come in: its safe name, and its type by content."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class FileRules:
    """How many files an answer may have (0: none), of which kinds, and how large each may be."""

    most: int = 0
    kinds: tuple[str, ...] = DEFAULT_KINDS
    size_bytes: int = DEFAULT_BYTES

    @classmethod
    def of(cls, data: Mapping[str, object]) -> FileRules:
        """Return the rules in a question's data; without any, no file."""
        found = data.get("files")
        if not isinstance(found, Mapping):
            return cls()
        return cls(found["most"], tuple(found["kinds"]), found["size_bytes"])

    def to_json(self) -> dict[str, object]:
        """Return them as they stand in a question's data."""
        return {"most": self.most, "kinds": list(self.kinds), "size_bytes": self.size_bytes}

    @property
    def accept(self) -> str:
        """Return what a browser's file chooser offers."""
        found = [KINDS[suffix] for suffix in self.kinds]
        dotted = [f".{each}" for kind in found for each in (kind.suffix, *kind.suffixes)]
        return ",".join([*dotted, *(kind.media_type for kind in found)])

    @property
    def pictures(self) -> bool:
        """Whether a photograph would do."""
        return "jpg" in self.kinds


def checked_file(name: str, content: bytes, rules: FileRules) -> Handed:
    """Return the file as it may come in.

    Raises
    ------
    RefusedFile
        It is too large, of another kind, or more than it seems.
    """
    shown = safe_name(name)
    if not content:
        raise RefusedFile(Message("%(name)s is empty.", name=shown))
    if len(content) > rules.size_bytes:
        raise RefusedFile(Message("%(name)s is larger than %(most)s.",
                                  name=shown, most=size_text(rules.size_bytes)))  # fmt: skip
    kind = kind_of(content)
    if kind is None or kind.suffix not in rules.kinds:
        known = ", ".join(rules.kinds)
        raise RefusedFile(Message("%(name)s is not one of these kinds of files by its content: %(known)s.",
                                  name=shown, known=known))  # fmt: skip
    why = why_not(kind, content)
    if why is not None:
        raise RefusedFile(Message("%(name)s cannot be taken: %(why)s", name=shown, why=why))
    return Handed(shown if kind.fits(shown) else f"{shown}.{kind.suffix}", kind.media_type, content)


def safe_name(name: str) -> str:
    """Return a file name without folders, control signs and what systems read as something else."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    kept = _NAME_GAPS.sub(" ", kept).strip(" .")
    stem, point, suffix = kept.rpartition(".")
    if point and 0 < len(suffix) <= 10:
        kept = stem[: MAX_NAME - len(suffix) - 1] + point + suffix
    kept = kept[:MAX_NAME] or "file"
    return f"_{kept}" if _DEVICES.match(kept) else kept


_SIZE = re.compile(r"(\d{1,6}(?:[.,]\d+)?)\s*(kb|mb)", re.I)


def read_size(text: str) -> int | None:
    """Return the bytes of ``5 MB`` or ``500 kB``; None when it is no such size or too much."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        return None
    size = float(found[1].replace(",", ".")) * (1_000_000 if found[2].lower() == "mb" else 1000)
    return int(size) if 1 <= size <= LARGEST_BYTES else None


def size_text(size_bytes: int) -> str:
    """Return a size in words, such as 1.4 MB."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    return f"{size_bytes / 1_000_000:.1f}".removesuffix(".0") + " MB"


_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_files(value: object, rules: FileRules) -> list[dict[str, object]]:
    """Return the files that an answer names, as ``digest, name, size``; a digest alone is enough.

    Name and size are only what is said here: whoever saves the answer takes them from what came in.

    Raises
    ------
    InvalidAnswer
        It is no list of files, or there are too many.
    """
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise InvalidAnswer(Message("The files of an answer are a list of digests."))
    files = {file["digest"]: file for file in _entries(value)}
    if len(files) > rules.most:
        raise InvalidAnswer(Message("An answer has at most %(most)s files.", most=rules.most))
    return list(files.values())


def _entries(value: Sequence[object]) -> Iterator[dict[str, object]]:
    for each in value:
        entry = {"digest": each} if isinstance(each, str) else each
        if not isinstance(entry, Mapping) or not _is_digest(entry.get("digest")):
            raise InvalidAnswer(Message("A file of an answer is named by its digest."))
        name, size = entry.get("name", ""), entry.get("size", 0)
        if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
            raise InvalidAnswer(Message("A file of an answer is named by its digest."))
        known = safe_name(name) if name else ""
        yield {"digest": entry["digest"], "name": known, "size": min(max(size, 0), LARGEST_BYTES)}


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
