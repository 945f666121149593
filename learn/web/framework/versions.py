"""Administration: the competency framework: the version in force, earlier and planned ones, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework import drafts
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.framework.changes import KIND_NAMES, compare, field_name
from learn.competencies.framework.models import FrameworkVersion
from learn.competencies.framework.versions import content_of, number_at, version, versions
from learn.errors import LearnError, Message
from learn.exports.archives.framework import CASE, file_of_version
from learn.people.access import Action
from learn.people.dates import local_date
from learn.people.listing import names_of
from learn.web.admin.overview import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, session
from learn.web.framework.lists import listed
from learn.web.i18n import _, local, say
from learn.web.render import render
from learn.web.state import state

HERE = "framework"


def framework_page(template: str, /, **variables: Any) -> str:
    """Return a page of the framework with what all of them show."""
    return render(
        f"learn/framework/{template}.html", places=subnav(HERE), field_name=field_name, **variables
    )


@pages.get("/admin/framework/")
def framework() -> ResponseReturnValue:
    """Show the version in force, its draft, and the other versions."""
    need(Action.MANAGE_FRAMEWORK)
    rows = versions(session())
    current = number_at(session(), now())
    row = next(each for each in rows if each.number == current)
    draft = drafts.read_draft(session())
    return framework_page(
        "framework", content=load_framework(), listed=listed(load_framework(), "framework"), row=row, rows=rows, draft=draft,
        names=_names(rows), current=current, edited_by=_name(draft.edited_by if draft else None),
        today=local_date(now(), state().settings.timezone),
    )  # fmt: skip


def _names(rows: Iterable[FrameworkVersion]) -> Mapping[int, str]:
    return names_of(session(), sorted({row.published_by for row in rows if row.published_by}))


def _name(person_id: int | None) -> str:
    return names_of(session(), [person_id]).get(person_id, "") if person_id else ""


@pages.get("/admin/framework/versions/<int:number>/")
def framework_version(number: int) -> ResponseReturnValue:
    """Show a published version, and what it changed against the one before."""
    need(Action.MANAGE_FRAMEWORK)
    row = version(session(), number)
    content = content_of(session(), row)
    before = version(session(), number - 1) if number > 1 else None
    return framework_page(
        "version", row=row, content=content,
        listed=listed(content, "framework_version", number=number), current=number_at(session(), now()),
        changes=compare(content_of(session(), before), content) if before else (), kinds=KIND_NAMES,
        draft=drafts.read_draft(session()), names=_names([row]),
    )  # fmt: skip


@pages.get("/admin/framework/versions/<int:number>/file.<format>")
def framework_file(number: int, format: str) -> ResponseReturnValue:
    """Send a published version as CSV, XLSX or a CASE package."""
    need(Action.MANAGE_FRAMEWORK)
    return version_file(number, format)


def version_file(number: int, format: str) -> Response:
    """Return a version as a file, for the page and the API."""
    row = version(session(), number)
    content, mimetype, suffix = file_of_version(
        content_of(session(), row), format, state().exporters, organiser=state().settings.organiser,
        made_at=local(now()), changed_at=row.published_at, translate=say,
    )  # fmt: skip
    response = Response(content, content_type=mimetype)
    name = f"learn-framework-{number}{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.post("/admin/framework/draft/begin")
def framework_begin() -> ResponseReturnValue:
    """Begin a draft, from the newest version or from the one that is named."""
    need(Action.MANAGE_FRAMEWORK)
    text = request.form.get("number", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    try:
        drafts.begin(session(), number=number, actor_id=actor().person_id, now=now())
    except LearnError as error:
        flash(say(error.message), "late")
        return redirect(url_for("learn.framework"), 303)
    session().commit()
    flash(_("The draft has been begun. Nothing changes for anybody until it is published."), "good")
    return redirect(url_for("learn.framework_draft"), 303)


FORMATS = (
    ("xlsx", Message("Excel (XLSX)")),
    ("csv", Message("CSV (text, separated by commas)")),
    (CASE, Message("CASE package (JSON)")),
)
