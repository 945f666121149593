"""Administration: importing units, people and posts from sheets; first shown, then done."""

from __future__ import annotations

import hashlib

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message
from learn.exports.exporter import About
from learn.exports.formats import find_exporter
from learn.exports.import_errors import errors_csv
from learn.exports.kinds import KINDS
from learn.people.access import Action
from learn.people.columns import COLUMNS
from learn.people.import_sheets import POST_COLUMNS, UNIT_COLUMNS, What
from learn.people.tables import read_tables
from learn.people.workbook_changes import apply_workbook
from learn.people.workbooks import WorkbookPlan, grouped, plan_workbook
from learn.web.admin import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, now, only_read, reach, session
from learn.web.i18n import _, local, ngettext, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.render import render
from learn.web.state import state

SHOWN = 200
SHEETS = {
    What.UNITS: (Message("Units"), UNIT_COLUMNS),
    What.PEOPLE: (Message("People"), COLUMNS),
    What.POSTS: (Message("History of posts"), POST_COLUMNS),
}


@pages.get("/admin/import/")
def admin_import() -> ResponseReturnValue:
    """Ask for the sheet and say what stands in it."""
    reach(Action.IMPORT_PEOPLE)
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    sheets = []
    for what, (title, columns) in SHEETS.items():
        meanings = {column.key: column for column in KINDS[what].columns}
        lines = [(key, more[0], meanings.get(key)) for key, more in columns.items()]
        sheets.append((what.value, title, lines))
    page = render(
        "learn/admin/import.html",
        problem=problem,
        sheets=sheets,
        most_mb=state().settings.max_upload_mb,
        places=subnav("admin_import"),
    )
    return page, status


@pages.get("/admin/import/template.<format>")
def admin_import_template(format: str) -> ResponseReturnValue:
    """Send an empty sheet with the columns of people, units or posts."""
    reach(Action.IMPORT_PEOPLE)
    asked = arguments().get("what", "")
    kind = KINDS[asked if asked in SHEETS else What.PEOPLE]
    exporter = find_exporter(state().exporters, "xlsx" if format == "xlsx" else "csv")
    about = About(title=kind.title, made_at=local(now()), translate=say)
    chunks = exporter.chunks(kind.columns, (), about=about)
    response = Response(b"".join(chunks), mimetype=exporter.mimetype)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="learn-{kind.key}{exporter.suffix}"'
    )
    return response


@pages.post("/admin/import/")
def admin_plan_import() -> ResponseReturnValue:
    """Show what the sheets would change; nothing is changed yet."""
    only_read()  # a long list is compared while others write
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


def _plan(content: bytes, name: str) -> WorkbookPlan:
    tables = read_tables(content, name)
    return plan_workbook(session(), tables, actor=actor(), now=now(), settings=state().settings)


def _show(plan: WorkbookPlan, name: str, token: str, remark: str = "") -> ResponseReturnValue:
    lines = errors_csv(plan.errors, translate=say, now=now()) if plan.errors else b""
    page = render(
        "learn/admin/import_plan.html",
        plan=plan,
        file_name="".join(sign for sign in name if sign.isprintable())[:120],
        token=token,
        mark=_mark(plan) if token else "",
        groups=grouped(plan.errors),
        errors_token=keep(lines, "errors.csv") if lines else "",
        shown=SHOWN,
        remark=remark,
        places=subnav("admin_import"),
    )
    return page, 422 if plan.errors else 200


@pages.get("/admin/import/errors/<token>.csv")
def admin_import_errors(token: str) -> ResponseReturnValue:
    """Send what was wrong with the sheet that this person sent."""
    reach(Action.IMPORT_PEOPLE)
    response = Response(kept(token).read_bytes(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="errors.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


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
    apply_workbook(session(), plan, actor=actor(), now=now(), settings=state().settings)
    session().commit()
    path.unlink(missing_ok=True)
    flash(_("The import is done: %(what)s.", what=", ".join(_done(plan))), "good")
    return redirect(url_for("learn.admin_people"), 303)


def _done(plan: WorkbookPlan) -> list[str]:
    """Return in words what was done, of each sheet that was there."""
    said = []
    if What.UNITS in plan.sheets:
        count = len(plan.units.new) + len(plan.units.changed)
        said.append(ngettext("%(num)s unit", "%(num)s units", count))
    if What.PEOPLE in plan.sheets:
        said.append(ngettext("%(num)s person added", "%(num)s people added", len(plan.people.new)))
        said.append(ngettext("%(num)s changed", "%(num)s changed", len(plan.people.changed)))
    if What.POSTS in plan.sheets:
        count = plan.posts.new + plan.posts.changed
        said.append(ngettext("%(num)s post", "%(num)s posts", count))
    return said


def _mark(plan: WorkbookPlan) -> str:
    """Return what tells this plan from another one."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:32]
