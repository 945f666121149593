"""Reading what comes in: every mistake at once, by field, with what would be right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from learn.api.problems import Findings, Unreadable, WrongType
from learn.errors import Message
from learn.web.state import state

ModelT = TypeVar("ModelT", bound=BaseModel)

LARGEST_BODY_BYTES = 2**20
DEEPEST = 20
SHEETS = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)


@dataclass(frozen=True)
class Upload:
    """A file that was sent."""

    name: str
    content: bytes


def read_query(model: type[ModelT]) -> ModelT:
    """Return the query of the address; a name that stands twice counts once."""
    try:
        return model.model_validate(dict(_clean(request.args.to_dict())))
    except ValidationError as error:
        raise _findings(
            error, model, Message("The address has parameters that cannot be used.")
        ) from None


def read_content() -> bytes:
    """Return the body as it came; one that is too large is refused unread."""
    request.max_content_length = LARGEST_BODY_BYTES
    return request.get_data()


def read_body(model: type[ModelT], content: bytes) -> ModelT:
    """Return the JSON body.

    Raises
    ------
    WrongType, Unreadable, Findings
        It is no JSON; it cannot be read; it has the wrong fields.
    """
    if not request.is_json:
        raise WrongType(Message("Send JSON, with the header Content-Type: application/json."))
    value = _clean(_parsed(content))
    try:
        return model.model_validate(value, strict=True)
    except ValidationError as error:
        raise _findings(error, model, Message("The body has fields that cannot be used.")) from None


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise Unreadable(Message("The body is not in UTF-8.")) from None
    except RecursionError:
        raise Unreadable(Message("The body is nested too deeply.")) from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            Message("The body is not JSON: line %(line)s, column %(column)s.",
                    line=error.lineno, column=error.colno)
        ) from None  # fmt: skip
    except ValueError:
        raise Unreadable(Message("The body holds a number that cannot be read.")) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _clean(value: Any) -> Any:
    """Return `value` when every text in it can be stored and it is not nested too deeply."""
    for text, depth in _walked(value, 0):
        if depth > DEEPEST:
            raise Unreadable(Message("The body is nested too deeply."))
        if "\0" in text or text.encode("utf-8", "replace").decode() != text:
            raise Unreadable(Message("A text holds a character that cannot be stored."))
    return value


def _walked(value: Any, depth: int) -> Iterator[tuple[str, int]]:
    if isinstance(value, str) or depth > DEEPEST:
        yield value if isinstance(value, str) else "", depth
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name, depth
            yield from _walked(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _walked(part, depth + 1)


def read_upload() -> Upload:
    """Return the file: the field `file` of a form, or the whole body.

    Raises
    ------
    WrongType, Unreadable
        The body is neither; the form has no such field.
    """
    request.max_content_length = state().settings.max_upload_mb * 2**20
    if request.mimetype == "multipart/form-data":
        sent = request.files.get("file")
        if sent is None:
            raise Unreadable(
                Message("The form has no file; its field is named %(name)s.", name="file")
            )
        return Upload(sent.filename or "", sent.read())
    if request.mimetype not in SHEETS:
        raise WrongType(
            Message("Send the file in a form, or as the body with one of these types: %(types)s.",
                    types=", ".join(SHEETS))
        )  # fmt: skip
    return Upload("", request.get_data())


def _findings(error: ValidationError, model: type[BaseModel], message: Message) -> Findings:
    found = error.errors(include_url=False, include_context=True, include_input=False)
    return Findings(message, [
        {"field": ".".join(str(part) for part in each["loc"])[:100], "message": _message(each, model)}
        for each in found[:50]
    ])  # fmt: skip


def _message(each: Mapping[str, Any], model: type[BaseModel]) -> Message:
    """Return in our own words what is wrong: pydantic speaks English alone."""
    kind, context = each["type"], each.get("ctx", {})
    name = str(each["loc"][-1])[:80] if each["loc"] else ""
    if kind == "extra_forbidden":
        return _unknown(name, list(model.model_fields))
    if kind == "missing":
        return Message("%(field)s is missing.", field=name)
    if kind == "literal_error":
        return Message("%(field)s takes one of %(known)s.", field=name, known=context["expected"])
    if not name:
        return Message("The body is a JSON object.")
    words = next((right for start, right in _RIGHT if kind.startswith(start)), _ANOTHER)
    return Message(words.msgid, field=name, **context)


_ANOTHER = Message("%(field)s has a form that cannot be used.")
_RIGHT = (
    ("string_too_long", Message("%(field)s has at most %(max_length)s letters.")),
    ("string_too_short", Message("%(field)s must not be empty.")),
    ("string", Message("%(field)s is a text.")),
    ("int", Message("%(field)s is a whole number.")),
    ("bool", Message("%(field)s is true or false.")),
    ("greater_than_equal", Message("%(field)s is at least %(ge)s.")),
    ("less_than_equal", Message("%(field)s is at most %(le)s.")),
)


def _unknown(name: str, known: Sequence[str]) -> Message:
    near = get_close_matches(name, known, n=1, cutoff=0)
    return Message(
        "There is no field %(field)s; did you mean %(near)s?",
        field=name, near=near[0] if near else "-",
    )  # fmt: skip
