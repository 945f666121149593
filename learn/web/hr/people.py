"""HR: lists of people, of JP accounts and of claims that wait; each with its filters and its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from learn.errors import Invalid, Message, NotFound
from learn.exports.columns import HOURS
from learn.exports.days import AsOf
from learn.exports.formats.choosing import find_exporter
from learn.exports.kinds import ExportKind, RecordQuery
from learn.exports.lists import accounts, overdue, waiting
from learn.exports.lists import hr_people as people_lists
from learn.exports.lists.accounts import HoursAccounts
from learn.exports.lists.hr_people import Band, PeopleList
from learn.exports.lists.overdue import OverdueList
from learn.exports.lists.waiting import WaitingClaims
from learn.hours.forms import load_forms
from learn.people.access import Action
from learn.people.models import KINDS
from learn.people.numbers import mask
from learn.people.posts import POST_CLASSES
from learn.web.blueprint import pages
from learn.web.context import arguments, may, reach, session
from learn.web.exporting import send_export
from learn.web.hr.bulk_offers import acts_on
from learn.web.hr.overview import PAGE, are_few, subnav
from learn.web.i18n import _, language
from learn.web.narrowing import UnitFilter, address, as_of, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

PEOPLE = ExportKind(
    "people_list", Message("People"), Message("people"), people_lists.COLUMNS, PeopleList
)
ACCOUNTS = ExportKind("hours_accounts", Message("JP accounts of a year"), Message("jp-accounts"),
                      HOURS, HoursAccounts)  # fmt: skip
WAITING = ExportKind("waiting_claims", Message("Claims that wait"), Message("claims-that-wait"),
                     waiting.COLUMNS, WaitingClaims)  # fmt: skip
OVERDUE = ExportKind("overdue", Message("Overdue assignments"), Message("overdue-assignments"),
                     overdue.COLUMNS, OverdueList)  # fmt: skip
PEOPLE_FILTERS = ("unit", "on", "q", "state", "kind", "class", "band")
ACCOUNT_FILTERS = ("unit", "on", "year", "kind", "band", "order")
CLAIM_FILTERS = ("unit", "on")
OVERDUE_FILTERS = ("unit", "on", "course")
YEARS = 6
BAND = re.compile(r"(\d{1,4})-(\d{0,4})", re.ASCII)


def read_filters(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Return what was asked for, as texts; the same on screen, in the file and for a bulk act."""
    return {name: str(given.get(name, "")).replace("\x00", "").strip()[:80] for name in names}


def read_band(text: str) -> Band | None:
    """Return the JP that a list is narrowed to, from ``6-10`` or ``20-``.

    Raises
    ------
    Invalid
        It is nothing of the kind.
    """
    if not text:
        return None
    found = BAND.fullmatch(text)
    if found is None:
        raise Invalid(Message("Hours are a range such as 6-10, or 20- for 20 and more."))
    return int(found[1]), int(found[2]) if found[2] else None


def people_query(asked: Mapping[str, str], action: Action = Action.EXPORT) -> PeopleList:
    """Return the list of people that filters ask for."""
    shown = as_of(asked["on"])
    return PeopleList(
        scope=reach(action), timezone=shown.timezone, now=shown.now, day=shown.chosen,
        unit=_unit(asked["unit"], shown, action), text=asked["q"],
        state=asked["state"] if asked["state"] in people_lists.STATES else "",
        kind=asked["kind"] if asked["kind"] in KINDS else "",
        post_class=asked["class"] if asked["class"] in POST_CLASSES else "",
        band=read_band(asked["band"]),
    )  # fmt: skip


def _unit(code: str, shown: AsOf, action: Action = Action.EXPORT) -> str | None:
    """Return the code of a unit within reach, or nothing."""
    return unit_filter(reach(action), code, shown.chosen).code or None


@pages.get("/hr/people/")
def hr_people() -> ResponseReturnValue:
    """List people with the JP of the year and their last completion."""
    asked = read_filters(arguments(), PEOPLE_FILTERS)
    query = people_query(asked)
    found = query.page(session(), limit=PAGE, after=arguments().get("after"))
    units, shown = unit_filter(reach(Action.EXPORT), asked["unit"], query.day), query.as_of
    return render(
        "learn/hr/people.html",
        units=units,
        shown=shown,
        asked=asked,
        lines=found.items,
        total=_total(query, units),
        year=shown.year,
        kind_choices=_kind_choices(),
        classes=POST_CLASSES,
        turn=pages_of("hr_people", found.next, **asked),
        filtered=any(asked.values()),
        acts=[] if shown.past else acts_on("people"),
        places=subnav("hr_people", asked["unit"], shown.text),
        address=address,
    )


def _kind_choices() -> list[tuple[str, str]]:
    return [(kind, _("Other") if kind == "other" else kind) for kind in KINDS]


def _total(query: PeopleList | HoursAccounts, units: UnitFilter) -> int | None:
    """Return how many the list has; None where so many people are in reach that counting takes long."""
    return query.count(session()) if are_few(query.scope, units) else None


def accounts_query(asked: Mapping[str, str]) -> HoursAccounts:
    """Return the JP accounts that filters ask for."""
    shown = as_of(asked["on"])
    return HoursAccounts(
        scope=reach(Action.EXPORT), timezone=shown.timezone, now=shown.now, day=shown.chosen,
        unit=_unit(asked["unit"], shown), year=_year(asked["year"], shown),
        kind=asked["kind"] if asked["kind"] in KINDS else "", band=read_band(asked["band"]),
        order=asked["order"] if asked["order"] in accounts.ORDERS else "most",
    )  # fmt: skip


