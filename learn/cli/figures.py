"""``learn figures``: the figures of units that HR's pages read."""

from __future__ import annotations

import click
from sqlalchemy import func, select

from learn.cli.context import current
from learn.cli.progress import bar
from learn.competencies.framework.catalogue import load_framework
from learn.errors import Message
from learn.figures.services import refresh as make
from learn.in_force import use_rules_in_force
from learn.people.models import Person


@click.group()
def figures() -> None:
    """The figures of units, as HR's pages show them where there are many people."""


@figures.command()
def refresh() -> None:
    """Make the figures of today now; regular work makes them when they are old."""
    context = current()
    now = context.now()
    with context.database.reading() as session:
        people = session.scalar(select(func.count()).select_from(Person).where(Person.active)) or 0
        use_rules_in_force(session, now)
    with bar(length=people, label=context.translate("People")) as shown:
        units = make(
            context.database, context.settings, load_framework(), now=now, step=shown.update
        )
    context.say(Message("Figures of %(units)s units were made.", units=units))
