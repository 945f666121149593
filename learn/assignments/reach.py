"""Whom a rule reaches: its people, those who are to be assigned now, those left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from learn.assignments.models import ENDED, OPEN, Assignment
from learn.assignments.rules import WINDOW_DAYS, Events
from learn.assignments.ruling import Wanted
from learn.assignments.services import ENDED_BY_PERSON
from learn.people.dates import local_date
from learn.people.models import Person, Post, Unit
from learn.people.scoping import units_under
from learn.progress.models import Completion

NOW, ASSIGNED, HOLDS, EXEMPT = "now", "assigned", "holds", "exempt"
FIRST = 10


@dataclass(frozen=True)
class Candidate:
    """Somebody to whom a rule assigns its course, with what the due date hangs on."""

    person_id: int
    zone: str
    events: Events


@dataclass(frozen=True)
class Preview:
    """What a rule would do now: how many people it reaches, by what becomes of them, the first of each."""

    counts: dict[str, int] = field(default_factory=dict)
    first: list[Person] = field(default_factory=list)
    left_out: list[tuple[Person, str]] = field(default_factory=list)

    @property
    def people(self) -> int:
        """Return how many people the rule reaches."""
        return sum(self.counts.values())


def reached(session: Session, wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition on `Person` that those meet whom the rule is for."""
    conditions: list[ColumnElement[bool]] = [Person.active.is_(True)]
    if wanted.unit_id is not None:
        path = session.scalar(select(Unit.path).where(Unit.id == wanted.unit_id))
        below = select(Unit.id).where(units_under(path or "-"))
        conditions.append(Person.unit_id.in_(below))
    if wanted.post_title:
        conditions.append(func.lower(Person.post_title) == wanted.post_title.lower())
    if wanted.post_class:
        conditions.append(Person.post_class == wanted.post_class)
    if wanted.kind:
        conditions.append(Person.kind == wanted.kind)
    if wanted.new_only:
        conditions.append(_new_since(wanted.starts_on))
    return and_(*conditions)


def _new_since(day: date) -> ColumnElement[bool]:
    """Whether the first post began that day or later."""
    earlier = exists().where(Post.person_id == Person.id, Post.since < day)
    return and_(Person.id.in_(select(Post.person_id).where(Post.since >= day)), ~earlier)


def holds(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Completion`: it stands, so that its course is not to be assigned now."""
    standing = Completion.withdrawn_at.is_(None)
    if not wanted.repeat:
        return standing
    lapses_late = Completion.valid_until > now + timedelta(days=WINDOW_DAYS)
    return and_(standing, or_(Completion.valid_until.is_(None), lapses_late))


def candidates(
    session: Session,
    wanted: Wanted,
    rule_id: int | None,
    *,
    now: datetime,
    timezone: str,
    after: int = 0,
    limit: int,
    only: Sequence[int] | None = None,
) -> list[Candidate]:
    """Return whom the rule assigns its course to now, in the order of their ids."""
    query = (
        select(Person.id, Unit.time_zone, _hired(), _in_post(local_date(now, timezone)), _lapse(wanted.course))
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            reached(session, wanted), Person.id > after, ~_assigned(wanted), ~_held(wanted, now),
            ~_exempt(wanted, rule_id),
        )
        .order_by(Person.id)
        .limit(limit)
    )  # fmt: skip
    if only is not None:
        query = query.where(Person.id.in_(only))
    return [_candidate(row, timezone) for row in session.execute(query)]


def events_of(
    session: Session, course: str, person_ids: Sequence[int], *, now: datetime, timezone: str
) -> dict[int, Candidate]:
    """Return what the due dates of these people hang on, whatever has become of their assignments."""
    query = (
        select(Person.id, Unit.time_zone, _hired(), _in_post(local_date(now, timezone)), _lapse(course))
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.id.in_(person_ids))
    )  # fmt: skip
    return {row[0]: _candidate(row, timezone) for row in session.execute(query)}


def _candidate(row: Row[*tuple[Any, ...]], timezone: str) -> Candidate:
    person_id, time_zone, hired_on, in_post_since, lapses_at = row
    zone = time_zone or timezone
    lapses_on = lapses_at.astimezone(ZoneInfo(zone)).date() if lapses_at else None
    return Candidate(person_id, zone, Events(hired_on, in_post_since, lapses_on))


def _hired() -> Any:
    return (
        select(func.min(Post.since))
        .where(Post.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )


def _in_post(today: date) -> Any:
    return (
        select(func.max(Post.since))
        .where(Post.person_id == Person.id, Post.main, Post.since <= today)
        .where(or_(Post.until.is_(None), Post.until >= today))
        .correlate(Person)
        .scalar_subquery()
    )


def _lapse(course: str) -> Any:
    return (
        select(func.max(Completion.valid_until))
        .where(
            Completion.person_id == Person.id,
            Completion.course == course,
            Completion.withdrawn_at.is_(None),
        )
        .correlate(Person)
        .scalar_subquery()
    )


def _assigned(wanted: Wanted) -> ColumnElement[bool]:
    return exists().where(
        Assignment.person_id == Person.id,
        Assignment.course == wanted.course,
        Assignment.state == OPEN,
    )


def _held(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    return exists().where(
        Completion.person_id == Person.id,
        Completion.course == wanted.course,
        holds(wanted, now),
    )


def _exempt(wanted: Wanted, rule_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        Assignment.person_id == Person.id,
        Assignment.course == wanted.course,
        Assignment.rule_id == (rule_id or 0),
        Assignment.state == ENDED,
        Assignment.why_ended == ENDED_BY_PERSON,
    )


def preview(session: Session, wanted: Wanted, rule_id: int | None, *, now: datetime) -> Preview:
    """Return what the rule would do now; nothing is changed.

    Each fate is a question of its own, so that the database can join it as a set, or person by person
    where the rule is for few.
    """
    inside = reached(session, wanted)
    facts = {
        ASSIGNED: _assigned(wanted), HOLDS: _held(wanted, now), EXEMPT: _exempt(wanted, rule_id),
    }  # fmt: skip
    counts = {NOW: _count(session, inside)}
    left_out: list[tuple[Person, str]] = []
    before: list[ColumnElement[bool]] = []
    for name, fact in facts.items():
        found = _count(session, inside, *before, fact)
        if found:
            counts[name] = found
            counts[NOW] -= found
            left_out += [(who, name) for who in _first(session, inside, *before, fact)]
        before.append(~fact)
    first = _first(session, inside, *before) if counts[NOW] else []
    return Preview({name: count for name, count in counts.items() if count}, first, left_out)


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Person).where(*conditions)) or 0


def _first(session: Session, *conditions: ColumnElement[bool]) -> list[Person]:
    query = select(Person).where(*conditions).order_by(Person.sort_name, Person.id).limit(FIRST)
    return list(session.scalars(query))
