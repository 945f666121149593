"""CSV: UTF-8 with a byte order mark, so that spreadsheets read the letters right."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import Any

from learn.errors import Invalid, Message
from learn.exports.formats.exporter import About, Cell, Column, Exporter

# a spreadsheet takes a cell that begins so for a formula
FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
LOOKED_AT = FORMULA_SIGNS | {"'"}
DELIMITERS = {",": ",", ";": ";", "comma": ",", "semicolon": ";"}
ROWS_OF_A_CHUNK = 100


class Csv(Exporter):
    """Comma-separated values.

    Parameters
    ----------
    delimiter
        ``,`` or ``;``. With ``;`` numbers have a decimal comma: what an Indonesian spreadsheet reads.
    """

    key, suffix, mimetype = "csv", ".csv", "text/csv; charset=utf-8"
    label = Message("CSV (text, separated by commas)")

    def __init__(self, delimiter: str = ",") -> None:
        if delimiter not in DELIMITERS:
            raise Invalid(
                Message("CSV is separated by , or ; and not by %(sign)s.", sign=delimiter)
            )
        self.delimiter = DELIMITERS[delimiter]

    def chunks(
        self, columns: Sequence[Column], records: Iterable[Any], *, about: About
    ) -> Iterator[bytes]:
        """Yield header and rows, some hundred rows at a time."""
        text = StringIO()
        writer = csv.writer(text, delimiter=self.delimiter)
        text.write("\ufeff")
        writer.writerow([column.key for column in columns])
        rows = iter(records)
        while True:
            some = list(islice(rows, ROWS_OF_A_CHUNK))
            # column by column: half the time of row by row
            writer.writerows(zip(*(self._cells(column, some) for column in columns), strict=True))
            yield text.getvalue().encode("utf-8", "replace")
            if len(some) < ROWS_OF_A_CHUNK:
                return
            text.seek(0)
            text.truncate()

    def _cells(self, column: Column, records: Sequence[Any]) -> list[Cell]:
        """Return a column's cells; the csv module writes dates as 2026-11-24 and None as nothing."""
        cells = list(map(column.value, records))
        if column.kind == "text":
            return _guarded(cells)
        if column.kind == "decimal" and self.delimiter == ";":
            return [None if cell is None else str(cell).replace(".", ",") for cell in cells]
        return cells


def _guarded(cells: list[Any]) -> list[Cell]:
    """Return texts that no spreadsheet takes for a formula: a ' stands before such a sign.

    A text that begins as a guarded one does gets another ', so that reading takes away the right one.
    """
    if LOOKED_AT.isdisjoint({cell[0] for cell in cells if cell}):
        return cells
    return [f"'{cell}" if cell and _needs_guard(cell) else cell for cell in cells]


def _needs_guard(cell: str) -> bool:
    bare = cell.lstrip("'")
    return bare[:1] in FORMULA_SIGNS or (bare != cell and bare[:1].isdecimal())
