"""Into which year a credit falls: the calendar's, or a year of somebody's work agreement (PPPK).

The ceiling of PPPK is one of a year of the agreement (PP 49/2018, Pasal 40(1)), the floor of PNS one of
a calendar year. The rule where somebody was both in one calendar year: what they are on its last day
(today, in the present year) decides. Every credit falls into exactly one account. Pure rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Spell:
    """A time as PPPK under one number; `since` None: its first day is not known."""

    since: date | None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the day is within it."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, order=True)
class Span:
    """The days of one account; `contract`: a year of an agreement, else one of the calendar."""

    starts_on: date
    ends_on: date
    contract: bool = False


@dataclass(frozen=True)
class Earned:
    """One credit that stands: its JP, its year by the calendar, and its local date."""

    jp: int
    year: int
    day: date


def calendar_year(year: int) -> Span:
    """Return the span of a calendar year."""
    return Span(date(year, 1, 1), date(year, 12, 31))


def contract_year(spell: Spell, day: date) -> Span:
    """Return the year of the agreement that a day of the spell falls into.

    It starts on the day on which the agreement began, each year; the last ends with the agreement. An
    agreement that began on 29 February has its years from 28 February.
    """
    if spell.since is None:
        return calendar_year(day.year)
    number = day.year - spell.since.year
    if _anniversary(spell.since, number) > day:
        number -= 1
    last = _anniversary(spell.since, number + 1) - timedelta(days=1)
    return Span(_anniversary(spell.since, number), min(last, spell.until or last), contract=True)


def _anniversary(since: date, years: int) -> date:
    if years == 0:
        return since
    try:
        return since.replace(year=since.year + years)
    except ValueError:  # 29 February
        return since.replace(year=since.year + years, day=28)


def span_of(earned: Earned, spells: Sequence[Spell], today: date) -> Span:
    """Return the one span that a credit falls into."""
    last = min(date(earned.year, 12, 31), max(today, date(earned.year, 1, 1)))
    if not any(spell.covers(last) for spell in spells):
        return calendar_year(earned.year)
    mine = next((spell for spell in spells if spell.since and spell.covers(earned.day)), None)
    return calendar_year(earned.year) if mine is None else contract_year(mine, earned.day)


def present_span(spells: Sequence[Spell], today: date) -> Span:
    """Return the span that today falls into."""
    return span_of(Earned(0, today.year, today), spells, today)


def by_span(
    credits: Iterable[Earned], spells: Sequence[Spell], today: date
) -> list[tuple[Span, int]]:
    """Return the JP of each span, the present one first even when empty, then backwards."""
    present = present_span(spells, today)
    sums: Counter[Span] = Counter({present: 0})
    for each in credits:
        sums[span_of(each, spells, today)] += each.jp
    return sorted(sums.items(), key=lambda pair: pair[0], reverse=True)


def was_pppk(span: Span, spells: Sequence[Spell], today: date) -> bool:
    """Return whether the ceiling of PPPK is what counts for the span."""
    last = min(span.ends_on, max(today, span.starts_on))
    return span.contract or any(spell.since is None and spell.covers(last) for spell in spells)
