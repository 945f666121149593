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
from learn.competencies.framework.catalogue import Framework
from learn.figures import posts
from learn.figures.days import AsOf, earned_by, fulfilled, idle, not_yet, owes, stood
from learn.figures.levels import NOTHING, levels_of_many
from learn.figures.posts import Standing, Units
from learn.figures.requirements import Requirements
from learn.figures.rules import BASES, JPM, Levels, Line, band_at, lines_of
from learn.people.models import Person
from learn.progress.models import Completion, Enrolment

NOWHERE = 0
BATCH = 5_000
PEOPLE, COURSES, LEVELS = "people", "courses", "levels"
PARTS = frozenset({PEOPLE, COURSES, LEVELS})
LAPSE_DAYS = (30, 90)
Figures = dict[int, dict[str, int]]
Watch = Callable[[Sequence[tuple[Standing, Sequence[Line]]]], None]
Counter = Callable[[Session, AsOf, Units], Mapping[int, Mapping[str, int]]]
COUNTERS: dict[str, Counter] = {}


def counts(part: str) -> Callable[[Counter], Counter]:
    """Register what counts another part of the figures, by unit and name, for a domain above this one."""

    def register(counter: Counter) -> Counter:
        COUNTERS[part] = counter
        return counter

    return register


def figures_of(
    session: Session,
    as_of: AsOf,
    framework: Framework,
    *,
    units: Units = None,
    parts: Iterable[str] | None = None,
    watch: Watch | None = None,
) -> Figures:
    """Return the figures by unit of its own people; what is 0 is left out, unit 0 is no unit.

    Parameters
    ----------
    units
        Only these units.
    parts
        Which figures: of `PEOPLE`, `COURSES`, `LEVELS` and those that `counts` registered; all of
        them unless given.
    watch
        Is told of each batch of people the lines that `LEVELS` are counted from.
    """
    found: Figures = defaultdict(lambda: defaultdict(int))
    wanted = PARTS | COUNTERS.keys() if parts is None else frozenset(parts)
    if PEOPLE in wanted:
        _people(session, as_of, units, found)
        _completions(session, as_of, units, found)
        _claims(session, as_of, units, found)
    if COURSES in wanted:
        _courses(session, as_of, units, found)
    if LEVELS in wanted:
        _levels(session, as_of, framework, units, found, watch)
    for part in wanted & COUNTERS.keys():
        for unit_id, figures in COUNTERS[part](session, as_of, units).items():
            _put(found, unit_id, figures.items())
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
    required, names = Requirements(session, as_of, framework), _Names(framework)
    for people in posts.batches(session, as_of, units, BATCH):
        known = lines_by_person(session, as_of, framework, people, required)
        for who, levels, lines in known:
            figures, needs = found[who.unit_id or NOWHERE], required.of(who)
            _add(figures, needs, levels, lines, names)
        if watch is not None:
            watch([(who, lines) for who, _levels, lines in known])


def _add(
    figures: dict[str, int],
    required: Mapping[str, int],
    levels: Levels,
    lines: list[Line],
    names: _Names,
) -> None:
    """Add one person: what is required, known and short by competency, and the bands."""
    if not required:
        return
    figures["needed:learned"] += sum(required.values())
    learned, assessed = levels.learned, levels.assessed
    for code in required:
        figures[names.required[code]] += 1
        figures["attained:learned"] += learned.get(code, 0)
    for code in assessed.keys() & required.keys():
        figures[f"assessed:{code}"] += 1
        figures["attained:assessed"] += assessed[code]
    if assessed.keys() & required.keys():
        figures["needed:assessed"] += sum(required.values())
    for basis, what, rank in lines:
        if what == JPM:
            for name in names.of_match(basis, rank):
                figures[name] += 1
        else:
            short, missing = names.of_gap[basis, what]
            figures[short] += 1
            figures[missing] += rank


class _Names:
    """The names of figures, made once: they are asked for by the million."""

    def __init__(self, framework: Framework) -> None:
        codes = [each.code for each in framework.competencies]
        self._sets = {"selection": framework.bands.selection, "mapping": framework.bands.mapping}
        self._matches: dict[tuple[str, int], tuple[str, ...]] = {}
        self.required = {code: f"required:{code}" for code in codes}
        self.of_gap = {
            (basis, code): (f"short:{basis}:{code}", f"missing:{basis}:{code}")
            for basis in BASES
            for code in codes
        }

    def of_match(self, basis: str, rank: int) -> tuple[str, ...]:
        """Return what somebody with this match counts for."""
        found = self._matches.get((basis, rank))
        if found is None:
            bands = ((name, band_at(rank, bands)) for name, bands in self._sets.items())
            keys = (f"{name}:{basis}:{band.key}" for name, band in bands if band is not None)
            found = self._matches[basis, rank] = (f"jpm:{basis}", *keys)
        return found


def _put(found: Figures, unit_id: int | None, pairs: Iterable[tuple[str, Any]]) -> None:
    figures = found[unit_id or NOWHERE]
    for name, value in pairs:
        figures[name] += int(value or 0)


def _number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))
