"""``learn competencies``: assessed levels from a sheet, and deciding levels anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from learn.cli.context import CommandContext, current
from learn.competencies.assessment_sheets import Plan, apply_levels, plan_levels
from learn.competencies.deciding import decide_all
from learn.competencies.framework_versions import use_in_force
from learn.errors import LearnError, Message
from learn.people.access import EVERYTHING
from learn.people.columns import RowError
from learn.people.dates import local_date
from learn.people.tables import read_table
from learn.schema import load_projections


@click.group()
def competencies() -> None:
    """Levels of competencies: taking in assessments, deciding anew."""


@competencies.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def take_levels(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take assessed levels from FILE (CSV or XLSX: number, competency, level, assessed_on ...): all or nothing."""
    context = current()
    load_projections()
    try:
        table = read_table(file.read_bytes(), file.name)
        with context.database.writing() as session:
            use_in_force(session, context.now())
            today = local_date(context.now(), context.settings.timezone)
            plan = plan_levels(session, table, scope=EVERYTHING, actor_id=None, today=today,
                               settings=context.settings)  # fmt: skip
            done = not plan.errors and not dry_run
            if done:
                apply_levels(session, plan, actor_id=None, now=context.now())
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


@competencies.command()
@click.option("--competency", "codes", multiple=True, help="Only this one; may be given again.")
def decide(codes: tuple[str, ...]) -> None:
    """Decide learned levels anew where the stored one is not what the rules in force say."""
    context = current()
    load_projections()
    with context.database.reading() as session:
        framework = use_in_force(session, context.now())
    try:
        wanted = [framework.competency(code).code for code in codes]
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(2) from error
    changed = decide_all(context.database, now=context.now(), codes=wanted)
    context.say(Message("Levels that changed: %(changed)s", changed=changed))


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
