"""``learn quiz stats``: what attempts say about each question, beside its line in the text."""

from __future__ import annotations

import click


@click.command()
@click.argument("quiz", metavar="COURSE/QUIZ")
def stats(quiz: str) -> None:
    """Say for each question of COURSE/QUIZ how hard it is and what it tells apart."""
