"""Other terms from a sheet in the studio; first shown, then done."""

from __future__ import annotations

import hashlib

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message
from learn.exports.exporter import About, Column
from learn.exports.formats import find_exporter
from learn.people.tables import read_table
from learn.quizzes.override_sheets import COLUMNS, MOST_ROWS, SheetPlan, apply_sheet, plan_sheet
from learn.web.blueprint import pages
from learn.web.context import now, session
from learn.web.i18n import _, local, ngettext, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.overriding import act
from learn.web.render import render
from learn.web.state import state
from learn.web.studio_overrides import PLACE, TermsOf, terms_page

SHOWN = 200
MEANINGS = {
    "number": Message("NIP or NI PPPK of a person; or, instead, unit_code."),
    "unit_code": Message("Code of a unit; what is set holds for all below it too."),
    "attempts": Message("Attempts in all; 0 is no limit; empty: as it is."),
    "minutes": Message("Minutes for an attempt in all; 0 is no limit; empty: as it is."),
    "opens": Message("Day and time in the unit's time, as 2026-12-01 08:00; empty: as it is."),
    "closes": Message("As opens; a day alone is its end."),
    "reason": Message("Why; it stands in the record. Needed."),
}


@pages.get(f"{PLACE}/sheet")
def studio_override_sheet(course: str, quiz: str) -> ResponseReturnValue:
    """Ask for the sheet and say what stands in it."""
    return _ask(terms_page(course, quiz))


def _ask(at: TermsOf, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/studio/override_sheet.html",
        **at.page(
            problem=problem,
            columns=[(key, more[0], MEANINGS[key]) for key, more in COLUMNS.items()],
            most_rows=MOST_ROWS,
        ),
    )
    return page, status


@pages.get(f"{PLACE}/template.<format>")
def studio_override_template(course: str, quiz: str, format: str) -> ResponseReturnValue:
    """Send an empty sheet with the columns."""
    terms_page(course, quiz)
    exporter = find_exporter(state().exporters, "xlsx" if format == "xlsx" else "csv")
    about = About(title=Message("Other terms"), made_at=local(now()), translate=say)
    columns = [Column(key, meaning, meaning, "text", str) for key, meaning in MEANINGS.items()]
    response = Response(
        b"".join(exporter.chunks(columns, (), about=about)), mimetype=exporter.mimetype
    )
    response.headers["Content-Disposition"] = f'attachment; filename="learn-terms{exporter.suffix}"'
    return response


@pages.post(f"{PLACE}/sheet")
def studio_plan_overrides(course: str, quiz: str) -> ResponseReturnValue:
    """Show what the sheet would set; nothing is changed yet."""
    at = terms_page(course, quiz)
    sent = request.files.get("file")
    content, name = (sent.read() if sent else b""), (sent.filename or "" if sent else "")
    if not content:
        return _ask(at, _("Choose a file first."), 422)
    try:
        plan = _plan(at, content, name)
    except LearnError as error:
        return _ask(at, say(error.message), error.status)
    return _show(at, plan, name, "" if plan.errors or not plan.rows else keep(content, name))


def _plan(at: TermsOf, content: bytes, name: str) -> SheetPlan:
    course, quiz = at.version.course, at.quiz.key
    return plan_sheet(session(), course, quiz, read_table(content, name), act(""))


def _show(
    at: TermsOf, plan: SheetPlan, name: str, token: str, remark: str = ""
) -> ResponseReturnValue:
    page = render(
        "learn/studio/override_plan.html",
        **at.page(
            plan=plan, token=token, mark=_mark(plan), shown=SHOWN, remark=remark,
            file_name="".join(sign for sign in name if sign.isprintable())[:120],
        ),
    )  # fmt: skip
    return page, 422 if plan.errors else 200


@pages.post(f"{PLACE}/sheet/apply")
def studio_apply_overrides(course: str, quiz: str) -> ResponseReturnValue:
    """Do what was shown; when something changed meanwhile, show it again instead."""
    at = terms_page(course, quiz)
    path = kept(request.form.get("token", ""))
    name = f"terms{path.suffix}"
    plan = _plan(at, path.read_bytes(), name)
    if plan.errors or _mark(plan) != request.form.get("mark"):
        remark = _("Something has changed since you looked. This is what the file would do now.")
        return _show(at, plan, name, "" if plan.errors else token_of(path), remark)
    apply_sheet(session(), course, quiz, plan, act(""))
    session().commit()
    path.unlink(missing_ok=True)
    flash(
        ngettext("Other terms are set for %(num)s row.", "Other terms are set for %(num)s rows.",
                 len(plan.rows)), "good",
    )  # fmt: skip
    return redirect(at.url(), 303)


def _mark(plan: SheetPlan) -> str:
    return hashlib.sha256(plan.mark.encode("utf-8", "replace")).hexdigest()[:32]
