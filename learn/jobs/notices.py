"""Telling people that their job has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learn.errors import Message
from learn.jobs.models import Job
from learn.jobs.running import FAILED, READY
from learn.notices.kinds import NoticeKind, Target, register
from learn.notices.services import notify


def tell(session: Session, job: Job, what: str, now: datetime) -> None:
    """Tell whose job it is that it has ended, once."""
    if job.actor_id is not None:
        data = {"job": job.id, "file": job.file_name or "", "rows": job.done}
        notify(session, job.actor_id, what, data, now=now, key=f"job:{job.id}")


register(
    NoticeKind(
        READY,
        "check-circle",
        text=lambda data: (
            Message("Your file is ready: %(file)s", file=data["file"])
            if data["file"]
            else Message("The work that you asked for is done.")
        ),
        target=lambda _data: Target("jobs"),
    )
)
register(
    NoticeKind(
        FAILED,
        "alert-triangle",
        text=lambda _data: Message("The work that you asked for in the background has failed."),
        target=lambda _data: Target("jobs"),
    )
)
