"""``learn competencies``: assessed levels from a sheet, and deciding levels anew."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from learn.cli.context import current
from learn.cli.sheets import finish_changes, sheet_options, take_sheet
from learn.competencies.assessments.sheets import Plan, apply_levels, plan_levels
from learn.competencies.deciding import decide_all
from learn.competencies.framework.versions import use_in_force
from learn.errors import LearnError, Message
from learn.in_force import use_rules_in_force
from learn.people.access import EVERYTHING
from learn.people.dates import local_date
from learn.people.imports.tables import Table
from learn.schema import load_projections


@click.group()
def competencies() -> None:
    """Levels of competencies: taking in assessments, deciding anew."""


@competencies.command("import")
@sheet_options("Show what would change and change nothing.")
def take_levels(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take assessed levels from FILE (CSV or XLSX: number, competency, level, assessed_on ...): all or nothing."""
    context = current()
    load_projections()

    def plan_sheet(session: Session, table: Table) -> Plan:
        use_rules_in_force(session, context.now())
        today = local_date(context.now(), context.settings.timezone)
        return plan_levels(session, table, scope=EVERYTHING, actor_id=None, today=today)

    def apply(session: Session, plan: Plan) -> None:
        apply_levels(session, plan, actor_id=None, now=context.now())

    plan, done = take_sheet(context, file, plan_sheet, apply, dry_run=dry_run)
    finish_changes(context, plan, done, dry_run=dry_run, as_json=as_json)


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
