"""Sheets that commands take in: planned, done all of it or nothing, and told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from sqlalchemy.orm import Session

from learn.cli.context import CommandContext
from learn.errors import LearnError, Message
from learn.people.imports.sheet_plans import queue_sheets
from learn.people.imports.tables import Table, read_table

Command = TypeVar("Command", bound=Callable[..., Any])


class SheetError(Protocol):
    """Something wrong in a sheet, or worth a look."""

    @property
    def row(self) -> int | str:
        """Return the row (header = 1)."""

    @property
    def column(self) -> str:
        """Return the column as the sheet names it."""

    @property
    def message(self) -> Message:
        """Return what is wrong there."""


class IncomingPlan(Protocol):
    """What a sheet would do; with `errors` it does nothing."""

    @property
    def errors(self) -> Sequence[SheetError]:
        """Return what is wrong, by row and column."""


class ChangesPlan(IncomingPlan, Protocol):
    """What a sheet would do, where that is a change for each row."""

    @property
    def changes(self) -> Sequence[Any]:
        """Return the rows that change something."""

    @property
    def unchanged(self) -> int:
        """Return how many rows change nothing."""

    @property
    def warnings(self) -> Sequence[SheetError]:
        """Return what hinders nothing."""


P = TypeVar("P", bound=IncomingPlan)


def sheet_options(dry_run: str) -> Callable[[Command], Command]:
    """Add the file of a sheet that comes in, and its options; `dry_run` is the help of one."""
    path = click.Path(exists=True, dir_okay=False, path_type=Path)

    def add(command: Command) -> Command:
        command = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
            command
        )
        command = click.option("--dry-run", is_flag=True, help=dry_run)(command)
        return click.argument("file", type=path)(command)

    return add


def take_sheet(
    context: CommandContext,
    file: Path,
    plan_sheet: Callable[[Session, Table], P],
    apply_sheet: Callable[[Session, P], None],
    *,
    dry_run: bool,
) -> tuple[P, bool]:
    """Return the plan of a sheet and whether it was carried out; what cannot be read ends the command."""
    try:
        table = read_table(file.read_bytes(), file.name)
        with context.database.transaction() as session:
            if not dry_run:
                queue_sheets(session)
            plan = plan_sheet(session, table)
            done = not plan.errors and not dry_run
            if done:
                apply_sheet(session, plan)
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(1) from error
    return plan, done


def finish(
    plan: IncomingPlan, data: Mapping[str, Any], tell: Callable[[], None], *, as_json: bool
) -> None:
    """Print the result as JSON or in words, and end with 1 when there are errors."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        tell()
    if plan.errors:
        raise SystemExit(1)


def line_of(context: CommandContext, error: SheetError) -> str:
    """Return a place that reads the same in every language, and what is wrong there."""
    return f"row {error.row}, column {error.column}: {context.translate(error.message)}"


def rows_of(context: CommandContext, errors: Iterable[SheetError]) -> list[dict[str, Any]]:
    """Return errors as data, by row and column."""
    return [
        {"row": each.row, "column": each.column, "message": context.translate(each.message)}
        for each in errors
    ]


def print_rows(
    context: CommandContext, warnings: Iterable[SheetError], errors: Iterable[SheetError]
) -> None:
    """Print a line for each warning, then for each error."""
    for warning in warnings:
        click.echo(f"{context.translate(Message('warning'))}: {line_of(context, warning)}")
    for error in errors:
        click.echo(line_of(context, error))


def finish_changes(
    context: CommandContext, plan: ChangesPlan, done: bool, *, dry_run: bool, as_json: bool
) -> None:
    """Print what the rows of a sheet change, and end with 1 when there are errors."""

    def tell() -> None:
        print_rows(context, plan.warnings, plan.errors)
        counts = {"changed": len(plan.changes), "same": plan.unchanged}
        if plan.errors:
            context.say(Message("%(errors)s errors. Nothing was changed.", errors=len(plan.errors)))
        elif dry_run:
            context.say(Message("Would change: %(changed)s rows; %(same)s unchanged.", **counts))
        else:
            context.say(Message("Changed: %(changed)s rows; %(same)s unchanged.", **counts))

    data = {
        "done": done,
        "changed": len(plan.changes),
        "unchanged": plan.unchanged,
        "errors": rows_of(context, plan.errors),
        "warnings": rows_of(context, plan.warnings),
    }
    finish(plan, data, tell, as_json=as_json)
