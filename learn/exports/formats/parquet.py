"""Parquet, for data warehouses: this module can be imported where the extra ``learn[parquet]`` is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from arro3.core import Array, DataType, RecordBatch, RecordBatchReader, Schema
from arro3.core import Field as ArrowField
from arro3.io import write_parquet

from learn.errors import Message
from learn.exports.formats.exporter import About, Column, Exporter

ROWS_OF_A_GROUP = 20_000
PIECE_BYTES = 64 * 1024
EPOCH = date(1970, 1, 1)
TYPES = {
    "text": DataType.string(),
    "integer": DataType.int64(),
    "decimal": DataType.float64(),
    "date": DataType.date32(),
    "flag": DataType.bool(),
}


class Parquet(Exporter):
    """A Parquet file, a group of rows at a time."""

    key, suffix, mimetype = "parquet", ".parquet", "application/vnd.apache.parquet"
    label = Message("Parquet")
    binary = True

    def chunks(
        self, columns: Sequence[Column], records: Iterable[Any], *, about: About
    ) -> Iterator[bytes]:
        """Write the groups to a temporary file, then yield its bytes."""
        schema = _schema(columns)
        batches = _batches(columns, records, schema)
        with tempfile.TemporaryDirectory(prefix="learn-parquet-") as folder:
            path = Path(folder) / "export.parquet"
            reader = RecordBatchReader.from_batches(schema, batches)
            write_parquet(reader, path, compression="zstd(3)", max_row_group_size=ROWS_OF_A_GROUP)
            with path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece


def _schema(columns: Sequence[Column]) -> Any:
    return Schema([ArrowField(column.key, TYPES[column.kind]) for column in columns])


def _batches(columns: Sequence[Column], records: Iterable[Any], schema: Any) -> Iterator[Any]:
    rows = iter(records)
    while some := list(islice(rows, ROWS_OF_A_GROUP)):
        arrays = [_array(column, [column.value(record) for record in some]) for column in columns]
        yield RecordBatch.from_arrays(arrays, schema=schema)


def _array(column: Column, values: list[Any]) -> Any:
    if column.kind == "date":
        days = [None if value is None else (value - EPOCH).days for value in values]
        return Array(days, DataType.int32()).cast(TYPES["date"])
    if column.kind == "decimal":
        numbers = [None if value is None else float(value) for value in values]
        return Array(numbers, TYPES["decimal"])
    return Array(values, TYPES[column.kind])
