"""Administration: importing units, people and posts from sheets; first shown, then done."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message
from learn.exports.import_errors import errors_csv
from learn.exports.kinds import KINDS
from learn.people.access import Action
from learn.people.imports.columns import COLUMNS
from learn.people.imports.sheets import POST_COLUMNS, UNIT_COLUMNS, What
from learn.people.imports.tables import read_tables
from learn.people.imports.workbook_changes import apply_workbook
from learn.people.imports.workbooks import WorkbookPlan, grouped, plan_workbook
from learn.web.admin.overview import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, now, only_read, reach, session
from learn.web.i18n import _, ngettext, say
from learn.web.incoming_sheets import Look, first_look, second_look, sheet_file
from learn.web.kept_sheets import keep, kept
from learn.web.render import render
from learn.web.state import state

BEFORE = Message("The number held before, for somebody who has a new one.")
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
        meanings = {column.key: column.meaning for column in KINDS[what].columns}
        lines = [(key, more[0], meanings.get(key, BEFORE)) for key, more in columns.items()]
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
    return sheet_file(format, f"learn-{kind.key}", kind.title, kind.columns)


@pages.post("/admin/import/")
def admin_plan_import() -> ResponseReturnValue:
    """Show what the sheets would change; nothing is changed yet."""
    only_read()  # a long list is compared while others write
    reach(Action.IMPORT_PEOPLE)
    try:
        look = first_look(_plan)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(look)


def _plan(content: bytes, name: str) -> WorkbookPlan:
    tables = read_tables(content, name)
    return plan_workbook(session(), tables, actor=actor(), now=now(), settings=state().settings)


def _show(look: Look[WorkbookPlan]) -> ResponseReturnValue:
    errors = look.plan.errors
    lines = errors_csv(errors, translate=say, now=now()) if errors else b""
    page = render(
        "learn/admin/import_plan.html",
        **look.page(),
        groups=grouped(errors),
        errors_token=keep(lines, "errors.csv") if lines else "",
        places=subnav("admin_import"),
    )
    return page, look.status


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
    look = second_look(_plan)
    if look.changed:
        return _show(look)
    apply_workbook(session(), look.plan, actor=actor(), now=now(), settings=state().settings)
    session().commit()
    look.forget()
    flash(_("The import is done: %(what)s.", what=", ".join(_done(look.plan))), "good")
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
