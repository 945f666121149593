"""Sheets that wait between "what would change" and "do it": an hour at most, for their sender alone."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from learn.errors import Conflict, Invalid, Message
from learn.web.context import actor, now
from learn.web.state import state

KEPT_SECONDS = 3600
_TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(content: bytes, name: str) -> str:
    """Keep a sheet for the second step and return its token; take away those nobody came back for."""
    folder, token = _folder(), secrets.token_hex(16)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if now().timestamp() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    suffix = ".xlsx" if name.lower().endswith(".xlsx") else ".csv"
    path = folder / f"{actor().person_id}-{token}{suffix}"
    path.touch(mode=0o600)
    path.write_bytes(content)
    return token


def kept(token: str) -> Path:
    """Return the sheet that this person sent.

    Raises
    ------
    Invalid, Conflict
        The token is none; the sheet is not here any more.
    """
    if not _TOKEN.fullmatch(token):
        raise Invalid(Message("Send the file again."))
    found = next(_folder().glob(f"{actor().person_id}-{token}.*"), None)
    if found is None or now().timestamp() - found.stat().st_mtime > KEPT_SECONDS:
        raise Conflict(Message("The file is kept for an hour only. Send it again."))
    return found


def token_of(path: Path) -> str:
    """Return the token of a kept sheet."""
    return path.name.split(".")[0][-32:]


def _folder() -> Path:
    return state().settings.data_dir / "imports"
