"""HR: a sheet of assessed levels, first shown, then taken over."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.assessments.sheets import (
    COLUMNS,
    MEANINGS,
    Plan,
    apply_levels,
    mark_of,
    plan_levels,
)
from learn.competencies.regular import IMPORT
from learn.errors import LearnError, Message
from learn.jobs.services import enqueue
from learn.people.access import Action
from learn.people.imports.tables import read_table
from learn.web.blueprint import pages
from learn.web.context import actor, now, reach, session
from learn.web.hr.overview import subnav
from learn.web.i18n import _, local, ngettext, say
from learn.web.incoming_sheets import (
    Look,
    first_look,
    second_look,
    sheet_file,
    template_columns,
)
from learn.web.render import render
from learn.web.state import state

AT_ONCE = 2000
TITLE = Message("Import assessed levels")


@pages.get("/hr/levels/import/")
def hr_levels_import() -> ResponseReturnValue:
    """Ask for the sheet and say what stands in it."""
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    reach(Action.IMPORT_LEVELS)
    page = render(
        "learn/hr/levels_import.html",
        problem=problem,
        places=subnav("hr_levels_import"),
        most_mb=state().settings.max_upload_mb,
        columns=[(name, also[0], MEANINGS[name]) for name, also in COLUMNS.items()],
    )
    return page, status


@pages.get("/hr/levels/import/template.<format>")
def hr_levels_template(format: str) -> ResponseReturnValue:
    """Send an empty sheet."""
    reach(Action.IMPORT_LEVELS)
    columns = template_columns((name, MEANINGS[name]) for name in COLUMNS)
    return sheet_file(format, "assessed-levels", TITLE, columns)


@pages.post("/hr/levels/import/")
def hr_levels_plan() -> ResponseReturnValue:
    """Show what the sheet would record; nothing is changed yet."""
    reach(Action.IMPORT_LEVELS)
    try:
        look = first_look(plan_sent, mark_of)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(look)


def plan_sent(content: bytes, name: str) -> Plan:
    """Return what a sheet would record within the reader's reach."""
    return plan_levels(
        session(), read_table(content, name), scope=reach(Action.IMPORT_LEVELS),
        actor_id=actor().person_id, today=local(now()).date(),
    )  # fmt: skip


def _show(look: Look[Plan]) -> ResponseReturnValue:
    page = render("learn/hr/levels_plan.html", **look.page(), places=subnav("hr_levels_import"))
    return page, look.status


@pages.post("/hr/levels/import/apply")
def hr_levels_apply() -> ResponseReturnValue:
    """Record what was shown; when something changed meanwhile, show it again instead."""
    reach(Action.IMPORT_LEVELS)
    look = second_look(plan_sent, mark_of)
    if look.changed:
        return _show(look)
    count = len(look.plan.changes)
    if count > AT_ONCE:
        return _later(look)
    apply_levels(session(), look.plan, actor_id=actor().person_id, now=now())
    session().commit()
    look.forget()
    flash(ngettext("%(num)s row taken over.", "%(num)s rows taken over.", count), "good")
    return redirect(url_for("learn.hr_levels_import"), 303)


def _later(look: Look[Plan]) -> ResponseReturnValue:
    """Let a large sheet be taken over in the background; the list of jobs says when it is done."""
    data = {"path": str(look.path), "mark": look.mark}
    enqueue(session(), IMPORT, data, actor_id=actor().person_id, now=now())
    session().commit()
    flash(_("The sheet is taken over in the background. You see here when it is done."), "good")
    return redirect(url_for("learn.jobs"), 303)
