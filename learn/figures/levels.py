"""The levels of many people on a day, in a few statements; as `learn.competencies.queries` has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from learn.competencies.framework.catalogue import Competency, Framework
from learn.competencies.models import Assessment, CompetencyLevel, Evidence
from learn.competencies.queries import assessed_level_on, piece_of
from learn.competencies.rules import Piece, learned_level
from learn.figures.days import AsOf, not_yet
from learn.figures.rules import Levels

NOTHING = Levels()
Known = dict[int, dict[str, int]]


def levels_of_many(
    session: Session, ids: Sequence[int], as_of: AsOf, framework: Framework
) -> Mapping[int, Levels]:
    """Return the levels of these people (ids in order); who has none may be missing."""
    if not ids:
        return {}
    learned, assessed = (
        _then(session, ids, as_of, framework) if as_of.past else _now(session, ids, as_of)
    )
    ruled = [each for each in framework.competencies if _is_ruled(each, framework)]
    if ruled:
        _decide(session, ids, as_of, framework, ruled, learned)
    renamed = [each.code for each in ruled if len(framework.codes_read_for(each.code)) > 1]
    if renamed and not as_of.past:
        read = {code for each in renamed for code in framework.codes_read_for(each)}
        newest = _newest(session, ids, as_of, framework, read)
        for person_id in {*assessed, *newest}:
            kept = {code: at for code, at in assessed[person_id].items() if code not in renamed}
            assessed[person_id] = kept | newest[person_id]
    nobody: dict[str, int] = {}
    return {
        person_id: Levels(learned.get(person_id, nobody), assessed.get(person_id, nobody))
        for person_id in {*learned, *assessed}
    }


def among(column: InstrumentedAttribute[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition for these ids, in order; where they lie close together, for the range."""
    if ids[-1] - ids[0] < 4 * len(ids):
        return column.between(ids[0], ids[-1])
    return column.in_(ids)


def counts_on(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition on `Evidence` of what counts on the day, as `Piece.fault` decides it."""
    midnight = datetime.combine(as_of.day, time(), UTC)
    conditions = [
        not_yet(Evidence.withdrawn_at, as_of),
        or_(Evidence.valid_until.is_(None), Evidence.valid_until >= midnight),
        ~_suspended(Evidence.suspended_from, Evidence.suspended_until, as_of),
    ]
    if as_of.past:
        conditions.append(Evidence.recorded_at <= as_of.at)
    return and_(*conditions)


def _suspended(begins: Any, ends: Any, as_of: AsOf) -> ColumnElement[bool]:
    return and_(begins.is_not(None), begins <= as_of.day, or_(ends.is_(None), ends >= as_of.day))


def _now(session: Session, ids: Sequence[int], as_of: AsOf) -> tuple[Known, Known]:
    """Read the levels that were decided; those that do not hold any more, from the evidence."""
    row = CompetencyLevel
    remaining = (
        select(func.coalesce(func.max(Evidence.level), 0))
        .where(
            Evidence.person_id == row.person_id,
            Evidence.competency == row.competency,
            counts_on(as_of),
        )
        .scalar_subquery()
    )
    holds = or_(row.learned_until.is_(None), row.learned_until >= as_of.day)
    query = select(
        row.person_id,
        row.competency,
        case((holds, row.learned_level), else_=remaining),
        assessed_level_on(as_of.day),
    ).where(among(row.person_id, ids))
    learned: Known = defaultdict(dict)
    assessed: Known = defaultdict(dict)
    for person_id, code, level, found in session.execute(query):
        if level:
            learned[person_id][code] = level
        if found is not None:
            assessed[person_id][code] = found
    return learned, assessed


def _then(
    session: Session, ids: Sequence[int], as_of: AsOf, framework: Framework
) -> tuple[Known, Known]:
    """Read the levels of a past day from what was recorded by then."""
    learned: Known = defaultdict(dict)
    best = (
        select(Evidence.person_id, Evidence.competency, func.max(Evidence.level))
        .where(among(Evidence.person_id, ids), counts_on(as_of))
        .group_by(Evidence.person_id, Evidence.competency)
    )
    for person_id, code, level in session.execute(best):
        learned[person_id][code] = level
    return learned, _newest(session, ids, as_of, framework, None)


def _newest(
    session: Session,
    ids: Sequence[int],
    as_of: AsOf,
    framework: Framework,
    codes: Iterable[str] | None,
) -> Known:
    """Read the newest assessments by the day, on these codes (None: all), as they count in force."""
    query = (
        select(Assessment)
        .where(
            among(Assessment.person_id, ids),
            Assessment.recorded_at <= as_of.at,
            not_yet(Assessment.withdrawn_at, as_of),
        )
        .order_by(Assessment.assessed_on.desc(), Assessment.seq.desc())
    )
    if codes is not None:
        query = query.where(Assessment.competency.in_(codes))
    seen: set[tuple[int, str]] = set()
    found: Known = defaultdict(dict)
    for row in session.scalars(query):
        for code, level in framework.counts_as(row.competency, row.level).items():
            if (row.person_id, code) not in seen and level and _valid(row, as_of):
                found[row.person_id][code] = level
            seen.add((row.person_id, code))
    return found


def _valid(row: Assessment, as_of: AsOf) -> bool:
    if row.valid_until is not None and row.valid_until < as_of.day:
        return False
    ends = row.suspended_until
    begun = row.suspended_from is not None and row.suspended_from <= as_of.day
    return not (begun and (ends is None or ends >= as_of.day))


def _is_ruled(each: Competency, framework: Framework) -> bool:
    """Return whether more than the highest piece decides: mandatory evidence, or earlier codes."""
    return bool(each.mandatory) or len(framework.codes_read_for(each.code)) > 1


def _decide(
    session: Session,
    ids: Sequence[int],
    as_of: AsOf,
    framework: Framework,
    ruled: Sequence[Competency],
    learned: Known,
) -> None:
    """Put the levels of these competencies as the rules decide them from every piece."""
    codes = {code for each in ruled for code in framework.codes_read_for(each.code)}
    query = select(Evidence).where(
        among(Evidence.person_id, ids), Evidence.competency.in_(codes), counts_on(as_of)
    )
    pieces: dict[tuple[int, str], list[Piece]] = defaultdict(list)
    for row in session.scalars(query):
        for code, level in framework.counts_as(row.competency, row.level).items():
            piece = replace(piece_of(row, level), withdrawn=False)  # withdrawn later, perhaps
            pieces[row.person_id, code].append(piece)
    mandatory = {each.code: each.mandatory for each in ruled}
    for levels in learned.values():
        for code in mandatory:
            levels.pop(code, None)
    for (person_id, code), found in pieces.items():
        if code in mandatory:
            learned[person_id][code] = learned_level(found, mandatory[code], on=as_of.day)
