"""``learn privacy``: taking names and texts out of the entries of people who have left."""

from __future__ import annotations

import json

import click

from learn.cli.context import current
from learn.errors import Message
from learn.privacy.retention import detach_due, due_people, forget_old_readings


@click.group()
def privacy() -> None:
    """Personal data: what has been kept long enough."""


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Tell of how many people, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def retain(dry_run: bool, as_json: bool) -> None:
    """Erase names and texts of people who left long ago (LEARN_RETENTION_DAYS); their entries stay and verify."""
    context = current()
    now, settings, people = context.now(), context.settings, 0
    if dry_run:
        with context.database.reading() as session:
            people = len(due_people(session, settings, now=now))
    else:
        while True:
            with context.database.transaction() as session:
                forget_old_readings(session, settings, now)
                some = detach_due(session, settings, now=now)
            if not some:
                break
            people += some
    if as_json:
        told = {"people": people, "days": settings.retention_days, "dry_run": dry_run}
        click.echo(json.dumps(told))
    elif not settings.retention_days:
        context.say(Message("LEARN_RETENTION_DAYS is 0: names and texts are kept."))
    elif dry_run:
        context.say(Message("Names and texts of %(people)s people would be erased.", people=people))
    else:
        context.say(Message("Names and texts of %(people)s people erased.", people=people))
