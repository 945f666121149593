"""Sending a file of records: noted in the audit chain before the first byte, then streamed."""

from __future__ import annotations

from flask import Response

from learn.exports.exporter import Exporter
from learn.exports.kinds import ExportKind, RecordQuery
from learn.exports.services import audit_export, export_chunks, file_name
from learn.web.context import actor, now, session
from learn.web.i18n import language, say, saying
from learn.web.state import state
from learn.web.streams import streamed


def send_export(kind: ExportKind, exporter: Exporter, query: RecordQuery) -> Response:
    """Return the file as an answer; whoever gets it stands in the audit chain."""
    name = file_name(kind, exporter, query, say)
    audit_export(session(), kind, exporter, query, actor_id=actor().person_id, now=now())
    session().commit()
    session().close()  # a long file keeps no writer waiting
    reading = state().database.snapshot()
    try:
        chunks = export_chunks(
            reading, kind, exporter, query, translate=saying(language()),
            organiser=state().settings.organiser,
        )  # fmt: skip
    except BaseException:
        reading.close()
        raise
    return streamed(chunks, reading, mimetype=exporter.mimetype, name=name)
