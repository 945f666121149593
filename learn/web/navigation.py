"""The places of the header and of the bottom bar, by what the person may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from learn.people.access import Action, scope
from learn.web.context import actor, person_or_none
from learn.web.i18n import _, say
from learn.web.state import state

TABS = 4


@dataclass(frozen=True)
class NavItem:
    """One place: its name, address and icon, and whether this page belongs to it."""

    label: str
    url: str
    icon: str
    current: bool


def navigation() -> list[NavItem]:
    """Return the places of the signed-in person, those of everybody first."""
    return list(_places()) if person_or_none() is not None else []


def _places() -> Iterator[NavItem]:
    yield _item(_("Home"), "home", "home", {"home"})
    yield _item(
        _("Courses"), "courses", "book-open", {"courses", "course", "module", "quiz", "attempt"}
    )
    yield _item(
        _("My record"),
        "record",
        "award",
        {"record", "certificate", "competency", "claims", "claim", "prior", "mentoring"},
    )
    trainings = _item(
        _("Trainings"), "trainings", "calendar", {"trainings", "training", "organise"}
    )
    if not actor().grants and not actor().mentees:
        yield trainings
        yield from _pages_of_plugins()
        return
    if _beyond_self(Action.APPROVE) or (
        not _reaches(Action.EXPORT) and _beyond_self(Action.READ_RECORDS)
    ):
        yield _item(_("My team"), "team", "users", {"team"})
    if _reaches(Action.EXPORT):
        yield _item(_("HR"), "hr", "bar-chart", {"hr"})
    if _reaches(Action.VERIFY_RECORDS):
        yield _item(_("Verification"), "verification", "check-circle", {"verification"})
    if _reaches(Action.ASSESS) or _reaches(Action.REVIEW_PRIOR):
        yield _item(_("Assessment"), "assess_people", "award", {"assess"})
    if _reaches(Action.EDIT_COURSE):
        yield _item(_("Studio"), "studio", "pencil", {"studio"})
    yield trainings
    if _reaches(Action.MANAGE_PEOPLE) or _reaches(Action.READ_AUDIT):
        yield _item(_("Administration"), "admin", "settings", {"admin", "framework"})
    yield from _pages_of_plugins()


def _pages_of_plugins() -> Iterator[NavItem]:
    for page in sorted(state().pages, key=lambda page: page.order):
        if page.label:
            yield _item(say(page.label), page.key, page.icon, {page.key})


def _reaches(action: Action) -> bool:
    return not scope(actor(), action).nothing


def _beyond_self(action: Action) -> bool:
    reached = scope(actor(), action)
    return reached.everything or bool(reached.unit_paths) or len(reached.person_ids) > 1


def _item(label: str, endpoint: str, icon: str, group: set[str]) -> NavItem:
    here = (request.endpoint or "").removeprefix("learn.").split("_")[0]
    return NavItem(label, url_for(f"learn.{endpoint}"), icon, here in group)


def tabs(items: list[NavItem]) -> list[NavItem]:
    """Return the places of the bottom bar on phones: four at most, nearest to daily use."""
    return items[:TABS]
