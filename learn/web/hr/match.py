"""HR: the heat map of competencies by unit, the bands of the job-person match, and the lists behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework.catalogue import Competency, load_framework
from learn.errors import LearnError
from learn.exports.jobs import Wanted
from learn.exports.kinds import kind_named, query_of
from learn.exports.lists.match import BAND_SETS, RankedQuery
from learn.figures import heat
from learn.figures.counting import LEVELS, PEOPLE
from learn.figures.days import AsOf
from learn.figures.heat import BandCount, Cell
from learn.figures.reading import Board, UnitLine, read_board
from learn.figures.rules import BASES, LEARNED
from learn.people.access import Action, scope
from learn.people.models import Unit
from learn.people.paging import Page
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, reach, session
from learn.web.exporting import export_or_enqueue
from learn.web.hr.overview import PAGE, subnav
from learn.web.i18n import _, language, say, zone
from learn.web.narrowing import address, as_of, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

SHOWS = (heat.SHARE, heat.GAP)
LISTS = {"gaps": ("competency",), "match": ("band",)}


@dataclass(frozen=True)
class Row:
    """One line of the map: a unit (None: all together), its cells, its match and its bands.

    `few` rows tell nothing: there are too few people for somebody who may not see names.
    """

    line: UnitLine | None
    people: int
    cells: tuple[Cell, ...]
    jpm: Decimal | None
    known: int
    bands: Mapping[str, tuple[BandCount, ...]]
    few: bool = False


@pages.get("/hr/match/")
def hr_match() -> ResponseReturnValue:
    """Show by unit how many people reach what their posts require, and how they match."""
    shown, asked = as_of(), arguments()
    units = unit_filter(reach(Action.READ_FIGURES))
    basis = _one_of(asked.get("by"), BASES)
    show = _one_of(asked.get("show"), SHOWS)
    found = board_of(units.chosen, shown)
    framework = load_framework()
    columns = [each for each in framework.competencies if f"required:{each.code}" in found.total]
    return render(
        "learn/hr/match.html",
        units=units,
        shown=shown,
        board=found,
        rows=_rows(found, columns, basis),
        columns=columns,
        basis=basis,
        show=show,
        sets=BAND_SETS,
        kept={"unit": units.code, "by": asked.get("by"), "show": asked.get("show"), "on": shown.text},
        may_list=may(Action.EXPORT),
        places=subnav("hr_match", units.code, shown.text) if may(Action.EXPORT) else [],
        address=address,
    )  # fmt: skip


def _one_of(text: str | None, known: tuple[str, ...]) -> str:
    return text if text in known else known[0]


def board_of(unit: Unit | None, shown: AsOf) -> Board:
    """Return the figures of a unit and its parts, or of all that the reader reaches."""
    return read_board(
        session(), reach(Action.READ_FIGURES), shown, load_framework(), settings=state().settings,
        unit=unit, parts=(PEOPLE, LEVELS),
    )  # fmt: skip


def sees_names(found: Board) -> bool:
    """Return whether the reader may read the records of all people of a board."""
    records = scope(actor(), Action.READ_RECORDS)
    tops = [found.top] if found.top else [line.unit for line in found.lines]
    return records.everything or all(records.reaches(unit.path) for unit in tops)


def _rows(found: Board, columns: list[Competency], basis: str) -> list[Row]:
    """Return a row for each part, and one for all together when there are several."""
    codes = [each.code for each in columns]
    rows, total = rows_of(found, codes, basis, with_names=sees_names(found))
    return [*rows, total] if len(rows) > 1 else rows


def rows_of(
    found: Board, codes: list[str], basis: str, *, with_names: bool
) -> tuple[list[Row], Row]:
    """Return a row for each part with people, and one of all together.

    Without `with_names` those with few people tell nothing.
    """
    sizes = [line.figures.get("people", 0) for line in found.lines]
    few = frozenset[int]() if with_names else heat.hidden(sizes)
    rows = [
        _row(line, line.figures, codes, basis, place in few)
        for place, line in enumerate(found.lines)
        if line.figures.get("people")
    ]
    too_few = not with_names and found.total.get("people", 0) < heat.FEW
    return rows, _row(None, found.total, codes, basis, too_few)


def _row(
    line: UnitLine | None, figures: heat.Numbers, codes: list[str], basis: str, few: bool
) -> Row:
    bands = load_framework().bands
    return Row(
        line, figures.get("people", 0), heat.cells(figures, codes, basis),
        heat.jpm_of(figures, basis), figures.get(f"jpm:{basis}", 0),
        {name: heat.bands_of(figures, getattr(bands, name), name, basis) for name in BAND_SETS},
        few,
    )  # fmt: skip


@pages.get("/hr/match/gaps/")
def hr_gaps() -> ResponseReturnValue:
    """List the people of a unit who are below the required level of a competency."""
    return _list_page("gaps", arguments())


@pages.get("/hr/match/people/")
def hr_matches() -> ResponseReturnValue:
    """List people by their job-person match, the lowest first."""
    return _list_page("match", arguments())


def _list_page(what: str, given: Mapping[str, str], problem: str = "") -> ResponseReturnValue:
    shown = as_of(given.get("on", ""))
    units = unit_filter(reach(Action.EXPORT), given.get("unit", ""))
    asked = _asked(what, given, units.code, shown.text)
    found, live = Page[Any]([]), True
    if not problem:
        try:
            query = _query(what, asked)
            found = query.page(session(), limit=PAGE, after=given.get("after"))
            live = query.is_live(session())
        except LearnError as error:
            problem = say(error.message)
    framework = load_framework()
    endpoint = "hr_gaps" if what == "gaps" else "hr_matches"
    page = render(
        f"learn/hr/match_{what}.html",
        units=units,
        shown=shown,
        asked=asked,
        lines=found.items,
        live=live,
        problem=problem,
        framework=framework,
        competency=framework.find(asked.get("competency", "")),
        band_choices=[
            (f"{name}:{band.key}", band.label(language()), name)
            for name in BAND_SETS
            for band in getattr(framework.bands, name)
        ],
        turn=pages_of(endpoint, found.next, **asked),
        places=subnav("hr_match", units.code, shown.text),
        address=address,
    )
    return page, 422 if problem else 200


def _asked(what: str, given: Mapping[str, str], unit: str, on: str) -> dict[str, str]:
    """Return what narrows the list: the same on screen and in the file."""
    basis = _one_of(given.get("by"), BASES)
    asked = {"unit": unit, "on": on, "by": "" if basis == LEARNED else basis}
    return asked | {name: str(given.get(name, ""))[:40] for name in LISTS[what]}


def _filters(asked: Mapping[str, str]) -> dict[str, str]:
    return {("basis" if name == "by" else name): text for name, text in asked.items() if text}


def _query(what: str, asked: Mapping[str, str]) -> RankedQuery[Any]:
    query: Any = query_of(
        kind_named(what), reach(Action.EXPORT), timezone=zone().key, now=now(),
        language=language(), **_filters(asked),
    )  # fmt: skip
    return replace(query, few=state().settings.figures_live)


@pages.post("/hr/match/export/<what>/")
def hr_match_download(what: str) -> ResponseReturnValue:
    """Send the list that is seen as a file, or begin the job that makes a large one."""
    reach(Action.EXPORT)
    what = what if what in LISTS else "match"
    given = {name: text.replace("\x00", "").strip() for name, text in request.form.items()}
    asked = _asked(what, given, given.get("unit", "")[:60], given.get("on", "")[:20])
    try:
        done = export_or_enqueue(
            Wanted(
                what,
                given.get("format") or "xlsx",
                ",",
                (),
                _filters(asked),
                language(),
                zone().key,
            )
        )
    except LearnError as error:
        if error.status == 403:
            raise
        return _list_page(what, {**asked, "on": "", "unit": ""}, say(error.message))
    if not isinstance(done, int):
        return done
    flash(_("The file is being made. You find it here when it is ready."), "info")
    return redirect(url_for("learn.jobs"), 303)
