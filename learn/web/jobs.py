"""One's own jobs in the background: how far they are, their files, and giving them up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import Response, flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Message, NotFound
from learn.jobs.messages import read_stored
from learn.jobs.models import Job, JobState
from learn.jobs.services import OPEN, cancel, job_of, jobs_of
from learn.web.blueprint import pages
from learn.web.context import arguments, now, person, reach, session
from learn.web.i18n import _, say
from learn.web.narrowing import pages_of
from learn.web.render import render
from learn.web.state import state

PAGE = 30
AGAIN_SECONDS = 5
PIECE_BYTES = 64 * 1024
LOOKS: dict[str, tuple[Message, str, str | None]] = {
    JobState.QUEUED: (Message("Waiting"), "", "clock"),
    JobState.RUNNING: (Message("Being made"), "accent", "clock"),
    JobState.DONE: (Message("Ready"), "good", "check"),
    JobState.FAILED: (Message("Failed"), "late", "alert-triangle"),
    JobState.CANCELLED: (Message("Cancelled"), "", None),
}


@pages.get("/jobs/")
def jobs() -> ResponseReturnValue:
    """List one's own jobs, the newest first; while one is not finished the page asks again by itself."""
    found = jobs_of(session(), person().id, after=arguments().get("after"), limit=PAGE)
    answer = make_response(
        render(
            "learn/jobs/list.html",
            lines=found.items,
            shown_state=shown_state,
            name_of=name_of,
            problem_of=problem_of,
            days=state().settings.job_days,
            turn=pages_of("jobs", found.next),
        )
    )
    if any(job.state in OPEN for job in found.items):
        answer.headers["Refresh"] = str(AGAIN_SECONDS)
    return answer


def shown_state(value: str) -> tuple[str, str, str | None]:
    """Return a state as `tag` takes it: in words, its colour, its picture."""
    words, *look = LOOKS[value]
    return (say(words), look[0], look[1])  # type: ignore[return-value]


def name_of(job: Job) -> str:
    """Return what a job is called; its key where its kind is gone."""
    kind = state().jobs.get(job.kind)
    return say(kind.name_of(job.data)) if kind else job.kind


def problem_of(job: Job) -> str:
    """Return why a job failed, in the reader's language."""
    return say(read_stored(job.problem)) if job.problem else ""


@pages.post("/jobs/<int:job_id>/cancellation")
def job_cancel(job_id: int) -> ResponseReturnValue:
    """Cancel a job that is not finished."""
    job = cancel(session(), job_id, person().id, now=now())
    session().commit()
    if job.state in OPEN or job.state == JobState.CANCELLED:
        flash(_("The job has been cancelled."), "good")
    return redirect(url_for("learn.jobs"), 303)


@pages.get("/jobs/<int:job_id>/file")
def job_file(job_id: int) -> ResponseReturnValue:
    """Send the file of one's own job, to somebody who may still have it."""
    return send_job_file(job_of(session(), job_id, person().id))


def send_job_file(job: Job) -> Response:
    """Return the file of a job as an answer.

    Raises
    ------
    NotFound
        There is none yet, or its time is over.
    """
    kind = state().jobs.get(job.kind)
    if kind is not None and kind.action is not None:
        reach(kind.action)
    path = state().results.path(job.file) if job.file else None
    if path is None:
        raise NotFound(Message("This file is not kept any more, or not there yet."))
    answer = Response(_pieces(path), content_type=job.media_type)
    answer.content_length = path.stat().st_size
    answer.headers["Content-Disposition"] = f'attachment; filename="{job.file_name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
