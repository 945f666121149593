"""``learn quiz overrides``: other terms of a quiz for people and units, from a sheet."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from learn.cli.context import CommandContext, current
from learn.cli.sheets import finish, line_of, rows_of, sheet_options, take_sheet
from learn.errors import Message, NotFound
from learn.people.imports.tables import Table
from learn.progress.attempts import quiz_of
from learn.quizzes.overrides.services import Act
from learn.quizzes.overrides.sheets import OverridePlan, apply_sheet, plan_sheet


@click.command()
@click.argument("quiz", metavar="COURSE/QUIZ")
@sheet_options("Only say what would be set.")
def overrides(quiz: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Set other terms of COURSE/QUIZ from FILE (CSV in UTF-8, or XLSX): all of it or, with any error, nothing.

    Columns: number or unit_code; attempts, minutes, opens, closes; reason.
    """
    context = current()
    plan, done = _carried_out(context, quiz, file, dry_run)
    tell = partial(_tell, context, plan, done)
    finish(plan, _as_data(context, plan, done), tell, as_json=as_json)


def _carried_out(
    context: CommandContext, quiz: str, file: Path, dry_run: bool
) -> tuple[OverridePlan, bool]:
    course, _, key = quiz.partition("/")
    versions, now = context.state.versions, context.now()

    def act(session: Session) -> Act:
        return Act(
            None, "", now,
            lambda attempt: quiz_of(attempt, lambda wanted: versions.get(session, wanted)),
            context.settings.timezone,
        )  # fmt: skip

    def plan(session: Session, table: Table) -> OverridePlan:
        version = versions.current(session, course)
        if version is None or version.quiz(key) is None:
            raise NotFound(Message("There is no published quiz %(name)s.", name=quiz))
        return plan_sheet(session, course, key, table, act(session))

    def apply(session: Session, plan: OverridePlan) -> None:
        apply_sheet(session, course, key, plan, act(session))

    return take_sheet(context, file, plan, apply, dry_run=dry_run)


def _tell(context: CommandContext, plan: OverridePlan, done: bool) -> None:
    for each in (*plan.remarks, *plan.errors):
        click.echo(line_of(context, each))
    counts = {"rows": len(plan.rows), "same": plan.unchanged}
    if plan.errors:
        context.say(Message("%(errors)s errors. Nothing was imported.", errors=len(plan.errors)))
    elif done:
        context.say(Message("Other terms set: %(rows)s rows, %(same)s unchanged.", **counts))
    else:
        context.say(Message("Would set other terms: %(rows)s rows, %(same)s unchanged.", **counts))


def _as_data(context: CommandContext, plan: OverridePlan, done: bool) -> dict[str, Any]:
    return {
        "imported": done,
        "set": len(plan.rows),
        "unchanged": plan.unchanged,
        "errors": rows_of(context, plan.errors),
        "warnings": rows_of(context, plan.remarks),
    }
