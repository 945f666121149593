"""How often something may be tried: counted in a table, so that a restart forgets nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.orm import Session

from learn.db import upsert
from learn.errors import LearnError, Message
from learn.people.models import Throttle

WINDOW = timedelta(minutes=15)


class TooManyTries(LearnError):
    """It was tried too often; `wait_seconds` says when the next try is looked at."""

    status = 429
    code = "too-many-tries"

    def __init__(self, wait: timedelta) -> None:
        self.wait_seconds = max(1, int(wait.total_seconds()))
        super().__init__(
            Message(
                "Too many attempts. Please wait %(minutes)s minutes and try again.",
                minutes=-(-self.wait_seconds // 60),
            )
        )


def throttle_key(what: str, whom: str) -> str:
    """Return the key of one thing tried by or on somebody; it does not show who."""
    return f"{what}:{hashlib.sha256(whom.encode('utf-8', 'replace')).hexdigest()}"


def count_try(session: Session, key: str, *, limit: int, now: datetime) -> None:
    """Count one try, before it is looked at; the caller commits even when the try then fails.

    Counting first makes tries at the same moment queue, so that none slips through.

    Raises
    ------
    TooManyTries
        There were `limit` tries in the window already.
    """
    over = Throttle.window_start <= now - WINDOW
    statement = (
        upsert(session, Throttle)
        .values(key=key, window_start=now, count=1)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "count": case((over, 1), else_=Throttle.count + 1),
                "window_start": case((over, now), else_=Throttle.window_start),
            },
        )
        .returning(Throttle.count, Throttle.window_start)
    )
    count, start = session.execute(statement).one()
    if count > limit:
        raise TooManyTries(start + WINDOW - now)


def forget_tries(session: Session, key: str) -> None:
    """Start from nothing again: the try succeeded."""
    session.execute(delete(Throttle).where(Throttle.key == key))


def forget_old_tries(session: Session, now: datetime) -> None:
    """Remove what no longer counts; a job does this now and then."""
    session.execute(delete(Throttle).where(Throttle.window_start <= now - WINDOW))
