"""What operations answer about sheets: what is wrong, by row and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from learn.api.problems import Findings
from learn.errors import Message
from learn.people.imports.columns import RowError
from learn.web.i18n import say

MOST_ERRORS = 500


def refuse(errors: Sequence[RowError], message: Message, *, most: int = MOST_ERRORS) -> None:
    """Raise `Findings` when there are errors: such a sheet does nothing."""
    if errors:
        raise Findings(message, [row_of(each) for each in errors[:most]])


def row_of(error: RowError) -> dict[str, Any]:
    """Return an error as data, its message still to be said."""
    return {"row": error.row, "column": error.column, "message": error.message}


def said_rows(warnings: Iterable[RowError]) -> list[dict[str, Any]]:
    """Return warnings as data, in the language of the caller."""
    return [{**row_of(each), "message": say(each.message)} for each in warnings]
