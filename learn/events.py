"""Signals that tell, after the commit, what has happened; receivers cannot answer.

A service announces a fact in its transaction; when that is committed, and only then, receivers are told.
A receiver that fails is logged and hinders nobody. The keywords are the ids of the fact.
"""

from __future__ import annotations

import logging
from typing import Any

from blinker import NamedSignal, Namespace
from sqlalchemy import event
from sqlalchemy.orm import Session

_signals = Namespace()
log = logging.getLogger("learn")
_WAITING = "learn_announced"

course_completed = _signals.signal("course-completed", "person_id, course, cycle")
attempt_submitted = _signals.signal("attempt-submitted", "person_id, attempt_id")
version_published = _signals.signal("version-published", "course, version_id")
people_imported = _signals.signal("people-imported", "added, changed")


def announce(session: Session, signal: NamedSignal, **known: Any) -> None:
    """Tell the receivers of `signal` when the session's transaction is committed."""
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        event.listen(session, "after_commit", _tell)
        event.listen(session, "after_soft_rollback", _forget)
    session.info[_WAITING].append((signal, known))


def _tell(session: Session) -> None:
    waiting, session.info[_WAITING] = session.info[_WAITING], []
    for signal, known in waiting:
        for receiver in signal.receivers_for(None):
            try:
                receiver(None, **known)
            except Exception:
                log.exception("a receiver of %s failed", signal.name)


def _forget(session: Session, _previous: Any) -> None:
    session.info[_WAITING] = []
