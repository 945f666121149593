"""What comes back in sheets: cells by column, everything that is wrong by row, and what would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from learn.errors import Message
from learn.people.imports.columns import RowError, match_columns, spellings
from learn.people.imports.sheet_plans import SheetPlan
from learn.people.imports.tables import NumberCell, Table
from learn.siasn.rows import COLUMNS
from learn.siasn.rules import is_siasn_id

NOT_READ = "-"
KEPT_DIGITS = 15  # of a number in a spreadsheet


@dataclass(frozen=True)
class Change:
    """What a row would change: whose record or id it is, and both sides as text for people."""

    row: int
    about: str
    before: str
    after: str


@dataclass(frozen=True)
class Plan(SheetPlan[Change]):
    """What a sheet that came back from SIASN would do."""


@dataclass
class Sheet:
    """A sheet that is being read, with what was found wrong so far."""

    table: Table
    places: Mapping[str, int]
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the number of each row and its cells by column."""
        for row, cells in self.table.rows:
            yield (
                row,
                {
                    name: cells[place] if place < len(cells) else ""
                    for name, place in self.places.items()
                },
            )

    def error(self, row: int, column: str, message: Message) -> None:
        """Note what is wrong in a row."""
        self.errors.append(RowError(row, self._named(column), message))

    def warn(self, row: int, column: str, message: Message) -> None:
        """Note what is worth a look in a row."""
        self.warnings.append(RowError(row, self._named(column), message))

    def _named(self, column: str) -> str:
        place = self.places.get(column)
        return column if place is None else self.table.headers[place]

    def siasn_id(self, row: int, column: str, text: str) -> str | None:
        """Return the id in a cell; None, and an error, when it can be none."""
        if isinstance(text, NumberCell) and len(text) > KEPT_DIGITS:
            self.error(row, column, Message("This is a number; format the column as text, a spreadsheet keeps 15 digits."))  # fmt: skip
        elif not is_siasn_id(text):
            self.error(row, column, Message("%(text)s is no id of SIASN; it has letters, digits and hyphens, 64 at most.", text=text[:80]))  # fmt: skip
        else:
            return str(text)
        return None


def open_sheet(
    table: Table, columns: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]]
) -> Sheet:
    """Return the sheet with its columns found; of each group in `needed` one has to be there.

    The other columns of the exported file may stay: they are not read.
    """
    ours = spellings(columns)
    others = {column.key.casefold() for column in COLUMNS} - set(ours)
    known = {**{name: f"{NOT_READ}{name}" for name in others}, **ours}
    found, errors, remarks = match_columns(table.headers, known)
    found = {name: place for name, place in found.items() if not name.startswith(NOT_READ)}
    sheet = Sheet(table, found, errors, remarks)
    for group in needed:
        if not any(name in found for name in group):
            also = columns[group[0]][0] if columns[group[0]] else group[-1]
            message = Message("This column is missing; it can also be named %(also)s.", also=also)
            sheet.error(1, group[0], message)
    return sheet


def by_row(errors: Sequence[RowError]) -> tuple[RowError, ...]:
    """Return errors in the order of the sheet."""
    return tuple(sorted(errors, key=lambda each: each.row))
