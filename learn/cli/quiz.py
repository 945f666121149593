"""``learn quiz``: what is done with the quizzes of published courses; each command is a module."""

from __future__ import annotations

import click

from learn.cli.lazy import LazyGroup

COMMANDS = {
    "export": "learn.cli.quiz_files:export",
    "import": "learn.cli.quiz_files:import_",
    "overrides": "learn.cli.quiz_overrides:overrides",
    "regrade": "learn.cli.quiz_regrade:regrade",
    "stats": "learn.cli.quiz_stats:stats",
}


@click.group(cls=LazyGroup, commands=COMMANDS)
def quiz() -> None:
    """Look at what answers say about quizzes."""
