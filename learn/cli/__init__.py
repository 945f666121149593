"""The command line: ``learn``, and the same as ``flask learn`` inside a host."""

from __future__ import annotations

import sys

import click

from learn import __version__
from learn.cli.lazy import LazyGroup
from learn.errors import LearnError, Message

COMMANDS = {
    "assignments": "learn.cli.assignments:assignments",
    "backup": "learn.cli.backup:backup",
    "competencies": "learn.cli.competencies:competencies",
    "content": "learn.cli.content:content",
    "crowd": "learn.cli.crowd:crowd",
    "doctor": "learn.cli.doctor:doctor",
    "framework": "learn.cli.framework:framework",
    "export": "learn.cli.export:export",
    "figures": "learn.cli.figures:figures",
    "init": "learn.cli.setup:init",
    "ledger": "learn.cli.ledger:ledger",
    "people": "learn.cli.people:people",
    "privacy": "learn.cli.privacy:privacy",
    "quiz": "learn.cli.quiz:quiz",
    "records": "learn.cli.records:records",
    "restore": "learn.cli.backup:restore",
    "serve": "learn.cli.serve:serve",
    "siasn": "learn.cli.siasn:siasn",
    "token": "learn.cli.setup:token",
    "worker": "learn.cli.serve:worker",
}


@click.group(
    cls=LazyGroup, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="learn")
def learn() -> None:
    """Learn: courses, quizzes and competency records for public employees."""


flask_learn = learn


def main() -> None:
    """Run the command line; exit codes: 0 ok, 1 problems found, 2 wrong use."""
    try:
        learn(prog_name="learn")
    except LearnError as error:
        click.echo(_translated(error), err=True)
        sys.exit(1)
    except UnicodeEncodeError:
        strange = next((word for word in sys.argv if not _is_text(word)), None)
        if strange is None:
            raise
        refused = LearnError(Message("%(word)s is no text in UTF-8.", word=ascii(strange)[1:-1]))
        click.echo(_translated(refused), err=True)
        sys.exit(2)


def _is_text(word: str) -> bool:
    """Whether a word of the command line is text; a file may have a name that is none."""
    return word.encode("utf-8", "replace").decode() == word


def _translated(error: LearnError) -> str:
    from learn.config import read_settings  # noqa: PLC0415 (only when something went wrong)
    from learn.web.i18n import gettext_in  # noqa: PLC0415

    try:
        language = read_settings({}).language
    except LearnError:
        language = "id"
    return error.message.translate(gettext_in(language))
