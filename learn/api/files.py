"""The kinds of files that the API sends beside JSON."""

from __future__ import annotations

FILES = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/jsonl",
    "application/vnd.apache.parquet",
)
