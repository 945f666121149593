"""``learn siasn``: taking in ids of people in SIASN, and what SIASN answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy.orm import Session

from learn.cli.context import CommandContext, current
from learn.cli.sheets import finish_changes, sheet_options, take_sheet
from learn.people.access import EVERYTHING
from learn.people.imports.tables import Table
from learn.siasn.people import apply_people, plan_people
from learn.siasn.results import apply_results, plan_results
from learn.siasn.sheets import Plan


@click.group()
def siasn() -> None:
    """SIASN: ids of people, and results of what was exported."""


_options = sheet_options("Show what would change and change nothing.")


@siasn.command("people")
@_options
def people(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take ids of people from FILE (CSV or XLSX with number, siasn_id): all of it or nothing."""
    _take(current(), file, plan_people, apply_people, dry_run=dry_run, as_json=as_json)


@siasn.command("results")
@_options
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
    def plan_all(session: Session, table: Table) -> Plan:
        return plan_sheet(session, table, scope=EVERYTHING)

    def apply(session: Session, plan: Plan) -> None:
        apply_sheet(session, plan, actor_id=None, now=context.now())

    plan, done = take_sheet(context, file, plan_all, apply, dry_run=dry_run)
    finish_changes(context, plan, done, dry_run=dry_run, as_json=as_json)
