"""``learn export``: taking completions, competencies, hours and rows for SIASN away as files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from learn.cli.context import CommandContext, current
from learn.cli.files import whole_file
from learn.errors import LearnError, Message
from learn.exports.formats.choosing import find_exporter
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import Exporter
from learn.exports.kinds import KINDS, ExportKind, kind_named, query_of, read_keys
from learn.exports.services import audit_export, export_chunks
from learn.people.access import EVERYTHING
from learn.siasn.queries import KIND as SIASN
from learn.siasn.queries import SiasnQuery
from learn.siasn.rules import ALSO, UNLINKED
from learn.siasn.services import kind_for, mark

# people have a command of their own
RECORDS = (*(key for key in KINDS if key not in {"people", "units", "posts"}), SIASN.key)
FILTERS = ("since", "until", "unit", "course")
EVERY = 1000


def file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which file is written and what narrows it."""
    options = (
        click.option("--format", "format_", metavar="FORMAT",
                     help="csv, xlsx, json, jsonl or parquet; csv unless FILE ends otherwise."),
        click.option("--delimiter", metavar="SIGN",
                     help="Of CSV: , (default) or ; which also makes decimal commas."),
        click.option("--columns", metavar="KEYS",
                     help="Only these columns, in this order: keys with commas."),
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
@click.option("--mark", "marked", is_flag=True, help="Of siasn: mark these rows as exported.")
@click.option(
    "--also",
    type=click.Choice(ALSO),
    multiple=True,
    help="Of siasn: rows already exported, or accepted with their id, as well.",
)
def export(kind: str, marked: bool, also: tuple[str, ...], **options: Any) -> None:
    """Export records of one KIND as a file, or to standard output."""
    if kind == SIASN.key:
        write_siasn(current(), marked=marked, also=also, **options)
    elif marked or also:
        raise click.UsageError(current().translate(Message("Only siasn takes --mark and --also.")))
    else:
        write_export(current(), kind, **options)


def write_export(context: CommandContext, kind_key: str, **options: Any) -> None:
    """Write one kind of records to the file, or to standard output; note it in the audit chain."""
    write_kind(context, kind_named(kind_key), **options)


def write_kind(
    context: CommandContext,
    kind: ExportKind,
    *,
    format_: str | None = None,
    delimiter: str | None = None,
    columns: str | None = None,
    output: Path | None = None,
    **filters: str | None,
) -> None:
    """Write records of this kind, as `write_export` does."""
    now = context.now()
    with wrong_use(context), context.database.snapshot() as session:
        kind = kind.with_columns(read_keys(columns or ""))
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


def write_siasn(
    context: CommandContext, *, marked: bool, also: tuple[str, ...], **options: Any
) -> None:
    """Write the rows for SIASN, and say how many people are not linked with it."""
    kind = kind_for(context.settings, also)
    if marked:
        _write_marked(context, kind, **options)
    else:
        write_kind(context, kind, **options)
    filters = {name: options[name] for name in FILTERS}
    with context.database.reading() as session:
        query: SiasnQuery = _query(context, kind, filters)
        left = replace(query, standings=(UNLINKED,)).count(session)
    if left:
        message = Message("Left out: %(rows)s rows of people without an id in SIASN.", rows=left)
        context.say(message, err=True)


def _write_marked(
    context: CommandContext,
    kind: ExportKind,
    *,
    format_: str | None = None,
    delimiter: str | None = None,
    columns: str | None = None,
    output: Path | None = None,
    **filters: str | None,
) -> None:
    """Write the file and mark its rows: both are done, or neither is."""
    counted = _Counted()
    with wrong_use(context):
        if output is None:
            raise LearnError(Message("What is marked goes into a file: name it with -o."))
        exporter = _exporter(context, format_, delimiter, output)
        query, kind = _query(context, kind, filters), kind.with_columns(read_keys(columns or ""))
        # the marks first: a file that is not there can be asked for again, two records cannot be undone
        with whole_file(output) as file, context.database.transaction() as session:
            done = mark(session, query, actor_id=None, now=query.now)
            chunks = export_chunks(
                session, kind, exporter, done.query if done else query,
                translate=context.translate, organiser=context.settings.organiser,
                watch=counted.watch,
            )  # fmt: skip
            file.writelines(chunks)
            audit_export(
                session, kind, exporter, query, actor_id=None, now=query.now, count=counted.count
            )
    counted.finish()


def _query(context: CommandContext, kind: ExportKind, filters: Mapping[str, str | None]) -> Any:
    zone = context.settings.timezone
    return query_of(kind, EVERYTHING, timezone=zone, now=context.now(), **filters)


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
