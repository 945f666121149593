"""What narrows a list: the unit (with all below it) and other filters, kept in the addresses of links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import g, request, url_for

from learn.errors import Message, NotFound
from learn.exports.days import AsOf
from learn.exports.filters import read_day
from learn.people.access import Scope
from learn.people.models import Unit
from learn.people.units import unit_tree
from learn.web.context import SAFE, arguments, now, session
from learn.web.i18n import _, zone

MOST_CHOICES = 250  # of a select; with more units the code is typed


@dataclass(frozen=True)
class UnitFilter:
    """The units that the reader reaches, in reading order with their depth, and the one chosen."""

    tree: list[tuple[int, Unit]]
    chosen: Unit | None

    @property
    def units(self) -> list[Unit]:
        """Return the units alone."""
        return [unit for _depth, unit in self.tree]

    @property
    def code(self) -> str:
        """Return the code of the unit that is chosen, or nothing."""
        return self.chosen.code if self.chosen else ""

    @property
    def options(self) -> list[tuple[str, str]] | None:
        """Return the choices of a select; None when there are too many."""
        if len(self.tree) > MOST_CHOICES:
            return None
        return [("", _("All units")), *unit_options(self.tree)]


def unit_options(tree: list[tuple[int, Unit]]) -> list[tuple[str, str]]:
    """Return the choices of a select, deeper units farther in."""
    return [(unit.code, "\u2003" * depth + unit.name) for depth, unit in tree]


def units_reached(scope: Scope, on: date | None = None) -> list[tuple[int, Unit]]:
    """Return the units within `scope`, in reading order with their depth; read once a request.

    Those of a day that has passed, `on`, are with the ones that were closed since.
    """
    known: dict[tuple[Scope, date | None], list[tuple[int, Unit]]] = g.setdefault(
        "learn_units_reached", {}
    )
    key = (scope, on)
    if request.method not in SAFE or key not in known:
        known[key] = unit_tree(
            session(), paths=None if scope.everything else scope.unit_paths, on=on
        )
    return known[key]


def unit_filter(scope: Scope, code: str | None = None, on: date | None = None) -> UnitFilter:
    """Return the units within `scope` and the one that ``?unit=`` names.

    Raises
    ------
    NotFound
        There is no such unit within `scope`.
    """
    tree = units_reached(scope, on)
    wanted = arguments().get("unit", "") if code is None else code
    if not wanted:
        return UnitFilter(tree, None)
    return UnitFilter(tree, unit_named(tree, wanted))


def as_of(text: str | None = None) -> AsOf:
    """Return the day that ``?on=`` names; today without one.

    Raises
    ------
    Invalid
        It is no date, or it has not come yet.
    """
    wanted = arguments().get("on", "") if text is None else text
    return AsOf(now(), zone().key, read_day(wanted, "on"))


def unit_named(tree: list[tuple[int, Unit]], code: str) -> Unit:
    """Return the unit of this code.

    Raises
    ------
    NotFound
        It is not among them.
    """
    found = next((unit for _depth, unit in tree if unit.code == code), None)
    if found is None:
        raise NotFound(
            Message(
                "There is no unit with the code %(code)s, or it is not among yours.", code=code[:60]
            )
        )
    return found


def address(endpoint: str, /, **filters: object) -> str:
    """Return the address of a page of Learn with those filters that say something."""
    said = {name: value for name, value in filters.items() if value not in (None, "", False)}
    return url_for(f"learn.{endpoint}", **said)  # type: ignore[arg-type]


def pages_of(endpoint: str, following: str | None, /, **filters: object) -> dict[str, str | None]:
    """Return the addresses of the first and the next page of a list, for `pagination`."""
    return {
        "first_url": address(endpoint, **filters) if request.args.get("after") else None,
        "next_url": address(endpoint, **filters, after=following) if following else None,
    }
