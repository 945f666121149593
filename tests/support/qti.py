"""QTI items and packages for tests: the samples, a package around them, questions there and back."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from learn.interchange.checking import checked
from learn.interchange.model import Entry, Exported, Imported
from learn.interchange.outgoing import typed_blocks
from learn.interchange.qti.reading import read_qti
from learn.interchange.qti.writing import write_qti
from learn.quizzes.questions import Question
from learn.quizzes.source.blocks import cut
from learn.quizzes.source.reading import Block, Problems
from learn.quizzes.source.writing import written_blocks
from tests.support.quizzes import RENDERER, TYPES

ITEMS = Path(__file__).parents[1] / "unit" / "interchange" / "qti" / "items"
GRAMMARS = {kind.key: kind.grammar for kind in TYPES}


def samples(version: str) -> dict[str, bytes]:
    """Return the sample items of ``v2`` or ``v3`` by file name."""
    return {path.name: path.read_bytes() for path in sorted((ITEMS / version).glob("*.xml"))}


def picture(width: int, height: int) -> bytes:
    """Return a PNG of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        ending = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + ending

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURES = {"images/denah.png": picture(200, 100), "images/info.png": picture(10, 10)}
MEDIA = {"denah.png": PICTURES["images/denah.png"], "info.png": PICTURES["images/info.png"]}


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """Return a zip with these files."""
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return place.getvalue()


def manifest(items: Mapping[str, str], *, more: str = "", version: str = "v3p0") -> str:
    """Return a manifest of items: identifier to path."""
    resources = "".join(
        f'<resource identifier="{name}" type="imsqti_item_xml{version}" href="{path}">'
        f'<file href="{path}"/></resource>'
        for name, path in items.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="M"><organizations/>'
        f"<resources>{resources}{more}</resources></manifest>"
    )


def package(version: str = "v3", **more: bytes | str) -> bytes:
    """Return all samples of a version as a package."""
    files = samples(version)
    names = {f"R{at}": name for at, name in enumerate(files)}
    return packed({"imsmanifest.xml": manifest(names), **files, **PICTURES, **more})


def item(body: str, *, before: str = "", after: str = "", attributes: str = "") -> bytes:
    """Return an item of QTI 3.0 with this body."""
    return (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="satu" '
        f'title="satu" adaptive="false" time-dependent="false"{attributes}>{before}'
        f"<qti-item-body>{body}</qti-item-body>{after}</qti-assessment-item>"
    ).encode()


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of questions written as in a quiz file."""
    problems = Problems()
    found = cut("soal.md", dedent(text), 1, "id", problems, GRAMMARS).blocks
    assert not problems.found, [str(each) for each in problems.found]
    return found


def text_of(imported: Imported) -> str:
    """Return what was imported as the text of a quiz file."""
    return written_blocks(imported.blocks, GRAMMARS)


def questions_of(imported: Imported) -> dict[str, Question]:
    """Return the questions that an import makes; none of it may be unfit to publish."""
    found = checked(imported, TYPES, RENDERER)
    kept = [block.key for block in imported.blocks]
    assert list(found.questions) == kept, [
        (entry.name, str(note.message)) for entry in found.imported.entries for note in entry.notes
    ]
    return dict(found.questions)


@dataclass
class Journey:
    """Questions that went to QTI and came back."""

    before: dict[str, Question]
    exported: Exported
    imported: Imported
    after: dict[str, Question]

    def grades(self, key: str, answer: Any) -> tuple[float, float]:
        """Return what one answer is worth before and after."""
        return tuple(  # type: ignore[return-value]
            (kind := TYPES[each.type]).grade(each, kind.read_json(each, answer)).score
            for each in (self.before[key], self.after[key])
        )


def journey(text: str, media: Mapping[str, bytes] = MEDIA) -> Journey:
    """Send questions to QTI and take them in again."""
    blocks = blocks_of(text)
    own = Imported("", blocks, tuple(Entry(each.key, each.key, "") for each in blocks), dict(media))
    exported = write_qti(typed_blocks(blocks, TYPES), "Ujian", media)
    imported = read_qti(exported.content)
    return Journey(questions_of(own), exported, imported, questions_of(imported))
