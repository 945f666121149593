"""Reading figures: `read_board` gives what a page of HR shows about a unit and its parts.

Of up to `LEARN_FIGURES_LIVE` people figures are counted at each look and are of this moment, on any day.
Of more they come from what regular work keeps, and say when they were made; a day that has none is
shown by the last one before it.

Names of figures (what is missing is 0; `basis` is ``learned`` or ``assessed``):

========================== ====================================================================
people, owing, fulfilled   who counts on the day; of them owe a floor of JP; have it
idle, jp                   who completed nothing in the year; JP of all in the year
completions                in the year, for the unit of their own day
completions:month          of them in the month of the day
lapsing:30, lapsing:90     completions that lapse within so many days and were not renewed
claims                     claims that wait now (not on past days)
valid:COURSE               people who hold a completion that is valid on the day
begun:COURSE               people who are under way
required:CODE              people whose post requires a level of the competency
assessed:CODE              of them have an assessed level that holds
short:BASIS:CODE           of them are below the required level
missing:BASIS:CODE         levels that all of them together miss
jpm:BASIS                  people with a job-person match
attained:BASIS, needed:BASIS   sums of levels, for the match of the unit
selection:BASIS:BAND, mapping:BASIS:BAND   people by band
siasn:STANDING             records for SIASN by how they stand now (`learn.siasn`)
========================== ====================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework
from learn.config import Settings
from learn.figures import posts
from learn.figures.counting import NOWHERE, Figures, figures_of, rolled_up
from learn.figures.days import AsOf
from learn.figures.models import FigureDay, UnitFigures
from learn.people.access import Scope
from learn.people.models import Unit
from learn.people.scoping import units_in, units_under

Numbers = Mapping[str, int]


@dataclass(frozen=True)
class UnitLine:
    """The figures of a unit with all below it, or (`alone`) of the people of the unit itself."""

    unit: Unit
    figures: Numbers
    alone: bool = False


@dataclass(frozen=True)
class Board:
    """Figures of some units on a day.

    `top` is the unit that they are parts of, None where the reader reaches several apart; `made_at` is
    None where nothing was made yet: then all is empty. `live` figures are of the moment of reading.
    """

    on: date
    made_at: datetime | None
    live: bool
    top: Unit | None
    total: Numbers
    lines: tuple[UnitLine, ...]


def read_board(
    session: Session,
    scope: Scope,
    as_of: AsOf,
    framework: Framework,
    *,
    settings: Settings,
    unit: Unit | None = None,
    parts: Iterable[str] | None = None,
) -> Board:
    """Return the figures of `unit` and of each part of it; without one, of all that `scope` reaches.

    Parameters
    ----------
    parts
        Which figures are needed (see `learn.figures.counting.figures_of`): fewer are counted faster.
    """
    tops = [unit] if unit is not None else _tops(session, scope)
    everything = scope.everything and unit is None
    top = tops[0] if len(tops) == 1 else None
    units = (
        None if everything else select(Unit.id).where(units_under(*(each.path for each in tops)))
    )
    children = _children(session, top) if top is not None else tops
    if not tops and not everything:
        return Board(as_of.day, as_of.now, True, None, {}, ())
    if posts.are_few(session, units, settings.figures_live):
        own = figures_of(session, as_of, framework, units=units, parts=parts)
        whole = rolled_up(own, posts.paths(session))
        return _board(as_of.day, as_of.at, True, top, children, own, whole, everything)
    day = _kept_day(session, as_of.day)
    if day is None:
        return Board(as_of.day, None, False, top, {}, ())
    own, whole = _kept(session, day.on_date, [NOWHERE, *(each.id for each in [*tops, *children])])
    return _board(day.on_date, day.made_at, False, top, children, own, whole, everything)


def is_live(
    session: Session, scope: Scope, *, settings: Settings, unit: Unit | None = None
) -> bool:
    """Return whether so few people stand there that their figures are counted at each look."""
    if unit is None and scope.everything:
        return posts.are_few(session, None, settings.figures_live)
    tops = [unit] if unit is not None else _tops(session, scope)
    within = select(Unit.id).where(units_under(*(each.path for each in tops)))
    return posts.are_few(session, within, settings.figures_live)


def kept_days(session: Session) -> Sequence[date]:
    """Return the days of which figures are kept, the newest first."""
    query = select(FigureDay.on_date).where(FigureDay.made_at.is_not(None))
    return session.scalars(query.order_by(FigureDay.on_date.desc())).all()


def _board(
    on: date,
    made_at: datetime | None,
    live: bool,
    top: Unit | None,
    children: Sequence[Unit],
    own: Figures,
    whole: Figures,
    everything: bool,
) -> Board:
    lines = [UnitLine(each, whole[each.id]) for each in children if each.id in whole]
    if top is not None and own.get(top.id):
        lines.insert(0, UnitLine(top, own[top.id], alone=True))
    sums = [whole.get(top.id, {})] if top is not None else [line.figures for line in lines]
    if everything:
        sums.append(whole.get(NOWHERE, {}))
    return Board(on, made_at, live, top, _sum(sums), tuple(lines))


def _sum(several: Iterable[Numbers]) -> Numbers:
    total: dict[str, int] = {}
    for figures in several:
        for name, value in figures.items():
            total[name] = total.get(name, 0) + value
    return total


def _tops(session: Session, scope: Scope) -> list[Unit]:
    """Return the highest units within `scope`."""
    if scope.everything:
        query = select(Unit).where(Unit.parent_id.is_(None))
    else:
        query = select(Unit).where(units_in(scope), Unit.path.in_(scope.unit_paths))
    return list(session.scalars(query.order_by(Unit.name, Unit.id)))


def _children(session: Session, unit: Unit) -> list[Unit]:
    found = session.scalars(select(Unit).where(Unit.parent_id == unit.id)).all()
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def _kept_day(session: Session, day: date) -> FigureDay | None:
    query = select(FigureDay).where(FigureDay.on_date <= day, FigureDay.made_at.is_not(None))
    return session.scalar(query.order_by(FigureDay.on_date.desc()).limit(1))


def _kept(session: Session, day: date, unit_ids: Sequence[int]) -> tuple[Figures, Figures]:
    rows = session.execute(
        select(UnitFigures.unit_id, UnitFigures.own, UnitFigures.whole).where(
            UnitFigures.on_date == day, UnitFigures.unit_id.in_(unit_ids)
        )
    ).all()
    return {row.unit_id: row.own for row in rows}, {row.unit_id: row.whole for row in rows}
