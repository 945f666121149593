"""``learn assignments``: applying the rules at once, as the regular work does by and by."""

from __future__ import annotations

import json

import click
from sqlalchemy import select

from learn.assignments.models import AssignmentRule
from learn.assignments.regular import keep_assignments
from learn.assignments.sweeping import sweep_rule
from learn.cli.context import current
from learn.errors import Message


@click.group()
def assignments() -> None:
    """Assignments: rules, reminders and what is overdue."""


@assignments.command("apply")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def apply(as_json: bool) -> None:
    """Apply every rule to everybody, remind of due dates, and tell supervisors; safe to repeat."""
    context = current()
    now, settings = context.now(), context.settings
    with context.database.reading() as session:
        rules = session.scalars(select(AssignmentRule.id).order_by(AssignmentRule.id)).all()
    found = {"rules": len(rules), "assigned": 0, "passed_over": 0, "ended": 0}
    for rule_id in rules:
        swept = sweep_rule(context.database, rule_id, now=now, timezone=settings.timezone)
        found["assigned"] += swept.assigned
        found["passed_over"] += swept.passed_over
        found["ended"] += swept.ended
    keep_assignments(context.database, settings, now=now)
    if as_json:
        click.echo(json.dumps(found))
        return
    context.say(
        Message(
            "%(rules)s rules applied: %(assigned)s assigned, %(passed_over)s passed over, %(ended)s ended.",
            **found,
        )
    )
