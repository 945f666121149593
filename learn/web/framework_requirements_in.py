"""Administration: required levels from a sheet; first shown, then done."""

from __future__ import annotations

import hashlib

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework import load_framework
from learn.competencies.requirement_edits import queue
from learn.competencies.requirement_sheets import (
    COLUMNS,
    Plan,
    apply_requirements,
    plan_requirements,
)
from learn.errors import LearnError
from learn.exports.framework import REQUIREMENTS
from learn.people.access import Action
from learn.people.tables import read_table
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, only_read, session
from learn.web.framework import framework_page
from learn.web.i18n import _, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.state import state

SHOWN = 200


@pages.get("/admin/framework/requirements/import/")
def framework_import_requirements() -> ResponseReturnValue:
    """Ask for the sheet and say what stands in it."""
    need(Action.MANAGE_FRAMEWORK)
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = framework_page(
        "requirements_import", problem=problem, most_mb=state().settings.max_upload_mb,
        columns=[(column, COLUMNS[column.key][0]) for column in REQUIREMENTS],
    )  # fmt: skip
    return page, status


@pages.post("/admin/framework/requirements/import/")
def framework_plan_requirements() -> ResponseReturnValue:
    """Show what the sheet would change; nothing is changed yet."""
    only_read()
    need(Action.MANAGE_FRAMEWORK)
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not content:
        return _ask(_("Choose a file first."), 422)
    name = sent.filename or ""
    try:
        plan = plan_requirements(session(), read_table(content, name), load_framework())
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(plan, name, "" if plan.errors or plan.empty else keep(content, name))


def _show(plan: Plan, name: str, token: str, remark: str = "") -> ResponseReturnValue:
    page = framework_page(
        "requirements_plan", plan=plan, token=token, mark=_mark(plan), remark=remark, shown=SHOWN,
        file_name="".join(sign for sign in name if sign.isprintable())[:120],
    )  # fmt: skip
    return page, 422 if plan.errors else 200


def _mark(plan: Plan) -> str:
    changed = [
        (row, said, old.id, old.level, old.until, old.source, old.confidence)
        for row, said, old in plan.changed
    ]
    told = repr((plan.new, changed, plan.unchanged, plan.errors))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


@pages.post("/admin/framework/requirements/import/apply")
def framework_apply_requirements() -> ResponseReturnValue:
    """Do what was shown; when something changed meanwhile, show it again instead."""
    need(Action.MANAGE_FRAMEWORK)
    path = kept(request.form.get("token", ""))
    table = read_table(path.read_bytes(), path.name)
    queue(session())
    plan = plan_requirements(session(), table, load_framework())
    if plan.errors or plan.empty or _mark(plan) != request.form.get("mark"):
        session().rollback()
        remark = _("Something has changed since you looked. This is what the file would do now.")
        token = "" if plan.errors or plan.empty else token_of(path)
        return _show(plan, _("The file that you sent"), token, remark)
    apply_requirements(session(), plan, actor_id=actor().person_id, now=now())
    session().commit()
    path.unlink(missing_ok=True)
    flash(
        _("The required levels are kept: %(new)s new, %(changed)s corrected.",
          new=len(plan.new), changed=len(plan.changed)), "good",
    )  # fmt: skip
    return redirect(url_for("learn.framework_requirements"), 303)
