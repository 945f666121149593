"""Reminders of due dates and of completions that lapse: at 90, 30 and 7 days and when it is over, once each.

Each go looks only at what has come into a stage since the last one, by the index of due dates; the keys
of the notices make it once, whatever is run again. Due moments are ends of local days of the unit, so
that a stage begins at midnight there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Row, Select, exists, literal, select, tuple_
from sqlalchemy.orm import aliased

from learn.assignments.marks import mark_of, set_mark
from learn.assignments.models import OPEN, Assignment
from learn.assignments.notices import lapse_reminder, reminder
from learn.assignments.rules import OVERDUE, STAGES
from learn.db import Database
from learn.notices.services import Told, notify_many
from learn.people.dates import local_date
from learn.people.models import Person, Unit
from learn.progress.models import Completion

MARK = "reminders"
FIRST_GO = timedelta(days=1)
CHUNK = 1000
Stage = int | str
Window = tuple[datetime, datetime]
Place = tuple[Any, Any, Any]


def remind(database: Database, *, timezone: str, now: datetime, mail: bool = False) -> int:
    """Tell everybody what has come into a stage since the last time; return how many notices there were.

    Parameters
    ----------
    timezone
        The zone of units that name none.
    mail
        Whether the notices also go out by mail.
    """
    with database.reading() as session:
        since = mark_of(session, MARK) or now - FIRST_GO
    if since >= now:
        return 0
    count = 0
    for stage in (*STAGES, OVERDUE):
        for told in chain(
            _assigned(database, stage, _window(stage, since, now)),
            _lapsing(database, stage, _window(stage, since, now), timezone),
        ):
            with database.transaction() as session:
                count += notify_many(session, told, now=now, mail=mail)
    with database.transaction() as session:
        set_mark(session, MARK, now)
    return count


def _window(stage: Stage, since: datetime, now: datetime) -> Window:
    """Return the due moments (from, to] that are in the stage now and were not at the last go.

    What has come into a narrower stage meanwhile is told there alone.
    """
    if stage == OVERDUE:
        return since - timedelta(microseconds=1), now - timedelta(microseconds=1)
    days = int(stage)
    narrower = max((each for each in STAGES if each < days), default=-1)
    begins = max(since + timedelta(days=days + 1), now + timedelta(days=narrower + 1))
    return begins - timedelta(microseconds=1), now + timedelta(days=days + 1, microseconds=-1)


def _assigned(database: Database, stage: Stage, window: Window) -> Iterator[list[Told]]:
    query = (
        select(Assignment)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.state == OPEN, Person.active)
    )
    if stage == OVERDUE:
        query = query.where(Assignment.required)
    columns = (Assignment.due_at, Assignment.person_id, Assignment.course)
    for rows in _pages(database, query, columns, window):
        yield [reminder(row.Assignment, stage) for row in rows]


def _lapsing(
    database: Database, stage: Stage, window: Window, timezone: str
) -> Iterator[list[Told]]:
    later = aliased(Completion)
    assigned = exists().where(
        Assignment.person_id == Completion.person_id,
        Assignment.course == Completion.course,
        Assignment.state == OPEN,
    )
    renewed = exists().where(
        later.person_id == Completion.person_id,
        later.course == Completion.course,
        later.cycle > Completion.cycle,
        later.withdrawn_at.is_(None),
    )
    query = (
        select(Completion, Unit.time_zone)
        .join(Person, Person.id == Completion.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Completion.withdrawn_at.is_(None), Person.active, ~assigned, ~renewed)
    )
    columns = (Completion.valid_until, Completion.person_id, Completion.course)
    for rows in _pages(database, query, columns, window):
        yield [_lapse(row.Completion, row.time_zone or timezone, stage) for row in rows]


def _lapse(completion: Completion, zone: str, stage: Stage) -> Told:
    assert completion.valid_until is not None
    return lapse_reminder(
        completion.person_id, completion.course, completion.cycle,
        local_date(completion.valid_until, zone), stage,
    )  # fmt: skip


def _pages(
    database: Database, query: Select[*tuple[Any, ...]], columns: Place, window: Window
) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """Yield the rows of the window by their moment, each page in a reading of its own."""
    moment = columns[0]
    query = query.where(moment > window[0], moment <= window[1]).order_by(*columns).limit(CHUNK)
    after: Sequence[Any] = ()
    while True:
        with database.reading() as session:
            rows = session.execute(
                query.where(tuple_(*columns) > tuple_(*after)) if after else query
            ).all()
        if not rows:
            return
        yield rows
        last = rows[-1][0]
        after = [literal(getattr(last, column.key), column.type) for column in columns]
