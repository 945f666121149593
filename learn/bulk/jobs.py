"""Large bulk acts as jobs: some people in each transaction, so that nobody waits long for their chain."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from learn.bulk.kinds import Office
from learn.bulk.models import RUNNING, UNDOING
from learn.bulk.services import JOB, batch_of
from learn.bulk.working import work
from learn.config import Settings
from learn.courses.version import CourseVersion
from learn.db import Database
from learn.errors import Message
from learn.jobs.kinds import JobKind, Outcome, Task
from learn.people.roles import actor_of

STEP = 100


def bulk_job(
    database: Database,
    settings: Settings,
    version_of: Callable[[Session, str], CourseVersion | None],
    *,
    step: int = STEP,
) -> JobKind:
    """Return the kind of job that goes on with a bulk act; begun anew it goes on where it was."""

    def run(task: Task) -> Outcome:
        done = 0
        while True:
            with database.transaction() as session:
                batch = batch_of(session, int(task.data["batch"]), locked=True)
                if batch.state not in (RUNNING, UNDOING):
                    break
                actor = actor_of(session, task.actor_id or 0)
                office = Office(actor, settings, version_of, task.now, task.data["timezone"])
                done += work(session, batch, office, limit=step)
                total = batch.total
            task.progress(done, total)
        return Outcome(result={"rows": done})

    return JobKind(JOB, Message("Bulk act"), run)
