"""``learn quiz overrides``: other terms of a quiz for people and units, from a sheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from learn.cli.context import CommandContext, current
from learn.errors import LearnError, Message, NotFound
from learn.people.columns import RowError
from learn.people.tables import read_table
from learn.progress.attempts import quiz_of
from learn.quizzes.override_sheets import SheetPlan, apply_sheet, plan_sheet
from learn.quizzes.overrides import Act


@click.command()
@click.argument("quiz", metavar="COURSE/QUIZ")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be set.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def overrides(quiz: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Set other terms of COURSE/QUIZ from FILE (CSV in UTF-8, or XLSX): all of it or, with any error, nothing.

    Columns: number or unit_code; attempts, minutes, opens, closes; reason.
    """
    context = current()
    try:
        plan, done = _carried_out(context, quiz, file, dry_run)
    except LearnError as error:
        context.say(error.message, err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps(_as_data(context, plan, done), ensure_ascii=False, indent=2))
    else:
        _tell(context, plan, done)
    if plan.errors:
        raise SystemExit(1)


def _carried_out(
    context: CommandContext, quiz: str, file: Path, dry_run: bool
) -> tuple[SheetPlan, bool]:
    course, _, key = quiz.partition("/")
    versions, table = context.state.versions, read_table(file.read_bytes(), file.name)
    with context.database.writing() as session:
        version = versions.current(session, course)
        if version is None or version.quiz(key) is None:
            raise NotFound(Message("There is no published quiz %(name)s.", name=quiz))
        act = Act(
            None, "", context.now(),
            lambda attempt: quiz_of(attempt, lambda wanted: versions.get(session, wanted)),
            context.settings.timezone,
        )  # fmt: skip
        plan = plan_sheet(session, course, key, table, act)
        done = not plan.errors and not dry_run
        if done:
            apply_sheet(session, course, key, plan, act)
            session.commit()
    return plan, done


def _tell(context: CommandContext, plan: SheetPlan, done: bool) -> None:
    for each in (*plan.remarks, *plan.errors):
        click.echo(f"row {each.row}, column {each.column}: {context.translate(each.message)}")
    counts = {"rows": len(plan.rows), "same": plan.unchanged}
    if plan.errors:
        context.say(Message("%(errors)s errors. Nothing was imported.", errors=len(plan.errors)))
    elif done:
        context.say(Message("Other terms set: %(rows)s rows, %(same)s unchanged.", **counts))
    else:
        context.say(Message("Would set other terms: %(rows)s rows, %(same)s unchanged.", **counts))


def _as_data(context: CommandContext, plan: SheetPlan, done: bool) -> dict[str, Any]:
    def told(each: RowError) -> dict[str, Any]:
        message = context.translate(each.message)
        return {"row": each.row, "column": each.column, "message": message}

    return {
        "imported": done,
        "set": len(plan.rows),
        "unchanged": plan.unchanged,
        "errors": [told(each) for each in plan.errors],
        "warnings": [told(each) for each in plan.remarks],
    }
