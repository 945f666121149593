"""``learn records``: bringing in what people learned before, from an older system's list."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from learn.claims.importing import RecordsPlan, apply_records, plan_records
from learn.cli.context import CommandContext, current
from learn.cli.sheets import finish, print_rows, rows_of, sheet_options, take_sheet
from learn.errors import Message
from learn.people.access import EVERYTHING
from learn.people.dates import local_date
from learn.people.imports.tables import Table

MOST_LINES = 200


@click.group()
def records() -> None:
    """Records of older systems: import."""


@records.command("import")
@sheet_options("Show what would happen and change nothing.")
def import_records(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import older records with their JP from FILE (CSV in UTF-8, or XLSX): all of it or, with any error, nothing."""
    context = current()
    now = context.now()

    def plan_sheet(session: Session, table: Table) -> RecordsPlan:
        today = local_date(now, context.settings.timezone)
        return plan_records(session, table, scope=EVERYTHING, actor_id=None, today=today)

    def apply(session: Session, plan: RecordsPlan) -> None:
        apply_records(session, plan, actor_id=None, now=now)

    plan, done = take_sheet(context, file, plan_sheet, apply, dry_run=dry_run)
    tell = partial(_report, context, plan, dry_run)
    finish(plan, _as_data(context, plan, done), tell, as_json=as_json)


def _report(context: CommandContext, plan: RecordsPlan, dry_run: bool) -> None:
    print_rows(context, plan.warnings[:MOST_LINES], plan.errors[:MOST_LINES])
    counts = {"new": len(plan.new), "hours": plan.hours, "same": plan.unchanged,
              "doubles": plan.duplicates}  # fmt: skip
    if plan.errors:
        context.say(Message("%(errors)s errors. Nothing was imported.", errors=len(plan.errors)))
    elif dry_run:
        context.say(Message("Would import: %(new)s records with %(hours)s JP; %(same)s are here already, %(doubles)s look like others and are left out.", **counts))  # fmt: skip
    else:
        context.say(Message("Imported: %(new)s records with %(hours)s JP; %(same)s are here already, %(doubles)s look like others and are left out.", **counts))  # fmt: skip


def _as_data(context: CommandContext, plan: RecordsPlan, done: bool) -> dict[str, Any]:
    return {
        "imported": done,
        "new": len(plan.new),
        "hours": plan.hours,
        "unchanged": plan.unchanged,
        "duplicates": plan.duplicates,
        "errors": rows_of(context, plan.errors),
        "warnings": rows_of(context, plan.warnings),
    }
