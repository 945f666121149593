"""Completions of everybody within reach: page by page, or as a file."""

from __future__ import annotations

from typing import Any

from learn.api.files import FILES
from learn.api.operations import Result, operation
from learn.api.people import others, sees_whole_numbers
from learn.api.schemas import people as schemas
from learn.api.texts import moment
from learn.exports.formats.choosing import find_exporter
from learn.exports.kinds import RecordQuery, kind_named, query_of
from learn.exports.lists.completions import CompletionQuery
from learn.exports.records import CompletionRecord
from learn.people.access import Action, Scope
from learn.people.numbers import mask
from learn.web.context import now, session
from learn.web.exporting import send_export
from learn.web.i18n import zone
from learn.web.state import state


@operation(
    "GET", "/completions", tag="records", errors=(403, 404), query=schemas.CompletionQuery,
    replies={200: schemas.CompletionList}, files=FILES,
)  # fmt: skip
def completions(query: schemas.CompletionQuery) -> Result:
    """List completions, the newest first, or stream all of them as a file, which the audit chain notes."""
    if query.format == "json":
        return _page(query)
    exporter = find_exporter(state().exporters, query.format)
    asked = _asked(query, others(Action.EXPORT))
    return send_export(kind_named("completions"), exporter, asked)


def _asked(query: schemas.CompletionQuery, within: Scope) -> RecordQuery:
    return query_of(
        kind_named("completions"), within, timezone=zone().key, now=now(), since=query.since,
        until=query.until, unit=query.unit, course=query.course,
    )  # fmt: skip


def _page(query: schemas.CompletionQuery) -> Result:
    within = others(Action.READ_RECORDS)
    asked = _asked(query, within)
    assert isinstance(asked, CompletionQuery)
    page = asked.page(session(), limit=query.limit, after=query.cursor)
    whole = sees_whole_numbers(within)
    return {"items": [_item(record, whole=whole) for record in page.items], "next": page.next}


def _item(record: CompletionRecord, *, whole: bool) -> dict[str, Any]:
    number = record.number
    return {
        "number": number if whole or number is None else mask(number),
        "name": record.name,
        "unit": {"code": record.unit_code, "name": record.unit} if record.unit_code else None,
        "course": record.course,
        "title": record.title,
        "version": record.version,
        "cycle": record.cycle,
        "enrolled_at": moment(record.started_at),
        "completed_at": moment(record.completed_at),
        "score": record.score,
        "hours": record.hours,
        "form": record.form,
        "certificate": record.certificate,
        "valid_until": moment(record.valid_until),
        "withdrawn_at": None,  # withdrawn ones are not listed
        "status": record.status,
    }
