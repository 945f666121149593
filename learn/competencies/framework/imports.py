"""Competencies from a file: planned against the draft, shown, and taken into it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learn.competencies.framework import drafts
from learn.competencies.framework.body import body_of
from learn.competencies.framework.case_in import read_package
from learn.competencies.framework.catalogue import Framework
from learn.competencies.framework.changes import Change, compare
from learn.competencies.framework.drafts import Draft, newest
from learn.competencies.framework.rules import Finding, check
from learn.competencies.framework.sheets import Reading, Wrong, read_competencies
from learn.competencies.framework.versions import content_of
from learn.people.imports.tables import read_table


@dataclass(frozen=True)
class Planned:
    """What a file would make of the draft (or of the newest version, where there is no draft)."""

    reading: Reading
    base: Framework
    changes: tuple[Change, ...]
    findings: list[Finding]

    @property
    def errors(self) -> Sequence[Wrong]:
        """What is wrong with the file, by row and column."""
        return self.reading.errors

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not self.changes

    @property
    def mark(self) -> str:
        """What tells this plan from another one."""
        both = body_of(self.base) + body_of(self.reading.content) + repr(self.reading.errors)
        return hashlib.sha256(both.encode("utf-8", "replace")).hexdigest()[:32]


def is_package(content: bytes, name: str) -> bool:
    """Return whether a file is to be read as a CASE package: it is JSON by its name or its beginning."""
    return name.lower().endswith(".json") or content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"


def plan_file(
    session: Session, content: bytes, name: str, *, units: Collection[str] | None = None
) -> Planned:
    """Return what a file would change; nothing is kept.  `units` are the codes of all units.

    Raises
    ------
    LearnError
        It is neither a sheet nor a package.
    """
    draft = drafts.read_draft(session)
    latest = content_of(session, newest(session))
    base = draft.content if draft else latest
    if is_package(content, name):
        reading = read_package(content, base)
    else:
        reading = read_competencies(read_table(content, name), base)
    found = check(reading.content, latest, units=units)
    return Planned(reading, base, compare(base, reading.content), found)


def take(session: Session, planned: Planned, *, actor_id: int | None, now: datetime) -> Draft:
    """Keep what was planned in the draft, which is begun where there is none."""
    draft = drafts.read_draft(session) or drafts.begin(session, actor_id=actor_id, now=now)
    return drafts.save(
        session, planned.reading.content, based_on=draft.digest, actor_id=actor_id, now=now
    )
