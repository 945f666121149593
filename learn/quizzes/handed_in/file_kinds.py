"""Kinds of files that may be handed in: told by their content, and what must hold besides."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from learn.errors import Message
from learn.quizzes.handed_in.pdf_files import begins_as_pdf, pdf_problem
from learn.quizzes.handed_in.picture_files import jpg_problem, png_problem
from learn.quizzes.handed_in.two_in_one import page_inside, two_in_one

Check = Callable[[bytes], Message | None]


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may be handed in: `suffix` is its name in texts, `check` what else must hold."""

    suffix: str
    media_type: str
    check: Check
    suffixes: tuple[str, ...] = ()

    def fits(self, name: str) -> bool:
        """Whether a file of this kind may bear the name."""
        return name.rpartition(".")[2].lower() in (self.suffix, *self.suffixes)


_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_FOREIGN = (
    b"%PDF-",
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"PK\x03\x04",
    *_ARCHIVES,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def _mp4(content: bytes) -> Message | None:
    place, kinds = 0, []
    for _ in range(MOST_CHUNKS):
        if place + 8 > len(content):
            break
        length, kind = (
            int.from_bytes(content[place : place + 4], "big"),
            content[place + 4 : place + 8],
        )
        if length == 1:
            length = int.from_bytes(content[place + 8 : place + 16], "big")
        elif length == 0:
            length = len(content) - place
        if length < 8 or not kind.strip().isalnum():
            break
        kinds.append(kind)
        place += length
    if place != len(content) or b"moov" not in kinds:
        return Message("The video is not whole. Save it once more.")
    return page_inside(content)


def _txt(content: bytes) -> Message | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Message("The text is not in UTF-8. Save it as UTF-8, or as PDF.")
    if _CONTROLS.search(text):
        return Message("The file holds characters that are not text.")
    return page_inside(content)


MOST_CHUNKS = 50_000
_DAMAGE = (
    zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError, zlib.error,
    EOFError, OSError, lzma.LZMAError,
)  # fmt: skip
MOST_PARTS, MOST_UNPACKED_BYTES, MOST_LIST_BYTES = 5000, 300 * 1000 * 1000, 1_000_000


def _office(main: str) -> Check:
    """Return the check of a packed document whose main part has this name."""

    def check(content: bytes) -> Message | None:
        if not _is_modest(content):
            return two_in_one()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                return _parts(packed, main)
        except _DAMAGE:
            return Message("The document is not whole. Save it once more.")

    return check


def _is_modest(content: bytes) -> bool:
    """Whether the list of an archive's parts is where it should be, and short enough to be read."""
    end = content[-22:]
    return end[:4] == b"PK\x05\x06" and int.from_bytes(end[12:16], "little") <= MOST_LIST_BYTES


def _parts(packed: zipfile.ZipFile, main: str) -> Message | None:
    parts = packed.infolist()
    names = {part.filename for part in parts}
    if not parts or min(part.header_offset for part in parts) != 0 or packed.comment:
        return two_in_one()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        return Message("The document unpacks to far more than it should. Save it once more.")
    if main not in names or _TYPES not in names:
        return Message("The content is not that of a .%(suffix)s file.", suffix=_SUFFIX_OF[main])
    if any(part.flag_bits & 1 for part in parts):
        return Message("The document is locked with a password. Save it without one.")
    # of two parts with one name each program would read another one
    if len(names) != len(parts) or any(_climbs(name) for name in names):
        return two_in_one()
    if any(name.lower().endswith(_PROGRAMS) for name in names) or _tells_macros(packed):
        return Message("The document holds macros or programs. Save it without them.")
    return None


_TYPES = "[Content_Types].xml"
_PROGRAMS = ("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")
_MACROS = re.compile(rb"vbaproject|macroenabled", re.I)


def _climbs(name: str) -> bool:
    return ".." in name or name.startswith("/") or "\\" in name


def _tells_macros(packed: zipfile.ZipFile) -> bool:
    """Whether the list of types names macros, whatever their part is called; UTF-16 has NULs between."""
    with packed.open(_TYPES) as part:
        return _MACROS.search(part.read(MOST_LIST_BYTES).replace(b"\x00", b"")) is not None


_SUFFIX_OF = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
_OOXML = "application/vnd.openxmlformats-officedocument."

KINDS: Mapping[str, FileKind] = {
    kind.suffix: kind
    for kind in (
        FileKind("pdf", "application/pdf", pdf_problem),
        FileKind("jpg", "image/jpeg", jpg_problem, ("jpeg",)),
        FileKind("png", "image/png", png_problem),
        FileKind("docx", _OOXML + "wordprocessingml.document", _office("word/document.xml")),
        FileKind("xlsx", _OOXML + "spreadsheetml.sheet", _office("xl/workbook.xml")),
        FileKind("pptx", _OOXML + "presentationml.presentation", _office("ppt/presentation.xml")),
        FileKind("txt", "text/plain", _txt),
        FileKind("mp4", "video/mp4", _mp4),
    )
}


def kind_of(content: bytes) -> FileKind | None:
    """Return what a file is by its content; None when it is nothing that may be handed in."""
    if begins_as_pdf(content):
        return KINDS["pdf"]
    if content.startswith(b"\xff\xd8\xff"):
        return KINDS["jpg"]
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if content[4:8] == b"ftyp":
        return KINDS["mp4"]
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if content and not content.startswith(_FOREIGN) and b"\x00" not in content:
        return KINDS["txt"]
    return None


def _office_kind(content: bytes) -> FileKind | None:
    if not _is_modest(content):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
    except _DAMAGE:
        return None
    return next((KINDS[suffix] for main, suffix in _SUFFIX_OF.items() if main in names), None)


def why_not(kind: FileKind, content: bytes) -> Message | None:
    """Return why a file of this kind cannot come in; None when it can."""
    return _archive_inside(kind, content) or kind.check(content)


def _archive_inside(kind: FileKind, content: bytes) -> Message | None:
    """Return what is wrong when a file is an archive or a PDF as well."""
    # where readers of PDF look for its beginning (ISO 32000-1, annex H.3)
    if kind.suffix != "pdf" and b"%PDF-" in content[:1024]:
        return two_in_one()
    if kind.suffix in _SUFFIX_OF.values():
        return None
    if any(sign in content for sign in _ARCHIVES) or zipfile.is_zipfile(io.BytesIO(content)):
        return two_in_one()
    return None
