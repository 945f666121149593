"""HR: course records for SIASN: how they stand, the lists behind, and the file that is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from learn.competencies.framework.catalogue import load_framework
from learn.errors import Invalid, Message
from learn.exports.formats.choosing import find_exporter
from learn.exports.formats.csv import Csv
from learn.exports.kinds import query_of
from learn.figures.days import AsOf
from learn.figures.reading import is_live, read_board
from learn.people.access import Action, Scope
from learn.people.paging import Page
from learn.siasn.figures import SIASN, standings_in
from learn.siasn.queries import SiasnQuery, batches
from learn.siasn.rows import SiasnRow
from learn.siasn.rules import ALSO, EXPORTED, PENDING, STANDINGS
from learn.siasn.services import kind_for, mark
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, reach, session
from learn.web.exporting import send_export
from learn.web.hr.overview import PAGE, subnav
from learn.web.i18n import _, say, zone
from learn.web.narrowing import UnitFilter, address, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

FIRST_FORMAT = "xlsx"
BATCHES = 10


@pages.get("/hr/siasn/")
def hr_siasn() -> ResponseReturnValue:
    """Say how the records stand, and offer the file and the sheets that come back."""
    scope = reach(Action.EXPORT)
    units = unit_filter(scope)
    settings = state().settings
    counts, made_at = _standings(scope, units)
    return render(
        "learn/hr/siasn.html",
        units=units,
        counts=counts,
        made_at=made_at,
        standings=STANDINGS,
        exporters=list(state().exporters),
        first_format=FIRST_FORMAT,
        batches=batches(session(), scope, limit=BATCHES),
        agency_missing=not settings.siasn_agency,
        may_mark=may(Action.MARK_EXPORTED),
        may_import=may(Action.IMPORT_PEOPLE),
        today=now(),
        places=subnav("hr_siasn", units.code),
        address=address,
    )


def _standings(scope: Scope, units: UnitFilter) -> tuple[dict[str, int], datetime | None]:
    """Return how many records stand in which way; of many people those kept last, with their moment."""
    settings = state().settings
    if is_live(session(), scope, settings=settings, unit=units.chosen):
        return _query(Action.EXPORT, units.code).counts(session()), None
    board = read_board(
        session(), scope, AsOf(now(), zone().key), load_framework(),
        settings=settings, unit=units.chosen, parts=(SIASN,),
    )  # fmt: skip
    return standings_in(board.total), board.made_at


def _query(action: Action, unit: str, also: tuple[str, ...] = ()) -> SiasnQuery:
    kind = kind_for(state().settings, also)
    query: object = query_of(kind, reach(action), timezone=zone().key, now=now(), unit=unit or None)
    assert isinstance(query, SiasnQuery)
    return query


@pages.get("/hr/siasn/records/")
def hr_siasn_records() -> ResponseReturnValue:
    """List the records that stand in one way."""
    units = unit_filter(reach(Action.EXPORT))
    asked = arguments()
    standing = asked.get("state", "") if asked.get("state") in STANDINGS else PENDING
    query = replace(_query(Action.EXPORT, units.code), standings=(standing,))
    found: Page[SiasnRow] = query.page(session(), limit=PAGE, after=asked.get("after"))
    kept = {"unit": units.code, "state": standing}
    return render(
        "learn/hr/siasn_records.html",
        units=units,
        standing=standing,
        standings=[(key, say(name)) for key, name in STANDINGS.items()],
        lines=found.items,
        turn=pages_of("hr_siasn_records", found.next, **kept),
        today=now(),
        places=subnav("hr_siasn", units.code),
        address=address,
    )


@pages.post("/hr/siasn/")
def hr_siasn_download() -> ResponseReturnValue:
    """Send the file; with ``mark`` its rows are marked as exported in the same moment."""
    form = request.form
    marked = bool(form.get("mark"))
    action = Action.MARK_EXPORTED if marked else Action.EXPORT
    units = unit_filter(reach(action), form.get("unit", "").replace("\x00", "").strip())
    also = tuple(each for each in ALSO if form.get(each))
    exporter = find_exporter(state().exporters, form.get("format") or None, default=FIRST_FORMAT)
    if isinstance(exporter, Csv) and form.get("delimiter"):
        exporter = Csv(form["delimiter"])
    query, kind = _query(action, units.code, also), kind_for(state().settings, also)
    if form.get("batch"):
        query = replace(query, standings=(EXPORTED,), batch=_number(form["batch"]))
    elif marked:
        done = mark(session(), query, actor_id=actor().person_id, now=now())
        if done is None:
            flash(_("No record waits for export, so nothing was marked."), "info")
            return redirect(address("hr_siasn", unit=units.code), 303)
        query = done.query
    return send_export(kind, exporter, query)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Invalid(Message("A batch has a number."))
    return int(text)
