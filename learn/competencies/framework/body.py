"""A version as JSON and back: one text for one content, whose digest names it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from learn.competencies.framework.catalogue import Framework
from learn.competencies.reading import InvalidData
from learn.db import canonical_json
from learn.errors import Message


@cache
def _adapter() -> TypeAdapter[Framework]:
    return TypeAdapter(Framework)


def body_of(framework: Framework) -> str:
    """Return the one JSON text of a version: what became of earlier codes stands in their order."""
    ordered = sorted(framework.successions, key=lambda each: (each.old, each.new))
    plain = tuple(
        replace(each, levels={n: m for n, m in sorted(each.levels.items()) if n != m})
        for each in ordered
    )
    return canonical_json(data_of(replace(framework, successions=plain)))


def data_of(framework: Framework) -> Any:
    """Return a version as what JSON is made of."""
    return _adapter().dump_python(framework, mode="json")


def digest_of(body: str) -> str:
    """Return the SHA-256 of a body, in hexadecimal digits."""
    return hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()


def framework_of(body: str) -> Framework:
    """Return the version that a body says.

    Raises
    ------
    InvalidData
        It is no version: the database was changed by something else than this program.
    """
    try:
        return _adapter().validate_python(json.loads(body))
    except (ValidationError, ValueError) as error:
        told = Message("A stored version of the framework cannot be read: %(why)s", why=str(error))
        raise InvalidData((told,)) from error
