"""The level a post requires is the one in force that day; its history stays, and no two days disagree."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from learn.competencies.framework import edits as framework_edits
from learn.competencies.framework.catalogue import Succession, shipped_framework
from learn.competencies.framework.models import Requirement
from learn.competencies.requirements import edits as requirement_edits
from learn.competencies.requirements.edits import CannotRequire, Said
from learn.competencies.requirements.lists import RequirementQuery, list_requirements
from learn.competencies.requirements.reading import (
    required_at_places,
    required_levels_for,
    required_levels_of_many,
)
from learn.competencies.requirements.rules import Period, Place, Rule, post_key_of, required_at
from learn.competencies.requirements.sheets import (
    COLUMNS,
    import_requirements,
    plan_requirements,
    requirement_rows,
)
from learn.errors import Message, NotFound
from learn.exports.archives.framework import requirement_chunks
from learn.exports.formats.choosing import standard_exporters
from learn.exports.formats.exporter import About
from learn.ledger.models import AuditEntry
from learn.people.imports.tables import Table, read_table
from learn.people.services import set_post
from tests.support import make
from tests.support.statements import Counted

FRAMEWORK = shipped_framework()
JAN, JUL = date(2026, 1, 1), date(2026, 7, 1)
TODAY = date(2026, 11, 24)


def said(**known):
    return Said(
        **{"competency": "M.05", "level": 3, "since": JAN, "post_class": "PELAKSANA", **known}
    )


def add(session, now, ends_open=False, **known):
    return requirement_edits.add(
        session, said(**known), FRAMEWORK, ends_open=ends_open, actor_id=1, now=now
    )


def level(session, on, title="", post_class="PELAKSANA", code="M.05", unit_path=""):
    return required_levels_for(session, title, post_class, on=on, unit_path=unit_path).get(code)


def test_without_rows_a_class_of_post_has_its_usual_level(database):
    with database.reading() as session:
        assert level(session, TODAY) == 1
        assert level(session, TODAY, post_class="ADMINISTRATOR") == 3
        assert level(session, TODAY, post_class="") is None


def test_on_a_day_the_row_in_force_that_day_counts(database, now):
    with database.transaction() as session:
        add(session, now, level=2, since=JAN, until=JUL - timedelta(days=1))
        add(session, now, level=4, since=JUL)
        assert level(session, JAN - timedelta(days=1)) == 1
        assert level(session, JAN) == 2
        assert level(session, JUL - timedelta(days=1)) == 2
        assert level(session, JUL) == level(session, date(2099, 1, 1)) == 4


def test_a_new_level_can_end_the_one_that_holds_the_day_before(database, now):
    with database.transaction() as session:
        first = add(session, now, level=2)
        add(session, now, level=3, since=JUL, ends_open=True)
        assert first.until == JUL - timedelta(days=1)
        assert (level(session, JUL - timedelta(days=1)), level(session, JUL)) == (2, 3)


def test_the_very_post_wins_over_its_class_and_the_nearest_unit_over_others(database, now):
    with database.transaction() as session:
        office = make.unit(session, "DUKCAPIL")
        part = make.unit(session, "SEKSI", office)
        add(session, now, level=2)
        add(session, now, level=3, unit_id=office.id)
        add(session, now, level=4, unit_id=part.id)
        assert level(session, TODAY) == 2
        assert level(session, TODAY, unit_path=office.path) == 3
        assert level(session, TODAY, unit_path=part.path) == 4
        add(session, now, level=5, post_class="", post_title="Analis  Kependudukan")
        assert level(session, TODAY, "analis kependudukan", unit_path=part.path) == 5
        assert level(session, TODAY, "Analis Anggaran", unit_path=part.path) == 4


def test_a_technical_competency_is_required_only_where_a_row_says_so(database, now):
    content = framework_edits.added(FRAMEWORK, framework_edits.new_competency("T.X.01"))
    wanted = said(competency="T.X.01", level=2)
    with database.transaction() as session:
        requirement_edits.add(session, wanted, content, actor_id=1, now=now)
        place = Place("", "", "PELAKSANA")
        found = required_at_places(session, [place], on=TODAY, framework=content)[place]
        assert found["T.X.01"].level == 2
        other = Place("", "", "PENGAWAS")
        assert (
            "T.X.01" not in required_at_places(session, [other], on=TODAY, framework=content)[other]
        )


def test_what_is_required_on_an_earlier_code_is_required_on_its_successors():
    content = framework_edits.without(
        FRAMEWORK, "M.05", [Succession("M.05", "M.03", {4: 3})],
        published=framework_edits.codes_of(FRAMEWORK),
    )  # fmt: skip
    rules = [Rule("M.05", 4, Period(JAN), post_class="PELAKSANA", id=1)]
    place = Place("", "", "PELAKSANA")
    assert required_at(place, rules, content, on=TODAY)["M.03"].level == 3
    rules.append(Rule("M.03", 2, Period(JAN), post_class="PELAKSANA", id=2))
    assert required_at(place, rules, content, on=TODAY)["M.03"].level == 2


def test_the_source_and_how_sure_it_is_come_along(database, now):
    with database.transaction() as session:
        row = add(session, now, source="SK Walikota 12/2026", confidence="low")
        place = Place("", "", "PELAKSANA")
        found = required_at_places(session, [place], on=TODAY)[place]
        assert (found["M.05"].source, found["M.05"].confidence) == ("SK Walikota 12/2026", "low")
        assert found["M.05"].rule == row.id
        assert found["M.01"].rule is None
        assert "38 Tahun 2017" in found["M.01"].source


@pytest.mark.parametrize(
    ("since", "until"),
    [(JAN, None), (JUL, None), (JUL, JUL), (date(2025, 1, 1), JAN), (date(2025, 1, 1), None),
     (date(2026, 12, 31), date(2027, 1, 1))],
)  # fmt: skip
def test_days_that_overlap_are_refused(database, now, since, until):
    with database.transaction() as session:
        add(session, now, since=JAN, until=date(2026, 12, 31))
        with pytest.raises(CannotRequire, match="must not overlap"):
            add(session, now, since=since, until=until)
        add(session, now, since=since, until=until, competency="M.06")
        add(session, now, since=since, until=until, post_class="PENGAWAS")


@pytest.mark.parametrize(
    ("known", "field", "told"),
    [
        ({"since": JUL, "until": JAN}, "until", "It ends on 01-01-2026, before it begins"),
        ({"level": 0}, "level", "from 1 to 5"),
        ({"level": 6}, "level", "from 1 to 5"),
        ({"level": None}, "level", "from 1 to 5"),
        ({"since": None}, "since", "first day"),
        ({"since": date(1, 1, 1)}, "since", "too long ago"),
        ({"competency": "M.99"}, "competency", "the codes are M.01"),
        ({"post_class": ""}, "post_class", "either a post or a class"),
        ({"post_title": "Analis"}, "post_class", "either a post or a class"),
        ({"post_class": "RAJA"}, "post_class", "no class of post RAJA"),
        ({"confidence": "sure"}, "confidence", "high, medium or low"),
        ({"source": "x" * 256}, "source", "at most 255"),
    ],
)
def test_what_cannot_be_required_is_told_by_field(database, now, known, field, told):
    with database.transaction() as session, pytest.raises(CannotRequire) as refused:
        add(session, now, **known)
    assert told in str(refused.value.mistakes[field])


def test_a_correction_keeps_what_the_row_is_for_and_what_it_said_stands_in_the_audit_chain(
    database, now
):
    with database.transaction() as session:
        row = add(session, now)
        other = add(session, now, since=date(2025, 1, 1), until=date(2025, 12, 31))
        requirement_edits.change(
            session, row.id, said(level=2, since=JUL, competency="M.01", post_class="PENGAWAS"),
            FRAMEWORK, actor_id=1, now=now,
        )  # fmt: skip
        assert (row.level, row.since, row.competency, row.post_class) == (
            2,
            JUL,
            "M.05",
            "PELAKSANA",
        )
        with pytest.raises(CannotRequire, match="There is a level from 01-07-2026"):
            requirement_edits.change(
                session,
                other.id,
                said(since=date(2025, 1, 1), until=JUL),
                FRAMEWORK,
                actor_id=1,
                now=now,
            )
        requirement_edits.remove(session, row.id, actor_id=1, now=now)
        with pytest.raises(NotFound):
            requirement_edits.get(session, row.id)
        kinds = list(session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq)))
    assert kinds[-4:] == [
        "requirement_added", "requirement_added", "requirement_changed", "requirement_removed",
    ]  # fmt: skip


def test_of_two_who_add_the_same_days_at_once_one_is_refused(database, now):
    with database.transaction() as session:
        add(session, now, competency="M.01")  # there is an audit chain to queue on
    refused = []

    def one():
        try:
            with database.transaction() as session:
                add(session, now)
        except CannotRequire as error:
            refused.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 3
    with database.reading() as session:
        assert len(list(session.scalars(select(Requirement)))) == 2


def test_many_people_cost_as_many_statements_as_one_and_the_post_held_then_counts(database, now):
    with database.transaction() as session:
        office = make.unit(session, "A")
        people = [make.person(session, unit=office, password=None) for _ in range(12)]
        for place, person in enumerate(people):
            set_post(
                session, person, unit=office, title=f"Pos {place}", post_class="PENGAWAS",
                since=date(2026, 3, 1), actor_id=None, now=now, settings=make.settings(),
            )  # fmt: skip
        add(session, now, post_class="", post_title="Pos 3", level=5)
        ids = [person.id for person in people]
    with database.reading() as session:
        with Counted(database) as few:
            required_levels_of_many(session, ids[:1], on=TODAY)
        with Counted(database) as many:
            found = required_levels_of_many(session, ids, on=TODAY)
        assert len(few.statements) == len(many.statements) == 3
        assert found[ids[3]]["M.05"] == 5
        assert found[ids[4]]["M.05"] == 2
        assert required_levels_of_many(session, ids, on=JAN)[ids[4]].get("M.05") in {None, 2}


day = st.dates(date(2020, 1, 1), date(2021, 12, 31))
periods = st.builds(
    lambda since, length: Period(since, None if length is None else since + timedelta(days=length)),
    day, st.none() | st.integers(0, 400),
)  # fmt: skip


@given(st.lists(periods, max_size=6), day)
def test_where_no_days_overlap_one_level_at_most_holds_on_a_day(found, on):
    kept = []
    for period in found:
        if not any(period.overlaps(other) for other in kept):
            kept.append(period)
    assert sum(period.holds_on(on) for period in kept) <= 1


@given(periods, periods)
def test_overlapping_is_having_a_day_in_common(one, two):
    first = max(one.since, two.since)
    assert one.overlaps(two) == two.overlaps(one) == (one.holds_on(first) and two.holds_on(first))


def test_titles_are_compared_without_regard_to_case_and_spaces():
    assert post_key_of("  Analis   KEPENDUDUKAN ") == "analis kependudukan"


def sheet(*rows, columns="jenjang;kompetensi;tingkat;mulai;sampai"):
    return read_table("\n".join((columns, *rows)).encode(), "x.csv")


def test_a_sheet_is_read_all_or_nothing(database, now):
    table = sheet(
        "PELAKSANA;M.05;2;2026-01-01;", "PELAKSANA;M.06;9;2026-01-01;",
        "PELAKSANA;M.07;2;31-12-2026;1-1-2026", "RAJA;M.08;2;2026-01-01;", "PELAKSANA;M.08;2;soon;",
    )  # fmt: skip
    with database.transaction() as session:
        plan = import_requirements(session, table, FRAMEWORK, actor_id=1, now=now)
        places = {(each.row, each.column) for each in plan.errors}
        assert places == {(3, "required_level"), (4, "until"), (5, "post_class"), (6, "from")}
        assert not list(session.scalars(select(Requirement)))


def test_rows_of_a_sheet_that_overlap_are_told_by_row(database, now):
    with database.transaction() as session:
        add(session, now, competency="M.01", since=JAN)
        plan = plan_requirements(
            session,
            sheet(
                "PELAKSANA;M.05;2;2026-01-01;2030-01-01", "PELAKSANA;M.05;3;2026-02-01;2026-03-01",
                "PELAKSANA;M.05;3;2027-02-01;", "PELAKSANA;M.01;2;2027-01-01;",
            ),
            FRAMEWORK,
        )  # fmt: skip
        assert [(each.row, str(each.message)[:30]) for each in plan.errors] == [
            (3, "The days overlap with those of"), (4, "The days overlap with those of"),
            (5, "There is a level from 01-01-20"),
        ]  # fmt: skip


def test_a_row_that_begins_on_the_day_of_another_corrects_it(database, now):
    with database.transaction() as session:
        add(session, now, level=3)
        table = sheet("Pelaksana;M.05;2;01/01/2026;2026-12-31", "PELAKSANA;M.05;4;2027-01-01;")
        plan = import_requirements(session, table, FRAMEWORK, actor_id=1, now=now)
        assert (len(plan.new), len(plan.changed), plan.errors) == (1, 1, [])
        again = import_requirements(session, table, FRAMEWORK, actor_id=1, now=now)
        assert (again.empty, again.unchanged) == (True, 2)
        session.expire_all()
        assert (level(session, TODAY), level(session, date(2027, 1, 1))) == (2, 4)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_required_levels_out_and_in_again_change_nothing(database, now, format):
    with database.transaction() as session:
        office = make.unit(session, "DUKCAPIL")
        add(session, now, until=JUL, source="=SK 1", confidence="low")
        add(session, now, post_class="", post_title='\'Analis, "Muda"; =1', unit_id=office.id)
        exporter = standard_exporters()[format]
        about = About(Message("Required levels"), now)
        made = b"".join(requirement_chunks(requirement_rows(session), exporter, about))
        plan = plan_requirements(session, read_table(made, f"x.{format}"), FRAMEWORK)
        assert (plan.empty, plan.unchanged, plan.errors) == (True, 2, [])


def test_a_sheet_of_100_000_rows_with_5_000_bad_ones_tells_each(database):
    rows = []
    for number in range(100_000):
        bad = number % 20 == 0
        cells = {"post": f"Pos {number}", "competency": "M.05", "required_level": "7" if bad else "2",
                 "from": "2026-01-01"}  # fmt: skip
        rows.append((number + 2, tuple(cells.get(key, "") for key in COLUMNS)))
    with database.reading() as session:
        plan = plan_requirements(session, Table(tuple(COLUMNS), rows), FRAMEWORK)
    assert len(plan.errors) == 5_000
    assert {each.column for each in plan.errors} == {"required_level"}
    assert (plan.errors[0].row, plan.errors[1].row) == (2, 22)


def test_the_list_is_paged_by_its_order(database, now):
    with database.transaction() as session:
        for code in ("M.01", "M.02", "M.03", "M.04", "M.06"):
            add(session, now, competency=code)
        seen, after = [], None
        while True:
            page = list_requirements(session, RequirementQuery(), after=after, limit=2)
            seen += [line.row.competency for line in page.items]
            after = page.next
            if after is None:
                break
        assert seen == ["M.01", "M.02", "M.03", "M.04", "M.06"]
        only = list_requirements(session, RequirementQuery(competency="M.03", on=TODAY))
        assert [line.row.competency for line in only.items] == ["M.03"]
