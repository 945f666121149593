"""All tables and all projections of Learn together."""

from __future__ import annotations

import importlib

from sqlalchemy import MetaData

from learn.db import Base

VERSION_TABLE = "learn_schema"
MODELS = (
    "learn.ledger.models",
    "learn.people.models",
    "learn.notices.models",
    "learn.jobs.models",
    "learn.quizzes.models",
    "learn.progress.models",
    "learn.hours.models",
    "learn.hours.figures_models",
    "learn.competencies.models",
    "learn.competencies.framework.models",
    "learn.certificates.models",
    "learn.claims.models",
    "learn.trainings.models",
    "learn.mentoring.models",
    "learn.assignments.models",
    "learn.figures.models",
    "learn.siasn.models",
    "learn.privacy.models",
    "learn.publishing.models",
    "learn.exports.models",
    "learn.bulk.models",
    "learn.web.models",
)
FOLLOWING = (
    "learn.competencies.services",
    "learn.competencies.evidence.quizzes",
    "learn.trainings.leaves",
    "learn.trainings.notices",
    "learn.mentoring.leaves",
    "learn.mentoring.telling",
)
"""Modules that register what follows from acts of others: evidence, notices, leaves of completion rules."""

PROJECTIONS = (
    "learn.people.roles",
    "learn.quizzes.projections",
    "learn.progress.projections",
    "learn.hours.services",
    "learn.competencies.evidence.entries",
    "learn.competencies.assessments.entries",
    "learn.competencies.prior.entries",
    "learn.certificates.services",
    "learn.progress.reinstating",
    "learn.hours.reinstating",
    "learn.competencies.evidence.reinstating",
    "learn.certificates.reinstating",
    "learn.claims.projections",
    "learn.claims.reopening",
    "learn.progress.enrolling",
    "learn.trainings.projections",
    "learn.mentoring.projections",
    "learn.mentoring.approvals",
    "learn.assignments.projections",
    "learn.privacy.notice",
    "learn.privacy.corrections",
)


def metadata() -> MetaData:
    """Return the tables of all domains."""
    for name in MODELS:
        importlib.import_module(name)
    return Base.metadata


def load_projections() -> None:
    """Register what folds entries into tables and what completions bring, all of it.

    A process that knows only some would leave tables behind the ledger, and rebuild would empty them.
    """
    metadata()
    for name in (*FOLLOWING, *PROJECTIONS):
        importlib.import_module(name)
