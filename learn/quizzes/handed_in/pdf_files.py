"""What a PDF may hold: text and pictures, nothing that runs, sends, or fetches from elsewhere."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from learn.errors import Message
from learn.quizzes.handed_in.two_in_one import page_inside, page_written_out, two_in_one

__all__ = ["begins_as_pdf", "pdf_problem"]

MOST_STREAMS, DICTIONARY_BYTES, MOST_UNPACKED_BYTES = 50_000, 2048, 50_000_000
_ENDS = rb"(?=[\s\x00()<>\[\]{}/%]|$)"


def _names(*names: str) -> re.Pattern[bytes]:
    """Return what finds these names in a PDF, also where signs of them are written as ``#4a``."""
    spelled = ("".join(f"(?:{sign}|#(?i:{ord(sign):02x}))" for sign in name) for name in names)
    return re.compile(rf"/(?:{'|'.join(spelled)})".encode() + _ENDS)


_ACTIVE = _names(
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "SubmitForm",
    "ImportData", "GoToR", "GoToE",
)  # fmt: skip
_SCRIPT = _names("JS")
_PACKED_OBJECTS = _names("ObjStm")
_FILTER = _names("Filter", "F")
_ENCRYPTED = _names("Encrypt")
# the address of a link may have any of these names in it
_ADDRESS = re.compile(rb"\(https?://[^()\\\s\x00]*\)")
_STREAM = re.compile(rb"(?<!end)stream\r?\n?")
_PACKED_ONCE = re.compile(rb"/Filter\s*(?:/FlateDecode\b(?!\s*\[)|\[\s*/FlateDecode\s*\])")
_CHANGED = _names("DecodeParms", "DP")  # bytes that stand there as differences
_FIRST_PAIR = re.compile(rb"\s*\d+\s+\d+\s")  # what packed objects begin with: number and place


def begins_as_pdf(content: bytes) -> bool:
    """Whether it is a PDF; programs on the web often leave an empty line or a mark before it."""
    return content[:32].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-")


def pdf_problem(content: bytes) -> Message | None:
    """Return why a PDF cannot come in; None when it can."""
    if b"%%EOF" not in content[-2048:]:
        return Message("The PDF is not whole: its end is missing. Save it once more.")
    outside = _outside_streams(content)
    if _is_active(content, outside):
        return _holds_more()
    if b"PK\x03\x04" in outside or b"PK\x05\x06" in outside:
        return two_in_one()
    return page_inside(outside) or page_written_out(content) or _packed_problem(content)


def _is_active(content: bytes, outside: bytes) -> bool:
    found = _ACTIVE.search(content) or _SCRIPT.search(outside)
    return bool(found) and bool(
        _ACTIVE.search(_ADDRESS.sub(b"()", content)) or _SCRIPT.search(_ADDRESS.sub(b"()", outside))
    )


def _holds_more() -> Message:
    return Message("The PDF holds scripts or other files. Print it into a new PDF and send that.")


def _unseen() -> Message:
    return Message(
        "What the PDF holds is locked or packed so that it cannot be checked. Print it into a new PDF and send that."
    )


def _outside_streams(content: bytes) -> bytes:
    """Return a PDF without what is packed in it: short names that stand there by chance say nothing."""
    kept, place = [], 0
    while (start := content.find(b"stream", place)) >= 0:
        end = content.find(b"endstream", start)
        if end < 0:
            break
        kept.append(content[place:start])
        place = end + len(b"endstream")
    return b"".join([*kept, content[place:]])


def _packed_problem(content: bytes) -> Message | None:
    """Look into streams of packed objects (ISO 32000-1, 7.5.7), where actions can stand unseen."""
    packed = len(_PACKED_OBJECTS.findall(content))
    if not packed:
        return None
    if _ENCRYPTED.search(content):
        return _unseen()
    looked_at, left = 0, MOST_UNPACKED_BYTES
    for dictionary, start in _streams(content):
        found = len(_PACKED_OBJECTS.findall(dictionary))
        if not found:
            continue
        objects = _unpacked(content, dictionary, start, left)
        if objects is None or not _FIRST_PAIR.match(objects):
            return _unseen()
        if _is_active(objects, objects):
            return _holds_more()
        looked_at += found
        left -= len(objects)
    # one that stands where no stream was recognised is one that has not been seen
    return None if looked_at == packed else _unseen()


def _streams(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the dictionary of each stream and where its content begins, of so many as a PDF may have."""
    place = 0
    for number, found in enumerate(_STREAM.finditer(content)):
        if number == MOST_STREAMS:
            return
        begin = max(place, found.start() - DICTIONARY_BYTES)
        begin = max(begin, content.rfind(b"obj", begin, found.start()))
        yield content[begin : found.start()], found.end()
        place = found.end()


def _unpacked(content: bytes, dictionary: bytes, start: int, most: int) -> bytes | None:
    """Return the objects of a stream; None when they are packed otherwise, or are too many."""
    end = content.find(b"endstream", start)
    if end < 0:
        return None
    if not _FILTER.search(dictionary):
        return content[start:end]
    if not _PACKED_ONCE.search(dictionary) or _CHANGED.search(dictionary):
        return None
    unpacking = zlib.decompressobj()
    try:
        objects = unpacking.decompress(content[start:end], max(1, most))
    except zlib.error:
        return None
    return objects if unpacking.eof else None
