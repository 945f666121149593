"""Codes that change every half minute: whoever shows the present one was in the room.

A code is the HMAC (SHA-256) of the session and the half minute, with a secret of the session; it is valid
in its own half minute and in the one that follows. What is typed is a shorter cut of the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

SECONDS = 30
GRACE = 1
LONG, SHORT = 20, 6
TICKET = 300


def new_secret() -> str:
    """Return the secret of a new session."""
    return secrets.token_hex(32)


def window_of(now: datetime) -> int:
    """Return the number of the half minute."""
    return int(now.timestamp()) // SECONDS


def seconds_left(now: datetime) -> int:
    """Return how long the present code is still the newest."""
    return SECONDS - int(now.timestamp()) % SECONDS


def long_code(secret: str, session_id: int, window: int) -> str:
    """Return the code that the picture carries."""
    digest = _digest(secret, session_id, window, "qr")
    return base64.b32encode(digest).decode().rstrip("=").lower()[:LONG]


def short_code(secret: str, session_id: int, window: int) -> str:
    """Return the code to be typed: six digits."""
    number = int.from_bytes(_digest(secret, session_id, window, "typed")[:8], "big")
    return f"{number % 10**SHORT:0{SHORT}d}"


def is_valid(secret: str, session_id: int, code: str, now: datetime) -> bool:
    """Return whether the code, scanned or typed, is of this session and not too old."""
    given = "".join(sign for sign in code.lower() if sign.isascii() and sign.isalnum())
    present = window_of(now)
    valid = False
    for window in range(present - GRACE, present + 1):
        for made in (long_code(secret, session_id, window), short_code(secret, session_id, window)):
            valid |= hmac.compare_digest(made.encode(), given.encode())
    return valid


def _digest(secret: str, session_id: int, window: int, use: str) -> bytes:
    text = f"{use}:{session_id}:{window}".encode()
    return hmac.new(bytes.fromhex(secret), text, hashlib.sha256).digest()


def ticket(secret: str, session_id: int, person_id: int, now: datetime) -> str:
    """Return what a person gets for a valid code that was scanned: five minutes to say "I am here"."""
    return _ticket(secret, session_id, person_id, int(now.timestamp()) // TICKET)


def is_ticket(secret: str, session_id: int, person_id: int, given: str, now: datetime) -> bool:
    """Return whether a ticket is this person's, and not older than five to ten minutes."""
    present = int(now.timestamp()) // TICKET
    return any(
        hmac.compare_digest(_ticket(secret, session_id, person_id, each), given)
        for each in (present - 1, present)
        if given.isascii()
    )


def _ticket(secret: str, session_id: int, person_id: int, window: int) -> str:
    return _digest(secret, session_id, window, f"ticket:{person_id}").hex()
