"""The history of a course: versions and drafts that were kept, their differences, and restoring one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Message, NotFound
from learn.publishing.drafts import EditedMeanwhile, lock_draft
from learn.publishing.history import VersionLine, version_difference, versions_of
from learn.publishing.services import restore_version
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.i18n import _
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import OpenDraft, names_of
from learn.web.studio.texts import diff_lines

DRAFT = "draft"


@pages.get("/studio/<course>/versions/")
def studio_versions(course: str) -> ResponseReturnValue:
    """List what was published, and drafts that were kept before something replaced them."""
    open_draft = OpenDraft(course)
    versions = versions_of(session(), course)
    return render(
        "learn/studio/versions.html",
        **open_draft.page("course"),
        versions=versions,
        names=names_of(line.published_by for line in versions),
    )


def _line(course: str, version_id: str) -> VersionLine:
    """Return a version of this course; one of another is not there."""
    for line in versions_of(session(), course):
        if line.id == version_id:
            return line
    raise NotFound(Message("There is no such version."))


@pages.get("/studio/<course>/versions/compare")
def studio_compare(course: str) -> ResponseReturnValue:
    """Show the difference between two versions, or from a version to the draft."""
    open_draft = OpenDraft(course)
    versions = versions_of(session(), course)
    before = _line(course, request.args.get("before", ""))
    wanted = request.args.get("after", DRAFT)
    after = None if wanted == DRAFT else _line(course, wanted)
    unified = version_difference(session(), state().storage, before.id, after.id if after else None)
    return render(
        "learn/studio/compare.html",
        **open_draft.page("course"),
        versions=versions,
        before=before,
        after=after,
        lines=diff_lines(unified),
    )


@pages.get("/studio/<course>/versions/<version_id>/restore")
def studio_restore(course: str, version_id: str) -> ResponseReturnValue:
    """Ask before the draft becomes an old version, and show what that changes."""
    open_draft = OpenDraft(course)
    line = _line(course, version_id)
    unified = version_difference(session(), state().storage, line.id, None)
    return render(
        "learn/studio/restore.html",
        **open_draft.page("course"),
        version=line,
        lines=diff_lines(unified),
        edited=open_draft.draft.digest != open_draft.draft.origin,
    )


@pages.post("/studio/<course>/versions/<version_id>/restore")
def studio_do_restore(course: str, version_id: str) -> ResponseReturnValue:
    """Make an old version the draft; the draft that was edited is kept among the versions."""
    who = person()
    OpenDraft(course)
    line = _line(course, version_id)
    if request.form.get("seen") != lock_draft(session(), course).digest:
        raise EditedMeanwhile(
            Message("Somebody else changed this course meanwhile. Nothing was overwritten.")
        )
    restore_version(session(), state().storage, line.id, actor_id=who.id, now=now())
    session().commit()
    flash(_("The draft is that version again. Publish it when it is right."), "good")
    return redirect(url_for("learn.studio_course", course=course), 303)
