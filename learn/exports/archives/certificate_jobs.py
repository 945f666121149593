"""Archives of many certificates as jobs: what was asked for is stored, and asked again when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from learn.certificates.printing import Printing, Words
from learn.config import Settings
from learn.db import Database
from learn.errors import Message
from learn.exports.archives.certificates import (
    archive_chunks,
    archive_file,
    audit_archive,
    certificates_in,
)
from learn.exports.kinds import kind_named, query_of
from learn.exports.lists.completions import CompletionQuery
from learn.jobs.kinds import JobKind, Outcome, ResultFile, Task
from learn.people.access import Action, Actor, scope
from learn.people.roles import actor_of
from learn.storage import Storage

CERTIFICATES = "certificates"
AT_ONCE = 200
"""More are drawn in the background: each takes some milliseconds, signed ones longer."""
MIMETYPE = "application/zip"


def archive_data(
    query: CompletionQuery, filters: Mapping[str, str], *, before: str, word: str
) -> dict[str, Any]:
    """Return what a job keeps of a list of certificates.

    Parameters
    ----------
    filters
        since, until, unit and course, as they were typed; `query` was made of them.
    before
        The address of a public page up to the code of its certificate.
    word
        What the file's name begins with.
    """
    return {
        "filters": {name: text for name, text in filters.items() if text},
        "withdrawn": query.include_withdrawn,
        "lapsing": query.lapsing,
        "day": query.day.isoformat() if query.day else None,
        "timezone": query.timezone,
        "before": before,
        "word": word,
    }


def _query(data: Mapping[str, Any], actor: Actor, now: Any) -> CompletionQuery:
    query: Any = query_of(
        kind_named("completions"), scope(actor, Action.EXPORT), timezone=data["timezone"], now=now,
        **data["filters"],
    )  # fmt: skip
    narrowed: CompletionQuery = replace(
        query, include_withdrawn=data["withdrawn"], lapsing=data["lapsing"],
        day=date.fromisoformat(data["day"]) if data["day"] else None, certified=True,
    )  # fmt: skip
    return narrowed


def certificates_job(
    database: Database, settings: Settings, storage: Storage, words: Callable[[str], Words]
) -> JobKind:
    """Return the kind of job that draws the certificates of a list into one archive.

    Parameters
    ----------
    words
        Gives for a language how documents say messages and days.
    """

    def run(task: Task) -> Outcome:
        before = task.data["before"]
        drawn = Printing(
            settings, storage, words(settings.language), lambda code: before + code, task.now
        )
        with database.reading() as session:
            query = _query(task.data, actor_of(session, task.actor_id or 0), task.now)
            count = certificates_in(session, query)
        task.progress(0, count)

        def note(session: Session) -> dict[str, Any]:
            audit_archive(session, query, count, actor_id=task.actor_id or 0, now=task.now)
            return {"certificates": count}

        def chunks() -> Iterator[bytes]:
            with database.snapshot() as session:
                for number, chunk in enumerate(archive_chunks(session, query, drawn), 1):
                    task.progress(min(number, count))
                    yield chunk

        name = archive_file(query, task.data["word"])
        return Outcome(ResultFile(chunks(), name, MIMETYPE), apply=note)

    return JobKind(CERTIFICATES, Message("Certificates (ZIP)"), run, Action.EXPORT)
