"""Counting: the figures of each unit's own people on a day, as pages show them and as they are kept.

The same statements serve both, so that figures made at once and kept ones cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from learn.claims.models import Claim
from learn.claims.rules import State
from learn.competencies.framework import Framework
from learn.figures import posts
from learn.figures.days import AsOf, earned_by, fulfilled, idle, not_yet, owes, stood
from learn.figures.levels import NOTHING, levels_of_many
from learn.figures.posts import Standing, Units
from learn.figures.requirements import Requirements
from learn.figures.rules import ASSESSED, JPM, Levels, Line, band_at, lines_of
from learn.people.models import Person
from learn.progress.models import Completion, Enrolment

NOWHERE = 0
BATCH = 5_000
PEOPLE, COURSES, LEVELS = "people", "courses", "levels"
PARTS = frozenset({PEOPLE, COURSES, LEVELS})
LAPSE_DAYS = (30, 90)
Figures = dict[int, dict[str, int]]
Watch = Callable[[Sequence[tuple[Standing, Sequence[Line]]]], None]


def figures_of(
    session: Session,
    as_of: AsOf,
    framework: Framework,
    *,
    units: Units = None,
    parts: Iterable[str] = PARTS,
    watch: Watch | None = None,
) -> Figures:
    """Return the figures by unit of its own people; what is 0 is left out, unit 0 is no unit.

    Parameters
    ----------
    units
        Only these units.
    parts
        Which figures: of `PEOPLE`, `COURSES`, `LEVELS`.
    watch
        Is told of each batch of people the lines that `LEVELS` are counted from.
    """
    found: Figures = defaultdict(lambda: defaultdict(int))
    if PEOPLE in parts:
        _people(session, as_of, units, found)
        _completions(session, as_of, units, found)
        _claims(session, as_of, units, found)
    if COURSES in parts:
        _courses(session, as_of, units, found)
    if LEVELS in parts:
        _levels(session, as_of, framework, units, found, watch)
    return {
        unit: {name: value for name, value in figures.items() if value}
        for unit, figures in found.items()
    }


def rolled_up(own: Figures, tree: Mapping[int, tuple[int, ...]]) -> Figures:
    """Return the figures of each unit with all below it; `tree` gives the ids from the root to it."""
    whole: Figures = defaultdict(lambda: defaultdict(int))
    for unit_id, figures in own.items():
        for above in tree.get(unit_id, (unit_id,)):
            sums = whole[above]
            for name, value in figures.items():
                sums[name] += value
    return {unit_id: dict(figures) for unit_id, figures in whole.items()}


def _people(session: Session, as_of: AsOf, units: Units, found: Figures) -> None:
    year = as_of.year.number
    unit = posts.unit_of(as_of)
    figures = {
        "people": func.count(),
        "owing": _number(owes(as_of)),
        "fulfilled": _number(and_(owes(as_of), fulfilled(as_of))),
        "idle": _number(idle(as_of)),
        "jp": func.sum(earned_by(as_of, year)),
    }
    query = posts.joined(select(unit, *figures.values()).select_from(Person), as_of, units)
    for unit_id, *values in session.execute(query.group_by(unit)):
        _put(found, unit_id, zip(figures, values, strict=True))


def _completions(session: Session, as_of: AsOf, units: Units, found: Figures) -> None:
    """Count completions for the unit of their own day, as in the list of completions."""
    month = as_of.at.astimezone(as_of.zone).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    unit = Completion.unit_id
    done = select(unit, func.count(), _number(Completion.completed_at >= month)).where(
        Completion.completed_at >= as_of.year.begins, stood(as_of)
    )
    for unit_id, *values in session.execute(_in_units(done, units).group_by(unit)):
        _put(found, unit_id, zip(("completions", "completions:month"), values, strict=True))
    names = [f"lapsing:{days}" for days in LAPSE_DAYS]
    soon = [_number(Completion.valid_until <= _after(as_of, days)) for days in LAPSE_DAYS]
    lapsing = select(unit, *soon).where(
        Completion.valid_until > as_of.at,
        Completion.valid_until <= _after(as_of, LAPSE_DAYS[-1]),
        stood(as_of),
        ~_renewed(as_of),
    )
    for unit_id, *values in session.execute(_in_units(lapsing, units).group_by(unit)):
        _put(found, unit_id, zip(names, values, strict=True))


def _after(as_of: AsOf, days: int) -> Any:
    return as_of.at + timedelta(days=days)


def _in_units(query: Select[Any], units: Units) -> Select[Any]:
    return query if units is None else query.where(Completion.unit_id.in_(units))


def _renewed(as_of: AsOf) -> ColumnElement[bool]:
    later = aliased(Completion)
    return exists().where(
        later.person_id == Completion.person_id,
        later.course == Completion.course,
        later.cycle > Completion.cycle,
        not_yet(later.withdrawn_at, as_of),
        *([later.completed_at <= as_of.at] if as_of.past else []),
    )


def _claims(session: Session, as_of: AsOf, units: Units, found: Figures) -> None:
    """Count the claims that wait now; on a past day nobody knows which did."""
    if as_of.past:
        return
    query = (
        select(Person.unit_id, func.count())
        .join_from(Claim, Person, Person.id == Claim.person_id)
        .where(Claim.state == State.SUBMITTED)
    )
    if units is not None:
        query = query.where(Person.unit_id.in_(units))
    for unit_id, number in session.execute(query.group_by(Person.unit_id)):
        _put(found, unit_id, [("claims", number)])


def _courses(session: Session, as_of: AsOf, units: Units, found: Figures) -> None:
    """Count by course who holds a valid completion, and who is under way."""
    unit = posts.unit_of(as_of)
    holding = (
        select(Completion.person_id, Completion.course)
        .where(
            stood(as_of),
            Completion.valid_until.is_(None) | (Completion.valid_until > as_of.at),
        )
        .distinct()
        .subquery()
    )
    query = select(unit, holding.c.course, func.count()).join_from(
        holding, Person, Person.id == holding.c.person_id
    )
    query = posts.joined(query, as_of, units).group_by(unit, holding.c.course)
    for unit_id, course, number in session.execute(query):
        _put(found, unit_id, [(f"valid:{course}", number)])
    done = exists().where(
        Completion.person_id == Enrolment.person_id,
        Completion.course == Enrolment.course,
        Completion.cycle == Enrolment.cycle,
        *([Completion.completed_at <= as_of.at] if as_of.past else []),
    )
    begun = (
        select(unit, Enrolment.course, func.count())
        .join_from(Enrolment, Person, Person.id == Enrolment.person_id)
        .where(~done, Enrolment.enrolled_at <= as_of.at)
    )
    begun = posts.joined(begun, as_of, units).group_by(unit, Enrolment.course)
    for unit_id, course, number in session.execute(begun):
        _put(found, unit_id, [(f"begun:{course}", number)])


def lines_by_person(
    session: Session,
    as_of: AsOf,
    framework: Framework,
    people: Iterable[Standing],
    required: Requirements,
) -> list[tuple[Standing, Levels, list[Line]]]:
    """Return the levels of these people (in order of their ids), and the lines that follow from them."""
    chosen = list(people)
    required.learn(chosen)
    levels = levels_of_many(session, [who.id for who in chosen], as_of, framework)
    return [
        (who, found, list(lines_of(found, required.of(who))))
        for who in chosen
        for found in (levels.get(who.id, NOTHING),)
    ]


def _levels(
    session: Session,
    as_of: AsOf,
    framework: Framework,
    units: Units,
    found: Figures,
    watch: Watch | None,
) -> None:
    required = Requirements(session, as_of, framework)
    for people in posts.batches(session, as_of, units, BATCH):
        known = lines_by_person(session, as_of, framework, people, required)
        for who, levels, lines in known:
            _add(found[who.unit_id or NOWHERE], required.of(who), levels, lines, framework)
        if watch is not None:
            watch([(who, lines) for who, _levels, lines in known])


def _add(
    figures: dict[str, int],
    required: Mapping[str, int],
    levels: Levels,
    lines: list[Line],
    framework: Framework,
) -> None:
    """Add one person: what is required, known and short by competency, and the bands."""
    for code, need in required.items():
        figures[f"required:{code}"] += 1
        figures["needed:learned"] += need
        figures["attained:learned"] += levels.learned.get(code, 0)
        if code in levels.assessed:
            figures[f"assessed:{code}"] += 1
            figures["attained:assessed"] += levels.assessed[code]
    for basis, what, rank in lines:
        if what != JPM:
            figures[f"short:{basis}:{what}"] += 1
            figures[f"missing:{basis}:{what}"] += rank
            continue
        figures[f"jpm:{basis}"] += 1
        if basis == ASSESSED:
            figures["needed:assessed"] += sum(required.values())
        for name, bands in (
            ("selection", framework.bands.selection), ("mapping", framework.bands.mapping),
        ):  # fmt: skip
            band = band_at(rank, bands)
            if band is not None:
                figures[f"{name}:{basis}:{band.key}"] += 1


def _put(found: Figures, unit_id: int | None, pairs: Iterable[tuple[str, Any]]) -> None:
    figures = found[unit_id or NOWHERE]
    for name, value in pairs:
        figures[name] += int(value or 0)


def _number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))
