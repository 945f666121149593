"""Files beside a course's text: what they are, how large, and whether a page may show them."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from learn.courses.version import Media
from learn.errors import Message

MIMETYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "vtt": "text/vtt",
    "pdf": "application/pdf",
}
GOOD_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 ._()+-]*$")
HEAVY_IMAGE_BYTES = 500_000
MAX_MEDIA_BYTES = 100_000_000
MOST_DOTS = 120_000_000
"""So many a large photograph has; far more would only fill the memory of who looks at it."""

Size = tuple[int, int]
Findings = list[tuple[int, Message]]


def suffix_of(name: str) -> str:
    """Return the suffix of a file name in lower case, without its point."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_media(name: str) -> bool:
    """Say whether a file of this name is one that a course may show."""
    return suffix_of(name) in MIMETYPES


def describe(name: str, content: bytes) -> Media:
    """Return digest, type and size of a file; width and height only of pictures that tell them."""
    size = picture_size(suffix_of(name), content)
    return Media(
        name=name,
        digest=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        mimetype=MIMETYPES[suffix_of(name)],
        width=size[0] if size else None,
        height=size[1] if size else None,
    )


def media_problems(name: str, content: bytes) -> Findings:
    """Return what forbids the file, as pairs of line and message."""
    suffix = suffix_of(name)
    if len(content) > MAX_MEDIA_BYTES:
        return [(1, Message("The file is larger than 100 MB; make it smaller or link to it."))]
    if suffix == "svg":
        return svg_problems(content)
    if not _looks_like(suffix, content):
        return [(1, Message("The content is not that of a .%(suffix)s file.", suffix=suffix))]
    size = _told_size(suffix, content)
    problem = too_many_dots(*size) if size else None
    return [(1, problem)] if problem else []


def too_many_dots(width: int, height: int) -> Message | None:
    """Return what is wrong with a picture that no device could show; None when one can."""
    if width * height <= MOST_DOTS:
        return None
    return Message(
        "The picture has %(width)s by %(height)s dots, which is too many to be shown. Make it smaller.",
        width=width,
        height=height,
    )


def _looks_like(suffix: str, content: bytes) -> bool:
    head = content[:16]
    signs: dict[str, bool] = {
        "png": head.startswith(b"\x89PNG\r\n\x1a\n"),
        "jpg": head.startswith(b"\xff\xd8\xff"),
        "jpeg": head.startswith(b"\xff\xd8\xff"),
        "gif": head.startswith((b"GIF87a", b"GIF89a")),
        "webp": head.startswith(b"RIFF") and head[8:12] == b"WEBP",
        "mp4": head[4:8] == b"ftyp",
        "webm": head.startswith(b"\x1a\x45\xdf\xa3"),
        "mp3": head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] >= 0xE0),
        "ogg": head.startswith(b"OggS"),
        "vtt": content.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
        "pdf": head.startswith(b"%PDF-"),
    }
    return signs.get(suffix, False)


def picture_size(suffix: str, content: bytes) -> Size | None:
    """Return width and height in pixels from the head of a picture; None when it does not tell."""
    size = _told_size(suffix, content)
    return size if size and 0 < size[0] < 100_000 and 0 < size[1] < 100_000 else None


def _told_size(suffix: str, content: bytes) -> Size | None:
    readers = {
        "png": _png_size, "gif": _gif_size, "jpg": _jpeg_size, "jpeg": _jpeg_size,
        "webp": _webp_size, "svg": _svg_size,
    }  # fmt: skip
    reader = readers.get(suffix)
    try:
        return reader(content) if reader else None
    except (struct.error, IndexError, ValueError, OverflowError):
        return None


def _png_size(content: bytes) -> Size | None:
    width, height = struct.unpack(">II", content[16:24])
    return (width, height) if content[12:16] == b"IHDR" else None


def _gif_size(content: bytes) -> Size | None:
    width, height = struct.unpack("<HH", content[6:10])
    return width, height


def _jpeg_size(content: bytes) -> Size | None:
    place = 2
    while place + 9 < len(content):
        if content[place] != 0xFF:
            return None
        kind, length = content[place + 1], struct.unpack(">H", content[place + 2 : place + 4])[0]
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None


