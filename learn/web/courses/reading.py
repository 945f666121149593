"""The catalogue, a course, and its modules to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.assignments.services import due_of
from learn.courses.version import placed
from learn.errors import Message, NotFound
from learn.progress import services
from learn.progress.models import Completion
from learn.progress.queries import course_progress, newest_enrolment
from learn.web.blueprint import pages
from learn.web.context import arguments, now, person, session
from learn.web.courses import search
from learn.web.courses.outline import OutlineItem, done_modules, next_item, outline, worth_of
from learn.web.i18n import _, language, local
from learn.web.render import render
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion, ModuleVersion

LONGEST_ANCHOR = 200


def current_version(course: str) -> CourseVersion:
    """Return the published version of a course; raise `NotFound` when there is none."""
    version = state().versions.current(session(), course)
    if version is None:
        raise NotFound(Message("There is no course at this address."))
    return version


def module_of(version: CourseVersion, key: str) -> ModuleVersion:
    """Return a module of the course; raise `NotFound` when it has no such one."""
    module = version.module(key)
    if module is None:
        raise NotFound(Message("This course has no such module; it may have been renamed."))
    return module


@pages.get("/courses/")
def courses() -> ResponseReturnValue:
    """List what can be learned; search in titles, summaries, competencies and texts."""
    person()
    text = arguments().get("q", "")
    versions = state().versions.current_all(session())
    return render(
        "learn/courses/catalogue.html",
        text=text,
        found=search.find(versions, text),
        total=len(versions),
    )


@pages.get("/courses/<course>/")
def course(course: str) -> ResponseReturnValue:
    """Show what the course gives, how to pass it, its outline, and one button."""
    who, version = person(), current_version(course)
    progress = course_progress(session(), who.id, course)
    lines = outline(version, progress)
    enrolment = newest_enrolment(session(), who.id, course)
    done, total = done_modules(lines)
    completion = session().get(Completion, (who.id, course, progress.cycle or 0))
    return render(
        "learn/courses/course.html",
        version=version,
        lines=lines,
        done=done,
        total=total,
        next=next_item(lines, progress.place[0] if progress.place else None),
        enrolment=enrolment,
        completion=completion,
        renewable=services.is_renewable(completion, now()),
        due=due_of(session(), who.id, course),
        day=local(now()).date(),
        explained=services.explain(session(), enrolment, version, who.id, now=now()),
        description=placed(version.description(language()), mount()),
        titles={line.key: line.title for line in lines},
        worth=worth_of(version),
    )


@pages.post("/courses/<course>/enrolment")
def enrol(course: str) -> ResponseReturnValue:
    """Begin the course, and open the first thing in it."""
    who, version = person(), current_version(course)
    invited = due_of(session(), who.id, course) is not None
    services.enrol(session(), who.id, version, now=now(), renew=True, invited=invited)
    progress = course_progress(session(), who.id, course)
    session().commit()
    step = next_item(outline(version, progress))
    return redirect(step.url if step else url_for("learn.course", course=course), 303)


@pages.get("/courses/<course>/<module>/")
def module(course: str, module: str) -> ResponseReturnValue:
    """Show a module to read, with the way on and the way out."""
    who, version = person(), current_version(course)
    shown = module_of(version, module)
    progress = course_progress(session(), who.id, course)
    lines = outline(version, progress)
    places = [line.key for line in lines if line.kind == "module"]
    before, _following = version.around(module)
    return render(
        "learn/courses/module.html",
        version=version,
        module=shown,
        number=places.index(module) + 1,
        total=len(places),
        done=progress.done(places),
        lines=lines,
        state=progress.state_of(module),
        before=before,
        after=_after(lines, module),
        body=placed(shown.html(language()), mount()),
        place=progress.place[1] if progress.place and progress.place[0] == module else None,
    )


def _after(lines: list[OutlineItem], module: str) -> OutlineItem | None:
    """Return the line that follows the module in the outline: its quiz, the next module, or None."""
    keys = [(line.kind, line.key) for line in lines]
    place = keys.index(("module", module))
    return lines[place + 1] if place + 1 < len(lines) else None


def mount() -> str:
    """Return where Learn is mounted, for the addresses inside rendered text."""
    return url_for("learn.home").removesuffix("/")


@pages.post("/courses/<course>/<module>/completion")
def complete_module(course: str, module: str) -> ResponseReturnValue:
    """Mark the module as completed and go on."""
    who, version = person(), current_version(course)
    module_of(version, module)
    completion = services.complete_module(
        session(), who.id, version, module, settings=state().settings, now=now()
    )
    progress = course_progress(session(), who.id, course)
    session().commit()
    if completion is not None:
        flash(_("You have completed this course."), "good")
        return redirect(url_for("learn.course", course=course), 303)
    following = _after(outline(version, progress), module)
    return redirect(following.url if following else url_for("learn.course", course=course), 303)


@pages.post("/courses/<course>/<module>/place")
def remember_place(course: str, module: str) -> ResponseReturnValue:
    """Keep where the person is reading (sent by the page itself); who reaches the end has read it."""
    who, version = person(), current_version(course)
    module_of(version, module)
    anchor = request.form.get("anchor", "")[:LONGEST_ANCHOR].replace("\x00", "") or None
    if request.form.get("end"):
        services.complete_module(
            session(), who.id, version, module, settings=state().settings, now=now()
        )
    else:
        services.start_module(session(), who.id, version, module, now=now())
    services.remember_place(session(), who.id, course, module, anchor, now=now())
    session().commit()
    return "", 204