def _year(text: str, shown: AsOf) -> int:
    if not text:
        return shown.day.year
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise Invalid(Message("A year has four digits."))
    return int(text)


@pages.get("/hr/hours/")
def hr_hours() -> ResponseReturnValue:
    """List the JP accounts of a year, the most hours first, the fewest, or by name."""
    asked = read_filters(arguments(), ACCOUNT_FILTERS)
    query = accounts_query(asked)
    found = query.page(session(), limit=PAGE, after=arguments().get("after"))
    shown = query.as_of
    units = unit_filter(query.scope, asked["unit"], query.day)
    return render(
        "learn/hr/hours.html",
        units=units,
        shown=shown,
        asked=asked,
        query=query,
        year_choices=[(year, year) for year in range(shown.day.year, shown.day.year - YEARS, -1)],
        lines=found.items,
        total=_total(query, units),
        kind_choices=_kind_choices(),
        turn=pages_of("hr_hours", found.next, **asked),
        filtered=any(asked.values()),
        places=subnav("hr_hours", asked["unit"], shown.text),
        address=address,
    )


def claims_query(asked: Mapping[str, str], action: Action = Action.EXPORT) -> WaitingClaims:
    """Return the claims that wait and that filters ask for."""
    shown = as_of(asked["on"])
    return WaitingClaims(
        scope=reach(action), timezone=shown.timezone, now=shown.now, day=shown.chosen,
        unit=_unit(asked["unit"], shown, action),
    )  # fmt: skip


@pages.get("/hr/claims/")
def hr_claims() -> ResponseReturnValue:
    """List the claims that wait, and since when; to verifiers those that they may decide."""
    for_hr = may(Action.EXPORT)
    action = Action.EXPORT if for_hr or not may(Action.VERIFY_RECORDS) else Action.VERIFY_RECORDS
    asked = read_filters(arguments(), CLAIM_FILTERS)
    query = claims_query(asked, action)
    found = query.page(session(), limit=PAGE, after=arguments().get("after"))
    shown = query.as_of
    return render(
        "learn/hr/claims.html",
        units=unit_filter(query.scope, asked["unit"], query.day),
        shown=shown,
        asked=asked,
        lines=found.items,
        total=query.count(session()),
        forms=load_forms(),
        for_hr=for_hr,
        number_of=(lambda number: number) if for_hr else mask,
        may_verify=may(Action.VERIFY_RECORDS),
        acts=[] if shown.past else acts_on("claims"),
        turn=pages_of("hr_claims", found.next, **asked),
        filtered=any(asked.values()),
        places=subnav("hr_claims", asked["unit"], shown.text) if for_hr else [],
        address=address,
    )


def overdue_query(asked: Mapping[str, str], action: Action = Action.EXPORT) -> OverdueList:
    """Return the overdue assignments that filters ask for."""
    shown = as_of(asked["on"])
    return OverdueList(
        scope=reach(action), timezone=shown.timezone, now=shown.now, day=shown.chosen,
        unit=_unit(asked["unit"], shown, action), course=asked["course"] or None, titles=titles(),
    )  # fmt: skip


def titles() -> dict[str, str]:
    """Return the titles of the courses that there are, by key; read once a request."""
    known: dict[str, str] | None = g.get("learn_titles")
    if known is None:
        versions = state().versions.current_all(session())
        known = g.learn_titles = {each.course: each.title(language()) for each in versions}
    return known


@pages.get("/hr/overdue/")
def hr_overdue() -> ResponseReturnValue:
    """List the assignments that are overdue, those that were due first at the top."""
    asked = read_filters(arguments(), OVERDUE_FILTERS)
    query = overdue_query(asked)
    found = query.page(session(), limit=PAGE, after=arguments().get("after"))
    shown = query.as_of
    count = query.count(session(), people_lists.MOST_COUNTED)
    return render(
        "learn/hr/overdue.html",
        units=unit_filter(reach(Action.EXPORT), asked["unit"], query.day),
        shown=shown,
        asked=asked,
        lines=found.items,
        total=count if count < people_lists.MOST_COUNTED else None,
        courses=list(query.titles.items()),
        acts=[] if shown.past else acts_on("overdue"),
        turn=pages_of("hr_overdue", found.next, **asked),
        filtered=any(asked.values()),
        places=subnav("hr_overdue", asked["unit"], shown.text),
        address=address,
    )


Built = tuple[ExportKind, RecordQuery]
FILES: dict[str, Callable[[Mapping[str, Any]], Built]] = {
    "people": lambda form: (PEOPLE, people_query(read_filters(form, PEOPLE_FILTERS))),
    "hours": lambda form: (ACCOUNTS, accounts_query(read_filters(form, ACCOUNT_FILTERS))),
    "overdue": lambda form: (OVERDUE, overdue_query(read_filters(form, OVERDUE_FILTERS))),
    "claims": lambda form: (WAITING, claims_query(read_filters(form, CLAIM_FILTERS))),
}


@pages.post("/hr/files/<what>/")
def hr_list_download(what: str) -> ResponseReturnValue:
    """Send a list as a file: just what is seen; the audit chain says who took it."""
    reach(Action.EXPORT)
    if what not in FILES:
        raise NotFound(Message("There is no such list."))
    kind, query = FILES[what](request.form)
    exporter = find_exporter(state().exporters, request.form.get("format") or None, default="xlsx")
    return send_export(kind, exporter, query)
