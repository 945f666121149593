"""Changing required levels: every change keeps the history, and is an act of the audit chain.

Services flush, never commit. Those who change queue, so that two of them cannot put overlapping periods
side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework
from learn.competencies.framework.models import SOURCE_CHARS, Requirement
from learn.competencies.framework.rules import LEVELS, tidy_text
from learn.competencies.requirements.reading import CONFIDENCES
from learn.competencies.requirements.rules import Period, clash, day_before, post_key_of
from learn.db import take_turn
from learn.errors import Message, Mistakes, NotFound
from learn.ledger import audit
from learn.people.posts import POST_CLASSES

ADDED, CHANGED, REMOVED = "requirement_added", "requirement_changed", "requirement_removed"
IMPORTED = "requirements_imported"
EARLIEST = date(1945, 1, 1)
TITLE_CHARS = 255


class CannotRequire(Mistakes):
    """A required level says what cannot be; `mistakes` go from field to what is wrong."""

    code = "cannot-require"


@dataclass(frozen=True)
class Said:
    """What somebody says is required; `level` None is a level that is none."""

    competency: str
    level: int | None
    since: date | None
    until: date | None = None
    post_title: str = ""
    post_class: str = ""
    unit_id: int | None = None
    source: str = ""
    confidence: str = "high"

    @property
    def target(self) -> tuple[int | None, str, str, str]:
        """What it is for: unit, post, class and competency."""
        return (self.unit_id, post_key_of(self.post_title), self.post_class, self.competency)


def mistakes_in(said: Said, framework: Framework) -> dict[str, Message]:
    """Return what cannot be in it, by field."""
    wrong = {**_wrong_target(said, framework), **_wrong_days(said)}
    if said.level not in LEVELS:
        wrong["level"] = Message("A required level is a whole number from 1 to 5.")
    if said.confidence not in CONFIDENCES:
        wrong["confidence"] = Message("Write high, medium or low.")
    if len(said.source) > SOURCE_CHARS:
        wrong["source"] = Message(
            "This text is too long: at most %(most)s signs.", most=SOURCE_CHARS
        )
    return wrong


def _wrong_target(said: Said, framework: Framework) -> dict[str, Message]:
    wrong: dict[str, Message] = {}
    if bool(said.post_title) == bool(said.post_class):
        wrong["post_class"] = Message("Name either a post or a class of post, not both.")
    elif said.post_class and said.post_class not in POST_CLASSES:
        wrong["post_class"] = Message("There is no class of post %(code)s.", code=said.post_class)
    if len(said.post_title) > TITLE_CHARS:
        wrong["post"] = Message("This text is too long: at most %(most)s signs.", most=TITLE_CHARS)
    if not framework.is_in_force(said.competency):
        wrong["competency"] = framework.no_longer_or_unknown(said.competency)
    return wrong


def _wrong_days(said: Said) -> dict[str, Message]:
    if said.since is None:
        return {"since": Message("Write the first day, such as 2026-01-01.")}
    if said.since < EARLIEST:
        told = Message("This day is too long ago: at the earliest %(day)s.", day=EARLIEST)
        return {"since": told}
    if said.until is not None and said.until < said.since:
        return {
            "until": Message(
                "It ends on %(until)s, before it begins on %(since)s.",
                until=said.until, since=said.since,
            )
        }  # fmt: skip
    return {}


def tidied(said: Said) -> Said:
    """Return it with its texts as they are stored."""
    return replace(
        said, post_title=tidy_text(said.post_title), source=tidy_text(said.source),
        post_class=said.post_class.strip(), competency=said.competency.strip(),
    )  # fmt: skip


def get(session: Session, requirement_id: int) -> Requirement:
    """Return one row.

    Raises
    ------
    NotFound
        There is none.
    """
    known = 0 < requirement_id < 2**63
    found = session.get(Requirement, requirement_id, populate_existing=True) if known else None
    if found is None:
        raise NotFound(Message("There is no such required level; it may have been removed."))
    return found


def add(
    session: Session,
    said: Said,
    framework: Framework,
    *,
    ends_open: bool = False,
    actor_id: int | None,
    now: datetime,
) -> Requirement:
    """Add a required level; with `ends_open`, the one that holds until now ends the day before it begins.

    Raises
    ------
    CannotRequire
        It says what cannot be, or its days overlap with those of another row.
    """
    said = tidied(said)
    wrong = mistakes_in(said, framework)
    if wrong:
        raise CannotRequire(wrong)
    assert said.since is not None
    queue(session)
    others = of_target(session, said)
    if ends_open:
        _end_open(session, others, said.since, actor_id, now)
    _refuse_overlap(said, others)
    row = row_of(said, actor_id, now)
    session.add(row)
    session.flush()
    audit(session, ADDED, _data(row), actor_id=actor_id, at=now)
    return row


def change(
    session: Session,
    requirement_id: int,
    said: Said,
    framework: Framework,
    *,
    actor_id: int | None,
    now: datetime,
) -> Requirement:
    """Correct a row: level, days, source, confidence; what it is for stays.

    Raises
    ------
    CannotRequire, NotFound
        It says what cannot be, or its days overlap with those of another row; there is none.
    """
    queue(session)
    row = get(session, requirement_id)
    said = tidied(
        replace(
            said, competency=row.competency, post_title=row.post_title,
            post_class=row.post_class, unit_id=row.unit_id,
        )
    )  # fmt: skip
    wrong = mistakes_in(said, framework)
    wrong.pop("competency", None)  # an old code may stand where it stood
    if wrong:
        raise CannotRequire(wrong)
    assert said.since is not None and said.level is not None
    _refuse_overlap(said, [each for each in of_target(session, said) if each.id != row.id])
    before = _data(row)
    row.level, row.since, row.until = said.level, said.since, said.until
    row.source, row.confidence = said.source, said.confidence
    row.changed_at, row.changed_by = now, actor_id
    session.flush()
    audit(session, CHANGED, {**_data(row), "before": before}, actor_id=actor_id, at=now)
    return row


def remove(session: Session, requirement_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Take a row away that was a mistake; one that merely ends gets a last day instead."""
    queue(session)
    row = get(session, requirement_id)
    data = _data(row)
    session.delete(row)
    session.flush()
    audit(session, REMOVED, data, actor_id=actor_id, at=now)


