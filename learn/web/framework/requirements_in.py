"""Administration: required levels from a sheet; first shown, then done."""

from __future__ import annotations

import hashlib

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.requirements.edits import queue
from learn.competencies.requirements.sheets import (
    COLUMNS,
    Plan,
    apply_requirements,
    plan_requirements,
)
from learn.errors import LearnError
from learn.exports.lists.framework import REQUIREMENTS
from learn.people.access import Action
from learn.people.imports.tables import read_table
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, only_read, session
from learn.web.framework.versions import framework_page
from learn.web.i18n import _, say
from learn.web.incoming_sheets import Look, first_look, second_look
from learn.web.state import state


@pages.get("/admin/framework/requirements/import/")
def framework_import_requirements() -> ResponseReturnValue:
    """Ask for the sheet and say what stands in it."""
    need(Action.MANAGE_FRAMEWORK)
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = framework_page(
        "requirements_import", problem=problem, most_mb=state().settings.max_upload_mb,
        columns=[(each.key, COLUMNS[each.key][0], each.meaning) for each in REQUIREMENTS],
    )  # fmt: skip
    return page, status


@pages.post("/admin/framework/requirements/import/")
def framework_plan_requirements() -> ResponseReturnValue:
    """Show what the sheet would change; nothing is changed yet."""
    only_read()
    need(Action.MANAGE_FRAMEWORK)
    try:
        look = first_look(_plan, _mark)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(look)


def _plan(content: bytes, name: str) -> Plan:
    return plan_requirements(session(), read_table(content, name), load_framework())


def _show(look: Look[Plan]) -> ResponseReturnValue:
    return framework_page("requirements_plan", **look.page()), look.status


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
    queue(session())
    look = second_look(_plan, _mark)
    if look.changed:
        session().rollback()
        return _show(look)
    apply_requirements(session(), look.plan, actor_id=actor().person_id, now=now())
    session().commit()
    look.forget()
    flash(
        _("The required levels are kept: %(new)s new, %(changed)s corrected.",
          new=len(look.plan.new), changed=len(look.plan.changed)), "good",
    )  # fmt: skip
    return redirect(url_for("learn.framework_requirements"), 303)
