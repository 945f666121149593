"""HR: the matrix of people and courses, the list of completions, and the files of either."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from learn.errors import Invalid, LearnError, Message
from learn.exports.csv import Csv
from learn.exports.exporter import Exporter
from learn.exports.formats import find_exporter
from learn.exports.kinds import KINDS, ExportKind, kind_named, query_of
from learn.exports.matrix import matrix
from learn.exports.people_queries import CompetencyQuery
from learn.exports.queries import CompletionQuery
from learn.people.access import Action
from learn.people.directory import list_people
from learn.people.paging import Page
from learn.web.blueprint import pages
from learn.web.context import arguments, now, reach, session
from learn.web.exporting import send_export
from learn.web.hr import LAPSE_DAYS, PAGE, subnav
from learn.web.i18n import language, say, zone
from learn.web.narrowing import UnitFilter, address, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

PREVIEW = 10
COLUMNS = 10
PEOPLE_OF_A_PAGE = 25
FILTERS = ("since", "until", "unit", "course")
FIRST_FORMAT = "xlsx"


@pages.get("/hr/matrix/")
def hr_matrix() -> ResponseReturnValue:
    """Show how far each person is in each course."""
    scope, asked = reach(Action.EXPORT), arguments()
    units = unit_filter(scope)
    versions = state().versions.current_all(session())
    start = _start(asked.get("columns", ""), len(versions))
    shown = versions[start : start + COLUMNS]
    text = asked.get("q", "")
    found = list_people(
        session(), scope, unit=units.chosen, text=text, after=asked.get("after"),
        limit=PEOPLE_OF_A_PAGE,
    )  # fmt: skip
    ids = [line.person.id for line in found.items]
    kept = {"unit": units.code, "q": text}
    return render(
        "learn/hr/matrix.html",
        units=units,
        lines=found.items,
        versions=shown,
        cells=matrix(session(), ids, shown, now=now()),
        more=len(versions) > COLUMNS,
        places_of_columns=[
            (number, min(number + COLUMNS, len(versions)),
             address("hr_matrix", **kept, after=asked.get("after"), columns=number), number == start)
            for number in range(0, len(versions), COLUMNS)
        ],
        turn=pages_of("hr_matrix", found.next, **kept, columns=start),
        text=text,
        today=now(),
        places=subnav("hr_matrix", units.code),
        address=address,
    )  # fmt: skip


def _start(text: str, total: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    return number // COLUMNS * COLUMNS if number < total else 0


@pages.get("/hr/completions/")
def hr_completions() -> ResponseReturnValue:
    """List completed courses; the export of the same address holds the same rows."""
    reach(Action.EXPORT)
    return completions_page(filters_of(arguments()), after=arguments().get("after"))


def completions_page(
    asked: dict[str, str], problem: str = "", *, after: str | None = None
) -> ResponseReturnValue:
    """Return the list of completions, or what is wrong with its filters."""
    units = unit_filter(reach(Action.EXPORT), "")
    found = Page[Any]([])
    if not problem:
        found, problem = _page(kind_named("completions"), asked, after, PAGE)
    page = render(
        "learn/hr/completions.html",
        units=units,
        asked=asked,
        lines=found.items,
        problem=problem,
        courses=_courses(),
        turn=pages_of("hr_completions", found.next, **asked),
        filtered=any(asked.values()),
        today=now(),
        lapse_days=LAPSE_DAYS,
        places=subnav("hr_completions", asked["unit"]),
        address=address,
    )
    return page, 422 if problem else 200


def _courses() -> list[tuple[str, str]]:
    versions = state().versions.current_all(session())
    return [(version.course, version.title(language())) for version in versions]


def filters_of(given: Any) -> dict[str, str]:
    """Return the filters that were asked for, the same on screen and for the file."""
    texts = {name: str(given.get(name, "")).replace("\x00", "").strip()[:80] for name in FILTERS}
    texts["lapsing"] = str(given.get("lapsing", "")).strip()[:4]
    texts["withdrawn"] = "1" if given.get("withdrawn") else ""
    return texts


def _query(kind: ExportKind, asked: dict[str, str]) -> Any:
    """Return the one query of screen and file.

    Raises
    ------
    LearnError
        A filter says nothing that can be understood.
    """
    narrowed = {name: asked[name] for name in FILTERS}
    query: Any = query_of(kind, reach(Action.EXPORT), timezone=zone().key, now=now(), **narrowed)
    if isinstance(query, CompletionQuery):
        return replace(
            query, include_withdrawn=bool(asked["withdrawn"]), lapsing=_days(asked["lapsing"])
        )
    return replace(query, language=language()) if isinstance(query, CompetencyQuery) else query


def certificates_query(asked: dict[str, str]) -> CompletionQuery:
    """Return the query of those completions on the screen that brought a certificate."""
    query: CompletionQuery = _query(kind_named("completions"), asked)
    return replace(query, certified=True)


def _days(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= 3660:
        raise Invalid(Message("Days are a number from 1 to 3660."))
    return int(text)


def _page(
    kind: ExportKind, asked: dict[str, str], after: str | None, limit: int
) -> tuple[Page[Any], str]:
    """Return the rows of the screen and nothing, or no rows and what is wrong with the filters."""
    try:
        found: Page[Any] = _query(kind, asked).page(session(), limit=limit, after=after)
    except LearnError as error:
        if error.status == 403:
            raise
        return Page([]), say(error.message)
    return found, ""


def _kind(key: str) -> ExportKind:
    return kind_named(key or "completions")


def _exporter(given: Any) -> Exporter:
    exporter = find_exporter(state().exporters, given.get("format") or None, default=FIRST_FORMAT)
    if isinstance(exporter, Csv) and given.get("delimiter"):
        return Csv(str(given.get("delimiter")))
    return exporter


@pages.get("/hr/export/")
def hr_export() -> ResponseReturnValue:
    """Choose what to take away, and see its first rows."""
    reach(Action.EXPORT)
    asked = filters_of(arguments())
    kind, exporter = _kind(arguments().get("kind", "")), _exporter(arguments())
    return _export_page(kind, exporter, asked)


def _export_page(
    kind: ExportKind, exporter: Exporter, asked: dict[str, str], problem: str = ""
) -> ResponseReturnValue:
    units: UnitFilter = unit_filter(reach(Action.EXPORT), "")
    found, wrong = (Page([]), problem) if problem else _page(kind, asked, None, PREVIEW)
    page = render(
        "learn/hr/export.html",
        kind=kind,
        kinds=list(KINDS.values()),
        exporter=exporter,
        exporters=list(state().exporters),
        delimiter=exporter.delimiter if isinstance(exporter, Csv) else ",",
        asked=asked,
        units=units,
        courses=_courses(),
        rows=list(islice(found.items, PREVIEW)),
        problem=wrong,
        today=now(),
        places=subnav("hr_export", asked["unit"]),
        address=address,
    )
    return page, 422 if wrong else 200


@pages.post("/hr/export/")
def hr_download() -> ResponseReturnValue:
    """Send the file, piece by piece; the audit chain says who took it."""
    reach(Action.EXPORT)
    asked = filters_of(request.form)
    kind, exporter = _kind(request.form.get("kind", "")), _exporter(request.form)
    _found, problem = _page(kind, asked, None, 1)
    if problem:
        return _export_page(kind, exporter, asked, problem)
    query = _query(kind, asked)
    return send_export(kind, exporter, query)
