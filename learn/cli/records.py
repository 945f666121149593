"""``learn records``: bringing in what people learned before, from an older system's list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from learn.claims.importing import RecordsPlan, apply_records, plan_records
from learn.cli.context import CommandContext, current
from learn.errors import LearnError, Message
from learn.people.access import EVERYTHING
from learn.people.columns import RowError
from learn.people.dates import local_date
from learn.people.tables import read_table

MOST_LINES = 200


@click.group()
def records() -> None:
    """Records of older systems: import."""


@records.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_records(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import older records with their JP from FILE (CSV in UTF-8, or XLSX): all of it or, with any error, nothing."""
    context = current()
    now = context.now()
    try:
        table = read_table(file.read_bytes(), file.name)
        today = local_date(now, context.settings.timezone)
        with context.database.transaction() as session:
            plan = plan_records(session, table, scope=EVERYTHING, actor_id=None, today=today)
            done = not plan.errors and not dry_run
            if done:
                apply_records(session, plan, actor_id=None, now=now)
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps(_as_data(context, plan, done), ensure_ascii=False, indent=2))
    else:
        _report(context, plan, dry_run)
    if plan.errors:
        raise SystemExit(1)


def _report(context: CommandContext, plan: RecordsPlan, dry_run: bool) -> None:
    for warning in plan.warnings[:MOST_LINES]:
        click.echo(f"{context.translate(Message('warning'))}: {_line(context, warning)}")
    for error in plan.errors[:MOST_LINES]:
        click.echo(_line(context, error))
    counts = {"new": len(plan.new), "hours": plan.hours, "same": plan.unchanged,
              "doubles": plan.duplicates}  # fmt: skip
    if plan.errors:
        context.say(Message("%(errors)s errors. Nothing was imported.", errors=len(plan.errors)))
    elif dry_run:
        context.say(Message("Would import: %(new)s records with %(hours)s JP; %(same)s are here already, %(doubles)s look like others and are left out.", **counts))  # fmt: skip
    else:
        context.say(Message("Imported: %(new)s records with %(hours)s JP; %(same)s are here already, %(doubles)s look like others and are left out.", **counts))  # fmt: skip


def _line(context: CommandContext, error: RowError) -> str:
    return f"row {error.row}, column {error.column}: {context.translate(error.message)}"


def _as_data(context: CommandContext, plan: RecordsPlan, done: bool) -> dict[str, Any]:
    def listed(errors: tuple[RowError, ...]) -> list[dict[str, Any]]:
        return [
            {"row": e.row, "column": e.column, "message": context.translate(e.message)}
            for e in errors
        ]

    return {
        "imported": done,
        "new": len(plan.new),
        "hours": plan.hours,
        "unchanged": plan.unchanged,
        "duplicates": plan.duplicates,
        "errors": listed(plan.errors),
        "warnings": listed(plan.warnings),
    }
