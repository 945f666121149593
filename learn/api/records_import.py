"""Bringing in older records from a sheet."""

from __future__ import annotations

from learn.api.operations import Result, operation
from learn.api.reading import Upload
from learn.api.schemas import jobs as schemas
from learn.api.schemas.people import ImportQuery
from learn.api.sheets import MOST_ERRORS, refuse, said_rows
from learn.claims.importing import apply_records, plan_records
from learn.people.access import Action
from learn.people.dates import local_date
from learn.people.imports.sheet_plans import nothing_imported, queue_sheets
from learn.people.imports.tables import read_table
from learn.web.context import now, person, reach, session
from learn.web.state import state


@operation(
    "POST", "/records/imports", tag="records", errors=(403,), query=ImportQuery, upload=True,
    replies={201: schemas.RecordsImportOut, 200: schemas.RecordsImportOut},
)  # fmt: skip
def import_records(query: ImportQuery, upload: Upload) -> Result:
    """Bring in older records with their JP from CSV or XLSX, all or nothing (201); with `dry_run` only say what would happen (200)."""
    within = reach(Action.IMPORT_PEOPLE)
    if not query.dry_run:
        queue_sheets(session())
    plan = plan_records(
        session(), read_table(upload.content, upload.name), scope=within, actor_id=person().id,
        today=local_date(now(), state().settings.timezone),
    )  # fmt: skip
    refuse(plan.errors, nothing_imported(plan.errors))
    if not query.dry_run:
        apply_records(session(), plan, actor_id=person().id, now=now())
    body = {
        "dry_run": query.dry_run,
        "new": len(plan.new),
        "hours": plan.hours,
        "unchanged": plan.unchanged,
        "duplicates": plan.duplicates,
        "warnings": said_rows(plan.warnings[:MOST_ERRORS]),
    }
    return body, 200 if query.dry_run else 201
