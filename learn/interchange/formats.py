"""Which format a file has, and its reader or writer."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from learn.errors import Invalid, Message
from learn.interchange.model import MAX_FILE_BYTES, BadFile, Exported, Imported, Note, Writer
from learn.quizzes.source.reading import Block

READABLE = ("gift", "aiken", "moodle-xml", "qti")
WRITABLE = ("gift", "aiken", "moodle-xml", "qti")
# readers and writers are loaded when they are asked for: a page that imports nothing needs none
_BINARY = {
    "moodle-xml": "learn.interchange.moodle.importing:read_moodle_xml",
    "qti": "learn.interchange.qti.reading:read_qti",
}
_TEXTS = {
    "gift": "learn.interchange.gift:read_gift",
    "aiken": "learn.interchange.aiken:read_aiken",
}
_WRITERS = {
    "gift": "learn.interchange.giftout:write_gift",
    "aiken": "learn.interchange.aiken:write_aiken",
    "moodle-xml": "learn.interchange.moodle.exporting:write_moodle_xml",
    "qti": "learn.interchange.qti.writing:write_qti",
}
_ROOT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_AIKEN = re.compile(r"^[ \t]*ANSWER[ \t]*:", re.MULTILINE | re.IGNORECASE)
_QTI = re.compile(
    r"(?:qti-)?assessment-?(?:item|test|section)|manifest|questestinterop", re.IGNORECASE
)
_CHARSET_NOTE = Message("The file is not UTF-8; it was read as Windows-1252. Look at its letters.")


def format_of(content: bytes) -> str:
    """Return the key of the format that a file's content shows.

    Raises
    ------
    BadFile
        It is no text and no package, or XML of another kind.
    """
    if content.startswith(b"PK\x03\x04"):
        return "qti"
    text = decoded(content[:100_000])[0].lstrip()
    if text.startswith("<"):
        root = _ROOT.search(text)
        if root and root[1].lower() == "quiz":
            return "moodle-xml"
        if root and _QTI.fullmatch(root[1]):
            return "qti"
        if root and "<question" not in text and "::" in text:
            return "gift"
        raise BadFile(
            Message("XML that begins with <%(tag)s> is no format of questions that is known; known are "
                    "Moodle XML and QTI.", tag=root[1][:60] if root else "")
        )  # fmt: skip
    if _AIKEN.search(text) and "{" not in text:
        return "aiken"
    return "gift"


def decoded(content: bytes) -> tuple[str, tuple[Note, ...]]:
    """Return the text of a file, with a note when its encoding had to be guessed.

    Raises
    ------
    BadFile
        It is no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), ()
    if b"\x00" in content:
        raise BadFile(Message("This is no text: it holds bytes that no text has."))
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3:  # cut in the middle of a sign
            return content[: error.start].decode("utf-8-sig", "replace"), ()
        return content.decode("cp1252", "replace"), (Note("changed", _CHARSET_NOTE),)


def read_questions(content: bytes, format_: str | None = None) -> Imported:
    """Return the questions of a file; without `format_` its content says what it is.

    Raises
    ------
    BadFile
        It cannot be read as questions; the message says why.
    """
    if len(content) > MAX_FILE_BYTES:
        most = MAX_FILE_BYTES // 1_000_000
        raise BadFile(Message("The file is larger than %(most)s MB; divide it.", most=most))
    if not content.strip():
        raise BadFile(Message("The file is empty."))
    key = format_ or format_of(content)
    if key in _BINARY:
        reader = cast(Callable[[bytes], Imported], _loaded(_BINARY[key]))
        return reader(content)
    if key not in _TEXTS:
        raise Invalid(_unknown(key, READABLE))
    text, notes = decoded(content)
    imported = cast(Callable[[str], Imported], _loaded(_TEXTS[key]))(text)
    return replace(imported, notes=(*notes, *imported.notes))


def write_questions(
    format_: str, blocks: Sequence[Block], title: str, media: Mapping[str, bytes]
) -> Exported:
    """Return questions as a file of another system; each block says its ``type``."""
    if format_ not in WRITABLE:
        raise Invalid(_unknown(format_, WRITABLE))
    return cast(Writer, _loaded(_WRITERS[format_]))(blocks, title, media)


def _loaded(where: str) -> object:
    module, _, name = where.partition(":")
    return getattr(importlib.import_module(module), name)


def _unknown(key: str, known: Sequence[str]) -> Message:
    return Message("The format %(key)s is unknown; known are %(known)s.",
                   key=key[:40], known=", ".join(known))  # fmt: skip
