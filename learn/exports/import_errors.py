"""What is wrong with a sheet as a file, to be put right by somebody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from learn.errors import Message
from learn.exports.columns import column
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import About
from learn.people.imports.workbooks import SheetError


def errors_csv(
    errors: Sequence[SheetError],
    *,
    translate: Callable[[Message], str],
    now: datetime,
    delimiter: str = ",",
) -> bytes:
    """Return errors as CSV: sheet, row, column and what is wrong, in the reader's language."""
    columns = (
        column("sheet", "text", Message("Sheet"), Message("Sheet"), lambda each: each.sheet),
        column("row", "integer", Message("Row"), Message("Row"), lambda each: each.error.row),
        column("column", "text", Message("Column"), Message("Column"), lambda each: each.error.column),
        column("message", "text", Message("What is wrong"), Message("What is wrong"),
               lambda each: translate(each.error.message)),
    )  # fmt: skip
    about = About(title=Message("Errors by row"), made_at=now)
    return b"".join(Csv(delimiter).chunks(columns, errors, about=about))
