"""``learn export``: taking completions, competencies and hours away as files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from learn.cli.context import CommandContext, current
from learn.cli.files import whole_file
from learn.errors import LearnError, Message
from learn.exports.csv import Csv
from learn.exports.exporter import Exporter
from learn.exports.formats import find_exporter
from learn.exports.kinds import KINDS, kind_named, query_of
from learn.exports.services import audit_export, export_chunks
from learn.people.access import EVERYTHING

RECORDS = tuple(key for key in KINDS if key != "people")  # people have a command of their own
FILTERS = ("since", "until", "unit", "course")
EVERY = 1000


def file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which file is written and what narrows it."""
    options = (
        click.option("--format", "format_", metavar="FORMAT",
                     help="csv, xlsx, json, jsonl or parquet; csv unless FILE ends otherwise."),
        click.option("--delimiter", metavar="SIGN",
                     help="Of CSV: , (default) or ; which also makes decimal commas."),
        click.option("--since", metavar="DAY", help="First local day, such as 2026-01-01."),
        click.option("--until", metavar="DAY", help="Last local day, included."),
        click.option("--unit", metavar="CODE", help="Only this unit and all below it."),
        click.option("--course", metavar="COURSE", help="Only this course."),
        click.option("-o", "--output", metavar="FILE",
                     type=click.Path(dir_okay=False, path_type=Path),
                     help="The file to write; without it, standard output."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("kind", type=click.Choice(RECORDS))
@file_options
def export(kind: str, **options: Any) -> None:
    """Export records of KIND: completions, competencies or hours."""
    write_export(current(), kind, **options)


def write_export(
    context: CommandContext,
    kind_key: str,
    *,
    format_: str | None = None,
    delimiter: str | None = None,
    output: Path | None = None,
    **filters: str | None,
) -> None:
    """Write one kind of records to the file, or to standard output; note it in the audit chain."""
    kind, now = kind_named(kind_key), context.now()
    with wrong_use(context), context.database.reading() as session:
        exporter = _exporter(context, format_, delimiter, output)
        query = query_of(kind, EVERYTHING, timezone=context.settings.timezone, now=now, **filters)
        counted = _Counted()
        chunks = export_chunks(
            session, kind, exporter, query, translate=context.translate,
            organiser=context.settings.organiser, watch=counted.watch,
        )  # fmt: skip

        def note(count: int | None) -> None:
            with context.database.transaction() as writing:
                audit_export(writing, kind, exporter, query, actor_id=None, now=now, count=count)

        if output is None and sys.stdout is None:  # closed by the shell: >&-
            raise LearnError(Message("There is no standard output: name a file with -o."))
        if output is None:
            note(None)  # who reads the pipe may leave before the end
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        else:
            with whole_file(output) as file:
                file.writelines(chunks)
                note(counted.count)
    counted.finish()


@contextmanager
def wrong_use(context: CommandContext) -> Iterator[None]:
    """Tell what was typed wrongly as such: exit code 2."""
    try:
        yield
    except LearnError as error:
        raise click.UsageError(context.translate(error.message)) from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        folder = Path(error.filename).parent if error.filename else ""
        message = Message("%(folder)s: cannot write: %(why)s.", folder=folder, why=error.strerror)
        raise click.UsageError(context.translate(message)) from error


def _exporter(
    context: CommandContext, key: str | None, delimiter: str | None, output: Path | None
) -> Exporter:
    exporter = find_exporter(context.state.exporters, key, file_name=output.name if output else "")
    if output is None and exporter.binary and sys.stdout.isatty():
        raise LearnError(Message("This format is not text: name a file with -o."))
    if delimiter is None:
        return exporter
    if not isinstance(exporter, Csv):
        raise LearnError(Message("Only CSV has a delimiter."))
    return Csv(delimiter)


@dataclass
class _Counted:
    """Counts records as they pass, and shows the count where somebody is looking."""

    count: int = 0

    def watch(self, records: Iterable[Any]) -> Iterator[Any]:
        shown = sys.stderr.isatty()
        for record in records:
            self.count += 1
            if shown and self.count % EVERY == 0:
                click.echo(f"\r{self.count:,}", nl=False, err=True)
            yield record

    def finish(self) -> None:
        if sys.stderr.isatty() and self.count >= EVERY:
            click.echo(f"\r{self.count:,}", err=True)
