"""Errors as problem documents (RFC 9457), in the language of who asks."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from learn.db import in_words
from learn.errors import Invalid, LearnError, Message
from learn.web.context import close_session
from learn.web.errors import TEXTS, TITLES
from learn.web.i18n import language, say

log = logging.getLogger("learn")
MIMETYPE = "application/problem+json"
TOLD = ("saved", "yours", "seq")
"""What of an error's `extra` is told: a person's own answers, when two devices disagree."""

CODES = {
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
}
OWN_TEXTS = {
    404: Message("The API has nothing at this address; /api/v1/openapi.json lists what it has."),
    405: Message("This address takes %(allowed)s; not %(method)s."),
    413: Message("The body is too large."),
}


class Findings(Invalid):
    """Several things are wrong at once; `extra["errors"]` lists them."""

    def __init__(self, message: Message, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__(message, errors=list(errors))


class Unreadable(LearnError):
    """The body is not what its type says."""

    code = "unreadable"


class WrongType(LearnError):
    """The body has a type that this operation does not take."""

    status = 415
    code = "unsupported-media-type"


def problem(
    status: int, detail: str, code: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Return a problem document; its title is that of the status."""
    title = say(TITLES.get(status, TITLES[400 if status < 500 else 500]))
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail,
                "code": code, **more}  # fmt: skip
    reply = Response(json.dumps(document, ensure_ascii=False), status, headers, MIMETYPE)
    reply.headers["Content-Language"] = language()
    return reply


def answer_learn_error(error: LearnError) -> Response:
    """Answer an error of Learn's own family with its message."""
    close_session()  # whatever was begun has not happened
    more = {name: error.extra[name] for name in TOLD if name in error.extra}
    if error.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        more |= {"errors": _told(error.extra.get("errors", []))}
    return problem(error.status, say(error.message), error.code, _headers(error), **more)


def _headers(error: LearnError) -> dict[str, str] | None:
    if error.status == HTTPStatus.UNAUTHORIZED:
        wrong = ', error="invalid_token"' if error.code == "invalid-token" else ""
        return {"WWW-Authenticate": f'Bearer realm="learn"{wrong}'}
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": "2"}
    return None


def _told(errors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: say(part) if isinstance(part, Message) else part for name, part in each.items()}
        for each in errors
    ]


def answer_http_error(error: HTTPException) -> Response:
    """Answer what Flask itself raises."""
    close_session()
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    text = OWN_TEXTS.get(status) or TEXTS.get(status, TEXTS[400])
    headers = None
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        text = Message(text.msgid, allowed=allowed, method=request.method[:20])
        headers = {"Allow": allowed}
    return problem(status, say(text), CODES.get(status, "bad-request"), headers)


def answer_unexpected(error: Exception) -> Response:
    """Answer what nobody expected: a number for support, and nothing of the person in the log.

    Where two acted at once and the database ended the transaction of one, that one is told so.
    """
    known = in_words(error) if isinstance(error, DBAPIError) else None
    if known is not None:
        return answer_learn_error(known)
    close_session()
    number = secrets.token_hex(4)
    log.error("unexpected error %s in %s", number, request.endpoint, exc_info=error)
    return problem(500, say(TEXTS[500]), "unexpected", reference=number)
