"""The competency framework: its versions, what became of codes, required levels; files in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from learn.api.operations import Result, operation
from learn.api.problems import Findings
from learn.api.reading import Upload
from learn.api.schemas import framework as schemas
from learn.api.schemas.common import PageQuery
from learn.api.texts import moment
from learn.competencies.framework.body import data_of
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.framework.imports import plan_file, take
from learn.competencies.framework.models import FrameworkVersion
from learn.competencies.framework.sheets import Wrong
from learn.competencies.framework.versions import content_of, number_at, versions
from learn.competencies.framework.versions import version as version_of
from learn.competencies.requirements.lists import RequirementQuery, list_requirements
from learn.competencies.requirements.reading import required_at_places
from learn.competencies.requirements.rules import Place
from learn.competencies.requirements.sheets import import_requirements, plan_requirements
from learn.errors import Invalid, Message
from learn.people.access import Action
from learn.people.dates import parse_date
from learn.people.imports.sheet_plans import nothing_imported
from learn.people.imports.tables import read_table
from learn.people.paging import cursor_of, read_cursor
from learn.people.units import unit_by_code
from learn.web.context import actor, need, now, session
from learn.web.framework.draft import unit_codes
from learn.web.framework.requirements import requirements_file
from learn.web.framework.versions import version_file
from learn.web.i18n import local, say

MOST_ERRORS = 500
SHEET_TYPES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
TAG = "framework"


@operation("GET", "/frameworks", tag=TAG, query=PageQuery, replies={200: schemas.VersionList})
def frameworks(query: PageQuery) -> Result:
    """List the published versions, the newest first."""
    below = read_cursor(query.cursor, int)[0] if query.cursor else 2**31
    rows = [row for row in versions(session()) if row.number < below]
    shown = rows[: query.limit]
    current = number_at(session(), now())
    return {
        "items": [_head(row, current) for row in shown],
        "next": cursor_of(shown[-1].number) if len(rows) > query.limit else None,
    }


def _head(row: FrameworkVersion, current: int) -> dict[str, Any]:
    return {
        "number": row.number, "title": row.title, "regulation": row.regulation,
        "digest": row.digest, "in_force_from": row.in_force_from.isoformat(),
        "published_at": moment(row.published_at), "in_force": row.number == current,
    }  # fmt: skip


@operation(
    "GET", "/frameworks/in-force", tag=TAG, replies={200: schemas.VersionWhole},
)  # fmt: skip
def framework_in_force() -> Result:
    """Return the version in force now, with all it says."""
    return _whole(version_of(session(), number_at(session(), now())))


@operation(
    "GET", "/frameworks/<int:version>", tag=TAG, errors=(404,), replies={200: schemas.VersionWhole},
)  # fmt: skip
def framework_version(version: int) -> Result:
    """Return a published version, with all it says."""
    return _whole(version_of(session(), version))


def _whole(row: FrameworkVersion) -> dict[str, Any]:
    said = data_of(content_of(session(), row))
    parts = ("level_names", "competencies", "retired", "bands", "posts")
    names = {str(level): texts for level, texts in said.pop("level_names").items()}
    return {
        **_head(row, number_at(session(), now())), "level_names": names,
        **{part: said[part] for part in parts if part in said},
    }  # fmt: skip


@operation(
    "GET", "/frameworks/<int:version>/mapping", tag=TAG, errors=(404,),
    replies={200: schemas.MappingOut},
)  # fmt: skip
def framework_mapping(version: int) -> Result:
    """Return what evidence on the codes of earlier versions counts as."""
    content = content_of(session(), version_of(session(), version))
    items = [
        {"old": each.old, "new": each.new,
         "levels": {str(level): counted for level, counted in each.levels.items()}}
        for each in content.successions
    ]  # fmt: skip
    return {"number": version, "items": items}


@operation(
    "GET", "/frameworks/<int:version>/file", tag=TAG, query=schemas.FileQuery, errors=(404,),
    replies={200: schemas.CasePackage}, files=SHEET_TYPES,
)  # fmt: skip
def framework_file(query: schemas.FileQuery, version: int) -> Result:
    """Return a published version as a sheet or as a CASE package."""
    return version_file(version, query.format)


@operation(
    "POST", "/frameworks/imports", tag=TAG, query=schemas.ImportQuery, upload=True,
    errors=(403, 409), replies={201: schemas.FrameworkImportOut, 200: schemas.FrameworkImportOut},
)  # fmt: skip
def import_framework(query: schemas.ImportQuery, upload: Upload) -> Result:
    """Import competencies into the draft (201), which HR publishes; with `dry_run` only say what would change (200)."""
    need(Action.MANAGE_FRAMEWORK)
    planned = plan_file(session(), upload.content, upload.name, units=unit_codes())
    _refuse(planned.reading.errors)
    if not query.dry_run and planned.changes:
        take(session(), planned, actor_id=actor().person_id, now=now())
    findings = [
        {"code": each.code, "field": each.field, "message": say(each.message),
         "warning": each.warning}
        for each in planned.findings[:MOST_ERRORS]
    ]  # fmt: skip
    body = {
        "dry_run": query.dry_run, "changes": len(planned.changes), "findings": findings,
        "differences": [asdict(each) for each in planned.changes[:MOST_ERRORS]],
    }  # fmt: skip
    return body, 200 if query.dry_run else 201


def _refuse(errors: Sequence[Wrong]) -> None:
    if errors:
        told = nothing_imported(errors)
        raise Findings(told, [_wrong(each) for each in errors[:MOST_ERRORS]])


def _wrong(each: Wrong) -> dict[str, Any]:
    where = {"row": each.row} if isinstance(each.row, int) else {"field": each.row}
    return {**where, "column": each.column, "message": each.message}


@operation(
    "GET", "/requirements", tag=TAG, query=schemas.RequirementsQuery, errors=(404,),
    replies={200: schemas.RequirementList},
)  # fmt: skip
def requirements(query: schemas.RequirementsQuery) -> Result:
    """List required levels by post or class, competency and first day."""
    unit = unit_by_code(session(), query.unit) if query.unit else None
    wanted = RequirementQuery(
        query.post or "", query.post_class or "", unit.id if unit else None,
        query.competency or "", _day(query.on) if query.on else None,
    )  # fmt: skip
    page = list_requirements(session(), wanted, after=query.cursor, limit=query.limit)
    items = [
        {
            "id": row.id, "unit": line.unit.code if line.unit else None, "post": row.post_title,
            "post_class": row.post_class, "competency": row.competency,
            "required_level": row.level, "since": row.since.isoformat(),
            "until": row.until.isoformat() if row.until else None, "source": row.source,
            "confidence": row.confidence,
        }
        for line in page.items
        for row in (line.row,)
    ]  # fmt: skip
    return {"items": items, "next": page.next}


def _day(text: str) -> date:
    found = parse_date(text)
    if found is None:
        raise Invalid(Message("“%(text)s” is no date, such as 2026-11-24.", text=text[:40]))
    return found


@operation(
    "GET", "/requirements/required", tag=TAG, query=schemas.RequiredQuery, errors=(404,),
    replies={200: schemas.RequiredList},
)  # fmt: skip
def required(query: schemas.RequiredQuery) -> Result:
    """Return what a post requires on a day, with what says so."""
    on = _day(query.on) if query.on else local(now()).date()
    unit = unit_by_code(session(), query.unit) if query.unit else None
    place = Place(unit.path if unit else "", query.post, query.post_class)
    found: Mapping[str, Any] = required_at_places(session(), [place], on=on)[place]
    items = [
        {
            "competency": code, "required_level": each.level, "source": each.source,
            "confidence": each.confidence, "requirement": each.rule,
        }
        for code, each in found.items()
    ]  # fmt: skip
    return {"on": on.isoformat(), "items": items}


@operation(
    "GET", "/requirements/file", tag=TAG, query=schemas.SheetQuery, replies={}, files=SHEET_TYPES,
)  # fmt: skip
def requirements_sheet(query: schemas.SheetQuery) -> Result:
    """Return all required levels as a sheet that can be imported again."""
    return requirements_file(query.format)


@operation(
    "POST", "/requirements/imports", tag=TAG, query=schemas.ImportQuery, upload=True, errors=(403,),
    replies={201: schemas.RequirementImportOut, 200: schemas.RequirementImportOut},
)  # fmt: skip
def import_required_levels(query: schemas.ImportQuery, upload: Upload) -> Result:
    """Import required levels, all or nothing (201); with `dry_run` only say what would change (200)."""
    need(Action.MANAGE_FRAMEWORK)
    table = read_table(upload.content, upload.name)
    if query.dry_run:
        plan = plan_requirements(session(), table, load_framework())
    else:
        plan = import_requirements(
            session(), table, load_framework(), actor_id=actor().person_id, now=now()
        )
    _refuse(plan.errors)
    body = {
        "dry_run": query.dry_run, "new": len(plan.new), "changed": len(plan.changed),
        "unchanged": plan.unchanged,
    }  # fmt: skip
    return body, 200 if query.dry_run else 201
