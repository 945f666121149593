"""The parts of a workbook: which of its sheets people see, cells that show an error, and what stuffs memory."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from itertools import islice
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from python_calamine import SheetTypeEnum, SheetVisibleEnum

__all__ = ["error_cells", "is_stuffed", "seen_sheets"]

LONGEST_TEXT_BYTES = 200_000
"""More than the 32,767 signs of a cell, each written as an entity."""
SHOWN_CELLS = 10

_ERROR = re.compile(rb"""<(?:[^\s<>/]+:)?c\b(?=[^<>]*\st\s*=\s*["']e["'])[^<>]*\sr\s*=\s*["']([A-Za-z]{1,3}\d{1,7})["']""")  # fmt: skip
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def seen_sheets(workbook: Any) -> list[tuple[int, str]]:
    """Return place and name of the sheets of cells that are not hidden: nobody sends what they do not see."""
    return [
        (place, each.name)
        for place, each in enumerate(workbook.sheets_metadata)
        if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
    ]


def is_stuffed(name: str, xml: bytes) -> bool:
    """Whether a part declares entities, or holds a text far longer than a cell can.

    The reader keeps several copies of a text: of a few kB that unpack to one of 400 MB, gigabytes.
    """
    if not name.lower().endswith((".xml", ".rels")) and b"sheetData" not in xml:
        return False
    if b"<!DOCTYPE" in xml:
        return True
    pieces = range(0, len(xml) - LONGEST_TEXT_BYTES, LONGEST_TEXT_BYTES)
    return any(xml.find(b"<", place, place + LONGEST_TEXT_BYTES) < 0 for place in pieces)


def error_cells(content: bytes, number: int) -> list[str]:
    """Return the first cells of a sheet that show an error such as #N/A, which its reader takes for empty.

    A workbook whose parts are named in no known way has none that could be told.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = _part_of_sheet(archive, number)
        xml = archive.read(part) if part else b""
    return [found[1].decode() for found in islice(_ERROR.finditer(xml), SHOWN_CELLS)]


def _part_of_sheet(archive: zipfile.ZipFile, number: int) -> str | None:
    try:
        book = fromstring(archive.read("xl/workbook.xml"))
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (ParseError, DefusedXmlException, KeyError):
        return None
    sheets = [each for each in book.iter() if each.tag.rpartition("}")[2] == "sheet"]
    if number >= len(sheets):
        return None
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    target = targets.get(sheets[number].get(_RELATION)) or ""
    part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    return part if part in archive.namelist() else None
