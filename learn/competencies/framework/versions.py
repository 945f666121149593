"""Published versions: which one is in force when, and reading it, from memory once it was read.

A version is immutable and named by the digest of its content, so one memory serves all databases of a
process. Which one is in force is asked of the database each time: `POINTER` travels in the statement
that finds who is here, so that a page pays nothing for it and every process sees a publication at once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, select
from sqlalchemy.orm import Session

from learn.competencies.framework.body import body_of, digest_of, framework_of
from learn.competencies.framework.catalogue import Framework, shipped_framework, use_framework
from learn.competencies.framework.models import FrameworkVersion
from learn.errors import Message, NotFound
from learn.people.signing_in.signed_in import carry

CACHED = 16
FIRST = 1
CARRIED = "framework"
BEGINNING = datetime(2017, 1, 1, tzinfo=UTC)
"""Since when the version that ships is in force: the year of its regulation."""
_cached: OrderedDict[str, Framework] = OrderedDict()
_lock = threading.Lock()


def _digest_at(moment: Any) -> Select[str]:
    return (
        select(FrameworkVersion.digest)
        .where(FrameworkVersion.in_force_at <= moment)
        .order_by(FrameworkVersion.in_force_at.desc(), FrameworkVersion.number.desc())
        .limit(1)
    )


POINTER: ScalarSelect[str] = _digest_at(bindparam("moment")).scalar_subquery()
carry(CARRIED, POINTER)


def pointer_at(session: Session, moment: datetime) -> str | None:
    """Return the digest of the version in force at a moment; None: the one that ships."""
    return session.scalar(_digest_at(moment))


def in_force(session: Session, moment: datetime) -> Framework:
    """Return the version in force at a moment, by the database of this session."""
    return by_digest(session, pointer_at(session, moment))


def use_in_force(session: Session, moment: datetime) -> Framework:
    """Let `load_framework` return the version in force at a moment in this thread, and return it."""
    found = in_force(session, moment)
    use_framework(found)
    return found


def by_digest(session: Session, digest: str | None) -> Framework:
    """Return a version by its digest, from memory when it is there; None: the one that ships.

    Raises
    ------
    NotFound
        There is none.
    """
    if digest is None:
        return shipped_framework()
    with _lock:
        found = _cached.get(digest)
    if found is None:
        body = session.scalar(
            select(FrameworkVersion.body).where(FrameworkVersion.digest == digest)
        )
        if body is None or digest_of(body) != digest:
            raise NotFound(Message("This version of the framework is not there, or was damaged."))
        found = framework_of(body)
        remember(digest, found)
    return found


def remember(digest: str, framework: Framework) -> None:
    """Keep a version in memory; the one not asked for longest makes room."""
    with _lock:
        _cached[digest] = framework
        _cached.move_to_end(digest)
        while len(_cached) > CACHED:
            _cached.popitem(last=False)


def known(digest: str | None) -> Framework | None:
    """Return a version that is in memory; the one that ships always is."""
    if digest is None:
        return shipped_framework()
    with _lock:
        return _cached.get(digest)


def versions(session: Session) -> Sequence[FrameworkVersion]:
    """Return all published versions, the newest first; the one that ships is the last."""
    found = list(session.scalars(select(FrameworkVersion).order_by(FrameworkVersion.number.desc())))
    return found if found else [first_version()]


def version(session: Session, number: int) -> FrameworkVersion:
    """Return one published version.

    Raises
    ------
    NotFound
        There is none with this number.
    """
    found = session.get(FrameworkVersion, number) if 0 < number < 2**31 else None
    if found is None and number == FIRST:
        found = first_version()
    if found is None:
        raise NotFound(Message("There is no version %(number)s of the framework.", number=number))
    return found


def number_at(session: Session, moment: datetime) -> int:
    """Return the number of the version in force at a moment."""
    return (
        session.scalar(
            select(FrameworkVersion.number)
            .where(FrameworkVersion.in_force_at <= moment)
            .order_by(FrameworkVersion.in_force_at.desc(), FrameworkVersion.number.desc())
            .limit(1)
        )
        or FIRST
    )


def content_of(session: Session, row: FrameworkVersion) -> Framework:
    """Return what a published version says."""
    return known(row.digest) or by_digest(session, row.digest)


def first_version() -> FrameworkVersion:
    """Return the version that ships as the row that the first publication stores."""
    framework = shipped_framework()
    body = body_of(framework)
    remember(digest_of(body), framework)
    return FrameworkVersion(
        number=FIRST, digest=digest_of(body), label=framework.version, title="",
        regulation=framework.about.regulation, in_force_from=BEGINNING.date(),
        in_force_at=BEGINNING, published_at=BEGINNING, published_by=None, body=body,
    )  # fmt: skip
