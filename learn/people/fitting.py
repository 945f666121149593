"""Texts that people type, made fit for the column that will hold them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from learn.errors import Invalid, Message
from learn.people.names import tidy


def fitting(column: InstrumentedAttribute[Any], text: str) -> str:
    """Return the text with single spaces and without signs that cannot be seen or stored.

    Raises
    ------
    Invalid
        It is longer than the column.
    """
    seen = tidy("".join(sign if sign.isprintable() else " " for sign in text))
    longest = getattr(column.type, "length", None)
    if longest is not None and len(seen) > longest:
        raise Invalid(
            Message(
                "%(start)s... is too long: %(length)s characters, and at most %(longest)s fit.",
                start=seen[:20],
                length=len(seen),
                longest=longest,
            )
        )
    return seen
