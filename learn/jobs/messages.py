"""Messages kept in tables: in English with their parts, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from learn.errors import Message


def stored(message: Message) -> dict[str, Any]:
    """Return a message as a table keeps it."""
    params = {
        name: stored(value) if isinstance(value, Message) else _plain(value)
        for name, value in message.params.items()
    }
    return {"msgid": message.msgid, "params": params}


def read_stored(kept: Mapping[str, Any]) -> Message:
    """Return the message that a table keeps."""
    params = {
        name: read_stored(value) if isinstance(value, dict) else value
        for name, value in kept["params"].items()
    }
    return Message(kept["msgid"], **params)


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)
