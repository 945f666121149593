"""The models of the competency framework and of required levels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from learn.api.schemas.common import Cursor, PageQuery, Sent, Told

Confidence = Literal["high", "medium", "low"]


class VersionOut(Told):
    """A published version of the framework."""

    number: int
    title: str
    regulation: str
    digest: str = Field(description="The SHA-256 of its content, which never changes.")
    in_force_from: date
    published_at: datetime | None
    in_force: bool


class VersionList(Told):
    """A page of versions."""

    items: list[VersionOut]
    next: Cursor


class VersionWhole(VersionOut):
    """A version with all it says: competencies with their levels, former codes, bands, classes of post."""

    level_names: dict[str, Any]
    competencies: list[dict[str, Any]]
    retired: list[dict[str, Any]] = Field(description="Competencies no longer in force.")
    bands: dict[str, Any]
    posts: list[dict[str, Any]] = Field(description="Classes of post with their usual level.")


class SuccessionOut(Told):
    """What evidence on an earlier code counts as."""

    old: str
    new: str
    levels: dict[str, int] = Field(description="Where levels differ; 0: does not count.")


class MappingOut(Told):
    """What became of the codes of earlier versions."""

    number: int
    items: list[SuccessionOut]


class FileQuery(Sent):
    """In which form a version is wanted."""

    format: Literal["csv", "xlsx", "case"] = Field("case", description="case: CASE 1.0, JSON.")


class CasePackage(Told):
    """A CFPackage of CASE 1.0, as 1EdTech describes it."""

    CFDocument: dict[str, Any]
    CFItems: list[dict[str, Any]]
    CFAssociations: list[dict[str, Any]]
    CFDefinitions: dict[str, Any]


class SheetQuery(Sent):
    """In which form the sheet is wanted."""

    format: Literal["csv", "xlsx"] = Field("csv", description="The kind of sheet.")


class RequirementsQuery(PageQuery):
    """Which required levels."""

    post: str | None = Field(None, max_length=255, description="The title of a post.")
    post_class: str | None = Field(None, max_length=40, description="A class, such as PELAKSANA.")
    unit: str | None = Field(None, max_length=60, description="Code of a unit: only its own rows.")
    competency: str | None = Field(None, max_length=20, description="The code of a competency.")
    on: str | None = Field(None, max_length=10, description="In force on this day: 2026-11-24.")


class RequirementOut(Told):
    """A required level, from a day until a day; either a post or a class is named."""

    id: int
    unit: str | None
    post: str
    post_class: str
    competency: str
    required_level: int
    since: date
    until: date | None
    source: str
    confidence: Confidence


class RequirementList(Told):
    """A page of required levels."""

    items: list[RequirementOut]
    next: Cursor


class RequiredQuery(Sent):
    """Whose required levels, on which day."""

    post: str = Field("", max_length=255, description="The title of a post.")
    post_class: str = Field("", max_length=40, description="Its class, such as PELAKSANA.")
    unit: str | None = Field(None, max_length=60, description="Code of the unit of the post.")
    on: str | None = Field(None, max_length=10, description="A day: 2026-11-24; else today.")


class RequiredOut(Told):
    """The level that a post requires in a competency, and what says so."""

    competency: str
    required_level: int
    source: str
    confidence: Confidence
    requirement: int | None = Field(description="The row; null: usual for the class of post.")


class RequiredList(Told):
    """What a post requires on a day."""

    on: date
    items: list[RequiredOut]


class ImportQuery(Sent):
    """How a file is imported."""

    dry_run: bool = Field(False, description="true: only say what would be done.")


class ChangeOut(Told):
    """One difference."""

    kind: Literal["added", "removed", "moved", "returned", "changed"]
    code: str
    field: str
    before: str
    after: str


class FindingOut(Told):
    """What hinders publishing, or with `warning` is worth a look."""

    code: str
    field: str
    message: str
    warning: bool


class FrameworkImportOut(Told):
    """What the file changed in the draft, or would change; the first 500 differences."""

    dry_run: bool
    changes: int
    differences: list[ChangeOut]
    findings: list[FindingOut]


class RequirementImportOut(Told):
    """What the sheet changed, or would change."""

    dry_run: bool
    new: int
    changed: int
    unchanged: int
