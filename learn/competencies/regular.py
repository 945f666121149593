"""The regular work of levels: what lapsed is decided anew, a new version of the framework for everybody,
and large sheets of assessments are taken over in the background.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.assessments.sheets import Plan, apply_levels, mark_of, plan_levels
from learn.competencies.deciding import decide_all, decide_lapsed, is_behind
from learn.config import Settings
from learn.db import Database
from learn.errors import Conflict, Message
from learn.jobs.kinds import JobKind, Outcome, Task
from learn.jobs.models import Job
from learn.jobs.services import OPEN, enqueue
from learn.people.access import Action, scope
from learn.people.dates import local_date
from learn.people.imports.sheet_plans import queue_sheets
from learn.people.imports.tables import read_table
from learn.people.roles import actor_of

DECIDE, IMPORT = "levels_decide", "levels_import"


def keep_levels(database: Database, *, now: datetime) -> int:
    """Decide what held until yesterday, and ask for all when a version came into force; return how many."""
    with database.transaction() as session:
        decided = decide_lapsed(session, now=now)
        if is_behind(session, now=now):
            ask_for_decision(session, actor_id=None, now=now)
    return decided


def ask_for_decision(session: Session, *, actor_id: int | None, now: datetime) -> None:
    """Let all levels be decided anew in the background; one that waits or runs already is enough."""
    waiting = select(Job.id).where(Job.kind == DECIDE, Job.state.in_(OPEN)).limit(1)
    if session.scalar(waiting) is None:
        enqueue(session, DECIDE, {}, actor_id=actor_id, now=now)


def decide_job(database: Database) -> JobKind:
    """Return the kind of job that decides all levels by the version in force."""

    def run(task: Task) -> Outcome:
        changed = decide_all(
            database, now=task.now, actor_id=task.actor_id, told=lambda done: task.progress(done)
        )
        return Outcome(result={"rows": changed})

    return JobKind(DECIDE, Message("Decide levels anew"), run)


def import_job(database: Database, settings: Settings) -> JobKind:
    """Return the kind of job that takes over a large sheet, all of it or nothing, as it was shown."""

    def run(task: Task) -> Outcome:
        with database.reading() as session:
            plan = _plan(session, settings, task.data, task.actor_id, task.now)

        def apply(session: Session) -> Mapping[str, int]:
            queue_sheets(session)
            plan = _plan(session, settings, task.data, task.actor_id, task.now)
            apply_levels(session, plan, actor_id=task.actor_id, now=task.now)
            return {"rows": len(plan.changes)}

        task.progress(0, len(plan.changes))
        return Outcome(apply=apply)

    return JobKind(IMPORT, Message("Import assessed levels"), run, Action.IMPORT_LEVELS)


def _plan(
    session: Session, settings: Settings, data: Mapping[str, str], actor_id: int | None,
    now: datetime,
) -> Plan:  # fmt: skip
    path = Path(data["path"])
    if not path.is_file() or actor_id is None:
        raise Conflict(Message("The file is kept for an hour only. Send it again."))
    plan = plan_levels(
        session, read_table(path.read_bytes(), path.name),
        scope=scope(actor_of(session, actor_id), Action.IMPORT_LEVELS), actor_id=actor_id,
        today=local_date(now, settings.timezone),
    )  # fmt: skip
    if plan.errors or mark_of(plan) != data["mark"]:
        raise Conflict(
            Message("Something has changed since you looked. Send the sheet again to see what it would do now.")
        )  # fmt: skip
    return plan
