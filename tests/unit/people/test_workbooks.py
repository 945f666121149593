"""Units, people and posts from one workbook: what differs is shown first, nothing is half imported."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from learn.errors import Forbidden, Invalid
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import About
from learn.exports.formats.xlsx import Xlsx
from learn.exports.kinds import kind_named, query_of
from learn.ledger.models import AuditEntry, LedgerEntry
from learn.people.access import EVERYTHING, Role
from learn.people.imports.post_plans import HeldPost
from learn.people.imports.tables import read_tables
from learn.people.imports.workbook_changes import apply_workbook
from learn.people.imports.workbooks import grouped, plan_workbook
from learn.people.models import Person, Post, Unit
from learn.people.services import set_post
from tests.support.people import nip

UNITS = "kode,nama,kode_induk,berlaku_dari,berlaku_sampai,zona_waktu"
PEOPLE = "nip,nama,kode_unit"
POSTS = "nip,kode_unit,jabatan,jenjang,gol,tmt,sampai"


def book(**sheets):
    """Return an XLSX file of these sheets, each a list of lines with commas."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as made:
        for name, lines in sheets.items():
            sheet = made.add_worksheet(name)
            for number, line in enumerate(lines):
                for place, cell in enumerate(line.split(",")):
                    sheet.write_string(number, place, cell)
    return out.getvalue()


@pytest.fixture
def plan(session, settings, now):
    def plan(*, actor=None, **sheets):
        session.flush()
        tables = read_tables(book(**sheets), "all.xlsx")
        return plan_workbook(session, tables, actor=actor, now=now, settings=settings)

    return plan


@pytest.fixture
def do(session, plan, settings, now):
    def do(*, actor=None, **sheets):
        made = plan(actor=actor, **sheets)
        assert told(made) == []
        apply_workbook(session, made, actor=actor, now=now, settings=settings)
        session.flush()
        assert plan(actor=actor, **sheets).empty, "the same again changes nothing"
        return made

    return do


def told(made):
    return [(each.error.row, each.error.column, str(each.error.message)) for each in made.errors]


def history(session, person):
    session.expire_all()
    posts = session.scalars(select(Post).where(Post.person_id == person.id).order_by(Post.since))
    return [(post.unit_id, post.title, post.since, post.until) for post in posts]


def test_units_people_and_their_history_come_from_one_workbook(session, city, do):
    number = nip(40)
    made = do(
        units=[UNITS, "BAPPEDA,Badan Perencanaan,,2017-01-01,,WITA", "BID1,Bidang Satu,BAPPEDA,,,"],
        people=[PEOPLE, f"{number},Ni Ketut Baru,BID1"],
        posts=[
            POSTS,
            f"{number},BAPPEDA,Staf,PELAKSANA,III/a,2018-03-01,2020-12-31",
            f"{number},BID1,Kepala,PENGAWAS,III/c,2021-01-01,",
        ],
    )
    assert (len(made.units.new), len(made.people.new), made.posts.new) == (2, 1, 2)
    top = session.scalars(select(Unit).where(Unit.code == "BAPPEDA")).one()
    section = session.scalars(select(Unit).where(Unit.code == "BID1")).one()
    assert (top.valid_from, top.time_zone, top.parent_id) == (
        date(2017, 1, 1),
        "Asia/Makassar",
        city.root.id,
    )
    person = session.scalars(select(Person).where(Person.name == "Ni Ketut Baru")).one()
    assert history(session, person) == [
        (top.id, "Staf", date(2018, 3, 1), date(2020, 12, 31)),
        (section.id, "Kepala", date(2021, 1, 1), None),
    ]
    assert (person.unit_id, person.post_title, person.grade) == (section.id, "Kepala", "III/c")


def test_each_difference_is_shown_field_by_field(session, city, plan, now, settings):
    person = city.add(city.health, post_title="Staf", since=date(2020, 1, 1))
    made = plan(
        units=["kode,nama", f"{city.health.code},Dinas Kesehatan Kota"],
        posts=[POSTS, f"{nip(1)},{city.health.code},Staf ahli,,,2020-01-01,"],
    )
    assert told(made) == []
    [unit] = made.units.changed
    assert [(d.field, d.after) for d in unit.differences] == [("unit", "Dinas Kesehatan Kota")]
    [change] = made.posts.changes
    [(since, [difference])] = change.differences
    assert (since, difference.field, difference.before, difference.after) == (
        date(2020, 1, 1), "post", "Staf", "Staf ahli",
    )  # fmt: skip
    assert change.person_id == person.id
    assert session.get_one(Person, person.id).post_title == "Staf", "nothing is done yet"


