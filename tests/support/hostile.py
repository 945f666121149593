"""Values that nobody means well with, and requests made of them: seeded, so that a run can be had again."""

from __future__ import annotations

import json
import random
from io import BytesIO
from typing import Any

from tests.support import files

TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\ufeff", "\u202eabc\u202c", "مرحبا", "e\u0301" * 40, "🧿" * 200,
    "x" * 10_240, "9" * 40, "-1", "0", "1e309", "NaN", "Infinity", "-0", "2147483648", "9223372036854775808", "१२३", "²",
    "1.5", "1,5", "0x10", "true", "null", "[]", "{}", "2026-02-30", "0000-00-00", "9999-12-31", "99999-01-01", "0001-01-01",
    "2026-11-24T25:61", "2026-11-24T10:00:00+99:99", "2026-W01-1", "25:00", "9999-12-31T23:59", "0001-01-01T00:00",
    "' OR 1=1 --", "%", "_", "\\", "%00", "%s%n", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", "\r\nSet-Cookie: a=b",
    "../../etc/passwd", "..", ".", "/", "//evil.example/", "http://evil.example/", "javascript:alert(1)", "=cmd|' /C calc'!A0",
    "a;b", "a~b~c", "1~2", "~", "~~", "2026-11-24~1", "2026-11-24T00:00:00+00:00~1~1", "eyJhIjoxfQ", "eyJhIjoxfQ==", "WzFd",
    "\u2028", "\x7f", "\x1b[31m", "İ", "ß" * 300, "\n" * 500, "\t", "١٩٩٢٠٥١٤٢٠١٩٠٣٢٩٠١", "199205142019032901", "csv", "admin", "en",
)  # fmt: skip
"""What may stand where a text is expected."""

JSONS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 2**200, -(2**63) - 1, 1e308, [], {}, [[]], [None], {"a": {"b": [1]}}, [1] * 2000,
    "", " ", "x" * 10_240, "\u202eabc", "2026-02-30", "9999-12-31", "0001-01-01", "2026-11-24T10:00:00+99:99", "1", "-1", "²", "🧿" * 200,
)  # fmt: skip
"""What may stand where a value of JSON is expected."""

RAW = (
    b"", b"{", b"[", b"null", b"\xff\xfe", b"\0", b'"x"', b"[" * 5000, b'{"a":' * 50 + b"1" + b"}" * 50, b'{"\\ud800": 1}',
    b'{"a": NaN}', b'{"a": 1e999}', b'{"a":1,"a":2}', b"9" * 5000, b"\xef\xbb\xbf{}",
)  # fmt: skip
"""Whole bodies."""

HEADERS = (
    ("Accept-Language", "xx"), ("Accept-Language", "en;q=x, *;q=9"), ("Accept", "\xff"), ("Range", "bytes=5-1"),
    ("Range", "bytes=0-" + "9" * 50), ("If-None-Match", '"' + "x" * 5000), ("If-Modified-Since", "yesterday"),
    ("Cookie", "learn_language=\xff; session=x.y.z"), ("Authorization", "Bearer lrn_\xff"), ("Authorization", "Basic ="),
    ("X-Requested-With", "fetch"), ("X-CSRFToken", "\xff.a"), ("Idempotency-Key", "x" * 5000), ("Idempotency-Key", "\xa0"),
    ("Content-Encoding", "gzip"), ("X-Forwarded-For", "'"), ("X-Forwarded-Host", "evil.example"), ("Referer", "http://[::1"),
    ("Content-Type", "multipart/form-data"), ("Content-Type", "multipart/form-data; boundary=" + "x" * 300),
    ("Content-Type", "application/json; charset=utf-7"), ("Content-Type", "text/csv; charset=nowhere"), ("Expect", "x"),
    ("Accept-Encoding", "gzip;q=nan"), ("User-Agent", "\x7f" * 3000), ("Origin", "null"),
)  # fmt: skip
"""One header of a request besides those that belong to it."""

FILES = (
    *files.HOSTILE.values(),
    *files.WHOLE.values(),
    b"a;b;c\n1;2\n\x00;;\n",
    b"\xff\xfea\x00",
    b'"\n' * 300,
    b",,,,\n" * 400,
)
FILE_NAMES = ("a.csv", "a.xlsx", "a.pdf", "a.zip", "a.txt", "", "x" * 300 + ".csv", "../../a.csv", "a\u202efdp.exe", "con.csv")  # fmt: skip


def text(rng: random.Random) -> str:
    """Return a text."""
    return rng.choice(TEXTS)


def file_of(rng: random.Random, sheets: list[bytes]) -> tuple[BytesIO, str]:
    """Return a file as a form takes it; among `sheets` are heads of such as Learn reads."""
    content = (
        _sheet(rng, rng.choice(sheets)) if sheets and rng.random() < 0.6 else rng.choice(FILES)
    )
    return BytesIO(content), rng.choice(FILE_NAMES)


def _sheet(rng: random.Random, sample: bytes) -> bytes:
    """Return a sheet with the head of the sample, and cells that are wrong below it."""
    head = sample.decode("utf-8-sig", "replace").partition("\n")[0]
    comma = ";" if ";" in head else ","
    rows = [
        comma.join('"' + text(rng).replace('"', '""') + '"' for _ in range(head.count(comma) + 1))
        for _ in range(rng.randint(1, 6))
    ]
    return "\n".join([head, *rows]).encode("utf-8", "surrogatepass")


def changed(rng: random.Random, value: Any) -> Any:
    """Return a value of JSON with one place of it changed, added or left out."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(sorted(value))
        if rng.random() < 0.1:
            return {name: each for name, each in value.items() if name != key}
        return {**value, key: changed(rng, value[key])}
    if isinstance(value, list) and value and rng.random() < 0.7:
        place = rng.randrange(len(value))
        return [*value[:place], changed(rng, value[place]), *value[place + 1 :]]
    return rng.choice((*JSONS, *TEXTS))


def body_of(rng: random.Random, schema: dict[str, Any], depth: int = 4) -> Any:
    """Return a value that follows a JSON schema closely enough to be read for a while."""
    return _Example(rng, schema.get("$defs", {})).of(schema, depth)


class _Example:
    """Makes values of a schema."""

    def __init__(self, rng: random.Random, defs: dict[str, Any]) -> None:
        self.rng = rng
        self.defs = defs

    def of(self, schema: dict[str, Any], depth: int) -> Any:
        if "$ref" in schema:
            return self.of(self.defs[schema["$ref"].rpartition("/")[2]], depth)
        if "enum" in schema:
            return self.rng.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self.of(self.rng.choice(schema[several]), depth)
        return self._of_type(schema, depth)

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            many = self.rng.randint(1, 2) if depth > 0 else 0
            return [self.of(schema.get("items", {}), depth - 1) for _ in range(many)]
        if kind == "string":
            formats = {"date": "2026-11-24", "date-time": "2026-11-24T01:30:00Z"}
            return formats.get(schema.get("format", ""), self.rng.choice(("M.05", "Uji", "dasar")))
        return {"integer": 1, "number": 1.0, "boolean": True}.get(str(kind))

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        needed = set(schema.get("required", ()))
        return {
            name: self.of(each, depth - 1)
            for name, each in schema.get("properties", {}).items()
            if name in needed or self.rng.random() < 0.5
        }


def as_json(rng: random.Random, value: Any) -> bytes:
    """Return a value as the bytes of JSON; now and then something that is none."""
    return rng.choice(RAW) if rng.random() < 0.08 else json.dumps(value).encode()
