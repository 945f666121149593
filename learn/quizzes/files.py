"""Files that people hand in: what they are by their content, whether they may come in, and safe names."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from learn.errors import Message
from learn.quizzes.questions import InvalidAnswer

MOST_FILES = 10
LARGEST_BYTES = 20 * 1000 * 1000
DEFAULT_BYTES = 5 * 1000 * 1000
MAX_NAME = 100

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


class RefusedFile(InvalidAnswer):
    """A file cannot be handed in; the message says why and what would be right."""

    code = "refused-file"


@dataclass(frozen=True)
class Handed:
    """A file that may come in: its safe name, and its type by content."""

    name: str
    media_type: str
    content: bytes


# No file that a browser could take for a page comes in, whatever else it is as well.
_PAGES = re.compile(
    rb"<(?:script|html|!doctype|svg|iframe|\?php|\?xml-stylesheet)(?=[\s>/]|$)", re.I
)
_FOREIGN = (
    b"%PDF-",
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?=[\s(<\[/])")
_NAME_GAPS = re.compile(r'[\s<>:"/\\|?*]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)


def _pdf(content: bytes) -> Message | None:
    if b"%%EOF" not in content[-2048:]:
        return Message("The PDF is not whole: its end is missing. Save it once more.")
    outside = _outside_streams(content)
    if _PDF_ACTIVE.search(outside):
        return Message(
            "The PDF holds scripts or other files. Print it into a new PDF and send that."
        )
    return _page_inside(outside)


def _outside_streams(content: bytes) -> bytes:
    """Return a PDF without what is packed in it: names that stand there by chance say nothing."""
    kept, place = [], 0
    while (start := content.find(b"stream", place)) >= 0:
        end = content.find(b"endstream", start)
        if end < 0:
            break
        kept.append(content[place:start])
        place = end + len(b"endstream")
    return b"".join([*kept, content[place:]])


def _jpg(content: bytes) -> Message | None:
    if b"\xff\xd9" not in content:
        return Message("The picture is not whole: its end is missing. Save it once more.")
    return _page_inside(content)


def _png(content: bytes) -> Message | None:
    broken = Message("The picture is not whole. Save it once more.")
    place = 8
    for _ in range(MOST_CHUNKS):
        if place + 12 > len(content):
            break
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        end = place + 12 + length
        if end > len(content) or content[end - 4 : end] != _crc(content[place + 4 : end - 4]):
            return broken
        if kind == b"IEND":
            return _page_inside(content) if end == len(content) else _two_in_one()
        place = end
    return broken


def _crc(content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content))


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
    return _page_inside(content)


def _txt(content: bytes) -> Message | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Message("The text is not in UTF-8. Save it as UTF-8, or as PDF.")
    if _CONTROLS.search(text):
        return Message("The file holds characters that are not text.")
    return _page_inside(content)


def _page_inside(content: bytes) -> Message | None:
    return _two_in_one() if _PAGES.search(content) else None


def _two_in_one() -> Message:
    return Message(
        "The file is more than one thing at once, or holds a web page. Save it in its program once more."
    )


MOST_CHUNKS = 50_000
MOST_PARTS, MOST_UNPACKED_BYTES, MOST_LIST_BYTES = 5000, 300 * 1000 * 1000, 1_000_000


def _office(main: str) -> Check:
    """Return the check of a packed document whose main part has this name."""

    def check(content: bytes) -> Message | None:
        if not _is_modest(content):
            return _two_in_one()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                return _parts(packed, main)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
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
        return _two_in_one()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        return Message("The document unpacks to far more than it should. Save it once more.")
    if main not in names or "[Content_Types].xml" not in names:
        return Message("The content is not that of a .%(suffix)s file.", suffix=_SUFFIX_OF[main])
    if any(part.flag_bits & 1 for part in parts):
        return Message("The document is locked with a password. Save it without one.")
    if any(".." in name or name.startswith("/") or "\\" in name for name in names):
        return _two_in_one()
    if any(
        name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names
    ):
        return Message("The document holds macros or programs. Save it without them.")
    return None


_SUFFIX_OF = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
_OOXML = "application/vnd.openxmlformats-officedocument."

KINDS: Mapping[str, FileKind] = {
    kind.suffix: kind
    for kind in (
        FileKind("pdf", "application/pdf", _pdf),
        FileKind("jpg", "image/jpeg", _jpg, ("jpeg",)),
        FileKind("png", "image/png", _png),
        FileKind("docx", _OOXML + "wordprocessingml.document", _office("word/document.xml")),
        FileKind("xlsx", _OOXML + "spreadsheetml.sheet", _office("xl/workbook.xml")),
        FileKind("pptx", _OOXML + "presentationml.presentation", _office("ppt/presentation.xml")),
        FileKind("txt", "text/plain", _txt),
        FileKind("mp4", "video/mp4", _mp4),
    )
}
DEFAULT_KINDS = ("pdf", "jpg", "png", "docx")


def kind_of(content: bytes) -> FileKind | None:
    """Return what a file is by its content; None when it is nothing that may be handed in."""
    if content.startswith(b"%PDF-"):
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
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
        return None
    return next((KINDS[suffix] for main, suffix in _SUFFIX_OF.items() if main in names), None)


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
    why = _archive_inside(kind, content) or kind.check(content)
    if why is not None:
        raise RefusedFile(Message("%(name)s cannot be taken: %(why)s", name=shown, why=why))
    return Handed(shown if kind.fits(shown) else f"{shown}.{kind.suffix}", kind.media_type, content)


def _archive_inside(kind: FileKind, content: bytes) -> Message | None:
    """Return what is wrong when a picture or a text is an archive or a PDF as well."""
    if kind.suffix in _SUFFIX_OF.values():
        return None
    if zipfile.is_zipfile(io.BytesIO(content)) or b"Rar!\x1a\x07" in content:
        return _two_in_one()
    if kind.suffix != "pdf" and b"%PDF-" in content[:1024]:
        return _two_in_one()
    return None


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
