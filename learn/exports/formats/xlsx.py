"""XLSX: numbers of people as text, real dates, and a sheet that says what each column means."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from learn.errors import Message
from learn.exports.formats.exporter import About, Cell, Column, Exporter

LAST_ROW = 1_048_575  # counted from 0: what a sheet holds
PIECE_BYTES = 64 * 1024
FIRST_YEAR = 1900  # a spreadsheet knows no date before it
WIDTHS = {"text": 24, "integer": 10, "decimal": 10, "date": 12, "flag": 8}


class Xlsx(Exporter):
    """A workbook: the records, and a sheet "Keterangan" that explains its columns."""

    key, suffix = "xlsx", ".xlsx"
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    label = Message("Excel (XLSX)")
    binary = True

    def chunks(
        self, columns: Sequence[Column], records: Iterable[Any], *, about: About
    ) -> Iterator[bytes]:
        """Write the workbook to a temporary file, row by row, then yield its bytes."""
        with tempfile.TemporaryDirectory(prefix="learn-xlsx-") as folder:
            path = Path(folder) / "export.xlsx"
            _write(path, folder, columns, records, about)
            with path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece


def _write(
    path: Path, folder: str, columns: Sequence[Column], records: Iterable[Any], about: About
) -> None:
    with open_book(path, folder, about) as book:
        write_sheet(book, columns, records, about.translate(Message("Data")))
        explain(book, columns, about)


def open_book(path: Path, folder: str, about: About) -> Any:
    """Return a workbook to write row by row; it is whole when the context ends."""
    import xlsxwriter  # noqa: PLC0415 (slow to import, and only this format needs it)

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": folder,
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": about.translate(about.title), "author": about.organiser})
    return book


def write_sheet(book: Any, columns: Sequence[Column], records: Iterable[Any], name: str) -> None:
    """Add a sheet of records; a further one begins when it is full."""
    sheets = _Sheets(book, columns, name)
    for record in records:
        sheets.add(record)
    sheets.finish()


class _Sheets:
    """The sheets of records: a new one begins when one is full."""

    def __init__(self, book: Any, columns: Sequence[Column], name: str) -> None:
        self.book, self.columns, self.name = book, columns, name
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.writes = [(n, column.kind, column.value) for n, column in enumerate(columns)]
        self.count = 0
        self.begin()

    def begin(self) -> None:
        self.count += 1
        name = self.name if self.count == 1 else f"{self.name} {self.count}"
        self.sheet, self.row = self.book.add_worksheet(name), 0
        for n, column in enumerate(self.columns):
            width = max(WIDTHS[column.kind], len(column.key) + 4)
            self.sheet.set_column(n, n, width)
            self.sheet.write_string(0, n, column.key, self.bold)
        self.sheet.freeze_panes(1, 0)

    def add(self, record: Any) -> None:
        if self.row == LAST_ROW:
            self.finish()
            self.begin()
        self.row += 1
        for n, kind, value in self.writes:
            self._cell(n, kind, value(record))

    def _cell(self, n: int, kind: str, value: Cell) -> None:
        if value is None or value == "":
            return
        if isinstance(value, date) and value.year >= FIRST_YEAR:
            self.sheet.write_datetime(self.row, n, value, self.day)
        elif kind == "flag":
            self.sheet.write_boolean(self.row, n, bool(value))
        elif isinstance(value, int | float):
            self.sheet.write_number(self.row, n, value)
        else:
            self.sheet.write_string(self.row, n, str(value).encode("utf-8", "replace").decode())

    def finish(self) -> None:
        self.sheet.autofilter(0, 0, self.row, len(self.columns) - 1)


def explain(book: Any, columns: Sequence[Column], about: About) -> None:
    """Add the sheet that says what the file is and what each column means."""
    say = about.translate
    sheet = book.add_worksheet(say(Message("Explanation")))
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    for n, width in enumerate((20, 28, 90)):
        sheet.set_column(n, n, width)
    made = about.made_at.strftime("%Y-%m-%d %H:%M %Z").strip()
    facts = [(Message("Content"), say(about.title)), (Message("Made"), made), *about.filters]
    if about.organiser:
        facts.insert(1, (Message("Organiser"), about.organiser))
    row = 0
    for name, value in facts:
        sheet.write_string(row, 0, say(name), bold)
        sheet.write_string(row, 1, value)
        row += 1
    row += 1
    for n, heading in enumerate((Message("Column"), Message("Name"), Message("Meaning"))):
        sheet.write_string(row, n, say(heading), bold)
    for each in columns:
        row += 1
        sheet.write_string(row, 0, each.key)
        sheet.write_string(row, 1, say(each.title))
        sheet.write_string(row, 2, say(each.meaning), wrapped)
