"""``learn backup`` and ``learn restore``: everything in one file, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from learn.cli.archive import Archive, Manifest, write_archive
from learn.cli.context import CommandContext, current
from learn.cli.files import whole_file
from learn.cli.restoring import empty_for, load, refuse_broken_chains, refuse_foreign
from learn.errors import LearnError, Message


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy database and media into FILE, as they are at one moment; Learn may serve meanwhile.

    Not in it: the secret key, the ledger key and other settings. Keep these elsewhere.
    """
    context = current()
    try:
        with whole_file(file, private=True) as opened:
            manifest = write_archive(
                opened, context.database, context.storage, now=context.now(), watch=_watch
            )
    except OSError as error:
        message = Message("%(file)s cannot be written: %(why)s.", file=file, why=error.strerror)
        raise click.UsageError(context.translate(message)) from error
    _clear()
    _tell(context, Message("Written: %(file)s, %(rows)s rows of %(tables)s tables, %(media)s files.",
                           file=file, **_sizes(manifest)))  # fmt: skip
    _tell(context, Message("Digest of the ledger's ends, worth keeping elsewhere: %(heads)s",
                           heads=manifest.heads))  # fmt: skip
    _tell(
        context,
        Message(
            "Not in it: the secret key, LEARN_LEDGER_KEY and other settings. Keep these elsewhere."
        ),
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace everything that is in the database.")
@click.option(
    "--unverified", is_flag=True, help="Also when the ledger in the backup does not hold."
)
def restore(file: Path, force: bool, unverified: bool) -> None:
    """Load the backup FILE into the database, which is empty: all of it, or nothing."""
    context = current()
    try:
        with file.open("rb") as opened:
            archive = Archive(opened, watch=_watch)
            refuse_foreign(archive)
            with context.database.transaction() as session:
                empty_for(session, force=force)
                load(session, archive, watch=_watch)
                if not unverified:
                    refuse_broken_chains(session)
                for _digest, content in archive.media():  # before the tables name them
                    context.storage.put(content)
    except LearnError as error:
        _clear()
        context.say(error.message, err=True)
        raise SystemExit(1) from error
    _clear()
    _tell(context, Message("Restored: the state of %(at)s, %(rows)s rows of %(tables)s tables, %(media)s files.",
                           at=archive.manifest.created_at.isoformat(), **_sizes(archive.manifest)))  # fmt: skip


def _sizes(manifest: Manifest) -> dict[str, int]:
    return {
        "rows": sum(each.rows for each in manifest.tables.values()),
        "tables": len(manifest.tables),
        "media": len(manifest.media),
    }


def _tell(context: CommandContext, message: Message) -> None:
    context.say(message, err=True)


def _watch(name: str) -> None:
    """Show what is being copied, where somebody is looking."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{name}", nl=False, err=True)


def _clear() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