def _webp_size(content: bytes) -> Size | None:
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return width, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _svg_size(content: bytes) -> Size | None:
    match = re.search(rb"<svg\b[^>]*>", content)
    if not match:
        return None
    tag = match[0].decode("utf-8", "replace")
    sides = [
        re.search(rf"""\s{side}=["']([\d.]+)(?:px)?["']""", tag) for side in ("width", "height")
    ]
    if all(sides):
        return round(float(sides[0][1])), round(float(sides[1][1]))  # type: ignore[index]
    box = re.search(r"""\sviewBox=["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""", tag)
    return (round(float(box[1])), round(float(box[2]))) if box else None


_SVG_FORBIDDEN = frozenset(
    "script foreignobject iframe embed object audio video handler listener set animate".split()
)
_SVG_LOCAL = re.compile(r"^(?:#|data:image/(?:png|jpeg|gif|webp);base64,)")
_SVG_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1"})
_CSS_FOREIGN = re.compile(r"@import|expression\s*\(|url\(\s*['\"]?(?!\s*['\"]?#)", re.I)


@dataclass
class _SvgCheck:
    """Walks an SVG once and keeps what a page must not show, with lines."""

    parser: expat.XMLParserType
    found: Findings = field(default_factory=list)
    in_style: bool = False

    def say(self, message: Message) -> None:
        self.found.append((self.parser.CurrentLineNumber, message))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2].lower()
        self.in_style = name == "style"
        if name in _SVG_FORBIDDEN:
            self.say(Message("<%(name)s> is not allowed in a picture; take it out.", name=name))
        for key, value in attributes.items():
            for message in _svg_attribute(name, key.rpartition(":")[2].lower(), value):
                self.say(message)

    def end(self, _tag: str) -> None:
        self.in_style = False

    def data(self, text: str) -> None:
        if self.in_style and _CSS_FOREIGN.search(text):
            self.say(Message("The style loads something from elsewhere; take that out."))

    def instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            self.say(Message("The style loads something from elsewhere; take that out."))

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            self.say(Message("Entities are not allowed in a picture; take out the <!ENTITY lines."))


def _svg_attribute(tag: str, key: str, value: str) -> Iterator[Message]:
    if key.startswith("on"):
        yield Message("%(key)s= runs a script; take it out.", key=key)
    elif key in {"href", "src"} and not _SVG_LOCAL.match(value.strip()):
        web_link = tag == "a" and re.match(r"https?://", value.strip())
        if not web_link:
            yield Message(
                "The picture points to %(target)s; put what it needs into the file itself.",
                target=value.strip()[:80],
            )
    elif _CSS_FOREIGN.search(value) or "javascript:" in value.lower():
        yield Message("%(key)s= loads something from elsewhere; take that out.", key=key)


def svg_problems(content: bytes) -> Findings:
    """Return scripts, foreign references and malformed XML of an SVG, as pairs of line and message."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    check = _SvgCheck(parser)
    parser.StartElementHandler = check.start
    parser.EndElementHandler = check.end
    parser.CharacterDataHandler = check.data
    parser.StartDoctypeDeclHandler = check.doctype
    parser.ProcessingInstructionHandler = check.instruction
    parser.XmlDeclHandler = _refuse_encoding
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        return [*check.found, (error.lineno, Message("This SVG is not well-formed XML: %(why)s.",
                                                    why=expat.ErrorString(error.code)))]  # fmt: skip
    except _Encoding:
        return [(1, Message("The file is not UTF-8 text; save it as UTF-8."))]
    except _Entities:
        return [(parser.CurrentLineNumber,
                 Message("Entities are not allowed in a picture; take out the <!ENTITY lines."))]  # fmt: skip
    if b"<svg" not in content and b":svg" not in content:
        check.found.append(
            (1, Message("The content is not that of a .%(suffix)s file.", suffix="svg"))
        )
    return check.found


class _Encoding(Exception):
    """The declared encoding is one that a browser may read otherwise than this check."""


def _refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _SVG_ENCODINGS:
        raise _Encoding


class _Entities(Exception):
    """An entity is declared: the picture could grow without end."""


def _refuse_entity(*_parts: object) -> None:
    raise _Entities
