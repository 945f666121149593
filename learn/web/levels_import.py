"""HR: a sheet of assessed levels, first shown, then taken over."""

from __future__ import annotations

from pathlib import Path

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.assessment_sheets import (
    COLUMNS,
    MEANINGS,
    Plan,
    apply_levels,
    mark_of,
    plan_levels,
)
from learn.competencies.regular import IMPORT
from learn.errors import LearnError, Message
from learn.exports.exporter import About, Column
from learn.exports.formats import find_exporter
from learn.jobs.services import enqueue
from learn.people.access import Action
from learn.people.tables import read_table
from learn.web.blueprint import pages
from learn.web.context import actor, now, reach, session
from learn.web.hr import subnav
from learn.web.i18n import _, local, ngettext, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.render import render
from learn.web.state import state

SHOWN = 200
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
        columns=[(name, also[0], say(MEANINGS[name])) for name, also in COLUMNS.items()],
    )
    return page, status


@pages.get("/hr/levels/import/template.<format>")
def hr_levels_template(format: str) -> ResponseReturnValue:
    """Send an empty sheet."""
    reach(Action.IMPORT_LEVELS)
    exporter = find_exporter(state().exporters, "xlsx" if format == "xlsx" else "csv")
    columns = [
        Column(name, Message(name), MEANINGS[name], "text", lambda _row: None) for name in COLUMNS
    ]
    about = About(title=TITLE, made_at=local(now()), translate=say)
    response = Response(
        b"".join(exporter.chunks(columns, (), about=about)), mimetype=exporter.mimetype
    )
    name = f"assessed-levels{exporter.suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.post("/hr/levels/import/")
def hr_levels_plan() -> ResponseReturnValue:
    """Show what the sheet would record; nothing is changed yet."""
    reach(Action.IMPORT_LEVELS)
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not content:
        return _ask(_("Choose a file first."), 422)
    name = sent.filename or ""
    try:
        plan = plan_sent(content, name)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(plan, name, "" if plan.errors or plan.empty else keep(content, name))


def plan_sent(content: bytes, name: str) -> Plan:
    """Return what a sheet would record within the reader's reach."""
    return plan_levels(
        session(), read_table(content, name), scope=reach(Action.IMPORT_LEVELS),
        actor_id=actor().person_id, today=local(now()).date(), settings=state().settings,
    )  # fmt: skip


def _show(plan: Plan, name: str, token: str, remark: str = "") -> ResponseReturnValue:
    page = render(
        "learn/hr/levels_plan.html",
        plan=plan,
        file_name="".join(sign for sign in name if sign.isprintable())[:120],
        token=token,
        mark=mark_of(plan),
        shown=SHOWN,
        remark=remark,
        places=subnav("hr_levels_import"),
    )
    return page, 422 if plan.errors else 200


@pages.post("/hr/levels/import/apply")
def hr_levels_apply() -> ResponseReturnValue:
    """Record what was shown; when something changed meanwhile, show it again instead."""
    reach(Action.IMPORT_LEVELS)
    path = kept(request.form.get("token", ""))
    plan = plan_sent(path.read_bytes(), f"levels{path.suffix}")
    if plan.errors or mark_of(plan) != request.form.get("mark"):
        remark = _("Something has changed since you looked. This is what the file would do now.")
        return _show(plan, path.name[-8:], "" if plan.errors else token_of(path), remark)
    if len(plan.changes) > AT_ONCE:
        return _later(plan, path)
    apply_levels(session(), plan, actor_id=actor().person_id, now=now())
    session().commit()
    path.unlink(missing_ok=True)
    flash(
        ngettext("%(num)s row taken over.", "%(num)s rows taken over.", len(plan.changes)), "good"
    )
    return redirect(url_for("learn.hr_levels_import"), 303)


def _later(plan: Plan, path: Path) -> ResponseReturnValue:
    """Let a large sheet be taken over in the background; the list of jobs says when it is done."""
    data = {"path": str(path), "mark": mark_of(plan)}
    enqueue(session(), IMPORT, data, actor_id=actor().person_id, now=now())
    session().commit()
    flash(_("The sheet is taken over in the background. You see here when it is done."), "good")
    return redirect(url_for("learn.jobs"), 303)
