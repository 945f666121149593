"""Sheets that somebody sends: CSV and XLSX, read to text cells with the row numbers of the sheet."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, load_workbook

from learn.errors import Invalid, Message
from learn.people.imports.workbook_parts import error_cells, is_stuffed, seen_sheets

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 200_000, 100, 10
MOST_BYTES_UNPACKED = 250 * 2**20
LARGEST_EMPTY_AREA = 5_000_000
_ROW = re.compile(rb"<(?:[^\s<>/]+:)?row\b")
_CELL = re.compile(rb"<(?:[^\s<>/]+:)?c\b")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)([0-9]+)""")
_GUARD = re.compile(r"^'(?='*[=+\-@\t\r0-9＝＋－＠])")


class UnreadableTable(Invalid):
    """The file is no sheet that can be read; the message says how to save it."""

    code = "unreadable-table"


class NumberCell(str):
    """The text of a cell that holds a number: a spreadsheet has kept 15 digits of it at most."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """The headers of a sheet and its rows, each with its number in the sheet (the header is row 1)."""

    headers: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[str, ...]]]
    name: str = ""


def read_table(content: bytes, filename: str) -> Table:
    """Return the first sheet of an XLSX file that is not hidden, or a CSV file (UTF-8; comma, semicolon or tab).

    Raises
    ------
    UnreadableTable
        It is neither, is damaged or too large.
    """
    if not _is_xlsx(content):
        return _table(_csv(content, filename))
    return _table(_xlsx(content, _sheets(content)[0][0]))


def read_tables(content: bytes, filename: str) -> list[Table]:
    """Return all sheets of an XLSX file that are seen and hold anything, by name; a CSV file is one.

    Raises
    ------
    UnreadableTable
        As of `read_table`.
    """
    if not _is_xlsx(content):
        return [_table(_csv(content, filename))]
    found = []
    for place, (number, name) in enumerate(_sheets(content)):
        records = list(_xlsx(content, number))
        if place and records and not any(records[0]):
            found.append(Table((), (), name))  # notes of somebody, not a table
        elif any(any(record) for record in records):
            found.append(_table(iter(records), name))
    if not found:
        raise UnreadableTable(Message("The first row is empty; it must hold the column names."))
    return found


def _is_xlsx(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def _table(records: Iterator[list[str]], name: str = "") -> Table:
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, record in enumerate(records, 1):
        cells = tuple(record)
        if number > MOST_ROWS + 1 or len(cells) > MOST_COLUMNS:
            raise _too_large()
        if any(cells):
            rows.append((number, cells))
    if not rows or rows[0][0] != 1:
        raise UnreadableTable(Message("The first row is empty; it must hold the column names."))
    return Table(rows[0][1], rows[1:], name)


def _too_large() -> UnreadableTable:
    return UnreadableTable(
        Message(
            "The table is too large: at most %(rows)s rows and %(columns)s columns can be read.",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        )
    )


def _csv(content: bytes, filename: str) -> Iterator[list[str]]:
    if content.startswith(b"\xd0\xcf\x11\xe0") or filename.lower().endswith((".xls", ".ods")):
        raise UnreadableTable(Message("This kind of file cannot be read. Save it as XLSX or CSV."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTable(
            Message(
                'The file is not in UTF-8. In the spreadsheet, choose Save as and "CSV UTF-8", or save it as XLSX.'
            )
        ) from error
    if "\0" in text:
        raise UnreadableTable(Message("This is not a table. Save it as XLSX or CSV."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for record in reader:
            yield [_GUARD.sub("", _clean(cell)) for cell in record]
    except csv.Error as error:
        raise UnreadableTable(
            Message(
                "The table breaks near line %(line)s: a quotation mark is missing or too many.",
                line=reader.line_num,
            )
        ) from error


def _delimiter(text: str) -> str:
    """Return what stands most often in the first line, outside quotation marks."""
    first = re.sub(r'"[^"\r\n]*"', "", re.split(r"[\r\n]", text, maxsplit=1)[0])
    return max(",;\t", key=first.count)


def _sheets(content: bytes) -> list[tuple[int, str]]:
    """Return place and name of the sheets to be read."""
    _refuse_bombs(content)
    with _damage_told():
        found = seen_sheets(load_workbook(io.BytesIO(content)))
    if not found:
        raise _damaged()
    return found[:MOST_SHEETS]


def _xlsx(content: bytes, number: int) -> Iterator[list[str]]:
    with _damage_told():
        wrong = error_cells(content, number)
        if wrong:
            raise UnreadableTable(
                Message(
                    "These cells show an error, such as #N/A: %(cells)s. Mend them in the spreadsheet first.",
                    cells=", ".join(wrong),
                )
            )
        sheet = load_workbook(io.BytesIO(content)).get_sheet_by_index(number)
        yield from (
            [_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)
        )


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except Invalid:
        raise
    except (CalamineError, zipfile.BadZipFile, ValueError, IndexError, OSError) as error:
        raise _damaged() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the reader, which is written in Rust
            raise
        raise _damaged() from error


def _damaged() -> UnreadableTable:
    return UnreadableTable(
        Message("The file is damaged or not XLSX. Open it in the spreadsheet and save it again.")
    )


def _refuse_bombs(content: bytes) -> None:
    """Look at sizes and cell addresses first: a far-away cell would make the reader fill memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES_UNPACKED:
                raise _too_large()
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
                raise _damaged()  # of another kind, which the reader would take as well
            for entry in archive.infolist():
                xml = archive.read(entry)
                if is_stuffed(entry.filename, xml):
                    raise _damaged()
                _refuse_far_cells(xml)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _damaged() from error
    except Exception as error:
        if isinstance(error, Invalid):
            raise
        raise _damaged() from error  # zlib.error and its like differ by the kind of packing


def _refuse_far_cells(xml: bytes) -> None:
    """Refuse a sheet, whatever its part is called, whose cells span more than can be read."""
    if b"sheetData" not in xml:
        return
    rows = _ROW.split(xml)[1:]
    width = max((len(_CELL.findall(row)) for row in rows), default=0)
    cells, height = len(_CELL.findall(xml)), len(rows)
    for column, row in _REFERENCE.findall(xml):
        width = max(width, _position(column))
        height = max(height, int(row[:9]))
    if width > MOST_COLUMNS or height > MOST_ROWS + 1:
        raise _too_large()
    if width * height > max(LARGEST_EMPTY_AREA, 4 * cells):
        raise _too_large()


def _position(column: bytes) -> int:
    number = 0
    for letter in column[:9].upper():
        number = number * 26 + letter - 64
    return number


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        whole = isinstance(value, int) or value.is_integer()
        return NumberCell(int(value) if whole else value)
    if isinstance(value, datetime) and (value.hour or value.minute):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (datetime, date)):
        return value.strftime("%Y-%m-%d")
    return _clean(str(value))


def _clean(text: str) -> str:
    """Return the cell without signs that cannot be seen or stored."""
    kept = "".join(s if s.isprintable() else " " for s in text.replace("\ufeff", ""))
    return " ".join(kept.split())
