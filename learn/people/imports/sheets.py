"""The sheets of an import: which is which by its columns, and reading their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from learn.errors import Message
from learn.people.imports.columns import (
    CLEAR,
    COLUMNS,
    BadCell,
    RowError,
    match_columns,
    read_cell,
    spelled,
    spellings,
)
from learn.people.imports.tables import NumberCell, Table


class What(StrEnum):
    """What a sheet holds."""

    UNITS = "units"
    PEOPLE = "people"
    POSTS = "posts"


UNIT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit_code": ("kode", "code", *COLUMNS["unit_code"]),
    "unit": ("nama", "name", *COLUMNS["unit"]),
    "parent_unit_code": ("induk", "parent", *COLUMNS["parent_unit_code"]),
    "type": ("jenis", "jenis_unit"),
    "time_zone": ("zona_waktu", "zona"),
    "valid_from": ("berlaku_dari", "berlaku_sejak", "dari"),
    "valid_to": ("berlaku_sampai", "valid_until", "sampai"),
}
POST_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": COLUMNS["number"],
    "unit_code": COLUMNS["unit_code"],
    "post": COLUMNS["post"],
    "post_class": COLUMNS["post_class"],
    "grade": COLUMNS["grade"],
    "since": ("dari", "mulai", *COLUMNS["since"]),
    "until": ("sampai", "selesai", "tmt_akhir", "tmt_selesai"),
    "main": ("utama", "jabatan_utama"),
}
NOT_READ = {  # columns of the exported files that are there for readers
    What.POSTS: ("name", "nama", "nama_pegawai", "unit", "unit_kerja", "nama_unit"),
    What.UNITS: (),
}
NEEDED = {
    What.UNITS: ("unit_code", "unit"),
    What.POSTS: ("number", "unit_code", "since"),
}
KNOWN = {What.UNITS: UNIT_COLUMNS, What.POSTS: POST_COLUMNS}
KEPT_DIGITS = 15
LONGEST = {"unit_code": 60, "parent_unit_code": 60, "unit": 255, "type": 40, "post": 255}
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


def what_of(table: Table) -> What | None:
    """Return what a sheet holds by its columns; None: nothing that an import reads."""
    names = {spelled(header) for header in table.headers}
    numbers = {"number", *COLUMNS["number"]}
    if names & numbers:
        return What.POSTS if names & {"until", *POST_COLUMNS["until"]} else What.PEOPLE
    if names & {"unit_code", *UNIT_COLUMNS["unit_code"]}:
        return What.UNITS
    return None


@dataclass
class Cells:
    """One row as it was read: values by column; an empty cell says nothing, a lone - empties."""

    row: int
    values: dict[str, Any]
    failed: bool = False


@dataclass
class Reader:
    """A sheet of units or posts that is being read, with what was found wrong so far."""

    what: What
    table: Table
    places: dict[str, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def __post_init__(self) -> None:
        ours = spellings(KNOWN[self.what])
        extra = {name: f"{CLEAR}{name}" for name in NOT_READ[self.what] if name not in ours}
        found, errors, remarks = match_columns(self.table.headers, {**extra, **ours})
        self.places = {name: at for name, at in found.items() if not name.startswith(CLEAR)}
        self.errors.extend(errors)
        self.warnings.extend(remarks)
        for needed in NEEDED[self.what]:
            if needed not in found:
                also = KNOWN[self.what][needed][0]
                message = Message(
                    "This column is missing; it can also be named %(also)s.", also=also
                )
                self.errors.append(RowError(1, needed, message))

    def rows(self) -> Iterator[Cells]:
        """Yield each row; cells that cannot be read are noted and their row has failed."""
        for number, texts in self.table.rows:
            cells = Cells(number, {})
            for column, place in self.places.items():
                text = texts[place] if place < len(texts) else ""
                if text:
                    self._read(cells, column, text)
            yield cells

    def error(self, cells: Cells, column: str, message: Message) -> None:
        """Note what hinders the import of this row."""
        cells.failed = True
        self.errors.append(RowError(cells.row, self.named(column), message))

    def named(self, column: str) -> str:
        """Return the column as the sheet names it."""
        place = self.places.get(column)
        return column if place is None else self.table.headers[place]

    def _read(self, cells: Cells, column: str, text: str) -> None:
        if text == CLEAR:
            cells.values[column] = None if column in {"until", "valid_from", "valid_to"} else ""
            return
        codes = column in {"unit_code", "parent_unit_code", "number"}
        if (
            codes
            and isinstance(text, NumberCell)
            and (not text.isdecimal() or len(text) > KEPT_DIGITS or column == "number")
        ):
            message = Message(
                "This is a number; format the column as text, a spreadsheet keeps 15 digits."
            )
            self.error(cells, column, message)
            return
        try:
            cells.values[column] = _value(column, str(text))
        except BadCell as error:
            self.error(cells, column, error.message)


def _value(column: str, text: str) -> Any:
    if column in {"since", "until", "valid_from", "valid_to"}:
        day: date = read_cell("since", text)
        return day
    if column == "main":
        return read_cell("active", text)
    if column in {"post_class", "grade"}:
        return read_cell(column, text)
    if column == "time_zone":
        return _zone(text)
    if len(text) > LONGEST.get(column, 255):
        raise BadCell(
            Message("This is too long; at most %(n)s characters.", n=LONGEST.get(column, 255))
        )
    return text


def _zone(text: str) -> str:
    name = ZONES.get(text.upper(), text)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadCell(
            Message("%(text)s is no time zone; it can be WIB, WITA, WIT.", text=text[:40])
        ) from None
    return name


def by_row(errors: Sequence[RowError]) -> tuple[RowError, ...]:
    """Return errors in the order of the sheet."""
    return tuple(sorted(errors, key=lambda each: each.row))
