"""The models of what HR and supervisors ask for: people, their completions, imports, withdrawals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from learn.api.schemas.common import (
    Cursor,
    FieldError,
    PageQuery,
    Sent,
    Told,
    UnitOut,
)
from learn.api.schemas.record import CompletionOut


class CompletionQuery(PageQuery):
    """Which completions, and whether as a page or as a file."""

    since: str | None = Field(None, max_length=40, description="First local day, as 2026-11-24.")
    until: str | None = Field(None, max_length=40, description="Last local day; it counts.")
    unit: str | None = Field(None, max_length=100, description="Code of a unit, with all below it.")
    course: str | None = Field(None, max_length=100, description="Key of a course.")
    format: str = Field(
        "json", max_length=20, description="json: a page; csv, xlsx, jsonl, parquet: a file."
    )


class CompletionItem(CompletionOut):
    """A completion of somebody within reach."""

    number: str | None = Field(description="Whole for those who may export, otherwise masked.")
    name: str
    unit: UnitOut | None


class CompletionList(Told):
    """A page of completions, the newest first."""

    items: list[CompletionItem]
    next: Cursor


class PeopleQuery(PageQuery):
    """Which people."""

    unit: str | None = Field(None, max_length=100, description="Code of a unit, with all below it.")
    q: str | None = Field(None, max_length=100, description="Words of the name, or a whole number.")
    active: bool | None = Field(True, description="false: those who have left.")


class PersonItem(Told):
    """Somebody within reach."""

    number: str = Field(description="Whole for those who may export, otherwise masked.")
    name: str
    kind: str
    unit: str
    post: str
    post_class: str
    grade: str
    active: bool


class PeopleList(Told):
    """A page of people, by name."""

    items: list[PersonItem]
    next: Cursor


class ImportQuery(Sent):
    """How a sheet is imported."""

    dry_run: bool = Field(False, description="true: only say what would be done.")


class ImportOut(Told):
    """What the import did, or would do."""

    dry_run: bool
    new: int
    changed: int
    unchanged: int
    missing: int = Field(description="Active people here whom a list of people does not name.")
    units: int = Field(description="Units that were made.")
    units_changed: int
    posts: int = Field(description="Posts that were added to histories.")
    posts_changed: int
    warnings: list[FieldError]


class WithdrawalIn(Sent):
    """Why a completion is withdrawn; it stands in the record."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
