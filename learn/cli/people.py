"""``learn people``: importing and exporting people, printing their one-time codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from learn.cli.context import CommandContext, current
from learn.cli.export import file_options, write_export
from learn.errors import LearnError, Message
from learn.people.accounts import make_codes
from learn.people.directory import present_numbers
from learn.people.importing import ImportPlan, RowError, apply_import, plan_import, read_table
from learn.people.names import full_name
from learn.people.numbers import mask
from learn.people.units import unit_by_code


@click.group()
def people() -> None:
    """People: import, export, one-time codes."""


@contextmanager
def _told(context: CommandContext) -> Iterator[None]:
    """Turn what a person can put right into a sentence and exit code 1."""
    try:
        yield
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(1) from error


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_people(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import people from FILE (CSV in UTF-8, or XLSX): all of it or, with any error, nothing."""
    context = current()
    now = context.now()
    with _told(context):
        table = read_table(file.read_bytes(), file.name)
        with context.database.writing() as session:
            plan = plan_import(session, table, actor=None, now=now, settings=context.settings)
            done = not plan.errors and not dry_run
            if done:
                apply_import(session, plan, actor=None, now=now, settings=context.settings)
                session.commit()
    if as_json:
        click.echo(json.dumps(_as_data(context, plan, done), ensure_ascii=False, indent=2))
    else:
        _report(context, plan, dry_run)
    if plan.errors:
        raise SystemExit(1)


def _report(context: CommandContext, plan: ImportPlan, dry_run: bool) -> None:
    for warning in plan.warnings:
        click.echo(f"{context.translate(Message('warning'))}: {_line(context, warning)}")
    for error in plan.errors:
        click.echo(_line(context, error))
    counts = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.unchanged,
              "units": len(plan.units)}  # fmt: skip
    if plan.errors:
        context.say(Message("%(errors)s errors. Nothing was imported.", errors=len(plan.errors)))
    elif dry_run:
        context.say(
            Message(
                "Would import: %(new)s new, %(changed)s changed, %(same)s unchanged, %(units)s new units.",
                **counts,
            )
        )
    else:
        context.say(Message("Imported: %(new)s new, %(changed)s changed, %(same)s unchanged, %(units)s new units.", **counts))  # fmt: skip


def _line(context: CommandContext, error: RowError) -> str:
    """Return a place that reads the same in every language, and what is wrong there."""
    return f"row {error.row}, column {error.column}: {context.translate(error.message)}"


def _as_data(context: CommandContext, plan: ImportPlan, done: bool) -> dict[str, Any]:
    def listed(errors: Iterable[RowError]) -> list[dict[str, Any]]:
        return [
            {"row": e.row, "column": e.column, "message": context.translate(e.message)}
            for e in errors
        ]

    return {
        "imported": done,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "units": len(plan.units),
        "errors": listed(plan.errors),
        "warnings": listed(plan.warnings),
    }


@people.command("export")
@file_options
def export_people(**options: Any) -> None:
    """Export people with the columns of the import."""
    write_export(current(), "people", **options)


@people.command("codes")
@click.option("--unit", required=True, help="Code of the unit; all units below it belong to it.")
@click.option("--all", "everybody", is_flag=True, help="Also for people who have a password.")
def codes(unit: str, everybody: bool) -> None:
    """Print one-time codes for the people of a unit: name, number, code, with tabs between."""
    context = current()
    with _told(context), context.database.transaction() as session:
        made = make_codes(
            session, unit_by_code(session, unit), actor=None, now=context.now(),
            settings=context.settings, with_password=everybody,
        )  # fmt: skip
        numbers = present_numbers(session, [person.id for person, _code in made])
    for person, code in made:
        name = full_name(person.name, person.title_before, person.title_after)
        click.echo(f"{name}\t{mask(numbers.get(person.id, ''))}\t{code}")
    context.say(
        Message(
            "%(people)s codes, good for %(days)s days. Each sets a password once.",
            people=len(made),
            days=context.settings.code_days,
        ),
        err=True,
    )
