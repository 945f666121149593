"""Closing a large training in the background: it happens once, however often the job has to be begun anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Message
from learn.jobs.kinds import JobKind, Outcome, Task
from learn.trainings.closing import close

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

CLOSE = "training_close"
AT_ONCE = 300
"""So many people are closed while somebody waits who asked for it; more are left to a job."""


def close_job(
    settings: Settings, current: Callable[[Session, str], CourseVersion | None]
) -> JobKind:
    """Return the kind of job that closes one training."""

    def run(task: Task) -> Outcome:
        def apply(session: Session) -> dict[str, Any]:
            training = close(
                session, int(task.data["training"]), actor_id=task.actor_id or 0, settings=settings,
                current_of=lambda course: current(session, course), now=task.now,
            )  # fmt: skip
            return {"rows": training.seats}

        return Outcome(apply=apply)

    return JobKind(CLOSE, Message("Close a training"), run)
