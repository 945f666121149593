"""``learn framework``: competencies and required levels out to files, and in from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.cli.context import CommandContext, current
from learn.cli.files import whole_file
from learn.cli.sheets import rows_of
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.framework.imports import Planned, is_package, plan_file, take
from learn.competencies.framework.versions import content_of, number_at, version
from learn.competencies.requirements.sheets import (
    Plan,
    import_requirements,
    plan_requirements,
    requirement_rows,
)
from learn.errors import Invalid, LearnError, Message
from learn.exports.archives.framework import (
    CASE,
    SHEET_FORMATS,
    file_of_version,
    requirement_chunks,
    sheet_exporter,
)
from learn.exports.formats.exporter import About
from learn.people.imports.tables import read_table
from learn.people.models import Unit

COMPETENCIES, REQUIREMENTS = "competencies", "requirements"
WHAT = click.option(
    "--what", type=click.Choice([COMPETENCIES, REQUIREMENTS]), default=COMPETENCIES,
    show_default=True, help="Competencies with their levels, or the levels that posts require.",
)  # fmt: skip
SUFFIXES = {".csv": "csv", ".xlsx": "xlsx", ".json": CASE}


@click.group()
def framework() -> None:
    """The competency framework: files out and in."""


@framework.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@WHAT
@click.option(
    "--format", "format_", type=click.Choice([*SHEET_FORMATS, CASE]), help="Else by the suffix."
)
@click.option(
    "--version", "number", type=int, help="The number of the version; else that in force."
)
def export_framework(file: Path, what: str, format_: str | None, number: int | None) -> None:
    """Write FILE: CSV, XLSX, or a CASE package in JSON."""
    context = current()
    chosen = format_ or SUFFIXES.get(file.suffix.lower(), "csv")
    try:
        with context.database.reading() as session:
            content = (
                _requirements(context, session, chosen)
                if what == REQUIREMENTS
                else _version(context, session, chosen, number)
            )
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(1) from error
    with whole_file(file) as out:
        out.write(content)


def _version(
    context: CommandContext, session: Session, chosen: str, number: int | None
) -> bytes:  # fmt: skip
    row = version(session, number_at(session, context.now()) if number is None else number)
    content, _mimetype, _suffix = file_of_version(
        content_of(session, row), chosen, context.state.exporters,
        organiser=context.settings.organiser, made_at=context.now(), changed_at=row.published_at,
        translate=context.translate,
    )  # fmt: skip
    return content


def _requirements(context: CommandContext, session: Session, chosen: str) -> bytes:
    exporter = sheet_exporter(context.state.exporters, chosen)
    about = About(
        Message("Required levels"), context.now(), context.settings.organiser,
        translate=context.translate,
    )  # fmt: skip
    return b"".join(requirement_chunks(requirement_rows(session), exporter, about))


@framework.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@WHAT
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_framework(file: Path, what: str, dry_run: bool, as_json: bool) -> None:
    """Read FILE (CSV, XLSX, or a CASE package): all of it or, with any error, nothing.

    Competencies end in the draft, which HR looks at and publishes on the page; required levels hold at
    once.
    """
    context = current()
    read = _import_requirements if what == REQUIREMENTS else _import_competencies
    try:
        told = read(context, file.read_bytes(), file.name, dry_run)
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        _report(context, told, dry_run)
    if told["errors"]:
        raise SystemExit(1)


def _import_competencies(
    context: CommandContext, content: bytes, name: str, dry_run: bool
) -> dict[str, Any]:
    with context.database.writing() as session:
        units = frozenset(session.scalars(select(Unit.code)))
        planned: Planned = plan_file(session, content, name, units=units)
        done = not dry_run and not planned.reading.errors and bool(planned.changes)
        if done:
            take(session, planned, actor_id=None, now=context.now())
            session.commit()
    return {
        "imported": done, "rows": planned.reading.rows, "changes": len(planned.changes),
        "errors": rows_of(context, planned.reading.errors),
        "findings": [
            {"code": each.code, "field": each.field, "message": context.translate(each.message),
             "warning": each.warning}
            for each in planned.findings
        ],
    }  # fmt: skip


def _import_requirements(
    context: CommandContext, content: bytes, name: str, dry_run: bool
) -> dict[str, Any]:
    if is_package(content, name):
        raise Invalid(Message("Required levels come as CSV or XLSX."))
    table = read_table(content, name)
    with context.database.writing() as session:
        if dry_run:
            plan = plan_requirements(session, table, load_framework())
        else:
            plan = import_requirements(
                session, table, load_framework(), actor_id=None, now=context.now()
            )
            if not plan.errors:
                session.commit()
    return _told_requirements(context, plan, not dry_run and not plan.errors and not plan.empty)


def _told_requirements(context: CommandContext, plan: Plan, done: bool) -> dict[str, Any]:
    return {
        "imported": done, "new": len(plan.new), "changed": len(plan.changed),
        "unchanged": plan.unchanged, "errors": rows_of(context, plan.errors),
    }  # fmt: skip


def _report(context: CommandContext, told: dict[str, Any], dry_run: bool) -> None:
    for each in told["errors"]:
        click.echo(f"row {each['row']}, column {each['column']}: {each['message']}")
    for each in told.get("findings", ()):
        click.echo(f"{each['code'] or '-'} {each['field']}: {each['message']}")
    if told["errors"]:
        context.say(Message("%(errors)s errors. Nothing was imported.", errors=len(told["errors"])))
        return
    changes = told.get("changes", told.get("new", 0) + told.get("changed", 0))
    if dry_run:
        context.say(Message("Would change: %(changes)s.", changes=changes))
    elif "rows" in told:
        context.say(Message("Changed in the draft: %(changes)s. Publish it on the page of the framework.", changes=changes))  # fmt: skip
    else:
        context.say(Message("Changed: %(changes)s.", changes=changes))
