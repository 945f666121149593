"""Publishing: what changes, who is in the middle, what hinders it; then the button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learn.people.access import Action
from learn.progress.underway import underway
from learn.publishing.changes import Changes, PartChange, ValueChange, changes_between
from learn.publishing.drafts import lock_draft
from learn.publishing.models import CoursePointer, Version
from learn.publishing.services import ContentProblems, publish
from learn.web.blueprint import pages
from learn.web.context import need, now, person, session
from learn.web.i18n import _, language
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import OpenDraft, problem_lines


@dataclass(frozen=True)
class ShownChange:
    """One change in words, with the kind of its mark."""

    label: str
    text: str
    kind: str


@pages.get("/studio/<course>/publish")
def studio_publish(course: str) -> ResponseReturnValue:
    """Show what publishing would change and whom it meets."""
    open_draft = OpenDraft(course)
    return _page(open_draft)


def _page(open_draft: OpenDraft, status: int = 200, **more: Any) -> ResponseReturnValue:
    current = _current(open_draft.course)
    compiled = open_draft.compiled
    changes = changes_between(current.manifest if current else None, compiled.manifest or _NOTHING)
    texts = {file.path: file.text for file in open_draft.files}
    page = render(
        "learn/studio/publish.html",
        **open_draft.page("publish"),
        current=current,
        changes=_in_words(open_draft, changes),
        nothing=current is not None and changes.nothing,
        problems=problem_lines(open_draft.problems, texts),
        warnings=problem_lines(open_draft.warnings, texts),
        underway=underway(session(), open_draft.course),
        **more,
    )
    return page, status


_NOTHING: dict[str, Any] = {"modules": [], "quizzes": []}


def _current(course: str) -> Version | None:
    query = (
        select(Version)
        .join(CoursePointer, CoursePointer.version_id == Version.id)
        .where(CoursePointer.course == course)
    )
    return session().scalar(query)


def _in_words(open_draft: OpenDraft, changes: Changes) -> list[ShownChange]:
    if not open_draft.compiled.id:
        return []
    shown = [_part(open_draft, change) for change in changes.parts]
    shown += [_value(change) for change in changes.values]
    if changes.texts:
        shown.append(
            ShownChange(_("Course"), _("Title, summary or description have changed"), "accent")
        )
    if changes.media:
        shown.append(ShownChange(_("Files"), _("Pictures or other files have changed"), "accent"))
    return shown


def _part(open_draft: OpenDraft, change: PartChange) -> ShownChange:
    version = open_draft.version
    found = version and (
        version.module(change.key) if change.kind == "module" else version.quiz(change.key)
    )
    title = found.title(language()) if found else change.key
    label = _("Module") if change.kind == "module" else _("Quiz")
    words = {
        "added": (_("new: %(title)s", title=title), "good"),
        "changed": (_("changed: %(title)s", title=title), "accent"),
        "removed": (_("no longer there: %(title)s", title=title), "late"),
    }
    return ShownChange(label, *words[change.how])


def _value(change: ValueChange) -> ShownChange:
    if change.name == "hours":
        text = _("%(before)s JP before, %(after)s JP now", before=change.before, after=change.after)
        return ShownChange(_("JP"), text, "due")
    names = {
        "complete": (_("Rule"), _("The rule for completing the course has changed")),
        "outcomes": (_("Competencies"), _("What completing is evidence for has changed")),
        "valid_for": (_("Validity"), _("How long a completion is valid has changed")),
        "form": (_("Form"), _("The form of development has changed")),
        "enrolment": (_("Enrolment"), _("Who may take the course has changed")),
    }
    return ShownChange(*names[change.name], "due")


@pages.post("/studio/<course>/publish")
def studio_do_publish(course: str) -> ResponseReturnValue:
    """Publish what was shown; when the draft has changed meanwhile, show it again first."""
    who = person()
    need(Action.PUBLISH_COURSE, course=course)
    open_draft = OpenDraft(course)
    if request.form.get("seen") != lock_draft(session(), course).digest:
        return _page(open_draft, 409, moved=True)
    try:
        version = publish(
            session(), state().storage, course, state().standards(), actor_id=who.id, now=now()
        )
    except ContentProblems:
        return _page(open_draft, 422)
    number = version.number
    session().commit()
    flash(_("Version %(number)s is published. Everybody who begins now reads it.", number=number),
          "good")  # fmt: skip
    return redirect(url_for("learn.studio_published", course=course), 303)


@pages.get("/studio/<course>/published")
def studio_published(course: str) -> ResponseReturnValue:
    """Say that it is out, and lead to the course as everybody sees it."""
    open_draft = OpenDraft(course)
    return render(
        "learn/studio/published.html",
        **open_draft.page("publish"),
        current=_current(course),
    )
