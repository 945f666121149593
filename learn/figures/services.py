"""Making figures and keeping them: by regular work when they are old, at once by a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework
from learn.competencies.framework.versions import in_force
from learn.config import Settings
from learn.db import Database, upsert
from learn.figures import posts
from learn.figures.counting import Figures, figures_of, rolled_up
from learn.figures.days import AsOf
from learn.figures.models import FigureDay, MatchLine, UnitFigures
from learn.figures.posts import Standing
from learn.figures.rules import Line

CLAIM_FOR = timedelta(minutes=30)
Step = Callable[[int], None]
Batch = Sequence[tuple[Standing, Sequence[Line]]]
Lines = dict[tuple[int, str, str], int]


def due(session: Session, settings: Settings, *, now: datetime) -> bool:
    """Return whether figures are to be made now: there are many people, and those of today are old."""
    if posts.are_few(session, None, settings.figures_live):
        return False
    row = session.get(FigureDay, AsOf(now, settings.timezone).day)
    if row is None:
        return True
    old = timedelta(minutes=settings.figures_minutes)
    made = row.made_at is not None and row.made_at > now - old
    claimed = row.begun_at is not None and row.begun_at > now - CLAIM_FOR
    return not made and not claimed


def claim(session: Session, settings: Settings, *, now: datetime) -> bool:
    """Say that the figures of today are being made; return False when somebody else is at it."""
    today = AsOf(now, settings.timezone).day
    row = upsert(session, FigureDay).values(on_date=today).on_conflict_do_nothing()
    session.execute(row)
    taken = session.execute(
        update(FigureDay)
        .where(
            FigureDay.on_date == today,
            or_(FigureDay.begun_at.is_(None), FigureDay.begun_at <= now - CLAIM_FOR),
        )
        .values(begun_at=now)
    )
    return bool(getattr(taken, "rowcount", 0))


def refresh(
    database: Database,
    settings: Settings,
    framework: Framework,
    *,
    now: datetime,
    step: Step = lambda people: None,
) -> int:
    """Make the figures of today and the lines behind them; return for how many units.

    The figures are of one moment. Lines are written some thousand people at a time, so that nobody who
    wants to write waits for long; only what changed is written.

    Parameters
    ----------
    step
        Is told how many people were looked at, a batch at a time.
    """
    as_of, seen = AsOf(now, settings.timezone), 0

    def keep(batch: Batch) -> None:
        nonlocal seen
        with database.transaction() as session:
            keep_lines(session, batch, after=seen)
        seen = batch[-1][0].id
        step(len(batch))

    with database.snapshot() as reading:
        own = figures_of(reading, as_of, framework, watch=keep)
        whole = rolled_up(own, posts.paths(reading))
    with database.transaction() as session:
        session.execute(delete(MatchLine).where(MatchLine.person_id > seen))
        keep_figures(session, as_of.day, own, whole, now=now)
        forget_old(session, as_of.day, settings.figures_days)
    return len(whole)


def make_due(database: Database, settings: Settings, *, now: datetime) -> bool:
    """Make figures when they are due and nobody else is at it; return whether they were made."""
    with database.reading() as reading:
        if not due(reading, settings, now=now):
            return False
        framework = in_force(reading, now)
    with database.transaction() as session:
        if not claim(session, settings, now=now):
            return False
    refresh(database, settings, framework, now=now)
    return True


def keep_figures(
    session: Session, day: date, own: Figures, whole: Figures, *, now: datetime
) -> None:
    """Put these figures in the place of those of the same day."""
    session.execute(delete(UnitFigures).where(UnitFigures.on_date == day))
    rows = [
        {"on_date": day, "unit_id": unit_id, "own": own.get(unit_id, {}), "whole": figures}
        for unit_id, figures in whole.items()
    ]
    if rows:
        session.execute(insert(UnitFigures), rows)
    statement = upsert(session, FigureDay).values(on_date=day, made_at=now, begun_at=None)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[FigureDay.on_date], set_={"made_at": now, "begun_at": None}
        )
    )


def forget_old(session: Session, today: date, days: int) -> None:
    """Leave of days longer ago than `days` only the last one of each month."""
    known = session.scalars(
        select(FigureDay.on_date).where(FigureDay.on_date < today - timedelta(days=days))
    ).all()
    for day in known:
        if (day + timedelta(days=1)).month == day.month:
            session.execute(delete(UnitFigures).where(UnitFigures.on_date == day))
            session.execute(delete(FigureDay).where(FigureDay.on_date == day))


def keep_lines(session: Session, batch: Batch, *, after: int) -> None:
    """Let the lines of people behind `after`, up to the last of `batch`, be these, and no others."""
    wanted: Lines = {
        (who.id, basis, what): rank for who, lines in batch for basis, what, rank in lines
    }
    row = MatchLine
    kept = select(row.person_id, row.basis, row.what, row.rank).where(
        row.person_id > after, row.person_id <= batch[-1][0].id
    )
    stored: Lines = {(each[0], each[1], each[2]): each[3] for each in session.execute(kept)}
    changed = [key for key, rank in stored.items() if wanted.get(key) != rank]
    if changed:
        this = delete(row).where(
            row.person_id == bindparam("who"),
            row.basis == bindparam("by"),
            row.what == bindparam("of"),
        )
        places = [dict(zip(("who", "by", "of"), key, strict=True)) for key in changed]
        session.connection().execute(this, places)
    _insert(session, {key: rank for key, rank in wanted.items() if stored.get(key) != rank})


def _insert(session: Session, lines: Lines) -> None:
    if not lines:
        return
    rows = [(*key, rank) for key, rank in lines.items()]
    names = "person_id, basis, what, rank"
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "sqlite":
        driver.executemany(
            f"INSERT INTO learn_match_line ({names}) VALUES (?, ?, ?, ?)",  # noqa: S608
            rows,
        )
        return
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY learn_match_line ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
