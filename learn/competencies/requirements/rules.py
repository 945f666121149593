"""Which required level holds: the most particular rule of those in force on a day.  Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from learn.competencies.framework.catalogue import Confidence, Framework


@dataclass(frozen=True)
class Place:
    """Where somebody stands: unit (by its path ``/1/5/``), title and class of the post."""

    unit_path: str = ""
    post_title: str = ""
    post_class: str = ""


@dataclass(frozen=True)
class Period:
    """The days from `since` to `until`, both included; without `until` for the time being."""

    since: date
    until: date | None = None

    @property
    def last(self) -> date:
        """The last day, far away when none is known."""
        return self.until or date.max

    @property
    def reversed(self) -> bool:
        """Whether it ends before it begins."""
        return self.last < self.since

    def overlaps(self, other: Period) -> bool:
        """Return whether some day is in both."""
        return self.since <= other.last and other.since <= self.last

    def holds_on(self, day: date) -> bool:
        """Return whether the day is within."""
        return self.since <= day <= self.last


@dataclass(frozen=True)
class Rule:
    """A required level with what it is for; `unit_id` None: everywhere; a post or a class is named."""

    competency: str
    level: int
    period: Period
    unit_id: int | None = None
    post_key: str = ""
    post_class: str = ""
    source: str = ""
    confidence: Confidence = "high"
    id: int | None = None


@dataclass(frozen=True)
class Required:
    """The level that a place requires in one competency, and what says so.

    `rule` is the row that says it; None: the usual level of the class of post.
    """

    competency: str
    level: int
    source: str
    confidence: Confidence
    rule: int | None = None


def post_key_of(title: str) -> str:
    """Return the title as titles are compared: without regard to case and spaces."""
    return " ".join(title.split()).casefold()


def unit_ids_of(path: str) -> list[int]:
    """Return the ids of the units on a path, the agency first."""
    return [int(part) for part in path.split("/") if part.isdecimal()]


def required_at(
    place: Place, rules: Iterable[Rule], framework: Framework, *, on: date
) -> dict[str, Required]:
    """Return what a place requires on a day, by code, in the order of the framework.

    A rule for the very post wins over one for its class, and of those the one of the nearest unit. A
    rule on an earlier code holds for its successors where none names them. Where no rule says anything,
    the class of post has its usual level.
    """
    depths = {unit: depth for depth, unit in enumerate(unit_ids_of(place.unit_path), 1)}
    key = post_key_of(place.post_title)
    best: dict[str, tuple[tuple[bool, int, bool, int], Required]] = {}
    for rule in rules:
        depth = 0 if rule.unit_id is None else depths.get(rule.unit_id)
        meant = rule.post_key == key if rule.post_key else rule.post_class == place.post_class
        if depth is None or not meant or not rule.period.holds_on(on):
            continue
        for code, level in framework.counts_as(rule.competency, rule.level).items():
            rank = (bool(rule.post_key), depth, code == rule.competency, level)
            if code not in best or rank > best[code][0]:
                said = Required(code, level, rule.source, rule.confidence, rule.id)
                best[code] = (rank, said)
    usual = usual_levels(framework, place.post_class)
    found = {**usual, **{code: required for code, (_rank, required) in best.items()}}
    return {each.code: found[each.code] for each in framework.competencies if each.code in found}


def usual_levels(framework: Framework, post_class: str) -> dict[str, Required]:
    """Return what a class of post usually requires, as it ships with the framework."""
    post = framework.post(post_class)
    if post is None:
        return {}
    source = framework.about.regulation
    levels = framework.required_levels(post_class)
    return {code: Required(code, level, source, post.confidence) for code, level in levels.items()}


def clash(period: Period, others: Sequence[tuple[int, Period]]) -> tuple[int, Period] | None:
    """Return the first of `others` (place, period) that has a day in common with `period`."""
    return next((each for each in others if period.overlaps(each[1])), None)


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def levels_of(required: Mapping[str, Required]) -> dict[str, int]:
    """Return the levels alone."""
    return {code: each.level for code, each in required.items()}
