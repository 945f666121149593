"""Records as files, at once or by a job in the background, and one's own jobs."""

from __future__ import annotations

from typing import Any

from learn.api.files import FILES
from learn.api.operations import Result, operation
from learn.api.schemas import jobs as schemas
from learn.api.schemas.quiz_reports import FileOut
from learn.api.texts import moment
from learn.exports.formats.choosing import find_exporter
from learn.exports.formats.csv import Csv
from learn.exports.jobs import EXPORT, Wanted, first_rows
from learn.exports.kinds import KINDS, kind_named, read_keys
from learn.jobs.models import Job
from learn.jobs.services import cancel, enqueue, job_of, jobs_of
from learn.people.access import Action
from learn.web.context import actor, now, person, reach, session
from learn.web.exporting import send_export
from learn.web.i18n import language, say, zone
from learn.web.jobs import name_of, problem_of, send_job_file
from learn.web.state import state


@operation(
    "GET", "/exports", tag="records", errors=(403,), replies={200: schemas.ExportKinds}
)  # fmt: skip
def export_kinds() -> Result:
    """List the kinds of records that can be taken away, with the keys and meanings of their columns."""
    reach(Action.EXPORT)
    items = [
        {
            "kind": kind.key,
            "title": say(kind.title),
            "columns": [
                {
                    "key": column.key,
                    "title": say(column.title),
                    "meaning": say(column.meaning),
                    "kind": column.kind,
                }
                for column in kind.columns
            ],
        }
        for kind in KINDS.values()
    ]
    return {"items": items}


@operation(
    "GET", "/exports/<kind>", tag="records", errors=(403, 404), query=schemas.ExportQuery,
    replies={200: FileOut}, files=FILES,
)  # fmt: skip
def export_file(query: schemas.ExportQuery, kind: str) -> Result:
    """Stream records of a kind as a file of any size, which the audit chain notes."""
    wanted = _wanted(kind, query)
    asked = wanted.query(actor(), now())
    return send_export(wanted.records(), wanted.exporter(state().exporters), asked)


@operation(
    "POST", "/exports/<kind>", tag="records", errors=(403, 404, 409), query=schemas.ExportQuery,
    replies={202: schemas.JobOut},
)  # fmt: skip
def begin_export(query: schemas.ExportQuery, kind: str) -> Result:
    """Begin a job that makes the file in the background (202); a notice tells when it is ready."""
    wanted = _wanted(kind, query)
    wanted.records()
    first_rows(session(), wanted.query(actor(), now()), 1)  # whatever is wrong shows now
    job_id = enqueue(session(), EXPORT, wanted.data(), actor_id=person().id, now=now())
    return _job(job_of(session(), job_id, person().id)), 202


def _wanted(kind: str, query: schemas.ExportQuery) -> Wanted:
    exporter = find_exporter(state().exporters, query.format)
    filters = {
        "since": query.since, "until": query.until, "on": query.on, "unit": query.unit,
        "course": query.course, "lapsing": query.lapsing, "withdrawn": "1" if query.withdrawn else "",
    }  # fmt: skip
    return Wanted(
        kind=kind_named(kind).key,
        format=exporter.key,
        delimiter=Csv(query.delimiter).delimiter,
        columns=read_keys(query.columns),
        filters={name: value.replace("\x00", "") for name, value in filters.items() if value},
        language=language(),
        timezone=zone().key,
    )


@operation("GET", "/jobs", tag="jobs", query=schemas.JobsQuery, replies={200: schemas.JobList})
def my_jobs(query: schemas.JobsQuery) -> Result:
    """List one's own jobs in the background, the newest first."""
    found = jobs_of(session(), person().id, after=query.cursor, limit=query.limit)
    return {"items": [_job(job) for job in found.items], "next": found.next}


@operation("GET", "/jobs/<int:job_id>", tag="jobs", errors=(404,), replies={200: schemas.JobOut})
def my_job(job_id: int) -> Result:
    """Say how far one's own job is."""
    return _job(job_of(session(), job_id, person().id))


@operation(
    "POST", "/jobs/<int:job_id>/cancellation", tag="jobs", errors=(404,),
    replies={200: schemas.JobOut},
)  # fmt: skip
def cancel_job(job_id: int) -> Result:
    """Cancel one's own job: a waiting one at once, a running one at its next step."""
    return _job(cancel(session(), job_id, person().id, now=now()))


@operation(
    "GET", "/jobs/<int:job_id>/file", tag="jobs", errors=(403, 404), replies={200: FileOut},
    files=FILES,
)  # fmt: skip
def read_job_file(job_id: int) -> Result:
    """Send the file that one's own job made, while it is kept."""
    return send_job_file(job_of(session(), job_id, person().id))


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "title": name_of(job),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "made_at": moment(job.made_at),
        "ended_at": moment(job.ended_at),
        "result": job.result,
        "problem": problem_of(job),
        "file": job.file_name if job.file else None,
        "expires_at": moment(job.expires_at),
    }
