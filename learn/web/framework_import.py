"""Administration: competencies from a file into the draft; first shown, then taken."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies import framework_drafts as drafts
from learn.competencies.framework_changes import KIND_NAMES
from learn.competencies.framework_imports import Planned, plan_file, take
from learn.competencies.framework_sheets import COLUMNS
from learn.competencies.framework_versions import number_at
from learn.errors import LearnError
from learn.exports.framework import COMPETENCIES
from learn.people.access import Action
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, only_read, session
from learn.web.framework import framework_page
from learn.web.framework_draft import unit_codes
from learn.web.i18n import _, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.state import state

SHOWN = 200


def plan_framework(content: bytes, name: str) -> Planned:
    """Return what a file would change; nothing is kept."""
    return plan_file(session(), content, name, units=unit_codes())


@pages.get("/admin/framework/import/")
def framework_import() -> ResponseReturnValue:
    """Ask for the file and say what stands in it."""
    need(Action.MANAGE_FRAMEWORK)
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = framework_page(
        "import", problem=problem, most_mb=state().settings.max_upload_mb,
        columns=[(column, COLUMNS[column.key][0]) for column in COMPETENCIES],
        current=number_at(session(), now()), draft=drafts.read_draft(session()),
    )  # fmt: skip
    return page, status


@pages.post("/admin/framework/import/")
def framework_plan() -> ResponseReturnValue:
    """Show what the file would change in the draft; nothing is kept yet."""
    only_read()
    need(Action.MANAGE_FRAMEWORK)
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not content:
        return _ask(_("Choose a file first."), 422)
    name = sent.filename or ""
    try:
        plan = plan_framework(content, name)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    token = "" if plan.reading.errors or not plan.changes else keep(content, name)
    return _show(plan, name, token)


def _show(plan: Planned, name: str, token: str, remark: str = "") -> ResponseReturnValue:
    page = framework_page(
        "import_plan", plan=plan, token=token, remark=remark, shown=SHOWN, kinds=KIND_NAMES,
        file_name="".join(sign for sign in name if sign.isprintable())[:120],
    )  # fmt: skip
    return page, 422 if plan.reading.errors else 200


@pages.post("/admin/framework/import/apply")
def framework_apply() -> ResponseReturnValue:
    """Take what was shown into the draft; when something changed meanwhile, show it again instead."""
    need(Action.MANAGE_FRAMEWORK)
    path = kept(request.form.get("token", ""))
    plan = plan_framework(path.read_bytes(), path.name)
    if plan.reading.errors or plan.mark != request.form.get("mark"):
        remark = _("Something has changed since you looked. This is what the file would do now.")
        token = "" if plan.reading.errors else token_of(path)
        return _show(plan, _("The file that you sent"), token, remark)
    take(session(), plan, actor_id=actor().person_id, now=now())
    session().commit()
    path.unlink(missing_ok=True)
    flash(_("The file stands in the draft. Look at the difference before you publish."), "good")
    return redirect(url_for("learn.framework_draft"), 303)