def test_who_moves_in_the_middle_of_a_year_leaves_a_closed_row_behind(session, city, do):
    person = city.add(city.health, post_title="Staf", since=date(2020, 1, 1))
    do(posts=[POSTS, f"{nip(1)},{city.roads.code},Kasi,,,2025-06-16,"])
    assert history(session, person) == [
        (city.health.id, "Staf", date(2020, 1, 1), date(2025, 6, 15)),
        (city.roads.id, "Kasi", date(2025, 6, 16), None),
    ]
    assert session.get_one(Person, person.id).unit_id == city.roads.id


def test_two_main_posts_at_one_time_are_refused_by_row(session, city, plan):
    city.add(city.health, since=date(2020, 1, 1))
    health, number = city.health.code, nip(1)
    made = plan(
        posts=[
            POSTS,
            f"{number},{health},A,,,2012-01-01,2014-12-31",
            f"{number},{health},B,,,2014-06-01,2015-12-31",
            f"{number},{health},C,,,2019-01-01,2020-02-01",
        ]
    )
    assert [(row, column) for row, column, _ in told(made)] == [(3, "tmt"), (4, "sampai")]
    assert "Row 2 holds another main post" in told(made)[0][2]
    assert "since 2020-01-01" in told(made)[1][2]


def test_a_second_post_beside_the_main_one_may_overlap(session, city, do):
    person = city.add(city.health, post_title="Staf", since=date(2020, 1, 1))
    do(
        posts=[
            f"{POSTS},utama",
            f"{nip(1)},{city.roads.code},Plt. Kasi,,,2024-01-01,2024-12-31,tidak",
        ]
    )
    assert len(history(session, person)) == 2
    assert session.get_one(Person, person.id).unit_id == city.health.id


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("{n},HEALTH,A,,,2021-05-01,2021-04-30", "sampai", "lies before"),
        ("{n},HEALTH,A,,,2090-01-01,", "tmt", "future"),
        ("{n},HEALTH,A,,,,", "tmt", "needs the day"),
        ("{n},HEALTH,A,,,-,2020-01-01", "tmt", "needs the day"),
        ("{n},HEALTH,A,,,31-02-2020,", "tmt", "not a date"),
        ("{n},,A,,,2020-01-01,", "kode_unit", "needs the code"),
        ("{n},NOWHERE,A,,,2020-01-01,", "kode_unit", "There is no unit NOWHERE"),
        ("{n},HEALTH,A,ADMINISTRATR,,2020-01-01,", "jenjang", "did you mean ADMINISTRATOR"),
        ("{n},HEALTH,A,,V/z,2020-01-01,", "gol", "not known"),
        ("12345,HEALTH,A,,,2020-01-01,", "nip", "18 digits"),
        ("199001012015031998,HEALTH,A,,,2020-01-01,", "nip", "Nobody has this number"),
    ],
)
def test_a_post_that_cannot_be_is_told_by_row_and_column(city, plan, line, column, words):
    city.add(None)
    line = line.format(n=nip(1)).replace("HEALTH", city.health.code)
    [(row, named, message)] = told(plan(posts=[POSTS, line]))
    assert (row, named) == (2, column)
    assert words in message


@pytest.mark.parametrize(
    ("lines", "row", "column", "words"),
    [
        (["A,Satu,B,,,", "B,Dua,A,,,"], 2, "kode_induk", "below itself"),
        (["A,Satu,A,,,"], 2, "kode_induk", "below itself"),
        (["A,Satu,NOWHERE,,,"], 2, "kode_induk", "There is no unit NOWHERE"),
        (["A,Satu,,2020-01-01,2019-12-31,"], 2, "berlaku_sampai", "lies before"),
        (["A,Satu,,,,", "A,Dua,,,,"], 3, "kode", "stands in row 2"),
        (["A,,,,,"], 2, "nama", "needs a name"),
        ([",Satu,,,,"], 2, "kode", "missing"),
        (["A,Satu,,,,Mars"], 2, "zona_waktu", "no time zone"),
        (["A,Satu,,31-02-2020,,"], 2, "berlaku_dari", "not a date"),
    ],
)
def test_a_unit_that_cannot_be_is_told_by_row_and_column(city, plan, lines, row, column, words):
    made = plan(units=[UNITS, *lines])
    first = told(made)[0]
    assert first[:2] == (row, column)
    assert words in first[2]


