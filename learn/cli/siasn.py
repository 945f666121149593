"""``learn siasn``: taking in ids of people in SIASN, and what SIASN answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from learn.cli.context import CommandContext, current
from learn.errors import LearnError, Message
from learn.people.access import EVERYTHING
from learn.people.columns import RowError
from learn.people.tables import read_table
from learn.siasn.people import apply_people, plan_people
from learn.siasn.results import apply_results, plan_results
from learn.siasn.sheets import Plan


@click.group()
def siasn() -> None:
    """SIASN: ids of people, and results of what was exported."""


def _sheet_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the file and the options of a sheet that comes in."""
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Show what would change and change nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@siasn.command("people")
@_sheet_options
def people(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take ids of people from FILE (CSV or XLSX with number, siasn_id): all of it or nothing."""
    _take(current(), file, plan_people, apply_people, dry_run=dry_run, as_json=as_json)


@siasn.command("results")
@_sheet_options
def results(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take results from FILE (certificate or row_id, id or message): all of it or nothing."""
    _take(current(), file, plan_results, apply_results, dry_run=dry_run, as_json=as_json)


def _take(
    context: CommandContext,
    file: Path,
    plan_sheet: Callable[..., Plan],
    apply_sheet: Callable[..., None],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    try:
        table = read_table(file.read_bytes(), file.name)
        with context.database.writing() as session:
            plan = plan_sheet(session, table, scope=EVERYTHING)
            done = not plan.errors and not dry_run
            if done:
                apply_sheet(session, plan, actor_id=None, now=context.now())
                session.commit()
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps(_as_data(context, plan, done), ensure_ascii=False, indent=2))
    else:
        _report(context, plan, dry_run)
    if plan.errors:
        raise SystemExit(1)


def _report(context: CommandContext, plan: Plan, dry_run: bool) -> None:
    for warning in plan.warnings:
        click.echo(f"{context.translate(Message('warning'))}: {_line(context, warning)}")
    for error in plan.errors:
        click.echo(_line(context, error))
    counts = {"changed": len(plan.changes), "same": plan.unchanged}
    if plan.errors:
        context.say(Message("%(errors)s errors. Nothing was changed.", errors=len(plan.errors)))
    elif dry_run:
        context.say(Message("Would change: %(changed)s rows; %(same)s unchanged.", **counts))
    else:
        context.say(Message("Changed: %(changed)s rows; %(same)s unchanged.", **counts))


def _line(context: CommandContext, error: RowError) -> str:
    """Return a place that reads the same in every language, and what is wrong there."""
    return f"row {error.row}, column {error.column}: {context.translate(error.message)}"


def _as_data(context: CommandContext, plan: Plan, done: bool) -> dict[str, Any]:
    def listed(errors: Iterable[RowError]) -> list[dict[str, Any]]:
        return [
            {"row": e.row, "column": e.column, "message": context.translate(e.message)}
            for e in errors
        ]

    return {
        "done": done,
        "changed": len(plan.changes),
        "unchanged": plan.unchanged,
        "errors": listed(plan.errors),
        "warnings": listed(plan.warnings),
    }
