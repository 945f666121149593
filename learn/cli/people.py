"""``learn people``: importing and exporting people, printing their one-time codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from learn.cli.context import CommandContext, current
from learn.cli.export import file_options, write_export, wrong_use
from learn.cli.files import whole_file
from learn.errors import LearnError, Message
from learn.exports.archives.organisation import ORGANISATION, PARTS, organisation_chunks
from learn.exports.formats.exporter import About
from learn.exports.formats.xlsx import Xlsx
from learn.exports.import_errors import errors_csv
from learn.exports.kinds import KINDS, query_of
from learn.exports.services import audit_export
from learn.people.access import EVERYTHING
from learn.people.directory import present_numbers
from learn.people.imports.sheet_plans import queue_sheets
from learn.people.imports.sheets import What
from learn.people.imports.tables import read_tables
from learn.people.imports.workbook_changes import apply_workbook
from learn.people.imports.workbooks import SheetError, WorkbookPlan, grouped, plan_workbook
from learn.people.names import full_name
from learn.people.numbers import mask
from learn.people.signing_in.accounts import make_codes
from learn.people.units import unit_by_code

ALL = "all"
MOST_LINES = 200
"""So many errors are told one by one; of more, those of one kind together."""


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
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--errors", "errors_file", metavar="FILE",
              type=click.Path(dir_okay=False, path_type=Path),
              help="Write all errors to this file, as CSV.")  # fmt: skip
def import_people(
    files: tuple[Path, ...], dry_run: bool, as_json: bool, errors_file: Path | None
) -> None:
    """Import units, people and posts from FILE (CSV in UTF-8, or XLSX): all of it or, with any error, nothing.

    An XLSX file may hold a sheet of each; CSV files of each may be named together.
    """
    context = current()
    now = context.now()
    with _told(context):
        tables = [table for file in files for table in read_tables(file.read_bytes(), file.name)]
        with context.database.reading() as reading:
            plan = plan_workbook(reading, tables, actor=None, now=now, settings=context.settings)
        done = not plan.errors and not dry_run
        if done:
            with context.database.transaction() as session:  # compared again, with nobody between
                queue_sheets(session)
                plan = plan_workbook(
                    session, tables, actor=None, now=now, settings=context.settings
                )
                apply_workbook(session, plan, actor=None, now=now, settings=context.settings)
    if errors_file is not None and plan.errors:
        errors_file.write_bytes(errors_csv(plan.errors, translate=context.translate, now=now))
    if as_json:
        click.echo(json.dumps(_as_data(context, plan, done), ensure_ascii=False, indent=2))
    else:
        _report(context, plan, dry_run)
    if plan.errors:
        raise SystemExit(1)


def _report(context: CommandContext, plan: WorkbookPlan, dry_run: bool) -> None:
    for warning in plan.warnings[:MOST_LINES]:
        click.echo(f"{context.translate(Message('warning'))}: {_line(context, warning)}")
    if len(plan.errors) > MOST_LINES:
        _report_groups(context, plan)
    else:
        for error in plan.errors:
            click.echo(_line(context, error))
    if plan.errors:
        context.say(Message("%(errors)s errors. Nothing was imported.", errors=len(plan.errors)))
        return
    people = plan.people
    counts = {"new": len(people.new), "changed": len(people.changed), "same": people.unchanged,
              "units": len(people.units) + len(plan.units.new)}  # fmt: skip
    if dry_run:
        context.say(
            Message(
                "Would import: %(new)s new, %(changed)s changed, %(same)s unchanged, %(units)s new units.",
                **counts,
            )
        )
    else:
        context.say(Message("Imported: %(new)s new, %(changed)s changed, %(same)s unchanged, %(units)s new units.", **counts))  # fmt: skip
    _report_more(context, plan)


def _report_more(context: CommandContext, plan: WorkbookPlan) -> None:
    """Say how it stands with units and posts, where there are sheets of them."""
    for what, found in ((What.UNITS, _units_of(plan)), (What.POSTS, _posts_of(plan))):
        if what in plan.sheets:
            title = Message("Units") if what == What.UNITS else Message("History of posts")
            context.say(
                Message(
                    "%(what)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(missing)s not in the sheet.",
                    what=title, **found,
                )
            )  # fmt: skip
    if plan.missing.count:
        context.say(
            Message(
                "%(people)s people here are not in the sheet and stay as they are.",
                people=plan.missing.count,
            )
        )


def _report_groups(context: CommandContext, plan: WorkbookPlan) -> None:
    for example, count, rows in grouped(plan.errors)[:MOST_LINES]:
        shown = ", ".join(str(row) for row in rows)
        click.echo(f"{count} x {_line(context, example)} (rows {shown})")


def _units_of(plan: WorkbookPlan) -> dict[str, int]:
    units = plan.units
    return {"new": len(units.new), "changed": len(units.changed), "unchanged": units.unchanged,
            "missing": len(units.missing)}  # fmt: skip


def _posts_of(plan: WorkbookPlan) -> dict[str, int]:
    posts = plan.posts
    return {"new": posts.new, "changed": posts.changed, "unchanged": posts.unchanged,
            "missing": posts.kept}  # fmt: skip


def _line(context: CommandContext, found: SheetError) -> str:
    """Return a place that reads the same in every language, and what is wrong there."""
    sheet = f"{found.sheet}, " if found.sheet else ""
    error = found.error
    return f"{sheet}row {error.row}, column {error.column}: {context.translate(error.message)}"


def _as_data(context: CommandContext, plan: WorkbookPlan, done: bool) -> dict[str, Any]:
    def listed(errors: Iterable[SheetError]) -> list[dict[str, Any]]:
        return [
            {"sheet": e.sheet, "row": e.error.row, "column": e.error.column,
             "message": context.translate(e.error.message)}
            for e in errors
        ]  # fmt: skip

    return {
        "imported": done,
        "new": len(plan.people.new),
        "changed": len(plan.people.changed),
        "unchanged": plan.people.unchanged,
        "missing": plan.missing.count,
        "units": len(plan.people.units) + len(plan.units.new),
        "sheets": {"units": _units_of(plan), "posts": _posts_of(plan)},
        "errors": listed(plan.errors),
        "warnings": listed(plan.warnings),
    }


@people.command("export")
@click.option("--what", type=click.Choice([*(what.value for what in What), ALL]), default=What.PEOPLE.value,
              show_default=True, help="Which sheet of the import.")  # fmt: skip
@file_options
def export_people(what: str, **options: Any) -> None:
    """Export people, units or the history of posts with the columns of the import; all: one workbook."""
    if what == ALL:
        _write_all(current(), **options)
    else:
        write_export(current(), what, **options)


def _write_all(
    context: CommandContext,
    *,
    output: Path | None,
    format_: str | None,
    unit: str | None,
    **options: str | None,
) -> None:
    """Write units, people and posts into one workbook, and note it in the audit chain."""
    now, zone = context.now(), context.settings.timezone
    with wrong_use(context), context.database.snapshot() as session:
        if output is None or format_ not in {None, "xlsx"} or any(options.values()):
            message = "Units, people and posts together are an XLSX file: name it with -o; --unit alone narrows it."
            raise LearnError(Message(message))
        queries = [
            query_of(KINDS[part], EVERYTHING, timezone=zone, now=now, unit=unit) for part in PARTS
        ]
        about = About(
            title=ORGANISATION.title, made_at=now.astimezone(ZoneInfo(zone)),
            organiser=context.settings.organiser, filters=queries[0].described(),
            translate=context.translate,
        )  # fmt: skip
        chunks = organisation_chunks(session, queries, about=about, translate=context.translate)
        with whole_file(output) as file:
            file.writelines(chunks)
            with context.database.transaction() as writing:
                audit_export(writing, ORGANISATION, Xlsx(), queries[0], actor_id=None, now=now)


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
