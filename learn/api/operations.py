"""What an operation of the API is: one declaration from which its route, its checks and its description come."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel

from learn.api import callers, reading, replies
from learn.api.blueprint import api
from learn.errors import Message, NotFound
from learn.web.context import SAFE, close_session, only_read, session

Result = Response | Mapping[str, Any] | tuple[Mapping[str, Any], int]
"""What a view returns: a body, a body with its status, or a whole reply (a file)."""

View = Callable[..., Result]


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Parameters
    ----------
    path
        Below the base of the API, with ``<name>`` for what varies.
    query, body
        What may stand in the address and in the body; the view gets them as arguments of that name.
    optional_body
        Whether a request without a body is as good as an empty object.
    upload
        Whether the body is a file, as it is or as a field of a form.
    replies
        The model of the reply by status.
    errors
        Statuses of errors besides those that follow from the rest.
    files
        Media types of the file that a reply may be instead.
    """

    method: str
    path: str
    view: View
    tag: str
    replies: Mapping[int, type[BaseModel]]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    optional_body: bool = False
    upload: bool = False
    errors: tuple[int, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the operation, which is that of its view."""
        return self.view.__name__

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method not in SAFE

    @property
    def parts(self) -> list[str]:
        """Return the names of what varies in the path."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, **declared: Any) -> Callable[[View], View]:
    """Declare a view as an operation of the API: see `Operation`."""

    def declare(view: View) -> View:
        made = Operation(method, path, view, **declared)
        OPERATIONS.append(made)

        @wraps(view)
        def answer(**parts: Any) -> Response:
            return _answered(made, parts)

        api.add_url_rule(path, made.name, answer, methods=[method], strict_slashes=False)
        return view

    return declare


@dataclass
class _Read:
    """What came with a request, read and checked."""

    arguments: dict[str, Any] = field(default_factory=dict)
    content: bytes = b""


def _answered(made: Operation, parts: dict[str, Any]) -> Response:
    """Ask who is here, read what came, let the view do it, and commit once."""
    if any("\0" in part for part in parts.values() if isinstance(part, str)):
        raise NotFound(Message("The address is wrong, or the page is not for you."))
    if made.upload:
        only_read()  # a large file comes in and is unpacked while others write
    callers.identify(writes=made.writes)
    read = _read(made)
    if made.upload:
        close_session()
    if not made.writes:
        return finished(made.view(**parts, **read.arguments))
    kept = replies.begin(read.content)
    if kept is not None and kept.again is not None:
        return kept.again
    reply = finished(made.view(**parts, **read.arguments))
    if kept is not None:
        replies.keep(kept, reply)
    session().commit()
    return reply


def _read(made: Operation) -> _Read:
    read = _Read()
    if made.query is not None:
        read.arguments["query"] = reading.read_query(made.query)
    if made.upload:
        upload = read.arguments["upload"] = reading.read_upload()
        read.content = upload.name.encode("utf-8", "replace") + b"\0" + upload.content
    elif made.writes:
        read.content = reading.read_content()
        if made.body is not None:
            empty = made.optional_body and not read.content.strip()
            read.arguments["body"] = (
                made.body() if empty else reading.read_body(made.body, read.content)
            )
    return read


def finished(result: Result) -> Response:
    """Return the whole reply for what a view returned."""
    if isinstance(result, Response):
        return result
    body, status = result if isinstance(result, tuple) else (result, HTTPStatus.OK)
    return replies.json_reply(body, int(status))
