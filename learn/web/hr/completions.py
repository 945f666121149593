"""HR: the list of completions, and files of every kind of record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask.typing import ResponseReturnValue

from learn.errors import Invalid, LearnError, Message
from learn.exports.kinds import ExportKind, kind_named, query_of
from learn.exports.lists.completions import CompletionQuery
from learn.exports.lists.people import CompetencyQuery
from learn.people.access import Action
from learn.people.paging import Page
from learn.web.blueprint import pages
from learn.web.context import arguments, now, reach, session
from learn.web.hr.bulk_offers import acts_on
from learn.web.hr.overview import LAPSE_DAYS, PAGE, SOON_DAYS, are_few, subnav
from learn.web.i18n import language, say, zone
from learn.web.narrowing import address, as_of, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

FILTERS = ("since", "until", "unit", "course")


@pages.get("/hr/completions/")
def hr_completions() -> ResponseReturnValue:
    """List completed courses; the export of the same address holds the same rows."""
    reach(Action.EXPORT)
    return completions_page(filters_of(arguments()), after=arguments().get("after"))


def completions_page(
    asked: dict[str, str], problem: str = "", *, after: str | None = None
) -> ResponseReturnValue:
    """Return the list of completions, or what is wrong with its filters."""
    found = Page[Any]([])
    total, kind = None, kind_named("completions")
    if not problem:
        found, problem = _page(kind, asked, after, PAGE)
    if not problem:
        chosen = unit_filter(reach(Action.EXPORT), asked["unit"], as_of(asked["on"]).chosen)
        total = (
            _query(kind, asked).count(session()) if are_few(reach(Action.EXPORT), chosen) else None
        )
    shown = as_of("" if problem else asked["on"])
    units = unit_filter(reach(Action.EXPORT), "", shown.chosen)
    page = render(
        "learn/hr/completions.html",
        units=units,
        asked=asked,
        lines=found.items,
        problem=problem,
        courses=course_choices(),
        turn=pages_of("hr_completions", found.next, **asked),
        filtered=any(asked.values()),
        shown=shown,
        total=total,
        days=(SOON_DAYS, LAPSE_DAYS),
        acts=[] if shown.past else acts_on("completions"),
        places=subnav("hr_completions", asked["unit"], shown.text),
        address=address,
    )
    return page, 422 if problem else 200


def course_choices() -> list[tuple[str, str]]:
    """Return the published courses for a select."""
    versions = state().versions.current_all(session())
    return [(version.course, version.title(language())) for version in versions]


def filters_of(given: Any) -> dict[str, str]:
    """Return the filters that were asked for, the same on screen and for the file."""
    texts = {name: str(given.get(name, "")).replace("\x00", "").strip()[:80] for name in FILTERS}
    texts["lapsing"] = str(given.get("lapsing", "")).strip()[:4]
    texts["withdrawn"] = "1" if given.get("withdrawn") else ""
    texts["on"] = str(given.get("on", "")).replace("\x00", "").strip()[:20]
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
            query, include_withdrawn=bool(asked["withdrawn"]), lapsing=_days(asked["lapsing"]),
            day=as_of(asked["on"]).chosen,
        )  # fmt: skip
    return replace(query, language=language()) if isinstance(query, CompetencyQuery) else query


def certificates_query(asked: dict[str, str]) -> CompletionQuery:
    """Return the query of those completions on the screen that brought a certificate."""
    query: CompletionQuery = _query(kind_named("completions"), asked)
    return replace(query, certified=True)


def completions_query(asked: dict[str, str]) -> CompletionQuery:
    """Return the query of the completions on the screen."""
    query: CompletionQuery = _query(kind_named("completions"), asked)
    return query


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
