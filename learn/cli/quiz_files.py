"""``learn quiz import`` and ``learn quiz export``: questions from and to other systems."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from learn.cli.content import gettext_of_commands, say, standards_of_commands
from learn.cli.files import whole_file
from learn.errors import LearnError, Message, Problem
from learn.interchange.formats import READABLE, WRITABLE
from learn.interchange.model import VERDICTS, Entry, Exported, Imported, Note
from learn.publishing.question_files import (
    Arrived,
    export_quiz,
    read_file,
    take_in,
    try_import,
    used_media,
)
from learn.quizzes.source.writing import written_file

if TYPE_CHECKING:
    from learn.cli.context import CommandContext

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--into", metavar="COURSE/QUIZ", help="Add the questions to this quiz of a draft.")
@click.option("--format", "format_", type=click.Choice(READABLE), help="Else the content says it.")
@click.option("--dry-run", is_flag=True, help="Only report; change nothing.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the questions as a quiz file, media beside it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_(
    file: Path, into: str | None, format_: str | None, dry_run: bool, output: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Read questions from FILE (GIFT, Aiken, Moodle XML, QTI) and report what became of each.

    Without --into and -o nothing is written.
    """
    course, quiz = _target(into)
    content = _content(file)
    standards = standards_of_commands()
    imported = read_file(content, standards, format_)
    text = written_file(imported.title[:200] or file.stem, imported.blocks,
                        {kind.key: kind.grammar for kind in standards.question_types})  # fmt: skip
    arrived: Arrived | None = None
    if into is not None:
        arrived = _into(imported, course, quiz, dry_run)
        imported = arrived.imported
    if output is not None and not dry_run:
        _write(output, text, used_media(imported))
    done = bool(imported.blocks) and not dry_run and (into is not None or output is not None)
    if as_json:
        click.echo(
            json.dumps(_as_json(imported, into if done else None), ensure_ascii=False, indent=2)
        )
    else:
        _print_report(imported)
        _print_end(imported, into, output, done)
        _print_more(arrived)
    raise SystemExit(1 if imported.counted("refused") else 0)


def _target(into: str | None) -> tuple[str, str]:
    course, slash, quiz = (into or "").partition("/")
    if into is not None and not (course and slash and quiz):
        raise click.UsageError(say(Message("Write --into COURSE/QUIZ.")))
    return course, quiz


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = Message("%(file)s cannot be read: %(why)s.", file=file, why=error.strerror)
        raise click.UsageError(say(message)) from error


def _into(imported: Imported, course: str, quiz: str, dry_run: bool) -> Arrived:
    context = _context()
    with context.database.transaction() as session:
        arrived = try_import(session, imported, course, quiz, context.state.standards())
        if not dry_run and arrived.imported.blocks:
            take_in(session, context.storage, arrived, actor_id=None, now=context.now())
    return arrived


def _write(output: Path, text: str, media: dict[str, bytes]) -> None:
    try:
        with whole_file(output) as file:
            file.write(text.encode("utf-8", "replace"))
        for name, content in media.items():
            with whole_file(output.parent / name) as file:
                file.write(content)
    except OSError as error:
        message = Message("%(file)s cannot be written: %(why)s.", file=output, why=error.strerror)
        raise LearnError(message) from error


def _print_report(imported: Imported) -> None:
    for note in imported.notes:
        click.echo(f"{say(VERDICT_WORDS[note.verdict])}: {say(note.message)}")
    for entry in imported.entries:
        for line in _entry_lines(entry):
            click.echo(line)


def _entry_lines(entry: Entry) -> Iterator[str]:
    key = f" -> {entry.key}" if entry.key and entry.key != entry.name else ""
    kind = f" ({entry.type})" if entry.type else ""
    yield f"{_place(entry)}  {entry.name}{key}{kind}: {say(VERDICT_WORDS[entry.verdict])}"
    for note in entry.notes:
        place = f"{_place(note)}  " if note.line and note.line != entry.line else ""
        yield f"    {place}{say(VERDICT_WORDS[note.verdict])}: {say(note.message)}"


VERDICT_WORDS = {
    "kept": Message("kept"), "changed": Message("changed"), "dropped": Message("dropped"),
    "refused": Message("refused"),
}  # fmt: skip


def _place(thing: Entry | Note) -> str:
    return say(Message("line %(line)s", line=thing.line)) if thing.line else thing.ident or "-"


