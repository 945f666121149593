"""The kinds of jobs that Learn does in the background; plugins add theirs to ``state.jobs``."""

from __future__ import annotations

from learn.assignments.regular import rule_job
from learn.bulk.jobs import bulk_job
from learn.competencies.regular import decide_job, import_job
from learn.exports.archives.certificate_jobs import certificates_job
from learn.exports.jobs import export_job
from learn.jobs.kinds import JobKind
from learn.trainings.jobs import close_job
from learn.web.document_words import document_words
from learn.web.i18n import saying
from learn.web.state import State


def job_kinds(built: State) -> list[JobKind]:
    """Return the kinds of jobs of this application."""
    return [
        export_job(built.database, built.exporters, built.settings, saying),
        certificates_job(built.database, built.settings, built.storage, document_words),
        rule_job(built.database, built.settings),
        decide_job(built.database),
        import_job(built.database, built.settings),
        close_job(built.settings, built.versions.current),
        bulk_job(built.database, built.settings, built.versions.current),
    ]