def test_units_that_exchange_their_places_are_moved_from_the_top_down(session, city, do):
    health, clinic = city.health.code, city.clinic.code
    do(
        units=[
            "kode,nama,kode_induk",
            f"{health},Kesehatan,{clinic}",
            f"{clinic},Puskesmas,{city.root.code}",
        ]
    )
    session.expire_all()
    assert city.health.path.startswith(city.clinic.path)
    assert city.clinic.path.startswith(city.root.path)


def test_a_cycle_with_a_unit_that_the_sheet_does_not_name_is_refused(city, plan):
    made = plan(units=["kode,nama,kode_induk", f"{city.health.code},Kesehatan,{city.clinic.code}"])
    assert "below itself" in told(made)[0][2]


def test_a_unit_with_active_people_is_not_ended(city, plan):
    city.add(city.clinic)
    made = plan(units=["kode,nama,berlaku_sampai", f"{city.health.code},Kesehatan,2025-12-31"])
    assert [(row, column) for row, column, _ in told(made)] == [(2, "berlaku_sampai")]


def test_people_and_posts_have_to_agree_on_the_post_held_now(city, plan):
    city.add(city.health, since=date(2020, 1, 1))
    made = plan(
        people=[PEOPLE, f"{nip(1)},I Made Arta,{city.roads.code}"],
        posts=[POSTS, f"{nip(1)},{city.health.code},,,,2020-01-01,"],
    )
    assert [(row, column) for row, column, _ in told(made)] == [(2, "unit_code")]


def test_one_error_in_any_sheet_and_nothing_is_imported(session, city, plan, settings, now):
    made = plan(
        units=[UNITS, "BARU,Unit Baru,,,,"],
        posts=[POSTS, f"{nip(1)},BARU,A,,,2020-01-01,"],
    )
    with pytest.raises(Invalid, match="Nothing was imported"):
        apply_workbook(session, made, actor=None, now=now, settings=settings)
    assert session.scalars(select(Unit).where(Unit.code == "BARU")).first() is None


def test_who_reaches_one_office_changes_nothing_elsewhere(session, city, plan):
    officer = city.officer(Role.HR, city.health)
    theirs = city.add(city.roads, since=date(2020, 1, 1), number=nip(50))
    mine = city.add(city.clinic, since=date(2020, 1, 1), number=nip(51))
    made = plan(
        actor=officer,
        units=[
            "kode,nama,kode_induk",
            f"{city.roads.code},Jalan,",
            f"X,Baru,{city.roads.code}",
            f"Y,Baru,{city.health.code}",
        ],
        posts=[
            POSTS,
            f"{nip(50)},{city.health.code},A,,,2021-01-01,",
            f"{nip(51)},{city.roads.code},A,,,2021-01-01,",
            f"{nip(51)},{city.health.code},A,,,2019-01-01,2019-12-31",
        ],
    )
    wrong = [(each.sheet, each.error.row) for each in made.errors]
    assert wrong == [("units", 2), ("units", 3), ("posts", 2), ("posts", 3)]
    assert all(change.person_id != theirs.id for change in made.posts.changes)
    assert [unit.code for unit in made.units.new] == ["Y"]
    assert mine.unit_id == city.clinic.id
    with pytest.raises(Forbidden):
        plan(actor=city.officer(Role.SUPERVISOR, city.health), units=[UNITS])


def test_a_number_that_changes_with_a_new_contract_stays_the_same_person(session, city, do):
    person = city.add(city.health, since=date(2020, 1, 1), number="199502012023212999")
    do(
        people=["nip,nip_lama,nama", "199502012024222999,199502012023212999,I Made Arta"],
        posts=[POSTS, f"199502012023212999,{city.roads.code},Guru,,,2024-07-01,"],
    )
    assert [title for _unit, title, _since, _until in history(session, person)] == ["", "Guru"]


def test_what_the_sheets_do_not_name_stays_and_is_said(session, city, plan):
    kept = city.add(city.health, name="Zaenal", since=date(2020, 1, 1))
    city.add(city.health, name="Anom", since=date(2020, 1, 1))
    made = plan(
        units=["kode,nama", f"{city.health.code},{city.health.name}"],
        people=[PEOPLE, f"{nip(2)},Anom,"],
        posts=[POSTS, f"{nip(2)},{city.health.code},A,,,2018-01-01,2018-12-31"],
    )
    assert told(made) == []
    assert made.missing.names == ("Zaenal",)
    assert city.roads.code in made.units.missing
    assert made.posts.kept == 1
    assert session.get_one(Person, kept.id).active


