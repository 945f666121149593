"""Asking for jobs, looking at one's own, cancelling them, and forgetting what is old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learn.errors import Conflict, Message, NotFound
from learn.jobs.models import Job, JobState
from learn.people.paging import Page, page_of
from learn.storage import Storage

MOST_OPEN = 10
"""How many jobs of one person may wait or run at a time."""
KEPT_AFTER_FILE = timedelta(days=90)
"""How long the line of a job is kept after it has ended."""
OPEN = (JobState.QUEUED, JobState.RUNNING)


def enqueue(
    session: Session, kind: str, data: Mapping[str, Any], *, actor_id: int | None, now: datetime
) -> int:
    """Ask for a job and return its id; a worker begins it soon after the commit.

    Raises
    ------
    Conflict
        The person has too many jobs that are not finished.
    """
    if actor_id is not None:
        waiting = select(func.count()).where(Job.actor_id == actor_id, Job.state.in_(OPEN))
        if (session.scalar(waiting) or 0) >= MOST_OPEN:
            raise Conflict(
                Message(
                    "You have %(most)s jobs that are not finished. Wait for one, or cancel one.",
                    most=MOST_OPEN,
                )
            )
    job = Job(
        kind=kind, data=dict(data), actor_id=actor_id, state=JobState.QUEUED.value, made_at=now
    )
    session.add(job)
    session.flush()
    return job.id


def job_of(session: Session, job_id: int, actor_id: int) -> Job:
    """Return a job of this person.

    Raises
    ------
    NotFound
        There is none, or it is somebody else's: nobody learns which.
    """
    job = session.get(Job, job_id) if 0 < job_id < 2**63 else None
    if job is None or job.actor_id != actor_id:
        raise NotFound(Message("There is no such job among yours."))
    return job


def jobs_of(
    session: Session, actor_id: int, *, after: str | None = None, limit: int = 50
) -> Page[Job]:
    """Return a page of a person's jobs, the newest first."""
    query = select(Job).where(Job.actor_id == actor_id)
    page = page_of(session, query, (Job.id,), after=after, limit=limit, falling=True)
    return page.of(lambda row: row[0])


def cancel(session: Session, job_id: int, actor_id: int, *, now: datetime) -> Job:
    """Cancel one's own job: a waiting one at once, a running one at its next step; ended ones stay."""
    job_of(session, job_id, actor_id)
    job = session.get_one(Job, job_id, populate_existing=True, with_for_update=True)
    if job.state == JobState.QUEUED:
        job.state, job.ended_at = JobState.CANCELLED.value, now
    elif job.state == JobState.RUNNING:
        job.stop_wanted = True
    session.flush()
    return job


def forget_old(session: Session, results: Storage, now: datetime) -> int:
    """Take away result files whose time is over, and lines of jobs that ended long ago.

    A file that another job still holds stays.
    """
    over = list(session.scalars(select(Job).where(Job.expires_at <= now).limit(500)))
    files = {job.file for job in over if job.file}
    for job in over:
        job.file, job.expires_at = None, None
    session.flush()
    kept = set(session.scalars(select(Job.file).where(Job.file.in_(files)))) if files else set()
    for digest in files - kept:
        results.remove(digest)
    session.execute(
        delete(Job)
        .where(Job.ended_at < now - KEPT_AFTER_FILE, Job.file.is_(None))
        .execution_options(synchronize_session=False)
    )
    return len(files)
