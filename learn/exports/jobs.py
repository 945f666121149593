"""Large exports as jobs: what was asked for is stored as texts and asked again when the job is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.db import Database
from learn.errors import Message
from learn.exports.formats.choosing import find_exporter
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import Exporter
from learn.exports.kinds import ExportKind, RecordQuery, kind_named, query_of
from learn.exports.lists.completions import CompletionQuery
from learn.exports.services import audit_export, export_chunks, file_name
from learn.jobs.kinds import JobKind, Outcome, ResultFile, Task
from learn.people.access import Action, Actor, demand, scope
from learn.people.paging import Page
from learn.people.roles import actor_of
from learn.registry import Registry

EXPORT = "export"


@dataclass(frozen=True)
class Wanted:
    """An export as somebody asked for it: texts alone, so that it can wait in a table.

    `filters` are since, until, unit, course and the kind's own options.
    """

    kind: str
    format: str
    delimiter: str
    columns: Sequence[str]
    filters: Mapping[str, str]
    language: str
    timezone: str

    def data(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return {
            "kind": self.kind,
            "format": self.format,
            "delimiter": self.delimiter,
            "columns": list(self.columns),
            "filters": {name: value for name, value in self.filters.items() if value},
            "language": self.language,
            "timezone": self.timezone,
        }

    def records(self) -> ExportKind:
        """Return the kind of records with the chosen columns."""
        return kind_named(self.kind).with_columns(self.columns)

    def exporter(self, exporters: Registry[Exporter]) -> Exporter:
        """Return the format, CSV with its delimiter."""
        found = find_exporter(exporters, self.format)
        return Csv(self.delimiter) if isinstance(found, Csv) else found

    def query(self, actor: Actor, now: Any) -> RecordQuery:
        """Return the query within what the person may export.

        Raises
        ------
        Forbidden, Invalid
            The person may export nothing; a filter cannot be understood.
        """
        reach = scope(actor, Action.EXPORT)
        if reach.nothing:
            demand(actor, Action.EXPORT)
        return query_of(
            kind_named(self.kind), reach, timezone=self.timezone, now=now, language=self.language,
            **dict(self.filters),
        )  # fmt: skip


def is_large(session: Session, query: RecordQuery, most: int) -> bool:
    """Return whether the export has more than `most` rows; no more of them are looked at."""
    if isinstance(query, CompletionQuery):  # its stream is one statement, made for all of the rows
        return query.count(session, most + 1) > most
    rows = query.stream(session)
    return next(islice(rows, most, None), None) is not None


def first_rows(session: Session, query: RecordQuery, limit: int) -> list[Any]:
    """Return the first rows of the file; what has pages is asked for one, which costs the least."""
    page: Callable[..., Page[Any]] | None = getattr(query, "page", None)
    rows = page(session, limit=limit).items if page else query.stream(session)
    return list(islice(rows, limit))


def export_job(
    database: Database,
    exporters: Registry[Exporter],
    settings: Settings,
    saying: Callable[[str], Callable[[Message], str]],
) -> JobKind:
    """Return the kind of job that makes a file of records.

    Parameters
    ----------
    saying
        Gives for a language what translates messages into it.
    """

    def run(task: Task) -> Outcome:
        wanted = Wanted(**task.data)
        kind, exporter = wanted.records(), wanted.exporter(exporters)
        translate = saying(wanted.language)
        with database.reading() as session:
            query = wanted.query(actor_of(session, task.actor_id or 0), task.now)

        def note(session: Session) -> dict[str, Any]:
            audit_export(
                session, kind, exporter, query, actor_id=task.actor_id, now=task.now,
                count=task.done,
            )  # fmt: skip
            return {"rows": task.done}

        chunks = _chunks(database, kind, exporter, query, task.watch, translate, settings.organiser)
        name = file_name(kind, exporter, query, translate)
        return Outcome(ResultFile(chunks, name, exporter.mimetype), apply=note)

    return JobKind(EXPORT, Message("Export"), run, Action.EXPORT, _name_of)


def _chunks(
    database: Database,
    kind: ExportKind,
    exporter: Exporter,
    query: RecordQuery,
    watch: Callable[[Iterable[Any]], Iterator[Any]],
    translate: Callable[[Message], str],
    organiser: str,
) -> Iterator[bytes]:
    with database.snapshot() as session:
        yield from export_chunks(
            session, kind, exporter, query, translate=translate, organiser=organiser, watch=watch
        )


def _name_of(data: Mapping[str, Any]) -> Message:
    return Message("Export: %(what)s", what=kind_named(data["kind"]).title)
