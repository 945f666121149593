"""Figures of units: the same at once and kept, the same as person by person, and of any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.queries import standings_of_many
from learn.competencies.rules import job_person_match
from learn.config import Settings
from learn.db import Database
from learn.figures import services
from learn.figures.counting import figures_of, rolled_up
from learn.figures.days import AsOf
from learn.figures.models import FigureDay, MatchLine, UnitFigures
from learn.figures.posts import paths
from learn.figures.reading import Board, kept_days, read_board
from learn.hours.models import HoursYear
from learn.people.access import EVERYTHING, Scope
from learn.people.models import Person, Unit
from learn.schema import load_projections
from tests.support import figured, make
from tests.support.figured import NOW

load_projections()
ZONE = "Asia/Makassar"
TODAY = AsOf(NOW, ZONE)
LIVE = make.settings()
KEPT = replace(LIVE, figures_live=0)
SEEDS = pytest.mark.parametrize("seed", range(4))


def town(database: Database, seed: int) -> None:
    with database.transaction() as session:
        figured.make_town(session, Random(seed))


def refresh(database: Database, now: datetime = NOW) -> None:
    services.refresh(database, KEPT, load_framework(), now=now)


def board(
    session: Session,
    settings: Settings = LIVE,
    *,
    as_of: AsOf = TODAY,
    code: str | None = None,
    scope: Scope = EVERYTHING,
) -> Board:
    unit = session.scalar(select(Unit).where(Unit.code == code)) if code else None
    return read_board(session, scope, as_of, load_framework(), settings=settings, unit=unit)


def shown(found: Board) -> tuple[object, ...]:
    """Return what a day says; how records stand with SIASN is known of the present alone."""

    def of_the_day(figures: Mapping[str, int]) -> dict[str, int]:
        return {k: v for k, v in figures.items() if v and not k.startswith("siasn:")}

    lines = [(line.unit.code, line.alone, of_the_day(line.figures)) for line in found.lines]
    return of_the_day(found.total), lines


@SEEDS
def test_figures_counted_at_once_and_kept_ones_are_the_same(database: Database, seed: int) -> None:
    town(database, seed)
    refresh(database)
    with database.reading() as session:
        reach = Scope(
            unit_paths=tuple(session.scalars(select(Unit.path).where(Unit.code.like("D%"))))
        )
        for code in (None, "DINKES", "DPUPR.1"):
            live, kept = board(session, code=code), board(session, KEPT, code=code)
            assert (live.live, kept.live) == (True, False)
            assert shown(live) == shown(kept)
        assert shown(board(session, scope=reach)) == shown(board(session, KEPT, scope=reach))


@SEEDS
def test_figures_are_the_sum_of_what_people_see_of_themselves(
    database: Database, seed: int
) -> None:
    town(database, seed)
    framework, wanted = load_framework(), Counter[str]()
    with database.reading() as session:
        people = session.scalars(select(Person).where(Person.active)).all()
        ids = [who.id for who in people]
        for rows in standings_of_many(session, ids, on=TODAY.day).values():
            required = {r.competency.code: r.required_level for r in rows if r.required_level}
            if not required:
                continue
            match = job_person_match(
                {r.competency.code: r.learned_level for r in rows}, required, bands=framework.bands
            )
            assert match.selection is not None
            wanted["jpm:learned"] += 1
            wanted["attained:learned"] += match.attained
            wanted["needed:learned"] += match.required
            wanted[f"selection:learned:{match.selection.key}"] += 1
            for each in match.gaps:
                wanted[f"short:learned:{each.competency}"] += 1
                wanted[f"missing:learned:{each.competency}"] += each.size
            for row in rows:
                if row.required_level and row.assessed_level is not None:
                    wanted[f"assessed:{row.competency.code}"] += 1
                if row.assessed_gap:
                    wanted[f"missing:assessed:{row.competency.code}"] += row.assessed_gap
        total = board(session).total
        earned = session.scalar(
            select(func.sum(HoursYear.earned))
            .join(Person, Person.id == HoursYear.person_id)
            .where(Person.active, HoursYear.year == 2026)
        )
        assert total.get("jp", 0) == (earned or 0)
        assert total["people"] == len(people)
    names = {*wanted, *(n for n in total if n.startswith(("short:learned", "missing:assessed")))}
    assert {n: total.get(n, 0) for n in names} == {n: wanted[n] for n in names}


@SEEDS
def test_a_day_that_has_passed_is_counted_as_it_was_kept_then(
    database: Database, seed: int
) -> None:
    """Who moved, learned or lost something afterwards counts as they stood then."""
    town(database, seed)
    last_moment = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
    then = AsOf(last_moment, ZONE)
    with database.transaction() as session:
        for who in session.scalars(select(Person).where(~Person.active)):
            who.active = True  # that somebody has left has no date
    refresh(database, last_moment)
    later = NOW + timedelta(days=20)
    with database.transaction() as session:
        units, random = list(session.scalars(select(Unit))), Random(seed)
        for who in session.scalars(select(Person)).all():
            figured.move(session, who, random.choice(units), since=later.date(), now=later)
            figured.learn_later(session, random, who, later)
    with database.reading() as session:
        past = AsOf(later, ZONE, then.day)
        live, kept = board(session, as_of=past), board(session, KEPT, as_of=past)
        assert shown(live) == shown(kept)
        assert kept.made_at == last_moment


@SEEDS
def test_the_learned_levels_of_today_are_those_of_the_day_when_it_has_passed(
    database: Database, seed: int
) -> None:
    town(database, seed)
    with database.transaction() as session:
        for who in session.scalars(select(Person).where(~Person.active)):
            who.active = True
    with database.reading() as session:
        tomorrow = AsOf(NOW + timedelta(days=1), ZONE, TODAY.day)
        framework = load_framework()
        now_ = figures_of(session, TODAY, framework, parts=["levels"])
        then = figures_of(session, tomorrow, framework, parts=["levels"])
        assert now_ == then


def test_lines_behind_kept_figures_follow_what_changes(database: Database) -> None:
    town(database, 1)
    refresh(database)
    with database.transaction() as session:
        before = session.scalar(select(func.count()).select_from(MatchLine))
        first, *others = session.scalars(select(Person).where(Person.active).order_by(Person.id))
        first.active = False
        others[-1].active = False
    refresh(database, NOW + timedelta(hours=2))
    with database.reading() as session:
        left = set(session.scalars(select(MatchLine.person_id)))
        assert not {first.id, others[-1].id} & left
        fresh = session.scalar(select(func.count()).select_from(MatchLine))
        assert before is not None and fresh is not None and fresh < before


def test_figures_are_due_when_there_are_many_people_and_those_kept_are_old(
    database: Database,
) -> None:
    town(database, 1)
    with database.reading() as session:
        assert not services.due(session, LIVE, now=NOW), "few people are counted at each look"
    assert services.make_due(database, KEPT, now=NOW)
    assert not services.make_due(database, KEPT, now=NOW + timedelta(minutes=59))
    assert services.make_due(database, KEPT, now=NOW + timedelta(minutes=61))


def test_figures_are_made_by_one_at_a_time(database: Database) -> None:
    with database.transaction() as session:
        assert services.claim(session, KEPT, now=NOW)
    with database.transaction() as session:
        assert not services.claim(session, KEPT, now=NOW + timedelta(minutes=5))
        assert not services.due(session, KEPT, now=NOW + timedelta(minutes=5))
        later = NOW + services.CLAIM_FOR + timedelta(seconds=1)
        assert services.claim(session, KEPT, now=later), "who was at it has died"


def test_before_figures_were_made_for_many_people_there_are_none(database: Database) -> None:
    town(database, 1)
    with database.reading() as session:
        found = board(session, KEPT)
        assert (found.made_at, found.total, found.lines) == (None, {}, ())


def test_of_old_days_those_at_the_end_of_a_month_are_kept(database: Database) -> None:
    days = [datetime(2026, 8, 30, 1, tzinfo=UTC) + timedelta(days=n) for n in range(4)]
    with database.transaction() as session:
        for at in days:
            services.keep_figures(
                session, at.date(), {1: {"people": 1}}, {1: {"people": 1}}, now=at
            )
        services.forget_old(session, NOW.date(), 62)
        assert [day.isoformat() for day in kept_days(session)] == ["2026-08-31"]
        assert session.scalars(select(UnitFigures.on_date)).all() == kept_days(session)
        assert session.scalar(select(func.count()).select_from(FigureDay)) == 1


def test_a_unit_has_the_figures_of_all_below_it() -> None:
    own = {3: {"people": 2}, 4: {"people": 5, "idle": 1}, 0: {"people": 1}}
    whole = rolled_up(own, {1: (1,), 3: (1, 3), 4: (1, 3, 4)})
    assert whole == {
        1: {"people": 7, "idle": 1}, 3: {"people": 7, "idle": 1}, 4: {"people": 5, "idle": 1},
        0: {"people": 1},
    }  # fmt: skip
    assert own[3] == {"people": 2}


def test_paths_lead_from_the_root(database: Database) -> None:
    town(database, 1)
    with database.reading() as session:
        tree = {session.get_one(Unit, unit_id).code: way for unit_id, way in paths(session).items()}
        assert [session.get_one(Unit, each).code for each in tree["DINKES.1"]] == [
            "INSTANSI", "DINKES", "DINKES.1",
        ]  # fmt: skip
