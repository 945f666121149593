"""The description of the API, OpenAPI 3.1, made of the declared operations and their models."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import Response, jsonify, url_for
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from learn.api.blueprint import api
from learn.api.operations import OPERATIONS, Operation
from learn.api.problems import MIMETYPE
from learn.api.reading import SHEETS
from learn.api.replies import HEADER
from learn.api.schemas import common as schemas
from learn.version import __version__

REF = "#/components/schemas/{model}"
PARTS = {
    "claim": "The number of a claim.",
    "code": "The code of a competency, such as M.05.",
    "request": "The number of a request to recognise prior learning.",
    "seq": "The number of an entry.",
    "what": "evidence or assessment.",
    "rule": "The number of a rule of assignment.",
    "batch": "The number of a bulk act.",
    "training": "The number of a training.",
    "session_id": "The number of a session of the training.",
    "attempt_id": "The id of an attempt of one's own.",
    "course": "The key of a course.",
    "cycle": "The cycle of the course, from 1.",
    "digest": "The SHA-256 of a file's content, in hex.",
    "job_id": "The number of a job of one's own.",
    "kind": "The key of a kind of records, such as completions.",
    "goal": "The number of a goal of a pair.",
    "meeting": "The number of a meeting of a pair.",
    "pair": "The number of a pair, unique for the mentee.",
    "module": "The key of a module, such as 04-pengaduan.",
    "number": "An employee number (NIP or NI PPPK), 18 digits.",
    "question": "The key of a question of the attempt.",
    "quiz": "The key of a quiz.",
    "unit": "The code of a unit.",
    "version": "The number of a version of the framework, from 1.",
}
ERRORS = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the token does not work.",
    403: "The caller may not do this; the text names the roles that may.",
    404: "There is no such thing, or it is not the caller's to see.",
    409: "The state has moved on; nothing was changed.",
    413: "The body is too large.",
    415: "The body has a type that is not taken.",
    422: "Something in the request is wrong; `errors` lists everything.",
    429: "It was tried too often; wait, then try again.",
    503: "The system is busy; nothing was changed.",
}
REPLIES = {200: "Done.", 201: "Made.", 202: "Begun; it goes on in the background."}


@api.get("/openapi.json")
def openapi_document() -> Response:
    """Return the description of the API; everybody may read it."""
    base = url_for(".openapi_document").removesuffix("/openapi.json")
    reply = jsonify({**described(), "servers": [{"url": base}]})
    reply.headers["Cache-Control"] = "public, max-age=300"
    return reply


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """Return the document without its server."""
    paths: dict[str, dict[str, Any]] = {}
    for made in sorted(OPERATIONS, key=lambda each: each.path):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", made.path)
        paths.setdefault(path, {})[made.method.lower()] = _operation(made)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Learn",
            "version": __version__,
            "description": "Courses, quizzes and competency records. Lists are paged by cursor; "
            "errors are problem documents (RFC 9457).",
        },
        "tags": [{"name": tag} for tag in sorted({made.tag for made in OPERATIONS})],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": SECURITY},
    }


SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token (lrn_...) made by its person or by `learn token create`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "learn_session",
        "description": "Somebody signed in; in a host application the host's own session.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "With a session, every write: the page's token (meta `csrf-token`).",
    },
}


def _schemas() -> dict[str, Any]:
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(schemas.Problem, "serialization")]
    for made in OPERATIONS:
        models += [(model, "serialization") for model in made.replies.values()]
        models += [(made.body, "validation")] if made.body else []
    _names, found = models_json_schema(list(dict.fromkeys(models)), ref_template=REF)
    definitions: dict[str, Any] = found["$defs"]
    return definitions


def _operation(made: Operation) -> dict[str, Any]:
    text = " ".join((made.view.__doc__ or "").split())
    told: dict[str, Any] = {
        "operationId": made.name,
        "summary": text.partition(";")[0].rstrip("."),
        "description": text,
        "tags": [made.tag],
        "parameters": _parameters(made),
        "responses": {**_replies(made), **_errors(made)},
        "security": [{"token": []}, {"session": [], **({"csrf": []} if made.writes else {})}],
    }
    if made.body is not None:
        told["requestBody"] = {
            "required": not made.optional_body, "content": _json(made.body),
        }  # fmt: skip
    if made.upload:
        told["requestBody"] = {"required": True, "content": _upload()}
    return told


def _parameters(made: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": part, "in": "path", "required": True, "description": PARTS[part],
         "schema": {"type": "integer" if part in {"cycle", "claim", "version", "job_id", "seq", "request", "pair", "goal", "meeting", "rule", "batch", "training", "session_id"} else "string"}}
        for part in made.parts
    ]  # fmt: skip
    if made.query is not None:
        for name, schema in made.query.model_json_schema()["properties"].items():
            shown = {key: value for key, value in schema.items() if key != "description"}
            found.append({"name": name, "in": "query", "required": False,
                          "description": schema["description"], "schema": shown})  # fmt: skip
    if made.writes:
        found.append({
            "name": HEADER, "in": "header", "required": False,
            "description": "The same key and the same request give the first reply again "
            "(header Idempotency-Replayed: true); kept for 7 days.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 80},
        })  # fmt: skip
    return found


def _replies(made: Operation) -> dict[str, Any]:
    files = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in made.files}
    if not made.replies:
        return {"200": {"description": REPLIES[200], "content": files}}
    return {
        str(status): {"description": REPLIES[status], "content": {**_json(model), **files}}
        for status, model in made.replies.items()
    }


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}


def _upload() -> Mapping[str, Any]:
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {
        "multipart/form-data": {"schema": form},
        **{kind: {"schema": file} for kind in SHEETS},
    }


def errors_of(made: Operation) -> Sequence[int]:
    """Return the statuses of all errors that an operation can answer with."""
    found = {401, 503, *made.errors}
    if made.query is not None:
        found |= {400, 422}
    if made.writes:
        found |= {403, 409, 413, 422}
    if made.body is not None or made.upload:
        found |= {400, 415, 422}
    return sorted(found)


def _errors(made: Operation) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=schemas.Problem.__name__)}
    return {
        str(status): {"description": ERRORS[status], "content": {MIMETYPE: {"schema": schema}}}
        for status in errors_of(made)
    }
