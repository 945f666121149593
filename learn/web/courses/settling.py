"""Courses that wait for something from elsewhere, decided as soon as it has come."""

from __future__ import annotations

from learn.mentoring.settling import settle_open
from learn.web.context import now, session
from learn.web.state import state


def settle_waiting(*person_ids: int | None) -> None:
    """Decide the courses of these people that ask for hours, approvals or prior learning, in this transaction."""
    versions = state().versions.current_all(session())
    for person_id in sorted({each for each in person_ids if each is not None}):
        settle_open(session(), person_id, versions, settings=state().settings, now=now())
