"""The kinds of records that can be exported: their names, columns and query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Protocol

from sqlalchemy.orm import Session

from learn.errors import Invalid, Message, NotFound
from learn.exports import columns
from learn.exports.filters import read_day
from learn.exports.formats.exporter import Column
from learn.exports.lists import certificates as certificate_list
from learn.exports.lists import organisation
from learn.exports.lists.assignments import ASSIGNMENTS, AssignmentQuery
from learn.exports.lists.claims import ClaimQuery
from learn.exports.lists.completions import CompletionQuery
from learn.exports.lists.evidence import EvidenceQuery
from learn.exports.lists.match import (
    GAP_COLUMNS,
    MATCH_COLUMNS,
    GapQuery,
    MatchQuery,
    gap_options,
    match_options,
)
from learn.exports.lists.mentoring import MENTORING, MentoringQuery
from learn.exports.lists.people import CompetencyQuery, HoursQuery, PeopleQuery
from learn.exports.lists.trainings import ATTENDANCE, TRAININGS, AttendanceQuery, TrainingQuery
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
    """One kind of records; `file_word` begins the names of its files.

    `options` reads what narrows this kind beyond days, unit and course: from texts by name to fields of
    its query.
    """

    key: str
    title: Message
    file_word: Message
    columns: Sequence[Column]
    query: Any
    options: Callable[[Mapping[str, str]], dict[str, Any]] | None = None

    def with_columns(self, keys: Sequence[str]) -> ExportKind:
        """Return the kind with these columns alone, in this order; no keys: all as they are.

        Raises
        ------
        Invalid
            It has no such column (the message names the nearest), or one is named twice.
        """
        if not keys:
            return self
        known = {column.key: column for column in self.columns}
        for key in keys:
            if key not in known:
                near = get_close_matches(key, known, n=1, cutoff=0) or [next(iter(known))]
                raise Invalid(
                    Message(
                        "There is no column %(key)s; did you mean %(near)s? The columns are %(known)s.",
                        key=key[:40], near=near[0], known=", ".join(known),
                    )
                )  # fmt: skip
            if list(keys).count(key) > 1:
                raise Invalid(Message("The column %(key)s is named twice.", key=key))
        return replace(self, columns=tuple(known[key] for key in keys))


def read_keys(text: str) -> tuple[str, ...]:
    """Return the keys of columns in a text: separated by commas or spaces."""
    return tuple(text.replace(",", " ").split())


def _completion_options(given: Mapping[str, str]) -> dict[str, Any]:
    lapsing = given.get("lapsing", "")
    if lapsing and not (lapsing.isascii() and lapsing.isdecimal() and 0 < int(lapsing[:6]) <= 3660):
        raise Invalid(Message("Days are a number from 1 to 3660."))
    return {
        "include_withdrawn": bool(given.get("withdrawn")),
        "lapsing": int(lapsing) if lapsing else None,
    }


KINDS: Mapping[str, ExportKind] = {
    kind.key: kind
    for kind in (
        ExportKind("completions", Message("Completed courses"), Message("completed-courses"),
                   columns.COMPLETIONS, CompletionQuery, _completion_options),
        ExportKind("competencies", Message("Competencies"), Message("competencies"),
                   columns.COMPETENCIES, CompetencyQuery),
        ExportKind("evidence", Message("Evidence of competencies"), Message("evidence"),
                   columns.EVIDENCE, EvidenceQuery),
        ExportKind("hours", Message("Learning hours (JP) by year"), Message("learning-hours"),
                   columns.HOURS, HoursQuery),
        ExportKind("claims", Message("Development done elsewhere"), Message("development-elsewhere"),
                   columns.CLAIMS, ClaimQuery),
        ExportKind("mentoring", Message("Mentoring and coaching"), Message("mentoring"),
                   MENTORING, MentoringQuery),
        ExportKind("assignments", Message("Assignments"), Message("assignments"),
                   ASSIGNMENTS, AssignmentQuery),
        ExportKind("trainings", Message("Trainings"), Message("trainings"), TRAININGS, TrainingQuery),
        ExportKind("attendance", Message("Attendance at trainings"), Message("attendance"),
                   ATTENDANCE, AttendanceQuery),
        ExportKind("gaps", Message("Competency gaps"), Message("competency-gaps"),
                   GAP_COLUMNS, GapQuery, gap_options),
        ExportKind("match", Message("Job-person match (JPM)"), Message("job-person-match"),
                   MATCH_COLUMNS, MatchQuery, match_options),
        ExportKind("certificates", Message("Certificates"), Message("certificates"),
                   certificate_list.CERTIFICATES, certificate_list.CertificateQuery),
        ExportKind("people", Message("People"), Message("people"), columns.PEOPLE, PeopleQuery),
        ExportKind("units", Message("Units"), Message("units"), organisation.UNITS,
                   organisation.UnitQuery),
        ExportKind("posts", Message("History of posts"), Message("posts"), organisation.POSTS,
                   organisation.PostQuery),
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
    language: str | None = None,
    on: str | date | None = None,
    **more: str | None,
) -> RecordQuery:
    """Return the query of the kind, narrowed by what somebody typed; empty text narrows nothing.

    `language` is of the names of things, `on` the day that records are shown as of, `more` are the
    kind's own `options`.

    Raises
    ------
    Invalid
        A day is no date, the days are reversed, or the kind cannot be narrowed so.
    """
    said = {name: value for name, value in more.items() if value}
    options = kind.options(said) if kind.options else {}
    if language and "language" in _names(kind.query):
        options["language"] = language
    if on and "day" in _names(kind.query):
        options["day"] = read_day(on, "on")
    query: RecordQuery = kind.query(
        scope=scope, timezone=timezone, now=now, since=read_day(since, "since"),
        until=read_day(until, "until"), unit=_typed(unit), course=_typed(course),
        **options,
    )  # fmt: skip
    return query


def _names(query: Any) -> set[str]:
    return {field.name for field in fields(query)} if isinstance(query, type) else set()


def _typed(text: str | None) -> str | None:
    """Return a code as somebody typed it, without what no code holds; None for nothing."""
    return "".join(sign for sign in text or "" if sign.isprintable()).strip() or None
