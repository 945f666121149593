"""Administration: importing people from a sheet; first shown, then done."""

from __future__ import annotations

import hashlib

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message
from learn.exports.columns import PEOPLE
from learn.exports.exporter import About
from learn.exports.formats import find_exporter
from learn.people.access import Action
from learn.people.importing import COLUMNS, ImportPlan, apply_import, plan_import, read_table
from learn.web.admin import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, now, reach, session
from learn.web.i18n import _, local, ngettext, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.render import render
from learn.web.state import state

SHOWN = 200


@pages.get("/admin/import/")
def admin_import() -> ResponseReturnValue:
    """Ask for the sheet and say what stands in it."""
    reach(Action.IMPORT_PEOPLE)
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    meanings = {column.key: column for column in PEOPLE}
    page = render(
        "learn/admin/import.html",
        problem=problem,
        columns=[(key, more[0], meanings.get(key)) for key, more in COLUMNS.items()],
        most_mb=state().settings.max_upload_mb,
        places=subnav("admin_import"),
    )
    return page, status


@pages.get("/admin/import/template.<format>")
def admin_import_template(format: str) -> ResponseReturnValue:
    """Send an empty sheet with the columns."""
    reach(Action.IMPORT_PEOPLE)
    exporter = find_exporter(state().exporters, "xlsx" if format == "xlsx" else "csv")
    about = About(title=Message("People"), made_at=local(now()), translate=say)
    chunks = exporter.chunks(PEOPLE, (), about=about)
    response = Response(b"".join(chunks), mimetype=exporter.mimetype)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="learn-people{exporter.suffix}"'
    )
    return response


@pages.post("/admin/import/")
def admin_plan_import() -> ResponseReturnValue:
    """Show what the sheet would change; nothing is changed yet."""
    reach(Action.IMPORT_PEOPLE)
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not content:
        return _ask(_("Choose a file first."), 422)
    name = sent.filename or ""
    try:
        plan = _plan(content, name)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(plan, name, "" if plan.errors or plan.empty else keep(content, name))


def _plan(content: bytes, name: str) -> ImportPlan:
    table = read_table(content, name)
    return plan_import(session(), table, actor=actor(), now=now(), settings=state().settings)


def _show(plan: ImportPlan, name: str, token: str, remark: str = "") -> ResponseReturnValue:
    page = render(
        "learn/admin/import_plan.html",
        plan=plan,
        file_name="".join(sign for sign in name if sign.isprintable())[:120],
        token=token,
        mark=_mark(plan),
        shown=SHOWN,
        remark=remark,
        places=subnav("admin_import"),
    )
    return page, 422 if plan.errors else 200


@pages.post("/admin/import/apply")
def admin_apply_import() -> ResponseReturnValue:
    """Do what was shown; when something changed meanwhile, show it again instead."""
    reach(Action.IMPORT_PEOPLE)
    path = kept(request.form.get("token", ""))
    name = f"people{path.suffix}"
    plan = _plan(path.read_bytes(), name)
    if plan.errors or _mark(plan) != request.form.get("mark"):
        remark = _("Something has changed since you looked. This is what the file would do now.")
        return _show(plan, name, "" if plan.errors else token_of(path), remark)
    apply_import(session(), plan, actor=actor(), now=now(), settings=state().settings)
    session().commit()
    path.unlink(missing_ok=True)
    added = ngettext("%(num)s person added", "%(num)s people added", len(plan.new))
    changed = ngettext("%(num)s changed", "%(num)s changed", len(plan.changed))
    flash(_("The import is done: %(added)s, %(changed)s.", added=added, changed=changed), "good")
    return redirect(url_for("learn.admin_people"), 303)


def _mark(plan: ImportPlan) -> str:
    """Return what tells this plan from another one."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:32]
