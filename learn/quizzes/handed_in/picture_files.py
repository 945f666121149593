"""What makes a picture whole: its parts in their order, its end, and a size that can be shown."""

from __future__ import annotations

import struct
import zlib

from learn.courses.media import too_many_dots
from learn.errors import Message
from learn.quizzes.handed_in.two_in_one import page_inside, two_in_one

__all__ = ["jpg_problem", "png_problem"]

MOST_PARTS = 50_000

_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN = 0xDA


def _broken() -> Message:
    return Message("The picture is not whole. Save it once more.")


def _size_problem(width: int, height: int) -> Message | None:
    if not width or not height:
        return _broken()
    return too_many_dots(width, height)


def jpg_problem(content: bytes) -> Message | None:
    """Return why a JPEG cannot come in (ISO/IEC 10918-1, annex B); None when it can."""
    place, size = 2, None
    for _ in range(MOST_PARTS):
        if place + 4 > len(content) or content[place] != 0xFF:
            return _broken()
        kind = content[place + 1]
        if kind == 0xFF or kind in _ALONE:
            place += 1 if kind == 0xFF else 2
            continue
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if kind in _SIZES:
            size = struct.unpack(">HH", content[place + 5 : place + 9].ljust(4, b"\x00"))
        place += 2 + length
        if length < 2 or kind == _SCAN:
            break
    if size is None or kind != _SCAN:
        return _broken()
    if content.find(b"\xff\xd9", place) < 0:
        return Message("The picture is not whole: its end is missing. Save it once more.")
    return _size_problem(size[1], size[0]) or page_inside(content)


def png_problem(content: bytes) -> Message | None:
    """Return why a PNG cannot come in; None when it can."""
    place = 8
    if content[8:16] != b"\x00\x00\x00\x0dIHDR":
        return _broken()
    for _ in range(MOST_PARTS):
        if place + 12 > len(content):
            break
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        end = place + 12 + length
        if end > len(content) or content[end - 4 : end] != _sum(content[place + 4 : end - 4]):
            return _broken()
        if kind == b"IEND":
            if end != len(content):
                return two_in_one()
            return _size_problem(*struct.unpack(">II", content[16:24])) or page_inside(content)
        place = end
    return _broken()


def _sum(content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content))
