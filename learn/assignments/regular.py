"""The regular work of assignments: rules for everybody once a day, for who comes and moves at once,
the next cycles of what people were given by hand, reminders, and the digest of supervisors.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from learn.assignments.escalating import escalate
from learn.assignments.marks import mark_of, set_mark
from learn.assignments.models import DONE, WITHDRAWN, Assignment, AssignmentRule
from learn.assignments.reach import events_of
from learn.assignments.reminding import remind
from learn.assignments.rules import WINDOW_DAYS, Due, DueRule, due_day
from learn.assignments.services import AlreadyHeld, Terms, assign, due_of
from learn.assignments.sweeping import sweep_people, sweep_rule
from learn.config import Settings
from learn.db import Database, moment_text
from learn.errors import Message
from learn.jobs.kinds import JobKind, Outcome, Task
from learn.jobs.services import enqueue
from learn.ledger import lock
from learn.ledger.models import LedgerEntry
from learn.people.dates import local_date
from learn.people.services import PERSON_ADDED, PERSON_CHANGED, POST_SET
from learn.progress.models import Completion

JOB = "assignment_rule"
PEOPLE, RENEWALS = "assignment_people", "assignment_renewals"
OVERLAP = timedelta(minutes=3)
FIRST_GO = timedelta(days=1)
MOST_PEOPLE = 2000
STEP = 100


def keep_assignments(database: Database, settings: Settings, *, now: datetime) -> None:
    """Do all that is due; what was done before is not done again."""
    mail = bool(settings.mail_url)
    _ask_for_sweeps(database, settings, now)
    _sweep_movers(database, settings, now)
    _renew(database, settings, now)
    remind(database, timezone=settings.timezone, now=now, mail=mail)
    escalate(database, every=settings.digest, timezone=settings.timezone, now=now, mail=mail)


def rule_job(database: Database, settings: Settings) -> JobKind:
    """Return the kind of job that applies one rule to everybody; begun anew it finds what is left."""

    def run(task: Task) -> Outcome:
        swept = sweep_rule(
            database, int(task.data["rule"]), now=task.now, timezone=settings.timezone,
            changed=bool(task.data["changed"]), watch=task.progress,
        )  # fmt: skip
        return Outcome(result={"rows": swept.total})

    return JobKind(JOB, Message("Apply a rule of assignment"), run)


def ask_for_sweep(session: Session, rule: AssignmentRule, *, now: datetime, timezone: str) -> None:
    """Let the rule be applied to everybody in the background, soon after the commit."""
    changed = rule.swept_on is None
    rule.swept_on = local_date(now, timezone)
    session.flush()
    enqueue(session, JOB, {"rule": rule.id, "changed": changed}, actor_id=None, now=now)


def _ask_for_sweeps(database: Database, settings: Settings, now: datetime) -> None:
    """Let every rule be applied once a local day, and those that were made or changed since."""
    today = local_date(now, settings.timezone)
    waits = or_(
        AssignmentRule.swept_on.is_(None),
        and_(AssignmentRule.swept_on < today, AssignmentRule.ended_at.is_(None)),
    )
    with database.reading() as session:
        waiting = session.scalars(select(AssignmentRule.id).where(waits)).all()
    for rule_id in waiting:
        with database.transaction() as session:
            rule = session.scalar(
                select(AssignmentRule).where(AssignmentRule.id == rule_id, waits).with_for_update()
            )
            if rule is not None:
                ask_for_sweep(session, rule, now=now, timezone=settings.timezone)


def _sweep_movers(database: Database, settings: Settings, now: datetime) -> None:
    """Apply all rules to those whose entries say that they have come or moved."""
    with database.reading() as session:
        since = mark_of(session, PEOPLE) or now - FIRST_GO
        people = session.scalars(
            select(LedgerEntry.person_id)
            .where(
                LedgerEntry.kind.in_((PERSON_ADDED, PERSON_CHANGED, POST_SET)),
                LedgerEntry.at > moment_text(since - OVERLAP),
            )
            .distinct()
            .limit(MOST_PEOPLE + 1)
        ).all()
    if len(people) > MOST_PEOPLE:  # a large import: each rule once is less work than each person
        with database.transaction() as session:
            session.execute(
                update(AssignmentRule).where(AssignmentRule.ended_at.is_(None))
                .values(swept_on=local_date(now, settings.timezone) - timedelta(days=1))
            )  # fmt: skip
    elif people:
        sweep_people(database, people, now=now, timezone=settings.timezone)
    if people or now - since > timedelta(hours=1):
        with database.transaction() as session:
            set_mark(session, PEOPLE, now)


def _renew(database: Database, settings: Settings, now: datetime) -> None:
    """Open the next cycle of assignments that no rule made, once a local day."""
    today = local_date(now, settings.timezone)
    with database.reading() as session:
        last = mark_of(session, RENEWALS)
    if last is not None and local_date(last, settings.timezone) == today:
        return
    after = 0
    while True:
        with database.transaction() as session:
            found = _lapsing(session, now, after)
            for row in found:
                _renew_one(session, row, settings, now)
            if len(found) < STEP:
                set_mark(session, RENEWALS, now)
                return
            after = found[-1].person_id


def _lapsing(session: Session, now: datetime, after: int) -> list[Assignment]:
    later = aliased(Assignment)
    standing = and_(
        Assignment.state == DONE, Completion.valid_until <= now + timedelta(days=WINDOW_DAYS)
    )
    query = (
        select(Assignment)
        .join(
            Completion,
            and_(
                Completion.person_id == Assignment.person_id,
                Completion.course == Assignment.course,
                Completion.cycle == Assignment.cycle,
            ),
        )
        .where(
            Assignment.rule_id.is_(None), Assignment.repeat, Assignment.person_id > after,
            or_(standing, Assignment.state == WITHDRAWN),
            ~exists().where(
                later.person_id == Assignment.person_id, later.course == Assignment.course,
                later.cycle > Assignment.cycle,
            ),
        )
        .order_by(Assignment.person_id)
        .limit(STEP)
    )  # fmt: skip
    return list(session.scalars(query))


def _renew_one(session: Session, row: Assignment, settings: Settings, now: datetime) -> None:
    lock(session, row.person_id)
    if due_of(session, row.person_id, row.course) is not None:
        return
    who = events_of(
        session, row.course, [row.person_id], now=now, timezone=settings.timezone
    )[row.person_id]  # fmt: skip
    today = local_date(now, who.zone)
    due_on = due_day(DueRule(Due.AFTER_RULE, today, days=-1), who.events, today)
    terms = Terms(row.required, row.soft, repeat=True)
    try:
        assign(
            session, row.person_id, row.course, due_at=due_on, source=row.source,
            actor_id=row.assigned_by, now=now, terms=terms, timezone=settings.timezone,
        )  # fmt: skip
    except AlreadyHeld:
        return
