"""Files of records as replies: streamed, and noted in the audit chain."""

from __future__ import annotations

from flask import Response

from learn.exports.exporter import Exporter
from learn.exports.kinds import ExportKind, RecordQuery
from learn.exports.services import audit_export, export_chunks, file_name
from learn.web.context import now, person, take_session
from learn.web.i18n import language, saying
from learn.web.state import state
from learn.web.streams import streamed

FILES = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/jsonl",
    "application/vnd.apache.parquet",
)


def send_records(kind: ExportKind, asked: RecordQuery, exporter: Exporter) -> Response:
    """Stream the file; the session is the stream's own from here, as it outlives the request."""
    translate, reading = saying(language()), take_session()
    try:
        chunks = export_chunks(
            reading, kind, exporter, asked, translate=translate,
            organiser=state().settings.organiser,
        )  # fmt: skip
        with state().database.transaction() as writing:
            audit_export(writing, kind, exporter, asked, actor_id=person().id, now=now())
    except BaseException:
        reading.close()
        raise
    name = file_name(kind, exporter, asked, translate)
    return streamed(chunks, reading, mimetype=exporter.mimetype, name=name)
