"""Applying rules: to everybody once a day and after a change, to newcomers and movers as they come.

Stated rules of moving:

* Whoever moves out of a rule is released: the open assignment ends; what they have begun and completed
  stays, and they may finish it.
* Where another rule for the same course reaches them in the new place, the assignment passes over to it
  and keeps its due date: a move starts no new clock.
* What somebody has ended by hand is not assigned again by that rule.
* A changed rule moves the dates of its open assignments, but none that somebody has moved by hand, and
  none into the past.

Every transaction holds some people only, so that nobody waits long for their chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from learn.assignments.models import OPEN, Assignment, AssignmentRule
from learn.assignments.projections import COURSE_ASSIGNED
from learn.assignments.reach import Candidate, candidates, events_of, reached
from learn.assignments.rules import due_day
from learn.assignments.ruling import Wanted, current_rules, wanted_of
from learn.assignments.services import (
    BY_RULE,
    AlreadyHeld,
    Terms,
    assign,
    due_of,
    end_of_day,
    unassign,
)
from learn.db import Database, moment_text
from learn.errors import NotFound
from learn.ledger import append, lock
from learn.people.dates import local_date
from learn.people.models import Person

STEP = 100
MOVED, LEFT, RULE_OVER = "moved", "left", "rule_ended"
Watch = Callable[[int], None]


@dataclass
class Swept:
    """What a sweep has done."""

    assigned: int = 0
    passed_over: int = 0
    ended: int = 0
    changed: int = 0

    @property
    def total(self) -> int:
        """Return how many assignments were touched."""
        return self.assigned + self.passed_over + self.ended + self.changed


@dataclass(frozen=True)
class Sweep:
    """A sweep of one rule: the rule as it was when it began, and the moment."""

    rule_id: int
    wanted: Wanted
    holds: bool
    now: datetime
    timezone: str
    swept: Swept

    @property
    def terms(self) -> Terms:
        """Return the terms of its assignments."""
        said = self.wanted
        return Terms(said.required, said.soft, said.repeat, self.rule_id)


def sweep_rule(
    database: Database,
    rule_id: int,
    *,
    now: datetime,
    timezone: str,
    only: Sequence[int] | None = None,
    changed: bool = False,
    watch: Watch = lambda _done: None,
) -> Swept:
    """Apply one rule to everybody, or to some people `only`; what is right already stays untouched.

    Parameters
    ----------
    changed
        Whether open assignments get what the rule says now: it was changed since they were made.
    timezone
        The zone of units that name none.
    watch
        Is told after each transaction how many assignments were touched so far.
    """
    with database.reading() as session:
        rule = session.get(AssignmentRule, rule_id)
        if rule is None:
            return Swept()
        holds = rule.ended_at is None and rule.starts_on <= local_date(now, timezone)
        sweep = Sweep(rule.id, wanted_of(rule), holds, now, timezone, Swept())
    for step in (_release, _assign, *((_renew_terms,) if changed else ())):
        after: int | None = 0
        while after is not None:
            with database.transaction() as session:
                after = step(session, sweep, after, only)
            watch(sweep.swept.total)
    return sweep.swept


def sweep_people(
    database: Database, people: Sequence[int], *, now: datetime, timezone: str
) -> Swept:
    """Apply every rule to some people: those who have come or moved."""
    total = Swept()
    with database.reading() as session:
        rules = [rule.id for rule in current_rules(session, local_date(now, timezone))]
    for rule_id in rules:
        found = sweep_rule(database, rule_id, now=now, timezone=timezone, only=people)
        total.assigned += found.assigned
        total.passed_over += found.passed_over
        total.ended += found.ended
        total.changed += found.changed
    return total


def _assign(session: Session, sweep: Sweep, after: int, only: Sequence[int] | None) -> int | None:
    """Assign the course to those who are to have it; return after whom to go on."""
    if not sweep.holds:
        return None
    found = candidates(
        session, sweep.wanted, sweep.rule_id, now=sweep.now, timezone=sweep.timezone,
        after=after, limit=STEP, only=only,
    )  # fmt: skip
    for each in found:
        _assign_one(session, sweep, each)
    return found[-1].person_id if len(found) == STEP else None


def _assign_one(session: Session, sweep: Sweep, who: Candidate) -> None:
    lock(session, who.person_id)
    if due_of(session, who.person_id, sweep.wanted.course) is not None:
        return  # somebody was first, between the question and the lock
    due_on = due_day(sweep.wanted.due_rule(), who.events, local_date(sweep.now, who.zone))
    try:
        assign(
            session, who.person_id, sweep.wanted.course, due_at=due_on, source=BY_RULE,
            actor_id=None, now=sweep.now, terms=sweep.terms, timezone=sweep.timezone,
        )  # fmt: skip
    except AlreadyHeld:
        return
    sweep.swept.assigned += 1


def _release(session: Session, sweep: Sweep, after: int, only: Sequence[int] | None) -> int | None:
    """Release those whom the rule does not reach any more; return after whom to go on."""
    found = list(_open(session, sweep, after, only, _outside(session, sweep)))
    for row in found:
        _release_one(session, sweep, row)
    return found[-1].person_id if len(found) == STEP else None


def _open(
    session: Session,
    sweep: Sweep,
    after: int,
    only: Sequence[int] | None,
    *conditions: ColumnElement[bool],
) -> Iterator[Assignment]:
    query = (
        select(Assignment)
        .where(
            Assignment.rule_id == sweep.rule_id, Assignment.state == OPEN,
            Assignment.person_id > after, *conditions,
        )
        .order_by(Assignment.person_id)
        .limit(STEP)
    )  # fmt: skip
    if only is not None:
        query = query.where(Assignment.person_id.in_(only))
    yield from session.scalars(query)


def _outside(session: Session, sweep: Sweep) -> ColumnElement[bool]:
    if not sweep.holds:
        return Assignment.person_id > 0
    inside = exists().where(Person.id == Assignment.person_id, reached(session, sweep.wanted))
    return (Assignment.course != sweep.wanted.course) | ~inside


def _release_one(session: Session, sweep: Sweep, row: Assignment) -> None:
    lock(session, row.person_id)
    session.refresh(row)
    if row.state != OPEN or row.rule_id != sweep.rule_id:
        return
    heir = _heir(session, sweep, row)
    if heir is not None:
        _write(
            session, row, Terms(heir.required, heir.soft, heir.repeat, heir.id), row.due_on, sweep
        )
        sweep.swept.passed_over += 1
        return
    try:
        unassign(
            session, row.person_id, row.course, actor_id=None, now=sweep.now,
            why=_why(session, sweep, row),
        )  # fmt: skip
    except NotFound:
        return
    sweep.swept.ended += 1


def _heir(session: Session, sweep: Sweep, row: Assignment) -> AssignmentRule | None:
    """Return another rule for the same course that reaches the person where they are now."""
    for rule in current_rules(session, local_date(sweep.now, sweep.timezone)):
        if rule.course != row.course or rule.id == sweep.rule_id:
            continue
        fits = select(Person.id).where(
            Person.id == row.person_id, reached(session, wanted_of(rule))
        )
        if session.scalar(fits) is not None:
            return rule
    return None


def _why(session: Session, sweep: Sweep, row: Assignment) -> str:
    if not sweep.holds:
        return RULE_OVER
    active = session.scalar(select(Person.active).where(Person.id == row.person_id))
    return MOVED if active else LEFT


def _renew_terms(
    session: Session, sweep: Sweep, after: int, only: Sequence[int] | None
) -> int | None:
    """Give open assignments what the rule says now; return after whom to go on."""
    if not sweep.holds:
        return None
    found = list(_open(session, sweep, after, only))
    events = events_of(
        session, sweep.wanted.course, [row.person_id for row in found], now=sweep.now,
        timezone=sweep.timezone,
    )  # fmt: skip
    for row in found:
        if _says_otherwise(sweep, row, events[row.person_id]):
            _renew_one(session, sweep, row, events[row.person_id])
    return found[-1].person_id if len(found) == STEP else None


def _renew_one(session: Session, sweep: Sweep, row: Assignment, who: Candidate) -> None:
    lock(session, row.person_id)
    session.refresh(row)  # somebody may have been first, between the question and the lock
    mine = row.state == OPEN and row.rule_id == sweep.rule_id
    if mine and _says_otherwise(sweep, row, who):
        _write(session, row, sweep.terms, _due_by_rule(sweep, row, who), sweep)
        sweep.swept.changed += 1


def _says_otherwise(sweep: Sweep, row: Assignment, who: Candidate) -> bool:
    said = (row.required, row.soft, row.repeat, row.due_on)
    wanted = sweep.wanted
    return said != (wanted.required, wanted.soft, wanted.repeat, _due_by_rule(sweep, row, who))


def _due_by_rule(sweep: Sweep, row: Assignment, who: Candidate) -> date | None:
    """Return the due date that the assignment is to have; one that was moved by hand stays."""
    return row.due_on if row.moved else _due_now(sweep, row, who)


def _due_now(sweep: Sweep, row: Assignment, who: Candidate) -> date | None:
    """Return the due date that the rule gives now; one that would be over already moves nothing."""
    assigned_on = local_date(row.assigned_at, who.zone)
    due_on = due_day(sweep.wanted.due_rule(), who.events, assigned_on)
    if due_on is None or due_on >= local_date(sweep.now, who.zone):
        return due_on
    return row.due_on


def _write(
    session: Session, row: Assignment, terms: Terms, due_on: date | None, sweep: Sweep
) -> None:
    """Append what an open assignment says now; a due date that stays keeps its very moment."""
    if due_on == row.due_on:
        due_at = row.due_at
    else:
        zone = events_of(
            session, row.course, [row.person_id], now=sweep.now, timezone=sweep.timezone
        )[row.person_id].zone
        due_at = end_of_day(due_on, zone) if due_on else None
    data = {
        "course": row.course, "cycle": row.cycle, "due": due_on.isoformat() if due_on else None,
        "due_at": moment_text(due_at) if due_at else None, "required": terms.required,
        "soft": terms.soft, "repeat": terms.repeat, "source": BY_RULE, "rule": terms.rule_id,
        "actor": None,
    }  # fmt: skip
    append(session, row.person_id, COURSE_ASSIGNED, data, at=sweep.now)
