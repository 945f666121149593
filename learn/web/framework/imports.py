"""Administration: competencies from a file into the draft; first shown, then taken."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework import drafts
from learn.competencies.framework.changes import KIND_NAMES
from learn.competencies.framework.imports import Planned, plan_file, take
from learn.competencies.framework.sheets import COLUMNS
from learn.competencies.framework.versions import number_at
from learn.errors import LearnError
from learn.exports.lists.framework import COMPETENCIES
from learn.people.access import Action
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, only_read, session
from learn.web.framework.draft import unit_codes
from learn.web.framework.versions import framework_page
from learn.web.i18n import _, say
from learn.web.incoming_sheets import Look, first_look, second_look
from learn.web.state import state


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
        columns=[(each.key, COLUMNS[each.key][0], each.meaning) for each in COMPETENCIES],
        current=number_at(session(), now()), draft=drafts.read_draft(session()),
    )  # fmt: skip
    return page, status


@pages.post("/admin/framework/import/")
def framework_plan() -> ResponseReturnValue:
    """Show what the file would change in the draft; nothing is kept yet."""
    only_read()
    need(Action.MANAGE_FRAMEWORK)
    try:
        look = first_look(plan_framework, _mark)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(look)


def _mark(plan: Planned) -> str:
    return plan.mark


def _show(look: Look[Planned]) -> ResponseReturnValue:
    return framework_page("import_plan", **look.page(), kinds=KIND_NAMES), look.status


@pages.post("/admin/framework/import/apply")
def framework_apply() -> ResponseReturnValue:
    """Take what was shown into the draft; when something changed meanwhile, show it again instead."""
    need(Action.MANAGE_FRAMEWORK)
    look = second_look(plan_framework, _mark)
    if look.changed:
        return _show(look)
    take(session(), look.plan, actor_id=actor().person_id, now=now())
    session().commit()
    look.forget()
    flash(_("The file stands in the draft. Look at the difference before you publish."), "good")
    return redirect(url_for("learn.framework_draft"), 303)
