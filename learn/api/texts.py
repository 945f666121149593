"""How the API writes moments, and where addresses inside texts begin."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import url_for


def moment(value: datetime | None) -> str | None:
    """Return a moment in UTC to the second: 2026-11-24T01:30:00Z."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def mount() -> str:
    """Return where Learn is mounted, for the addresses inside rendered texts."""
    return url_for("learn.home").removesuffix("/")
