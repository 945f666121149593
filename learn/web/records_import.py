"""HR: bringing in older records from a sheet; first shown, then done."""

from __future__ import annotations

import hashlib

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.claims.import_reading import COLUMNS
from learn.claims.importing import RecordsPlan, about, apply_records, plan_records
from learn.errors import LearnError, Message
from learn.exports.exporter import About, Column
from learn.exports.formats import find_exporter
from learn.people.access import Action
from learn.people.dates import local_date
from learn.people.tables import read_table
from learn.web.blueprint import pages
from learn.web.context import actor, now, only_read, person, reach, session
from learn.web.hr import subnav
from learn.web.i18n import _, local, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.render import render
from learn.web.state import state

SHOWN = 200
MEANINGS = {
    "number": Message("NIP or NI PPPK: 18 digits, as text; older numbers of the person too."),
    "form": Message(
        "Form of development: its code such as KL06, its number in SIASN, or its name."
    ),
    "title": Message("What it was called."),
    "organiser": Message("Who held it."),
    "starts_on": Message("First local day; empty: the last day."),
    "ends_on": Message("Last local day; it decides the year."),
    "hours": Message("Learning hours (JP) as the older records have them: a whole number."),
    "certificate": Message("Number of the certificate."),
}
SHEET = [Column(key, Message(key), MEANINGS[key], "text", lambda _row: None) for key in COLUMNS]


@pages.get("/hr/records/import/")
def hr_records_import() -> ResponseReturnValue:
    """Ask for the sheet and say what stands in it."""
    reach(Action.IMPORT_PEOPLE)
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/hr/records_sheet.html",
        problem=problem,
        columns=[(key, more[0], MEANINGS[key]) for key, more in COLUMNS.items()],
        most_mb=state().settings.max_upload_mb,
        places=subnav("hr_export"),
    )
    return page, status


@pages.get("/hr/records/import/template.<format>")
def hr_records_template(format: str) -> ResponseReturnValue:
    """Send an empty sheet with the columns."""
    reach(Action.IMPORT_PEOPLE)
    exporter = find_exporter(state().exporters, "xlsx" if format == "xlsx" else "csv")
    title = Message("Older records")
    chunks = exporter.chunks(
        SHEET, (), about=About(title=title, made_at=local(now()), translate=say)
    )
    response = Response(b"".join(chunks), mimetype=exporter.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="records{exporter.suffix}"'
    return response


@pages.post("/hr/records/import/")
def hr_records_plan() -> ResponseReturnValue:
    """Show what the sheet would bring in; nothing is changed yet."""
    only_read()
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


def _plan(content: bytes, name: str) -> RecordsPlan:
    today = local_date(now(), state().settings.timezone)
    return plan_records(
        session(), read_table(content, name), scope=reach(Action.IMPORT_PEOPLE),
        actor_id=person().id, today=today,
    )  # fmt: skip


def _show(plan: RecordsPlan, name: str, token: str, remark: str = "") -> ResponseReturnValue:
    page = render(
        "learn/hr/records_plan.html",
        plan=plan,
        about=about,
        file_name="".join(sign for sign in name if sign.isprintable())[:120],
        token=token,
        mark=_mark(plan) if token else "",
        shown=SHOWN,
        remark=remark,
        places=subnav("hr_export"),
    )
    return page, 422 if plan.errors else 200


@pages.post("/hr/records/import/apply")
def hr_records_apply() -> ResponseReturnValue:
    """Do what was shown; when something changed meanwhile, show it again instead."""
    reach(Action.IMPORT_PEOPLE)
    path = kept(request.form.get("token", ""))
    plan = _plan(path.read_bytes(), f"records{path.suffix}")
    if plan.errors or _mark(plan) != request.form.get("mark"):
        remark = _("Something has changed since you looked. This is what the file would do now.")
        return _show(plan, path.name[-8:], "" if plan.errors else token_of(path), remark)
    apply_records(session(), plan, actor_id=actor().person_id, now=now())
    session().commit()
    path.unlink(missing_ok=True)
    flash(
        _("%(records)s records with %(hours)s JP have been brought in.",
          records=len(plan.new), hours=plan.hours), "good",
    )  # fmt: skip
    return redirect(url_for("learn.hr_records_import"), 303)


def _mark(plan: RecordsPlan) -> str:
    """Return what tells this plan from another one."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:32]
