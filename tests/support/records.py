"""Builders of what people did: courses completed through the real services, with all that follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

import learn.certificates.services
import learn.competencies.services
import learn.hours.services  # noqa: F401 (these three add to completions when they are there)
from learn.courses.version import CourseVersion, ModuleVersion, Outcome, Period
from learn.people.models import Person
from learn.progress.models import Completion
from learn.progress.services import complete_module, enrol
from tests.support import make

MODULE = "01-dasar"
PUBLISHED = datetime(2026, 1, 2, tzinfo=UTC)


def version(
    course: str = "layanan-publik", title: str = "Layanan publik", **known: Any
) -> CourseVersion:
    """Return a published course of one module; it is evidence for M.05 at level 2."""
    module = ModuleVersion(MODULE, "m" * 64, "id", 5, {"id": "Dasar"}, {"id": "<p>Dasar</p>"})
    values: dict[str, Any] = {
        "hours": 6, "outcomes": (Outcome("M.05", 2),), "valid_for": None,
        "complete": {"all": [{"modules": "all"}]}, "enrolment": "open",
    } | known  # fmt: skip
    return CourseVersion(
        id="v" * 64, course=course, number=1, published_at=PUBLISHED, language="id",
        languages=("id",), titles={"id": title}, form="NKL03", modules=(module,), quizzes={},
        **values,
    )  # fmt: skip


def complete(
    session: Session, person: Person, course: CourseVersion | None = None, *, now: datetime
) -> Completion:
    """Let the person begin the course a day before `now`, and complete it then."""
    course = course or version()
    enrol(session, person.id, course, now=now - timedelta(days=1))
    completion = complete_module(
        session, person.id, course, MODULE, settings=make.settings(), now=now
    )
    assert completion is not None
    return completion


YEARLY = Period(years=1)
