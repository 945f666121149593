"""Other terms from a sheet in the studio; first shown, then done."""

from __future__ import annotations

import hashlib
from functools import partial

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message
from learn.exports.formats.exporter import Column
from learn.people.imports.tables import read_table
from learn.quizzes.overrides.sheets import COLUMNS, MOST_ROWS, OverridePlan, apply_sheet, plan_sheet
from learn.web.blueprint import pages
from learn.web.context import session
from learn.web.i18n import ngettext, say
from learn.web.incoming_sheets import Look, first_look, second_look, sheet_file
from learn.web.render import render
from learn.web.studio.overrides import PLACE, TermsOf, terms_page
from learn.web.studio.overriding import act

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
    columns = [Column(key, meaning, meaning, "text", str) for key, meaning in MEANINGS.items()]
    return sheet_file(format, "learn-terms", Message("Other terms"), columns)


@pages.post(f"{PLACE}/sheet")
def studio_plan_overrides(course: str, quiz: str) -> ResponseReturnValue:
    """Show what the sheet would set; nothing is changed yet."""
    at = terms_page(course, quiz)
    try:
        look = first_look(partial(_plan, at), _mark)
    except LearnError as error:
        return _ask(at, say(error.message), error.status)
    return _show(at, look)


def _plan(at: TermsOf, content: bytes, name: str) -> OverridePlan:
    course, quiz = at.version.course, at.quiz.key
    return plan_sheet(session(), course, quiz, read_table(content, name), act(""))


def _show(at: TermsOf, look: Look[OverridePlan]) -> ResponseReturnValue:
    return render("learn/studio/override_plan.html", **at.page(**look.page())), look.status


@pages.post(f"{PLACE}/sheet/apply")
def studio_apply_overrides(course: str, quiz: str) -> ResponseReturnValue:
    """Do what was shown; when something changed meanwhile, show it again instead."""
    at = terms_page(course, quiz)
    look = second_look(partial(_plan, at), _mark)
    if look.changed:
        return _show(at, look)
    apply_sheet(session(), course, quiz, look.plan, act(""))
    session().commit()
    look.forget()
    flash(
        ngettext("Other terms are set for %(num)s row.", "Other terms are set for %(num)s rows.",
                 len(look.plan.rows)), "good",
    )  # fmt: skip
    return redirect(at.url(), 303)


def _mark(plan: OverridePlan) -> str:
    return hashlib.sha256(plan.mark.encode("utf-8", "replace")).hexdigest()[:32]
