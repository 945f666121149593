"""Whom a change of rules would concern, before it is made: levels by the rules now against those proposed.

Everything is decided inside the database, a statement for each competency whose rule would change: the
level is that of the best piece that counts, kept below the first level whose mandatory evidence is not
held. Over 1 million people with 10 million completions such a statement reads the evidence of one
competency by its index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import HIGHEST, LOWEST, Framework, load_framework
from learn.competencies.models import Evidence
from learn.competencies.rules import EVERY
from learn.people.access import EVERYTHING, Scope
from learn.people.models import Person, Unit
from learn.people.paging import Page, cursor_of, read_cursor
from learn.people.scoping import people_in, people_under

LARGEST_PAGE = 200


@dataclass(frozen=True)
class Shift:
    """How many people of one unit (none: of no unit) would go from one level to another."""

    competency: str
    unit_id: int | None
    before: int
    after: int
    people: int


@dataclass(frozen=True)
class Impact:
    """Whom a change would concern: by competency and level, and by unit."""

    codes: tuple[str, ...]
    shifts: tuple[Shift, ...]

    @property
    def gaining(self) -> int:
        """How many levels would rise, each person once for each competency."""
        return sum(each.people for each in self.shifts if each.after > each.before)

    @property
    def losing(self) -> int:
        """How many levels would fall, each person once for each competency."""
        return sum(each.people for each in self.shifts if each.after < each.before)

    def by_level(self) -> list[tuple[str, int, int, int]]:
        """Return competency, level now, level then, and the number of people, in order."""
        found: dict[tuple[str, int, int], int] = {}
        for each in self.shifts:
            key = each.competency, each.before, each.after
            found[key] = found.get(key, 0) + each.people
        return [(*key, people) for key, people in sorted(found.items())]

    def by_unit(self) -> list[tuple[int | None, int, int]]:
        """Return the id of each unit with how many levels would rise and fall in it."""
        found: dict[int | None, list[int]] = {}
        for each in self.shifts:
            rises = each.after > each.before
            found.setdefault(each.unit_id, [0, 0])[0 if rises else 1] += each.people
        return [(unit, *counts) for unit, counts in found.items()]  # type: ignore[misc]


@dataclass(frozen=True)
class Affected:
    """One person whose level in a competency would change."""

    person_id: int
    name: str
    unit: str | None
    competency: str
    before: int
    after: int


def changed_codes(now: Framework, then: Framework) -> tuple[str, ...]:
    """Return the competencies whose learned level may be another one under `then`, in order."""
    codes = sorted({each.code for framework in (now, then) for each in framework.competencies})
    return tuple(code for code in codes if _rule(now, code) != _rule(then, code))


def _rule(framework: Framework, code: str) -> object:
    """Return all that the learned level of a code depends on besides the evidence."""
    if not framework.is_in_force(code):
        return None
    counted = {
        (old, level): framework.counts_as(old, level).get(code, 0)
        for old in framework.codes_read_for(code)
        for level in range(LOWEST, HIGHEST + 1)
    }
    mandatory = {(each.level, each.source) for each in framework.competency(code).mandatory}
    return sorted(mandatory), sorted(counted.items())


def impact_of(
    session: Session,
    proposed: Framework,
    *,
    on: date,
    scope: Scope = EVERYTHING,
    unit_path: str | None = None,
    current: Framework | None = None,
) -> Impact:
    """Return how many people would gain or lose levels if `proposed` were in force on the day `on`.

    Only people who are active count; `current` is the version in force unless given. It writes nothing.
    """
    now = current or load_framework()
    codes = changed_codes(now, proposed)
    shifts = [
        Shift(code, row.unit_id, row.before, row.after, row.people)
        for code in codes
        for row in session.execute(_counts(code, now, proposed, on, scope, unit_path))
    ]
    return Impact(codes, tuple(shifts))


def _counts(
    code: str, now: Framework, then: Framework, on: date, scope: Scope, unit_path: str | None
) -> Any:
    levels = levels_by_rules(code, (now, then), on)
    before, after = levels.c.level_0, levels.c.level_1
    return (
        select(
            Person.unit_id, before.label("before"), after.label("after"),
            func.count().label("people"),
        )
        .join(levels, levels.c.person_id == Person.id)
        .where(before != after, *_among(scope, unit_path))
        .group_by(Person.unit_id, before, after)
        .order_by(Person.unit_id, before, after)
    )  # fmt: skip


def _among(scope: Scope, unit_path: str | None) -> Iterable[ColumnElement[bool]]:
    yield Person.active.is_(True)
    yield people_in(scope)
    if unit_path:
        yield people_under(unit_path)


def affected(
    session: Session,
    proposed: Framework,
    competency: str,
    *,
    on: date,
    scope: Scope = EVERYTHING,
    unit_path: str | None = None,
    current: Framework | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Affected]:
    """Return a page of those whose level in one competency would change, by their ids."""
    now, limit = current or load_framework(), max(1, min(limit, LARGEST_PAGE))
    last = read_cursor(after, int)[0] if after else 0
    levels = levels_by_rules(competency, (now, proposed), on, beyond=last)
    rows = session.execute(
        select(Person.id, Person.name, Unit.name.label("unit"), levels.c.level_0, levels.c.level_1)
        .join(levels, levels.c.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(levels.c.level_0 != levels.c.level_1, *_among(scope, unit_path))
        .order_by(Person.id)
        .limit(limit + 1)
    ).all()
    found = [
        Affected(row.id, row.name, row.unit, competency, row.level_0, row.level_1)
        for row in rows[:limit]
    ]
    return Page(found, cursor_of(found[-1].person_id) if len(rows) > limit else None)


def levels_by_rules(
    code: str, frameworks: Iterable[Framework], on: date, *, beyond: int = 0
) -> Subquery:
    """Return people with evidence for a competency and its level by each framework: level_0, level_1 ...

    Evidence that does not count on the day is read too, so that somebody with nothing else has level 0.
    """
    rules = tuple(frameworks)
    codes = {old for framework in rules for old in framework.codes_read_for(code)}
    columns = [
        _level(framework, code, on).label(f"level_{place}") for place, framework in enumerate(rules)
    ]
    query = (
        select(Evidence.person_id, *columns)
        .where(Evidence.competency.in_(sorted(codes)))
        .group_by(Evidence.person_id)
    )
    if beyond:
        query = query.where(Evidence.person_id > beyond)
    return query.subquery()


def _level(framework: Framework, code: str, on: date) -> ColumnElement[int]:
    if not framework.is_in_force(code):
        return literal(0, Integer)
    worth = case((_counts_on(on), _worth(framework, code)), else_=0)
    best = func.coalesce(func.max(worth), 0)
    level: ColumnElement[int] = best
    for each in sorted(framework.competency(code).mandatory, key=lambda each: -each.level):
        held = func.coalesce(func.max(case((_is(each.source), worth), else_=0)), 0)
        level = case(
            (best < each.level, best), (held < each.level, literal(each.level - 1)), else_=level
        )
    return level


def _counts_on(on: date) -> ColumnElement[bool]:
    begins = datetime.combine(on, time(0, tzinfo=UTC))
    is_suspended = and_(
        func.coalesce(Evidence.suspended_from, date.max) <= on,
        func.coalesce(Evidence.suspended_until, date.max) >= on,
    )
    return and_(
        Evidence.withdrawn_at.is_(None),
        or_(Evidence.valid_until.is_(None), Evidence.valid_until >= begins),
        ~is_suspended,
    )


def _worth(framework: Framework, code: str) -> ColumnElement[int]:
    cases: list[Any] = [(Evidence.competency == code, Evidence.level)]
    for old in framework.codes_read_for(code):
        if old == code:
            continue
        for level in range(LOWEST, HIGHEST + 1):
            counted = framework.counts_as(old, level).get(code, 0)
            here = and_(Evidence.competency == old, Evidence.level == level)
            cases.append((here, literal(counted)))
    return case(*cases, else_=0)


def _is(name: str) -> ColumnElement[bool]:
    """Return the condition that a piece is called so by mandatory evidence (`Piece.names`)."""
    kind, colon, ref = name.partition(":")
    if not colon:
        return and_(Evidence.source == "course", Evidence.course == name)
    if ref == EVERY:
        return Evidence.source == kind
    return and_(Evidence.source == kind, Evidence.ref == ref)
