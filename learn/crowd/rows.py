"""Writing rows by the million: COPY on PostgreSQL, executemany on SQLite; values as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

Row = tuple[Any, ...]


class Rows:
    """Rows of one table that wait to be written: `columns` are given, others take their fixed default."""

    def __init__(self, table: Any, columns: Sequence[str]) -> None:
        self.table: Table = table
        fixed = {
            column.name: column.default.arg
            for column in self.table.columns
            if column.name not in columns
            and column.default is not None
            and column.default.is_scalar
        }
        self.columns = (*columns, *fixed)
        self._tail = tuple(fixed.values())
        self._waiting: list[Row] = []

    def add(self, *values: Any) -> None:
        """Take one row: moments as `moment_text`, days in ISO form."""
        self._waiting.append(values + self._tail)

    def write(self, session: Session) -> int:
        """Write what waits, in this transaction; return how many rows it was."""
        count, waiting = len(self._waiting), self._waiting
        self._waiting = []
        if not count:
            return 0
        driver: Any = session.connection().connection.driver_connection
        names = ", ".join(self.columns)
        if session.get_bind().dialect.name == "sqlite":
            marks = ", ".join("?" * len(self.columns))
            into = f"INSERT INTO {self.table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
            driver.executemany(into, waiting)
            return count
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {self.table.name} ({names}) FROM STDIN") as copy,
        ):
            for row in waiting:
                copy.write_row(row)
        return count