def test_errors_of_one_kind_are_told_together(city, plan):
    lines = [f"{nip(60 + n)},{city.health.code},A,,,2020-01-01," for n in range(30)]
    made = plan(posts=[POSTS, *lines, f"{nip(1)},X,,,,,"])
    [(example, count, rows), *_rest] = grouped(made.errors)
    assert (example.error.column, count, rows) == ("nip", 31, tuple(range(2, 12)))


def test_two_sheets_of_one_kind_and_foreign_sheets_are_told(city, plan):
    made = plan(one=[PEOPLE, f"{nip(1)},A,"], two=[PEOPLE, f"{nip(2)},B,"], three=["catatan", "x"])
    assert [each.sheet for each in made.errors] == ["two"]
    assert "three" in [each.sheet for each in made.warnings]


def test_changes_of_posts_are_entries_and_the_import_stands_in_the_audit_chain(session, city, do):
    person = city.add(city.health, since=date(2020, 1, 1))
    do(posts=[POSTS, f"{nip(1)},{city.roads.code},Kasi,,,2025-06-16,"])
    kinds = list(
        session.scalars(select(LedgerEntry.kind).where(LedgerEntry.person_id == person.id))
    )
    assert kinds == ["person_added", "post_set", "posts_imported"]
    audited = list(session.scalars(select(AuditEntry.kind)))
    assert audited.count("sheets_imported") == 1


def exported(session, settings, now, what, exporter):
    kind = kind_named(what)
    query = query_of(kind, EVERYTHING, timezone=settings.timezone, now=now)
    about = About(title=kind.title, made_at=now)
    return b"".join(exporter.chunks(kind.columns, query.stream(session), about=about))


@pytest.mark.parametrize("exporter", [Csv(), Csv(";"), Xlsx()], ids=["comma", "semicolon", "xlsx"])
def test_what_units_and_posts_export_imports_without_any_change(
    session, city, settings, now, exporter
):
    ayu = city.add(
        city.clinic,
        name="=Ni Ayu",
        post_title="Staf; ahli",
        post_class="JF_MUDA",
        since=date(2019, 2, 1),
    )
    set_post(session, ayu, unit=city.roads, title="Kasi, jalan", grade="III/d", since=now.date() - timedelta(days=9),
             actor_id=None, now=now, settings=settings)  # fmt: skip
    city.add(city.health, name="Gede", active=False)
    city.clinic.valid_from, city.roads.time_zone = date(2011, 3, 4), "Asia/Jakarta"
    session.flush()
    for what, same in (("units", 4), ("people", 2), ("posts", 3)):
        content = exported(session, settings, now, what, exporter)
        tables = read_tables(content, f"{what}{exporter.suffix}")
        made = plan_workbook(session, tables, actor=None, now=now, settings=settings)
        assert told(made) == []
        assert made.empty
        found = getattr(made, what)
        assert found.unchanged == same


DAYS = st.dates(date(2000, 1, 1), date(2026, 1, 1))
TITLES = (
    st.text("AbÇé;,='\"- 0", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text not in {"", "-"})
)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(DAYS, TITLES), min_size=1, max_size=5, unique_by=lambda each: each[0]),
    st.booleans(),
)
def test_any_history_comes_back_from_its_file_as_it_was(
    session, city, settings, now, posts, semicolon
):
    nested = session.begin_nested()
    person = city.add(None, name="I Wayan Uji")
    days = sorted(posts)
    for place, (since, title) in enumerate(days):
        until = days[place + 1][0] - timedelta(days=1) if place + 1 < len(days) else None
        session.add(
            Post(person_id=person.id, since=since, until=until, unit_id=city.health.id, title=title)
        )
    session.flush()
    content = exported(session, settings, now, "posts", Csv(";" if semicolon else ","))
    made = plan_workbook(
        session, read_tables(content, "p.csv"), actor=None, now=now, settings=settings
    )
    nested.rollback()
    assert told(made) == []
    assert made.empty
    assert made.posts.unchanged == len(days)


def test_posts_of_one_day_have_one_key_and_others_have_their_own():
    one = HeldPost(date(2020, 1, 1), None, "A", "x", "", "")
    two = HeldPost(date(2020, 1, 1), None, "B", "y", "", "")
    assert one.key == two.key
    assert one.key != HeldPost(date(2020, 1, 1), None, "A", "x", "", "", main=False).key