def _print_end(imported: Imported, into: str | None, output: Path | None, done: bool) -> None:
    counts = (f"{say(VERDICT_WORDS[each])}: {imported.counted(each)}" for each in VERDICTS)
    click.echo(f"items: {len(imported.entries)}")
    click.echo("  ".join(counts))
    if not done:
        click.echo(say(Message("Nothing was written.")))
    for place in (into, output) if done else ():
        if place is not None:
            count = len(imported.blocks)
            click.echo(
                say(
                    Message(
                        "%(count)s questions were added to %(place)s.", count=count, place=place
                    )
                )
            )


def _print_more(arrived: Arrived | None) -> None:
    more = arrived.quizzes[1:] if arrived else []
    if more:
        click.echo(
            say(Message("They are more than one quiz file holds; the others begin these quizzes: "
                        "%(names)s.", names=", ".join(more)))
        )  # fmt: skip


def _as_json(imported: Imported, into: str | None) -> dict[str, Any]:
    return {
        "format": imported.format,
        "items": len(imported.entries),
        **{verdict: imported.counted(verdict) for verdict in VERDICTS},
        "into": into,
        "notes": [_note_json(note) for note in imported.notes],
        "questions": [entry_json(entry) for entry in imported.entries],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return what became of a question as JSON."""
    return {
        "name": entry.name, "key": entry.key or None, "type": entry.type or None,
        "line": entry.line or None, "id": entry.ident or None, "verdict": entry.verdict,
        "notes": [_note_json(note) for note in entry.notes],
    }  # fmt: skip


def _note_json(note: Note) -> dict[str, Any]:
    return {
        "verdict": note.verdict, "message": say(note.message), "line": note.line or None,
        "id": note.ident or None,
    }  # fmt: skip


@click.command("export")
@click.argument("quiz", metavar="COURSE/QUIZ")
@click.option(
    "--format", "format_", type=click.Choice(WRITABLE), help="Else the end of FILE says it."
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="The file to write; without it, standard output.")  # fmt: skip
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report as JSON, to standard error."
)
def export(quiz: str, format_: str | None, output: Path | None, as_json: bool) -> None:
    """Write the questions of a draft's quiz for another system; the report goes to standard error."""
    course, slash, name = quiz.partition("/")
    key = format_ or _FORMATS.get(output.suffix.lower() if output else "")
    if not (course and slash and name):
        raise click.UsageError(say(Message("Name the quiz as COURSE/QUIZ.")))
    if key is None:
        raise click.UsageError(say(Message("Say --format: %(known)s.", known=", ".join(WRITABLE))))
    context = _context()
    with context.database.reading() as session:
        made = _told(
            lambda: export_quiz(
                session, context.storage, course, name, key, context.state.standards()
            )
        )
    _put_out(made, output)
    if as_json:
        report = {"notes": [_note_json(note) for note in made.notes],
                  "questions": [entry_json(entry) for entry in made.entries]}  # fmt: skip
        click.echo(json.dumps(report, ensure_ascii=False, indent=2), err=True)
    else:
        _print_losses(made)
    raise SystemExit(1 if any(entry.verdict == "refused" for entry in made.entries) else 0)


_FORMATS = {".gift": "gift", ".xml": "moodle-xml", ".zip": "qti"}


def _told(do: Callable[[], Exported]) -> Exported:
    try:
        return do()
    except LearnError as error:
        _print_problems(error.extra.get("problems", ()))
        raise


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(problem.translate(gettext_of_commands()), err=True)


def _put_out(made: Exported, output: Path | None) -> None:
    if output is None:
        if made.suffix == ".zip" and sys.stdout.isatty():
            raise LearnError(Message("This format is not text: name a file with -o."))
        sys.stdout.buffer.write(made.content)
        sys.stdout.buffer.flush()
        return
    try:
        with whole_file(output) as file:
            file.write(made.content)
    except OSError as error:
        message = Message("%(file)s cannot be written: %(why)s.", file=output, why=error.strerror)
        raise LearnError(message) from error


def _print_losses(made: Exported) -> None:
    for note in made.notes:
        click.echo(f"{say(VERDICT_WORDS[note.verdict])}: {say(note.message)}", err=True)
    for entry in made.entries:
        for line in _entry_lines(entry) if entry.notes else ():
            click.echo(line, err=True)


def _context() -> CommandContext:
    from learn.cli.context import current  # noqa: PLC0415 (a report needs no database and no web)

    return current()
