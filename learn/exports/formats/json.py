"""JSON: one array of objects, written object by object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from learn.errors import Message
from learn.exports.formats.exporter import About, Column, Exporter, plain

ROWS_OF_A_CHUNK = 200


class Json(Exporter):
    """One JSON array; each record an object with the columns' keys."""

    key, suffix, mimetype = "json", ".json", "application/json"
    label = Message("JSON")

    def chunks(
        self, columns: Sequence[Column], records: Iterable[Any], *, about: About
    ) -> Iterator[bytes]:
        """Yield the array, some objects at a time."""
        opening = "[\n"
        for some in objects(columns, records):
            yield (opening + ",\n".join(some)).encode("utf-8", "replace")
            opening = ",\n"
        yield b"[]\n" if opening == "[\n" else b"\n]\n"


class JsonLines(Exporter):
    """JSON lines: each record an object on a line of its own."""

    key, suffix, mimetype = "jsonl", ".jsonl", "application/jsonl"
    label = Message("JSON lines")

    def chunks(
        self, columns: Sequence[Column], records: Iterable[Any], *, about: About
    ) -> Iterator[bytes]:
        """Yield the lines, some at a time; without any record the file is empty."""
        for some in objects(columns, records):
            yield ("\n".join(some) + "\n").encode("utf-8", "replace")


def objects(columns: Sequence[Column], records: Iterable[Any]) -> Iterator[list[str]]:
    """Yield the records as texts of JSON objects, some hundred at a time."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
    cells = [(column.key, column.value) for column in columns]
    rows = iter(records)
    while some := list(islice(rows, ROWS_OF_A_CHUNK)):
        yield [encode({key: plain(value(record)) for key, value in cells}) for record in some]
