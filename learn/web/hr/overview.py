"""HR: the answers first (who is overdue, short, behind), then the same by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask.typing import ResponseReturnValue
from sqlalchemy import false, select

from learn.competencies.framework.catalogue import load_framework
from learn.exports import overview, trends
from learn.exports.days import AsOf, Year
from learn.exports.lists.completions import CompletionQuery
from learn.exports.lists.hr_people import BANDS
from learn.exports.lists.overdue import OverdueList
from learn.exports.lists.waiting import WaitingClaims
from learn.exports.overview import Counts, UnitLine
from learn.exports.trends import Month
from learn.figures import posts
from learn.figures.counting import PEOPLE
from learn.figures.reading import read_board
from learn.people.access import Action, Scope
from learn.people.models import Unit
from learn.people.scoping import units_under
from learn.web.blueprint import pages
from learn.web.context import may, now, reach, session
from learn.web.i18n import _, language, zone
from learn.web.narrowing import UnitFilter, address, as_of, unit_filter
from learn.web.render import render
from learn.web.state import state

LAPSE_DAYS = 90
SOON_DAYS = 30
PAGE = 50
FEW = 5  # fewer people than this say nothing about a unit


def subnav(current: str, unit: str = "", on: str = "") -> list[tuple[str, str, bool]]:
    """Return the pages of HR, those of every day first, with the unit and the day kept."""
    places = (
        ("hr", _("Overview")), ("hr_people", _("People")), ("hr_hours", _("JP accounts")),
        ("hr_matrix", _("Progress by course")), ("hr_match", _("Gaps and match")),
        *([("hr_assignments", _("Assignments"))] if may(Action.ASSIGN_BY_RULE) else []),
        ("hr_claims", _("Claims")), ("hr_export", _("Export")),
        ("hr_overdue", _("Overdue")), ("hr_completions", _("Completed courses")),
        *([("hr_levels_import", _("Assessed levels"))] if may(Action.IMPORT_LEVELS) else []),
        ("team_pairs", _("Mentoring")), *([("hr_bulk", _("Bulk acts"))] if may(Action.REVOKE) else []),
        ("hr_siasn", _("SIASN")),
    )  # fmt: skip
    dated = {
        "hr",
        "hr_people",
        "hr_hours",
        "hr_matrix",
        "hr_match",
        "hr_completions",
        "hr_claims",
        "hr_overdue",
    }
    return [
        (label, address(key, unit=unit, on=on if key in dated else ""), key == current)
        for key, label in places
    ]


def the_year() -> Year:
    """Return this year by the reader's clock."""
    return Year.of(now(), zone().key)


@dataclass(frozen=True)
class Answers:
    """The numbers of the first page; each is the count of the list that it leads to."""

    total: Counts
    overdue: int
    lapsing_soon: int
    lapsing: int
    in_month: int
    waiting: int
    waiting_since: datetime | None


@dataclass(frozen=True)
class Sheet:
    """All figures of the page; `made_at`: when they were kept, where there are too many people to count.

    `kept_on` is the day that kept figures are of; None where none were kept yet.
    """

    answers: Answers
    lines: list[UnitLine]
    bands: list[int]
    months: list[Month]
    live: bool = True
    made_at: datetime | None = None
    kept_on: date | None = None


@pages.get("/hr/")
def hr() -> ResponseReturnValue:
    """Say who is behind: the answers, then the same by unit and in charts."""
    scope, shown = reach(Action.EXPORT), as_of()
    units = unit_filter(scope, on=shown.chosen)
    sheet = _counted(scope, units, shown) if are_few(scope, units) else _kept(scope, units, shown)
    return render(
        "learn/hr/overview.html",
        units=units,
        shown=shown,
        year=shown.year,
        month=shown.day.replace(day=1),
        sheet=sheet,
        answers=sheet.answers,
        lines=sheet.lines,
        behind=furthest_behind(sheet.lines),
        bands=_bands(units, shown, sheet.bands),
        months=_months(units, shown, sheet.months),
        lapse_days=LAPSE_DAYS,
        soon_days=SOON_DAYS,
        above=_above(units.units, units.chosen),
        may_import=may(Action.IMPORT_PEOPLE),
        places=subnav("hr", units.code, shown.text),
        address=address,
    )


def are_few(scope: Scope, units: UnitFilter) -> bool:
    """Return whether the people are few enough to be counted at each look."""
    if units.chosen is None and scope.everything:
        within = None
    else:
        paths = (units.chosen.path,) if units.chosen else scope.unit_paths
        within = select(Unit.id).where(units_under(*paths) if paths else false())
    return posts.are_few(session(), within, state().settings.figures_live)


