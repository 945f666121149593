"""The kinds of records that can be exported: their names, columns and query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Protocol

from sqlalchemy.orm import Session

from learn.errors import Message, NotFound
from learn.exports import columns
from learn.exports.claims import ClaimQuery
from learn.exports.exporter import Column
from learn.exports.filters import read_day
from learn.exports.people_queries import CompetencyQuery, HoursQuery, PeopleQuery
from learn.exports.queries import CompletionQuery
from learn.people.access import Scope


class RecordQuery(Protocol):
    """A query that streams records and says what it was narrowed by."""

    @property
    def unit(self) -> str | None:
        """Return the code of the unit that it is narrowed to."""

    @property
    def now(self) -> datetime:
        """Return the moment that it is asked at."""

    @property
    def timezone(self) -> str:
        """Return the time zone of its local dates."""

    def stream(self, session: Session) -> Iterator[Any]:
        """Yield all records in constant memory."""

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows it, for the file."""

    def data(self) -> dict[str, str]:
        """Return what narrows it, for the audit chain."""


@dataclass(frozen=True)
class ExportKind:
    """One kind of records; `file_word` begins the names of its files."""

    key: str
    title: Message
    file_word: Message
    columns: Sequence[Column]
    query: Any


KINDS: Mapping[str, ExportKind] = {
    kind.key: kind
    for kind in (
        ExportKind("completions", Message("Completed courses"), Message("completed-courses"),
                   columns.COMPLETIONS, CompletionQuery),
        ExportKind("competencies", Message("Competencies"), Message("competencies"),
                   columns.COMPETENCIES, CompetencyQuery),
        ExportKind("hours", Message("Learning hours (JP) by year"), Message("learning-hours"),
                   columns.HOURS, HoursQuery),
        ExportKind("claims", Message("Development done elsewhere"), Message("development-elsewhere"),
                   columns.CLAIMS, ClaimQuery),
        ExportKind("people", Message("People"), Message("people"), columns.PEOPLE, PeopleQuery),
    )
}  # fmt: skip


def kind_named(key: str) -> ExportKind:
    """Return the kind of this key.

    Raises
    ------
    NotFound
        There is none; the message names the nearest.
    """
    if key not in KINDS:
        near = get_close_matches(key, KINDS, n=1, cutoff=0) or ["completions"]
        raise NotFound(
            Message(
                "There is no export %(key)s; did you mean %(near)s?", key=key[:40], near=near[0]
            )
        )
    return KINDS[key]


def query_of(
    kind: ExportKind,
    scope: Scope,
    *,
    timezone: str,
    now: datetime,
    since: str | date | None = None,
    until: str | date | None = None,
    unit: str | None = None,
    course: str | None = None,
) -> RecordQuery:
    """Return the query of the kind, narrowed by what somebody typed; empty text narrows nothing.

    Raises
    ------
    Invalid
        A day is no date, the days are reversed, or the kind cannot be narrowed so.
    """
    query: RecordQuery = kind.query(
        scope=scope, timezone=timezone, now=now, since=read_day(since, "since"),
        until=read_day(until, "until"), unit=_typed(unit), course=_typed(course),
    )  # fmt: skip
    return query


def _typed(text: str | None) -> str | None:
    """Return a code as somebody typed it, without what no code holds; None for nothing."""
    return "".join(sign for sign in text or "" if sign.isprintable()).strip() or None
