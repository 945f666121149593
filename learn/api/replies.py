"""Replies, and the first reply again for a write that is repeated with the same Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, request
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from learn.db import upsert
from learn.errors import Conflict, Invalid, Message
from learn.web.context import now, person, session
from learn.web.models import IdempotentReply

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=7)
_KEY = re.compile(r"[\x21-\x7e]{1,80}")


@dataclass(frozen=True)
class Kept:
    """A key that a write carries: new, or with the reply of the first time."""

    key: str
    again: Response | None = None


def json_reply(body: Mapping[str, Any], status: int = 200) -> Response:
    """Return a body as JSON, UTF-8 as it is."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(text, status, mimetype="application/json")


def begin(content: bytes) -> Kept | None:
    """Take the key that the request carries; None when it carries none.

    The row is put there before anything is done, so that another request with the same key waits for
    the end of this transaction.

    Raises
    ------
    Invalid, Conflict
        The key has the wrong form; it was used for another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Invalid(
            Message("Idempotency-Key takes 1 to 80 letters, digits and signs, no spaces.")
        )
    found, person_id, digest = session(), person().id, _digest(content)
    _forget_old(found, person_id)
    placed = found.execute(
        upsert(found, IdempotentReply)
        .values(person_id=person_id, key=key, request=digest, status=0, body="", at=now())
        .on_conflict_do_nothing()
        .returning(IdempotentReply.key)
    ).first()
    if placed is not None:
        return Kept(key)
    return Kept(key, _first_reply(found, person_id, key, digest))


def _first_reply(found: Session, person_id: int, key: str, digest: str) -> Response:
    row = found.execute(
        select(IdempotentReply.request, IdempotentReply.status, IdempotentReply.body).where(
            IdempotentReply.person_id == person_id, IdempotentReply.key == key
        )
    ).first()
    if row is None:
        raise Conflict(Message("A request with this Idempotency-Key is under way; send it again."))
    if row.request != digest:
        raise Invalid(Message("This Idempotency-Key was used for another request; take a new one."))
    reply = Response(row.body, row.status, mimetype="application/json")
    reply.headers["Idempotency-Replayed"] = "true"
    return reply


def keep(kept: Kept, reply: Response) -> None:
    """Keep the reply in the transaction of the write."""
    session().execute(
        update(IdempotentReply)
        .where(IdempotentReply.person_id == person().id, IdempotentReply.key == kept.key)
        .values(status=reply.status_code, body=reply.get_data(as_text=True))
        .execution_options(synchronize_session=False)
    )


def _digest(content: bytes) -> str:
    """Return what tells one request from another: method, address and body."""
    address = f"{request.method} {request.path}?{request.query_string.decode('latin-1')}"
    return hashlib.sha256(address.encode("utf-8", "replace") + b"\0" + content).hexdigest()


def _forget_old(found: Session, person_id: int) -> None:
    found.execute(
        delete(IdempotentReply)
        .where(IdempotentReply.person_id == person_id, IdempotentReply.at < now() - KEPT_FOR)
        .execution_options(synchronize_session=False)
    )
