"""Questions of other systems into the draft of a course, and those of a draft out of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response

from learn.api.operations import Result, operation
from learn.api.reading import Upload
from learn.api.schemas import questions as schemas
from learn.interchange.model import Entry, Note
from learn.people.access import Action
from learn.web.context import need, now, person, session
from learn.web.i18n import say
from learn.web.state import state
from learn.web.studio.questions_in import doors

FILES = ("text/plain", "application/xml", "application/zip")


@operation(
    "POST", "/courses/<course>/quizzes/<quiz>/imports", tag="studio", errors=(403, 404), upload=True,
    query=schemas.QuestionImportQuery,
    replies={201: schemas.QuestionImportOut, 200: schemas.QuestionImportOut},
)  # fmt: skip
def import_questions(
    course: str, quiz: str, query: schemas.QuestionImportQuery, upload: Upload
) -> Result:
    """Add the questions of a file to a quiz of the course's draft (201); with `dry_run` only report (200)."""
    need(Action.EDIT_COURSE, course=course)
    standards = state().standards()
    imported = doors().read_file(upload.content, standards, query.format)
    arrived = doors().try_import(session(), imported, course, quiz, standards)
    added = 0 if query.dry_run else len(arrived.imported.blocks)
    if added:
        doors().take_in(session(), state().storage, arrived, actor_id=person().id, now=now())
    body = {
        "dry_run": query.dry_run,
        "format": imported.format,
        "items": len(imported.entries),
        "added": added,
        "notes": _notes(imported.notes),
        "questions": [_question(entry) for entry in arrived.imported.entries],
    }
    return body, 201 if added else 200


def _question(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "key": entry.key or None,
        "type": entry.type or None,
        "line": entry.line or None,
        "id": entry.ident or None,
        "verdict": entry.verdict,
        "notes": _notes(entry.notes),
    }


def _notes(notes: Iterable[Note]) -> list[dict[str, Any]]:
    return [
        {
            "verdict": note.verdict,
            "message": say(note.message),
            "line": note.line or None,
            "id": note.ident or None,
        }
        for note in notes
    ]


@operation(
    "GET", "/courses/<course>/quizzes/<quiz>/export", tag="studio", errors=(403, 404),
    query=schemas.QuestionExportQuery, replies={}, files=FILES,
)  # fmt: skip
def export_questions(course: str, quiz: str, query: schemas.QuestionExportQuery) -> Result:
    """Send the questions of a quiz of the course's draft as a file of another system."""
    need(Action.EDIT_COURSE, course=course)
    made = doors().export_quiz(
        session(), state().storage, course, quiz, query.format, state().standards()
    )
    answer = Response(made.content, mimetype=made.mimetype)
    name = f"{course}-{quiz}{made.suffix}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
