"""The catalogue, a course with one's progress in it, enrolment, and the states of modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from learn.api.operations import Result, operation
from learn.api.schemas import courses as schemas
from learn.api.schemas.common import PageQuery
from learn.api.texts import moment, mount
from learn.assignments.services import due_of
from learn.competencies.framework.catalogue import load_framework
from learn.courses.version import placed
from learn.people.paging import cursor_of, read_cursor
from learn.progress import services
from learn.progress.models import Completion
from learn.progress.queries import CourseProgress, course_progress, newest_enrolment
from learn.progress.rules import Explained
from learn.web.context import now, person, session
from learn.web.courses.reading import current_version, module_of
from learn.web.i18n import language, say
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz


@operation("GET", "/courses", tag="courses", query=PageQuery, replies={200: schemas.CourseList})
def courses(query: PageQuery) -> Result:
    """List the published courses, by key."""
    after = str(read_cursor(query.cursor, str)[0]) if query.cursor else ""
    found = state().versions.current_after(session(), after, query.limit + 1)
    page = found[: query.limit]
    more = cursor_of(page[-1].course) if len(found) > query.limit else None
    return {"items": [_item(version) for version in page], "next": more}


def _item(version: CourseVersion) -> dict[str, Any]:
    return {
        "course": version.course,
        "title": version.title(language()),
        "summary": version.summary(language()),
        "hours": version.hours,
        "form": version.form,
        "minutes": version.minutes,
        "modules": len(version.modules),
        "language": version.language,
        "languages": list(version.languages),
        "version": version.id,
    }


@operation(
    "GET", "/courses/<course>", tag="courses", errors=(404,), replies={200: schemas.CourseOut}
)
def course(course: str) -> Result:
    """Return a course: its modules and quizzes with one's progress, and what completing it takes."""
    who, version = person(), current_version(course)
    progress = course_progress(session(), who.id, course)
    enrolment = newest_enrolment(session(), who.id, course)
    completion = session().get(Completion, (who.id, course, progress.cycle or 0))
    explained = services.explain(session(), enrolment, version, who.id, now=now())
    return {
        **_item(version),
        "description_html": placed(version.description(language()), mount()),
        "audience": version.audience(language()),
        "enrolment": version.enrolment,
        "outcomes": _outcomes(version),
        "modules": _modules(version, progress),
        "quizzes": [
            _quiz(quiz, progress) for quiz in version.quizzes.values() if quiz.role != "bank"
        ],
        "complete": rule_body(explained),
        "cycle": progress.cycle,
        "completed_at": moment(completion.completed_at) if completion else None,
    }


def _outcomes(version: CourseVersion) -> list[dict[str, Any]]:
    return [
        {"competency": outcome.competency, "name": known.name(language()), "level": outcome.level}
        for outcome in version.outcomes
        if (known := load_framework().find(outcome.competency)) is not None
    ]


def _modules(version: CourseVersion, progress: CourseProgress) -> list[dict[str, Any]]:
    return [
        {
            "module": module.key,
            "title": module.title(language()),
            "minutes": module.minutes,
            "state": progress.state_of(module.key),
        }
        for module in version.modules
    ]


def _quiz(quiz: Quiz, progress: CourseProgress) -> dict[str, Any]:
    item = progress.quizzes.get(quiz.key)
    return {
        "quiz": quiz.key,
        "title": quiz.title(language()),
        "role": quiz.role,
        "module": quiz.module,
        "behaviour": quiz.behaviour,
        "questions": quiz.question_count,
        "pass": quiz.pass_mark,
        "attempts": quiz.attempts,
        "time_limit": quiz.time_limit,
        "attempts_used": item.attempts if item else 0,
        "score": item.score if item else None,
        "passed": item.passed if item else None,
    }


def rule_body(explained: Explained) -> dict[str, Any]:
    """Return a rule with what is met and missing."""
    return {
        "kind": explained.kind,
        "key": explained.key,
        "met": explained.met,
        "message": say(explained.message),
        "done": explained.done,
        "total": explained.total,
        "children": [rule_body(child) for child in explained.children],
    }


@operation(
    "POST", "/courses/<course>/enrolment", tag="courses", errors=(403, 404),
    replies={201: schemas.EnrolmentOut, 200: schemas.EnrolmentOut},
)  # fmt: skip
def enrol(course: str) -> Result:
    """Begin a course (201), or return the cycle that is under way (200)."""
    who, version = person(), current_version(course)
    invited = due_of(session(), who.id, course) is not None
    enrolment = services.enrol(session(), who.id, version, now=now(), renew=True, invited=invited)
    body = {
        "course": course,
        "cycle": enrolment.cycle,
        "version": enrolment.version_id,
        "enrolled_at": moment(enrolment.enrolled_at),
    }
    return body, 201 if enrolment.enrolled_at == now() else 200


@operation(
    "PUT", "/courses/<course>/modules/<module>/progress", tag="courses", errors=(403, 404),
    body=schemas.ProgressIn, replies={200: schemas.ProgressOut},
)  # fmt: skip
def set_progress(body: schemas.ProgressIn, course: str, module: str) -> Result:
    """Begin or complete a module; a completed one stays completed."""
    who, version = person(), current_version(course)
    module_of(version, module)
    completion, shown = None, "completed"
    if body.state == "completed":
        completion = services.complete_module(
            session(), who.id, version, module, settings=state().settings, now=now()
        )
    else:
        shown = services.start_module(session(), who.id, version, module, now=now()).state
    return {"module": module, "state": shown, "completed_course": completion is not None}