def queue(session: Session) -> None:
    """Wait until nobody else changes required levels."""
    take_turn(session, "requirements")


def of_target(session: Session, said: Said) -> list[Requirement]:
    """Return all rows for the same unit, post, class and competency, by day."""
    unit, post, post_class, competency = said.target
    return list(
        session.scalars(
            select(Requirement)
            .where(
                Requirement.post_key == post,
                Requirement.post_class == post_class,
                Requirement.competency == competency,
                Requirement.unit_id.is_(None) if unit is None else Requirement.unit_id == unit,
            )
            .order_by(Requirement.since)
        )
    )


def row_of(said: Said, actor_id: int | None, now: datetime) -> Requirement:
    """Return what is said as a row."""
    return Requirement(
        unit_id=said.unit_id, post_title=said.post_title, post_key=post_key_of(said.post_title),
        post_class=said.post_class, competency=said.competency, level=said.level, since=said.since,
        until=said.until, source=said.source, confidence=said.confidence, changed_at=now,
        changed_by=actor_id,
    )  # fmt: skip


def _end_open(
    session: Session,
    others: Sequence[Requirement],
    since: date,
    actor_id: int | None,
    now: datetime,
) -> None:
    for row in others:
        if row.until is None and row.since < since:
            before = _data(row)
            row.until, row.changed_at, row.changed_by = day_before(since), now, actor_id
            session.flush()
            audit(session, CHANGED, {**_data(row), "before": before}, actor_id=actor_id, at=now)


def _refuse_overlap(said: Said, others: Sequence[Requirement]) -> None:
    assert said.since is not None
    period = Period(said.since, said.until)
    found = clash(period, [(row.id, Period(row.since, row.until)) for row in others])
    if found is not None:
        raise CannotRequire({"since": overlap_message(found[1])})


def overlap_message(other: Period) -> Message:
    """Return the sentence about days that another row has already."""
    if other.until is None:
        return Message(
            "There is a level from %(since)s on, without a last day; give it one before this begins.",
            since=other.since,
        )
    return Message(
        "There is a level from %(since)s to %(until)s already; the days must not overlap.",
        since=other.since, until=other.until,
    )  # fmt: skip


def _data(row: Requirement) -> dict[str, Any]:
    return {
        "requirement": row.id, "unit": row.unit_id, "post": row.post_title,
        "post_class": row.post_class, "competency": row.competency, "level": row.level,
        "since": row.since.isoformat(), "until": row.until.isoformat() if row.until else None,
        "source": row.source, "confidence": row.confidence,
    }  # fmt: skip
