"""The models of exports and of jobs in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from learn.api.schemas.common import Cursor, FieldError, PageQuery, Sent, Told


class ExportQuery(Sent):
    """What a file of records holds."""

    format: str = Field("csv", max_length=20, description="csv, xlsx, json, jsonl or parquet.")
    delimiter: str = Field(",", max_length=10, description="Of CSV: , or ; (then decimal commas).")
    columns: str = Field(
        "", max_length=2000, description="Keys of columns with commas, in their order; empty: all."
    )
    since: str | None = Field(None, max_length=40, description="First local day, as 2026-11-24.")
    until: str | None = Field(None, max_length=40, description="Last local day; it counts.")
    on: str | None = Field(None, max_length=40, description="The day that it is shown as of.")
    unit: str | None = Field(None, max_length=100, description="Code of a unit, with all below it.")
    course: str | None = Field(None, max_length=100, description="Key of a course.")
    lapsing: str | None = Field(
        None, max_length=4, description="Of completions: lapse within so many days."
    )
    withdrawn: bool = Field(False, description="Of completions: withdrawn ones too.")


class ColumnOut(Told):
    """A column of an export."""

    key: str
    title: str
    meaning: str
    kind: str = Field(description="text, integer, decimal, date or flag.")


class ExportKindOut(Told):
    """A kind of records that can be taken away."""

    kind: str
    title: str
    columns: list[ColumnOut]


class ExportKinds(Told):
    """All kinds of records."""

    items: list[ExportKindOut]


class JobOut(Told):
    """A job in the background."""

    id: int
    kind: str
    title: str
    state: str = Field(description="queued, running, done, failed or cancelled.")
    done: int = Field(description="How many rows or things are done.")
    total: int | None = Field(description="Of how many; null while nobody knows.")
    made_at: datetime
    ended_at: datetime | None
    result: dict[str, Any]
    problem: str = Field(description="Why it failed, in words.")
    file: str | None = Field(description="Name of its file, which GET /jobs/{id}/file sends.")
    expires_at: datetime | None = Field(description="When the file is taken away.")


class JobList(Told):
    """A page of one's own jobs, the newest first."""

    items: list[JobOut]
    next: Cursor


class JobsQuery(PageQuery):
    """Which page of one's own jobs."""


class RecordsImportOut(Told):
    """What an import of older records did, or would do."""

    dry_run: bool
    new: int
    hours: int = Field(description="JP that the new records bring.")
    unchanged: int = Field(description="Rows that were brought in before.")
    duplicates: int = Field(description="Rows that look like records that count already: left out.")
    warnings: list[FieldError]