def _counted(scope: Scope, units: UnitFilter, shown: AsOf) -> Sheet:
    path = units.chosen.path if units.chosen else None
    counts = overview.unit_counts(session(), scope, shown, path=path)
    lines = overview.unit_lines(units.units, counts, units.chosen or _top(units.units))
    waiting = _waiting(scope, units, shown)
    late = OverdueList(
        scope=scope, timezone=shown.timezone, now=shown.now, day=shown.chosen,
        unit=units.code or None,
    )  # fmt: skip
    answers = Answers(
        overview.total(counts.values()),
        late.count(session()),
        _completions(scope, units.code, shown, lapsing=SOON_DAYS).count(session()),
        _completions(scope, units.code, shown, lapsing=LAPSE_DAYS).count(session()),
        _completions(scope, units.code, shown, since=shown.day.replace(day=1)).count(session()),
        waiting.count(session()),
        waiting.oldest(session()),
    )
    bands = trends.hours_distribution(session(), scope, shown, path=path)
    months = trends.completions_by_month(session(), scope, shown, unit=units.chosen)
    return Sheet(answers, lines, bands, months)


def _kept(scope: Scope, units: UnitFilter, shown: AsOf) -> Sheet:
    """Return the figures that regular work keeps; they say when they were made."""
    board = read_board(
        session(), scope, shown, load_framework(), settings=state().settings, unit=units.chosen,
        parts={PEOPLE, trends.PART},
    )  # fmt: skip
    figures, waiting = board.total, _waiting(scope, units, shown)
    names = ("overdue", "lapsing:30", "lapsing:90", "completions:month")
    late, soon, later, month = (figures.get(name, 0) for name in names)
    answers = Answers(
        _counts_of(figures), late, soon, later, month, waiting.count(session()),
        waiting.oldest(session()),
    )  # fmt: skip
    lines = [UnitLine(each.unit, _counts_of(each.figures), each.alone) for each in board.lines]
    months = trends.kept_months(figures, board.on)
    return Sheet(
        answers, lines, trends.kept_bands(figures), months, board.live, board.made_at, board.on
    )


def _counts_of(figures: Mapping[str, int]) -> Counts:
    names = ("people", "owing", "fulfilled", "idle", "completions")
    return Counts(*(figures.get(name, 0) for name in names))


def _waiting(scope: Scope, units: UnitFilter, shown: AsOf) -> WaitingClaims:
    return WaitingClaims(
        scope=scope, timezone=shown.timezone, now=shown.now, day=shown.chosen,
        unit=units.code or None,
    )  # fmt: skip


def _completions(scope: Scope, unit: str, shown: AsOf, **narrowed: Any) -> CompletionQuery:
    return CompletionQuery(
        scope=scope, timezone=shown.timezone, now=shown.now, day=shown.chosen, unit=unit or None,
        **narrowed,
    )  # fmt: skip


def furthest_behind(lines: list[UnitLine]) -> UnitLine | None:
    """Return the part with the smallest share of people who have their JP; tiny ones say nothing."""
    parts = [
        line for line in lines if not line.alone and line.counts.owing >= FEW and line.counts.short
    ]
    if len(parts) < 2:
        return None
    return min(parts, key=lambda line: line.counts.fulfilled / line.counts.owing)


@dataclass(frozen=True)
class Chart:
    """Numbers with bars beside them: label, count and the address of the list."""

    rows: list[tuple[str, int, str]]

    @property
    def total(self) -> int:
        """Return the sum of all."""
        return sum(count for _label, count, _url in self.rows)

    @property
    def most(self) -> int:
        """Return the number whose bar is the longest, at least 1."""
        return max([1, *(count for _label, count, _url in self.rows)])


def _bands(units: UnitFilter, shown: AsOf, counts: list[int]) -> Chart:
    rows = []
    for (low, high), count in zip(BANDS, counts, strict=True):
        label = f"{low}" if low == high else f"≥ {low}" if high is None else f"{low}–{high}"
        band = f"{low}-{'' if high is None else high}"
        url = address("hr_people", unit=units.code, on=shown.text, state="owing", band=band)
        rows.append((label, count, url))
    return Chart(rows)


def _months(units: UnitFilter, shown: AsOf, found: list[Month]) -> Chart:
    return Chart([(month_name(each), each.count, _month_url(units, shown, each)) for each in found])


def _month_url(units: UnitFilter, shown: AsOf, month: Month) -> str:
    return address(
        "hr_completions", unit=units.code, on=shown.text, since=month.first, until=month.last
    )


def month_name(month: Month) -> str:
    """Return a month as tables write it: Agu 2026."""
    return format_date(month.first, "MMM y", locale=language())


def _top(units: list[Unit]) -> Unit | None:
    """Return the unit above all others, when there is one."""
    known = {unit.id for unit in units}
    highest = [unit for unit in units if unit.parent_id not in known]
    return highest[0] if len(highest) == 1 else None


def _above(units: list[Unit], chosen: Unit | None) -> list[Unit]:
    """Return the units above the chosen one, from the top."""
    if chosen is None:
        return []
    return [unit for unit in units if chosen.path.startswith(unit.path) and unit.id != chosen.id]
