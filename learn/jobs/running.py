"""Doing jobs: one worker at a time holds the lease of a job; who dies loses it, and another begins anew."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from learn.db import Database
from learn.errors import LearnError, Message
from learn.jobs.kinds import JobKind, Outcome, Stopped, Task
from learn.jobs.messages import stored
from learn.jobs.models import Job, JobState
from learn.registry import Registry
from learn.storage import Storage

log = logging.getLogger("learn")

LEASE = timedelta(seconds=60)
PULSE_SECONDS = 1.0
RENEW_EVERY = timedelta(seconds=15)
MOST_TRIES = 3
READY, FAILED = "job_ready", "job_failed"
Teller = Callable[[Session, Job, str, datetime], None]
UNEXPECTED = "The work failed unexpectedly. Try again; if it fails again, tell the administrator."


class Runner:
    """Does jobs of the registered kinds, one at a time.

    Parameters
    ----------
    results
        Where result files are kept.
    clock
        What tells the present moment.
    days
        How many days a result file is kept.
    tell
        Called in the transaction that ends a job, with the job and `READY` or `FAILED`.
    """

    def __init__(
        self,
        database: Database,
        results: Storage,
        kinds: Registry[JobKind],
        *,
        clock: Callable[[], datetime],
        days: int,
        tell: Teller | None = None,
    ) -> None:
        self.database, self.results, self.kinds = database, results, kinds
        self.clock, self.days, self.tell = clock, days, tell

    def run_next(self) -> bool:
        """Do the job that waits longest; return whether there was one."""
        claimed = self._claim()
        if claimed is None:
            return False
        task, lease, kind_key = claimed
        kind = self.kinds.get(kind_key)
        if kind is None:
            message = Message(
                "Nothing here knows how to do this; its plugin may have been removed."
            )
            self._fail(task, lease, message)
            return True
        with self._pulse(task, lease):
            self._run(kind, task, lease)
        return True

    def run_all(self, stop: threading.Event) -> None:
        """Do all jobs that wait, until there is none or `stop`."""
        while not stop.is_set() and self.run_next():
            pass

    def waits(self) -> bool:
        """Return whether a job waits; it only reads."""
        with self.database.reading() as session:
            return session.scalar(select(Job.id).where(_due(self.clock())).limit(1)) is not None

    def _claim(self) -> tuple[Task, str, str] | None:
        if not self.waits():
            return None
        now, lease = self.clock(), secrets.token_hex(16)
        with self.database.transaction() as session:
            job = session.scalar(
                select(Job).where(_due(now)).order_by(Job.id).limit(1)
                .with_for_update(skip_locked=True)
            )  # fmt: skip
            if job is None:
                return None
            if job.tries >= MOST_TRIES or job.stop_wanted:
                self._give_up(session, job, now)
                return None
            job.state, job.lease, job.lease_until = JobState.RUNNING.value, lease, now + LEASE
            job.tries, job.done = job.tries + 1, 0
            job.started_at = job.started_at or now
            return Task(job.id, job.data, job.actor_id, now), lease, job.kind

    def _give_up(self, session: Session, job: Job, now: datetime) -> None:
        if job.stop_wanted:
            job.state = JobState.CANCELLED.value
        else:
            message = Message(
                "It was begun %(tries)s times and broke off each time.", tries=job.tries
            )
            job.state, job.problem = JobState.FAILED.value, stored(message)
            self._tell(session, job, FAILED, now)
        job.ended_at, job.lease, job.lease_until = now, None, None

    def _run(self, kind: JobKind, task: Task, lease: str) -> None:
        try:
            outcome = kind.run(task)
            kept = self._keep_file(outcome)
            self._finish(task, lease, outcome, kept)
        except Stopped:
            self._end(task, lease, JobState.CANCELLED)
        except LearnError as error:
            self._fail(task, lease, error.message)
        except Exception:  # whatever a handler does, the worker goes on with the next job
            log.exception("job %s of the kind %s failed", task.job_id, kind.key)
            self._fail(task, lease, Message(UNEXPECTED))

    def _keep_file(self, outcome: Outcome) -> tuple[str, int] | None:
        return self.results.put_chunks(outcome.file.chunks) if outcome.file else None

    def _finish(
        self, task: Task, lease: str, outcome: Outcome, kept: tuple[str, int] | None
    ) -> None:
        now = self.clock()
        with self.database.transaction() as session:
            job = self._held(session, task, lease)
            if job.stop_wanted:
                raise Stopped
            more = outcome.apply(session) if outcome.apply else None
            job.result = {**outcome.result, **(more or {})}
            job.done = task.done
            job.total = task.done if task.total is None else task.total
            if outcome.file is not None and kept is not None:
                job.file, job.size_bytes = kept
                job.file_name, job.media_type = outcome.file.name, outcome.file.media_type
                job.expires_at = now + timedelta(days=self.days)
            job.state, job.ended_at = JobState.DONE.value, now
            job.lease = job.lease_until = None
            self._tell(session, job, READY, now)

    def _held(self, session: Session, task: Task, lease: str) -> Job:
        """Return the job, locked; raise `Stopped` when this worker has lost it."""
        job = session.get(Job, task.job_id, with_for_update=True)
        if job is None or job.lease != lease:
            raise Stopped
        return job

    def _fail(self, task: Task, lease: str, message: Message) -> None:
        self._end(task, lease, JobState.FAILED, message)

    def _end(self, task: Task, lease: str, state: JobState, message: Message | None = None) -> None:
        now = self.clock()
        with self.database.transaction() as session:
            try:
                job = self._held(session, task, lease)
            except Stopped:  # another worker has it: its end is not ours to say
                return
            job.state, job.ended_at, job.done = state.value, now, task.done
            job.problem = stored(message) if message else None
            job.lease = job.lease_until = None
            if state == JobState.FAILED:
                self._tell(session, job, FAILED, now)

    def _tell(self, session: Session, job: Job, what: str, now: datetime) -> None:
        if self.tell is not None and job.actor_id is not None:
            self.tell(session, job, what, now)

    @contextmanager
    def _pulse(self, task: Task, lease: str) -> Iterator[None]:
        """Renew the lease and write the progress beside the work, until it is over."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat, args=(task, lease, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat(self, task: Task, lease: str, over: threading.Event) -> None:
        said: tuple[int, int | None] = (0, None)
        renewed = self.clock()
        while not over.wait(PULSE_SECONDS):
            now = self.clock()
            progress = (task.done, task.total)
            try:
                if progress != said or now - renewed >= RENEW_EVERY:
                    said, renewed = progress, now
                    wanted = self._renew(task, lease, now)
                else:
                    wanted = self._wanted(task, lease)
            except (LearnError, SQLAlchemyError):
                log.warning("the lease of job %s could not be renewed yet", task.job_id)
                continue
            if not wanted:
                task.stopped.set()
                return

    def _renew(self, task: Task, lease: str, now: datetime) -> bool:
        with self.database.transaction() as session:
            changed = session.execute(
                update(Job)
                .where(Job.id == task.job_id, Job.lease == lease, Job.stop_wanted.is_(False))
                .values(done=task.done, total=task.total, lease_until=now + LEASE)
                .execution_options(synchronize_session=False)
            )
            return bool(changed.rowcount)  # type: ignore[attr-defined]

    def _wanted(self, task: Task, lease: str) -> bool:
        held = select(Job.id).where(
            Job.id == task.job_id, Job.lease == lease, Job.stop_wanted.is_(False)
        )
        with self.database.reading() as session:
            return session.scalar(held) is not None


def _due(now: datetime) -> ColumnElement[bool]:
    lapsed = and_(Job.state == JobState.RUNNING, Job.lease_until < now)
    return or_(Job.state == JobState.QUEUED, lapsed)
