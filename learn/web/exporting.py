"""Sending files of records: noted in the audit chain once, streamed when small, a job when large."""

from __future__ import annotations

from flask import Response, request

from learn.exports.formats.exporter import Exporter
from learn.exports.jobs import EXPORT, Wanted, is_large
from learn.exports.kinds import ExportKind, RecordQuery
from learn.exports.services import audit_export, export_chunks, file_name
from learn.jobs.services import enqueue
from learn.web.context import SAFE, actor, now, person, session
from learn.web.i18n import language, saying
from learn.web.state import state
from learn.web.streams import streamed


def send_export(kind: ExportKind, exporter: Exporter, query: RecordQuery) -> Response:
    """Return the file as an answer, for pages and the API alike; who gets it stands in the audit chain.

    What was written before in this request (marks of what is exported) is committed first: a long file
    keeps no writer waiting.
    """
    who, translate = person().id, saying(language())
    if request.method not in SAFE:
        session().commit()
        session().close()
    reading = state().database.snapshot()
    try:
        chunks = export_chunks(
            reading, kind, exporter, query, translate=translate,
            organiser=state().settings.organiser,
        )  # fmt: skip
        with state().database.transaction() as writing:
            audit_export(writing, kind, exporter, query, actor_id=who, now=now())
    except BaseException:
        reading.close()
        raise
    name = file_name(kind, exporter, query, translate)
    return streamed(chunks, reading, mimetype=exporter.mimetype, name=name)


def export_or_enqueue(wanted: Wanted, *, in_background: bool = False) -> Response | int:
    """Return the file, or the id of the job that makes it: when it is large, or asked to be one.

    Raises
    ------
    LearnError
        Something in what is wanted cannot be; nothing was sent or begun.
    """
    kind, exporter = wanted.records(), wanted.exporter(state().exporters)
    query = wanted.query(actor(), now())
    with state().database.reading() as reading:
        large = in_background or is_large(reading, query, state().settings.export_at_once)
    if not large:
        return send_export(kind, exporter, query)
    job_id = enqueue(session(), EXPORT, wanted.data(), actor_id=person().id, now=now())
    session().commit()
    return job_id
