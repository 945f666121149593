"""HR: bringing in older records from a sheet; first shown, then done."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.claims.import_reading import COLUMNS
from learn.claims.importing import RecordsPlan, about, apply_records, plan_records
from learn.errors import LearnError, Message
from learn.people.access import Action
from learn.people.dates import local_date
from learn.people.imports.tables import read_table
from learn.web.blueprint import pages
from learn.web.context import actor, now, only_read, person, reach, session
from learn.web.hr.overview import subnav
from learn.web.i18n import _, say
from learn.web.incoming_sheets import (
    Look,
    first_look,
    second_look,
    sheet_file,
    template_columns,
)
from learn.web.render import render
from learn.web.state import state

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
    columns = template_columns((key, MEANINGS[key]) for key in COLUMNS)
    return sheet_file(format, "records", Message("Older records"), columns)


@pages.post("/hr/records/import/")
def hr_records_plan() -> ResponseReturnValue:
    """Show what the sheet would bring in; nothing is changed yet."""
    only_read()
    reach(Action.IMPORT_PEOPLE)
    try:
        look = first_look(_plan)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    return _show(look)


def _plan(content: bytes, name: str) -> RecordsPlan:
    today = local_date(now(), state().settings.timezone)
    return plan_records(
        session(), read_table(content, name), scope=reach(Action.IMPORT_PEOPLE),
        actor_id=person().id, today=today,
    )  # fmt: skip


def _show(look: Look[RecordsPlan]) -> ResponseReturnValue:
    page = render(
        "learn/hr/records_plan.html", **look.page(), about=about, places=subnav("hr_export")
    )
    return page, look.status


@pages.post("/hr/records/import/apply")
def hr_records_apply() -> ResponseReturnValue:
    """Do what was shown; when something changed meanwhile, show it again instead."""
    reach(Action.IMPORT_PEOPLE)
    look = second_look(_plan)
    if look.changed:
        return _show(look)
    apply_records(session(), look.plan, actor_id=actor().person_id, now=now())
    session().commit()
    look.forget()
    flash(
        _("%(records)s records with %(hours)s JP have been brought in.",
          records=len(look.plan.new), hours=look.plan.hours), "good",
    )  # fmt: skip
    return redirect(url_for("learn.hr_records_import"), 303)
