"""HR: taking records away: what, which columns in which order, the first rows, then the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError
from learn.exports.column_sets import delete_set, save_set, set_named, sets_for
from learn.exports.formats.choosing import find_exporter
from learn.exports.formats.csv import DELIMITERS
from learn.exports.formats.exporter import Column
from learn.exports.jobs import Wanted, first_rows
from learn.exports.kinds import KINDS, ExportKind, kind_named, read_keys
from learn.people.access import Action
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, person, reach, session
from learn.web.exporting import export_or_enqueue
from learn.web.hr.completions import course_choices, filters_of
from learn.web.hr.overview import subnav
from learn.web.i18n import _, language, say, zone
from learn.web.narrowing import UnitFilter, address, unit_filter
from learn.web.render import render
from learn.web.state import state

PREVIEW = 10
FIRST_FORMAT = "xlsx"


@pages.get("/hr/export/")
def hr_export() -> ResponseReturnValue:
    """Choose what to take away, and see its first rows."""
    reach(Action.EXPORT)
    return _page(_wanted(arguments(), request.args.getlist("col")))


@pages.post("/hr/export/")
def hr_download() -> ResponseReturnValue:
    """Send the file, or begin the job that makes a large one; the audit chain says who took it."""
    reach(Action.EXPORT)
    wanted = _wanted(request.form)
    try:
        done = export_or_enqueue(wanted)
    except LearnError as error:
        if error.status == 403:
            raise
        return _page(wanted, say(error.message))
    if not isinstance(done, int):
        return done
    flash(_("The file is being made. You find it here when it is ready."), "info")
    return redirect(url_for("learn.jobs"), 303)


def _wanted(given: Mapping[str, str], ticked: Sequence[str] = ()) -> Wanted:
    """Return what was asked for; `ticked` are columns of boxes, in the order that `columns` had."""
    kind = kind_named(given.get("kind", "") or "completions")
    exporter = find_exporter(state().exporters, given.get("format") or None, default=FIRST_FORMAT)
    delimiter = given.get("delimiter", ",")
    return Wanted(
        kind=kind.key,
        format=exporter.key,
        delimiter=delimiter if delimiter in DELIMITERS else ",",
        columns=_chosen(kind, given, ticked),
        filters=filters_of(given),
        language=language(),
        timezone=zone().key,
    )


def _chosen(kind: ExportKind, given: Mapping[str, str], ticked: Sequence[str]) -> list[str]:
    """Return the keys of the chosen columns; none: all of the kind."""
    known = [column.key for column in kind.columns]
    if given.get("set", "").isdecimal() and not ticked:
        kept = set_named(
            session(), kind.key, int(given["set"][:18]), person().id, reach(Action.EXPORT)
        )
        return [key for key in kept.columns if key in known]
    order = [key for key in read_keys(given.get("columns", "")) if key in known]
    if not ticked:
        return list(dict.fromkeys(order))
    wanted = set(ticked)
    return [key for key in dict.fromkeys([*order, *known]) if key in wanted]


def _page(wanted: Wanted, problem: str = "") -> ResponseReturnValue:
    scope = reach(Action.EXPORT)
    units: UnitFilter = unit_filter(scope, "")
    kind, exporter = wanted.records(), wanted.exporter(state().exporters)
    rows, problem = ([], problem) if problem else _rows(wanted)
    page = render(
        "learn/hr/export.html",
        kind=kind,
        kinds=list(KINDS.values()),
        exporter=exporter,
        exporters=list(state().exporters),
        wanted=wanted,
        asked=wanted.filters,
        columns=_lines(kind_named(wanted.kind), kind, wanted),
        keys=",".join(wanted.columns),
        sets=sets_for(session(), kind.key, person().id, scope),
        units=units,
        courses=course_choices(),
        rows=rows,
        problem=problem,
        may_import=may(Action.IMPORT_PEOPLE),
        today=now(),
        places=subnav("hr_export", wanted.filters["unit"]),
        address=address,
    )
    return page, 422 if problem else 200


def _rows(wanted: Wanted) -> tuple[list[Any], str]:
    """Return the first rows and nothing, or no rows and what is wrong with the filters."""
    try:
        return first_rows(session(), wanted.query(actor(), now()), PREVIEW), ""
    except LearnError as error:
        if error.status == 403:
            raise
        return [], say(error.message)


def _lines(
    whole: ExportKind, kind: ExportKind, wanted: Wanted
) -> list[tuple[Column, bool, str | None, str | None]]:
    """Return each column, whether it is chosen, and the addresses that move it up and down."""
    keys = [column.key for column in kind.columns]
    lines: list[tuple[Column, bool, str | None, str | None]] = []
    for place, column in enumerate(kind.columns):
        up = _moved(wanted, keys, place, place - 1) if place else None
        down = _moved(wanted, keys, place, place + 1) if place + 1 < len(keys) else None
        lines.append((column, True, up, down))
    return [*lines, *((each, False, None, None) for each in whole.columns if each.key not in keys)]


def _moved(wanted: Wanted, keys: Sequence[str], place: int, to: int) -> str:
    order = list(keys)
    order.insert(to, order.pop(place))
    return export_address(wanted, order) + "#columns"


def export_address(wanted: Wanted, columns: Sequence[str]) -> str:
    """Return the address of the page with everything as asked and these columns."""
    return address(
        "hr_export", kind=wanted.kind, format=wanted.format, delimiter=wanted.delimiter,
        columns=",".join(columns), **wanted.filters,
    )  # fmt: skip


@pages.post("/hr/export/columns/")
def hr_save_columns() -> ResponseReturnValue:
    """Save the columns under a name, for oneself or for all of a unit."""
    scope = reach(Action.EXPORT)
    wanted = _wanted(request.form)
    code = request.form.get("share", "").replace("\x00", "").strip()
    unit = unit_filter(scope, code).chosen if code else None
    try:
        kept = save_set(
            session(), kind_named(wanted.kind), request.form.get("name", "").replace("\x00", ""),
            wanted.columns, person_id=person().id, unit=unit, now=now(),
        )  # fmt: skip
    except LearnError as error:
        return _page(wanted, say(error.message))
    session().commit()
    flash(_("The set %(name)s has been saved.", name=kept.name), "good")
    return redirect(export_address(wanted, wanted.columns), 303)


@pages.post("/hr/export/columns/<int:set_id>/removal")
def hr_delete_columns(set_id: int) -> ResponseReturnValue:
    """Delete one's own set of columns."""
    reach(Action.EXPORT)
    delete_set(session(), set_id, person().id)
    session().commit()
    flash(_("The set of columns has been deleted."), "good")
    kind = kind_named(request.form.get("kind") or "completions")
    return redirect(url_for("learn.hr_export", kind=kind.key), 303)
