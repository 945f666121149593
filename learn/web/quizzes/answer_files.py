"""Files of answers on pages: taken in with the form of a question, and sent to their owner and to graders."""

from __future__ import annotations

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from learn.errors import LearnError, Message, NotFound
from learn.quizzes.attempts.steps import is_due
from learn.quizzes.handed_in.files import FileRules, RefusedFile
from learn.quizzes.handed_in.storing import find_file, take_file
from learn.quizzes.models import OPEN, AnswerFile, Attempt
from learn.quizzes.questions import Question
from learn.quizzes.services import find_attempt
from learn.quizzes.types.essay import kept_files
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.quizzes.reached import may_grade
from learn.web.quizzes.start import quiz_of_attempt
from learn.web.state import state


def taken_files(
    attempt: Attempt, question: Question, name: str, refused: list[LearnError]
) -> dict[str, list[str]]:
    """Take in the files that came with the form of a question; return its field of files.

    One that cannot be taken is told in `refused` and hinders neither the others nor the text beside them.
    """
    rules = FileRules.of(question.data)
    field = f"{name}.kept"
    if not rules.most:
        return {}
    kept = kept_files({key: request.form.getlist(key) for key in request.form}, name)
    if attempt.state == OPEN and not is_due(attempt, now(), state().engine.grace_seconds):
        for sent in request.files.getlist(f"{name}.files"):
            if sent.filename:
                _take(attempt, question, rules, sent, kept, refused)
    return {field: kept}


def _take(
    attempt: Attempt,
    question: Question,
    rules: FileRules,
    sent: FileStorage,
    kept: list[str],
    refused: list[LearnError],
) -> None:
    try:
        if len(kept) >= rules.most:
            raise RefusedFile(Message("An answer has at most %(most)s files.", most=rules.most))
        content = sent.stream.read(rules.size_bytes + 1)
        digest = take_file(
            session(), state().storage, attempt, question, sent.filename or "", content, now=now()
        )
    except RefusedFile as error:
        refused.append(error)
    else:
        kept.append(digest)


@pages.get("/attempts/<attempt_id>/answers/<question>/files/<digest>")
def answer_file(attempt_id: str, question: str, digest: str) -> ResponseReturnValue:
    """Send a file of an answer to its owner, or to somebody who may grade it."""
    return file_reply(attempt_id, question, digest)


def _file_to_read(attempt_id: str, question: str, digest: str) -> tuple[AnswerFile, str]:
    """Return the file and its name for who asks; for anybody who may not read it there is none."""
    who = person()
    attempt = find_attempt(session(), attempt_id)
    if attempt is not None and (attempt.person_id == who.id or may_grade(attempt)):
        found = find_file(session(), attempt, question, digest)
        if found is not None:
            quiz = quiz_of_attempt(attempt) if attempt.person_id != who.id else None
            nameless = quiz is not None and quiz.anonymous_grading
            return found, nameless_file(found.digest, found.name) if nameless else found.name
    raise NotFound(Message("There is no such file."))


def nameless_file(digest: str, name: str) -> str:
    """Return a name that says nothing of who sent the file."""
    return f"{digest[:8]}.{name.rpartition('.')[2]}"


def file_reply(attempt_id: str, question: str, digest: str) -> Response:
    """Return a file to be kept, never shown: whatever it holds, no page of ours runs it.

    Raises
    ------
    NotFound
        There is none, or the person may not read it.
    """
    file, name = _file_to_read(attempt_id, question, digest)
    path = state().storage.path(file.digest)
    if path is None:
        raise NotFound(Message("There is no such file."))
    reply = send_file(
        path, mimetype=file.media_type, as_attachment=True, download_name=name, max_age=0
    )
    reply.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    reply.headers["Cache-Control"] = "no-store"
    return reply
