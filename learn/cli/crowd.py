"""``learn crowd``: made-up people by the million, to measure an installation before real ones come."""

from __future__ import annotations

import click

from learn.cli.context import current
from learn.cli.progress import bar
from learn.crowd.courses import publish_courses
from learn.crowd.services import fill, refuse_real_people
from learn.demo.filling import kept_sign_ins
from learn.errors import Message
from learn.publishing.standards import standards_with


@click.command()
@click.option("--people", type=click.IntRange(1, 2_000_000), default=10_000, show_default=True)
@click.option("--completions", type=click.IntRange(0, 100_000_000), default=100_000, show_default=True,
              help="In all; shared evenly.")  # fmt: skip
@click.option(
    "--seed", type=int, default=2026, show_default=True, help="The same seed, the same crowd."
)
def crowd(people: int, completions: int, seed: int) -> None:
    """Add made-up people with four years of completions to an empty database or a demonstration."""
    context = current()
    state, now = context.state, context.now()
    standards = standards_with(state.question_types, state.behaviours, state.blocks)
    with context.database.transaction() as session:
        refuse_real_people(session, demonstration=bool(kept_sign_ins(context.settings)))
        keys = publish_courses(session, context.storage, standards, now=now)
    with context.database.reading() as session:
        current_ones = state.versions.current_all(session)
    versions = [version for version in current_ones if version.course in keys]
    with bar(length=people, label=context.translate("People")) as shown:
        written = fill(
            context.database, versions, people=people, completions=completions, seed=seed,
            settings=context.settings, now=now, step=shown.update,
        )  # fmt: skip
    context.say(
        Message(
            "%(people)s people with %(completions)s completions were added.",
            people=people, completions=written,
        )
    )  # fmt: skip
