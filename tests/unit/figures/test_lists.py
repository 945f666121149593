"""The lists behind the figures: the same people by both ways, in order, each once, page by page."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.db import Database
from learn.errors import Invalid
from learn.exports.kinds import KINDS, kind_named, query_of
from learn.exports.lists.match import GapQuery, GapRecord, MatchQuery
from learn.figures import services
from learn.figures.counting import figures_of
from learn.figures.days import AsOf
from learn.figures.lists import Ranked
from learn.people.access import EVERYTHING, Scope
from learn.people.models import Unit
from learn.people.paging import NoPlace, cursor_of
from learn.schema import load_projections
from tests.support import figured, make
from tests.support.figured import CODES, NOW

load_projections()
ZONE = "Asia/Makassar"
KEPT = replace(make.settings(), figures_live=0)


@pytest.fixture(params=[3])
def town(request: pytest.FixtureRequest, database: Database) -> Database:
    with database.transaction() as session:
        figured.make_town(session, Random(request.param))
    services.refresh(database, KEPT, load_framework(), now=NOW)
    return database


def gaps(**known: Any) -> GapQuery:
    values: dict[str, Any] = {"scope": EVERYTHING, "timezone": ZONE, "now": NOW} | known
    return GapQuery(**values)


def matches(**known: Any) -> MatchQuery:
    values: dict[str, Any] = {"scope": EVERYTHING, "timezone": ZONE, "now": NOW} | known
    return MatchQuery(**values)


def paged(session: Session, query: Any, limit: int) -> list[Any]:
    found, after = [], None
    while True:
        page = query.page(session, limit=limit, after=after)
        found += page.items
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("basis", ["learned", "assessed"])
@pytest.mark.parametrize("few", [0, 1000])
def test_a_list_holds_the_people_whom_its_figure_counts(
    town: Database, basis: str, few: int
) -> None:
    with town.reading() as session:
        figures = figures_of(session, AsOf(NOW, ZONE), load_framework())
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        for code in CODES:
            for unit in ("DINKES.1", "DPUPR.1"):
                found = list(gaps(unit=unit, competency=code, basis=basis, few=few).stream(session))
                own = figures.get(units[unit].id, {})
                assert len(found) == own.get(f"short:{basis}:{code}", 0)
                assert sum(each.gap for each in found) == own.get(f"missing:{basis}:{code}", 0)


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("limit", [1, 3])
def test_pages_hold_everybody_once_the_largest_gap_first(
    town: Database, few: int, limit: int
) -> None:
    with town.reading() as session:
        query = gaps(competency="M.05", few=few)
        found = paged(session, query, limit)
        assert found == list(query.stream(session))
        assert [each.gap for each in found] == sorted((each.gap for each in found), reverse=True)
        assert len({each.person_id for each in found}) == len(found) > 0


@pytest.mark.parametrize("few", [0, 1000])
def test_without_a_competency_the_gaps_of_one_follow_those_of_another(
    town: Database, few: int
) -> None:
    with town.reading() as session:
        found = paged(session, gaps(few=few), 4)
        whole = list(gaps(few=few).stream(session))
        assert [(g.competency, g.person_id) for g in found] == [
            (g.competency, g.person_id) for g in whole
        ]
        codes = [each.code for each in load_framework().competencies]
        places = [codes.index(each.competency) for each in found]
        assert places == sorted(places)


@pytest.mark.parametrize("few", [0, 1000])
def test_people_by_match_come_the_lowest_first_and_every_band_has_its_own(
    town: Database, few: int
) -> None:
    with town.reading() as session:
        everybody = paged(session, matches(few=few), 3)
        shares = [each.learned.share for each in everybody]
        assert shares == sorted(shares)
        by_band = [
            each.person_id
            for band in load_framework().bands.mapping
            for each in matches(band=f"mapping:{band.key}", few=few).stream(session)
        ]
        assert sorted(by_band) == sorted(each.person_id for each in everybody)


def test_few_people_with_an_equal_gap_stand_by_name(town: Database) -> None:
    with town.reading() as session:
        ranked = Ranked(EVERYTHING, AsOf(NOW, ZONE), load_framework(), "learned", "M.01")
        places = ranked.page(session, after=None, limit=50)
        assert places == sorted(places, key=lambda each: (-each.rank, each.name, each.person_id))


@pytest.mark.parametrize("few", [0, 1000])
def test_nobody_outside_the_reach_of_who_asks_is_listed(town: Database, few: int) -> None:
    with town.reading() as session:
        path = session.scalar(select(Unit.path).where(Unit.code == "DINKES")) or ""
        reach = Scope(unit_paths=(path,))
        found = paged(session, gaps(scope=reach, few=few), 50)
        assert {each.unit_code for each in found} <= {"DINKES", "DINKES.1"}
        assert paged(session, gaps(scope=reach, unit="DPUPR", few=few), 50) == []
        assert paged(session, gaps(scope=Scope(), few=few), 50) == []


def test_of_many_people_there_is_no_list_of_a_day_that_has_passed(town: Database) -> None:
    yesterday = NOW.date().replace(day=20)
    with town.reading() as session:
        with pytest.raises(Invalid, match="smaller unit"):
            gaps(day=yesterday, few=0).page(session)
        assert isinstance(gaps(day=yesterday).page(session).items[0], GapRecord)


@pytest.mark.parametrize(
    ("what", "given", "said"),
    [
        ("gaps", {"basis": "felt"}, "learned or assessed"),
        ("gaps", {"competency": "M.5"}, "did you mean M.05"),
        ("gaps", {"since": "2026-01-01"}, "of one day"),
        ("gaps", {"on": "2027-01-01"}, "not come yet"),
        ("match", {"band": "mapping:best"}, "mapping:optimal"),
        ("match", {"band": "__class__:x"}, "mapping:optimal"),
        ("match", {"unit": "DINKS"}, "did you mean DINKES"),
    ],
)
def test_wrong_filters_say_what_would_be_right(
    town: Database, what: str, given: dict[str, str], said: str
) -> None:
    with town.reading() as session, pytest.raises(Exception, match=said):
        query: Any = query_of(kind_named(what), EVERYTHING, timezone=ZONE, now=NOW, **given)
        list(query.stream(session))


@pytest.mark.parametrize(
    "cursor", ["x", cursor_of(1, 2), cursor_of(99, 1, "", 1), cursor_of(-1, 1, "", 1)]
)
def test_a_cursor_of_another_list_is_refused(town: Database, cursor: str) -> None:
    with town.reading() as session, pytest.raises(NoPlace):
        gaps(competency="M.05").page(session, after=cursor)


@pytest.mark.parametrize("what", ["gaps", "match"])
def test_every_column_of_a_list_has_a_value_or_none(town: Database, what: str) -> None:
    with town.reading() as session:
        query: Any = query_of(KINDS[what], EVERYTHING, timezone=ZONE, now=NOW, language="en")
        for record in query.stream(session):
            values = {column.key: column.value(record) for column in KINDS[what].columns}
            assert values["unit_code"].startswith(("DINKES", "DPUPR"))
        assert query.described()
        assert query.data()["basis"] == "learned"
