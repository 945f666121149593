"""CSV: UTF-8 with a byte order mark, so that spreadsheets read the letters right."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import Any

from learn.errors import Invalid, Message
from learn.exports.exporter import About, Cell, Column, Exporter

# a spreadsheet takes a cell that begins so for a formula
FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
DELIMITERS = {",": ",", ";": ";", "comma": ",", "semicolon": ";"}
ROWS_OF_A_CHUNK = 500


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
        values = [self._cell(column) for column in columns]
        rows = iter(records)
        while True:
            some = list(islice(rows, ROWS_OF_A_CHUNK))
            writer.writerows([[value(record) for value in values] for record in some])
            yield text.getvalue().encode("utf-8", "replace")
            if len(some) < ROWS_OF_A_CHUNK:
                return
            text.seek(0)
            text.truncate()

    def _cell(self, column: Column) -> Any:
        """Return the function that takes a record and gives what is written of it."""
        value = column.value
        if column.kind == "text":
            return lambda record: guarded(value(record))
        if column.kind == "decimal" and self.delimiter == ";":
            return lambda record: _with_comma(value(record))
        return value  # the csv module writes dates as 2026-11-24 and None as nothing


def guarded(value: Cell) -> Cell:
    """Return the text such that no spreadsheet takes it for a formula: a ' before the sign."""
    if isinstance(value, str) and value[:1] in FORMULA_SIGNS:
        return f"'{value}"
    return value


def _with_comma(value: Cell) -> str | None:
    return None if value is None else str(value).replace(".", ",")
