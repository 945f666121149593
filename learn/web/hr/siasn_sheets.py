"""HR: sheets that come back for SIASN (ids of people, results): first shown, then done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message
from learn.exports.formats.exporter import Column
from learn.people.access import Action
from learn.people.imports.tables import read_table
from learn.siasn import people, results
from learn.siasn.sheets import Plan
from learn.web.blueprint import pages
from learn.web.context import actor, now, reach, session
from learn.web.hr.overview import subnav
from learn.web.i18n import ngettext, say
from learn.web.incoming_sheets import (
    Look,
    first_look,
    second_look,
    sheet_file,
    template_columns,
)
from learn.web.render import render
from learn.web.state import state


@dataclass(frozen=True)
class Kind:
    """One kind of sheet; `key` ends the names of its pages, `meanings` are of its columns."""

    key: str
    title: Message
    lead: Message
    action: Action
    names: Mapping[str, Sequence[str]]
    meanings: Mapping[str, Message]
    plan: Callable[..., Plan]
    apply: Callable[..., None]

    @property
    def columns(self) -> list[Column]:
        """Return the columns of an empty sheet."""
        return template_columns((key, self.meanings[key]) for key in self.names)


PEOPLE = Kind(
    "people", Message("Ids of people in SIASN"),
    Message("SIASN knows each person by an id of its own. Choose a sheet; you see all that would change before anything does."),
    Action.IMPORT_PEOPLE, people.COLUMNS,
    {
        "number": Message("NIP or NI PPPK held now: 18 digits, as text."),
        "siasn_id": Message("Id of the person in SIASN, which is not the NIP. Empty changes nothing; a lone - takes it away."),
    },
    people.plan_people, people.apply_people,
)  # fmt: skip
RESULTS = Kind(
    "results", Message("Results from SIASN"),
    Message("What SIASN answered to the records that were sent. Choose a sheet; you see all that would change before anything does."),
    Action.MARK_EXPORTED, results.COLUMNS,
    {
        "certificate": Message("Number of the certificate."),
        "row_id": Message("Instead of the certificate: rowId of the exported file."),
        "id": Message("Id that SIASN gave the record: it was accepted."),
        "message": Message("Why SIASN refused it; only where there is no id."),
    },
    results.plan_results, results.apply_results,
)  # fmt: skip


@pages.get("/hr/siasn/people/")
def hr_siasn_people() -> ResponseReturnValue:
    """Ask for the sheet of ids and say what stands in it."""
    return _ask(PEOPLE)


@pages.get("/hr/siasn/results/")
def hr_siasn_results() -> ResponseReturnValue:
    """Ask for the sheet of results and say what stands in it."""
    return _ask(RESULTS)


@pages.get("/hr/siasn/people/template.<format>")
def hr_siasn_people_template(format: str) -> ResponseReturnValue:
    """Send an empty sheet for ids."""
    return _template(PEOPLE, format)


@pages.get("/hr/siasn/results/template.<format>")
def hr_siasn_results_template(format: str) -> ResponseReturnValue:
    """Send an empty sheet for results."""
    return _template(RESULTS, format)


@pages.post("/hr/siasn/people/")
def hr_siasn_plan_people() -> ResponseReturnValue:
    """Show which ids the sheet would change; nothing is changed yet."""
    return _plan_sent(PEOPLE)


@pages.post("/hr/siasn/results/")
def hr_siasn_plan_results() -> ResponseReturnValue:
    """Show which results the sheet brings; nothing is changed yet."""
    return _plan_sent(RESULTS)


@pages.post("/hr/siasn/people/apply")
def hr_siasn_apply_people() -> ResponseReturnValue:
    """Take the ids that were shown."""
    return _apply(PEOPLE)


@pages.post("/hr/siasn/results/apply")
def hr_siasn_apply_results() -> ResponseReturnValue:
    """Take the results that were shown."""
    return _apply(RESULTS)


def _ask(kind: Kind, problem: str = "", status: int = 200) -> ResponseReturnValue:
    reach(kind.action)
    page = render(
        "learn/hr/siasn_sheet.html",
        kind=kind,
        columns=[(key, more[0], kind.meanings[key]) for key, more in kind.names.items()],
        problem=problem,
        most_mb=state().settings.max_upload_mb,
        places=subnav("hr_siasn"),
    )
    return page, status


def _template(kind: Kind, format: str) -> ResponseReturnValue:
    reach(kind.action)
    return sheet_file(format, f"siasn-{kind.key}", kind.title, kind.columns)


def _plan_sent(kind: Kind) -> ResponseReturnValue:
    reach(kind.action)
    try:
        look = first_look(partial(_plan, kind))
    except LearnError as error:
        return _ask(kind, say(error.message), error.status)
    return _show(kind, look)


def _plan(kind: Kind, content: bytes, name: str) -> Plan:
    return kind.plan(session(), read_table(content, name), scope=reach(kind.action))


def _show(kind: Kind, look: Look[Plan]) -> ResponseReturnValue:
    page = render("learn/hr/siasn_plan.html", kind=kind, **look.page(), places=subnav("hr_siasn"))
    return page, look.status


def _apply(kind: Kind) -> ResponseReturnValue:
    """Do what was shown; when something changed meanwhile, show it again instead."""
    reach(kind.action)
    look = second_look(partial(_plan, kind))
    if look.changed:
        return _show(kind, look)
    kind.apply(session(), look.plan, actor_id=actor().person_id, now=now())
    session().commit()
    look.forget()
    count = len(look.plan.changes)
    flash(ngettext("%(num)s row taken over.", "%(num)s rows taken over.", count), "good")
    return redirect(url_for("learn.hr_siasn"), 303)
