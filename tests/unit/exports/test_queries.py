"""What is exported: the records within reach, narrowed, in the unit's own days, and never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from learn.db import Database
from learn.errors import Invalid, NotFound
from learn.exports.formats.xlsx import Xlsx
from learn.exports.kinds import KINDS, kind_named, query_of
from learn.exports.lists.completions import CompletionQuery
from learn.exports.lists.people import CompetencyQuery, HoursQuery, PeopleQuery
from learn.exports.records import CompletionRecord
from learn.exports.services import audit_export, export_chunks, file_name
from learn.ledger.models import AuditEntry
from learn.people.access import EVERYTHING, Scope
from learn.people.models import Person, Post, Unit
from learn.progress.services import withdraw
from learn.publishing.models import CoursePointer
from learn.schema import load_projections
from tests.support import make, records

load_projections()
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ZONE = "Asia/Makassar"


@pytest.fixture
def city(database: Database) -> dict[str, Any]:
    """Give two offices, one with a section, and a person with completions in each."""
    found: dict[str, Any] = {}
    with database.transaction() as session:
        for code, above in (("DINKES", None), ("PUSKESMAS-1", "DINKES"), ("DINAS-PU", None)):
            found[code] = make.unit(session, code, found.get(above or ""))
        for name, code in (("Budi", "DINKES"), ("Citra", "PUSKESMAS-1"), ("Dewi", "DINAS-PU")):
            found[name] = make.person(session, name=name, unit=found[code], password=None)
    return found


def completed(database: Database, person: Person, *courses: str, now: datetime = NOW, **known: Any) -> None:  # fmt: skip
    with database.transaction() as session:
        for course in courses:
            records.complete(session, person, records.version(course, course.title(), **known), now=now)  # fmt: skip


def asked(database: Database, **filters: Any) -> list[CompletionRecord]:
    filters = {"scope": EVERYTHING, "timezone": ZONE, "now": NOW} | filters
    with database.reading() as session:
        return list(CompletionQuery(**filters).stream(session))


def test_a_completion_says_who_what_where_and_when(
    database: Database, city: dict[str, Any]
) -> None:
    completed(database, city["Citra"], "kearsipan", valid_for=records.YEARLY)
    [record] = asked(database)
    assert (record.name, record.unit_code, record.unit) == (
        "Citra",
        "PUSKESMAS-1",
        "Dinas PUSKESMAS-1",
    )
    assert (record.course, record.title, record.hours, record.form) == (
        "kearsipan",
        "Kearsipan",
        6,
        "NKL03",
    )
    assert record.number is not None
    assert len(record.number) == 18
    assert record.certificate is not None
    assert record.completed_at.isoformat() == "2026-11-24T09:30:00+08:00"
    assert record.valid_until is not None
    assert record.valid_until.date() == date(2027, 11, 24)
    assert record.status == "valid"


def test_each_unit_has_its_own_days(database: Database, city: dict[str, Any]) -> None:
    late = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # 23.30 WITA, and tomorrow in Jayapura
    with database.transaction() as session:
        session.get_one(Unit, city["DINAS-PU"].id).time_zone = "Asia/Jayapura"
    completed(database, city["Budi"], "kearsipan", now=late)
    completed(database, city["Dewi"], "kearsipan", now=late)
    days = {record.name: record.completed_at.date() for record in asked(database)}
    assert days == {"Budi": date(2026, 11, 24), "Dewi": date(2026, 11, 25)}


def test_both_days_of_a_period_count_as_local_days(
    database: Database, city: dict[str, Any]
) -> None:
    moments = {
        "sebelum": datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC),
        "awal": datetime(2026, 10, 31, 16, 0, tzinfo=UTC),
        "akhir": datetime(2026, 11, 10, 15, 59, 59, tzinfo=UTC),
        "sesudah": datetime(2026, 11, 10, 16, 0, tzinfo=UTC),
    }
    for course, moment in moments.items():
        completed(database, city["Budi"], course, now=moment)
    found = asked(database, since=date(2026, 11, 1), until=date(2026, 11, 10))
    assert [record.course for record in found] == ["akhir", "awal"]


def test_a_unit_means_all_below_it_and_a_course_only_itself(
    database: Database, city: dict[str, Any]
) -> None:
    for name in ("Budi", "Citra", "Dewi"):
        completed(database, city[name], "a", "b")
    assert {each.name for each in asked(database, unit="DINKES")} == {"Budi", "Citra"}
    assert {each.name for each in asked(database, unit="PUSKESMAS-1")} == {"Citra"}
    assert [each.course for each in asked(database, unit="DINAS-PU", course="b")] == ["b"]


def test_nobody_sees_beyond_their_reach(database: Database, city: dict[str, Any]) -> None:
    for name in ("Budi", "Citra", "Dewi"):
        completed(database, city[name], "a")
    below = Scope(unit_paths=(city["DINKES"].path,))
    own = Scope(person_ids=(city["Dewi"].id,))
    assert {each.name for each in asked(database, scope=below)} == {"Budi", "Citra"}
    assert {each.name for each in asked(database, scope=own)} == {"Dewi"}
    assert asked(database, scope=Scope()) == []
    assert asked(database, scope=own, unit="DINKES") == []


def test_what_was_withdrawn_is_left_out_unless_asked_for(
    database: Database, city: dict[str, Any]
) -> None:
    completed(database, city["Budi"], "a", "b")
    with database.transaction() as session:
        withdraw(session, city["Budi"].id, "a", 1, reason="keliru", actor_id=1, now=NOW)
    assert [each.course for each in asked(database)] == ["b"]
    with_all = asked(database, include_withdrawn=True)
    assert {each.course: each.status for each in with_all} == {"a": "withdrawn", "b": "valid"}


def test_a_completion_whose_time_is_over_says_so(database: Database, city: dict[str, Any]) -> None:
    completed(database, city["Budi"], "a", valid_for=records.YEARLY)
    [record] = asked(database, now=NOW + timedelta(days=400))
    assert record.status == "expired"


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_hold_each_record_once_also_of_the_same_moment(
    database: Database, city: dict[str, Any], limit: int
) -> None:
    for name in ("Budi", "Citra"):
        completed(database, city[name], "a", "b", "c")
    completed(database, city["Dewi"], "a", now=NOW - timedelta(days=2))
    query = CompletionQuery(scope=EVERYTHING, timezone=ZONE, now=NOW)
    found, after = [], None
    with database.reading() as session:
        while True:
            page = query.page(session, limit=limit, after=after)
            assert len(page.items) <= limit
            found += page.items
            if page.next is None:
                break
            after = page.next
    assert found == asked(database)
    assert len(found) == 7


@pytest.mark.parametrize("cursor", ["x", "!!!", "WzFd", "W10", "WyJ4IiwxLCJhIiwxXQ", "WyIyMDI2LTAxLTAxIiwxLCJhIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTldXQ", "é", "a" * 5000])  # fmt: skip
def test_a_cursor_that_is_none_is_refused(database: Database, cursor: str) -> None:
    query = CompletionQuery(scope=EVERYTHING, timezone=ZONE, now=NOW)
    with database.reading() as session, pytest.raises(Invalid, match="first page"):
        query.page(session, after=cursor)


def query(**filters: Any) -> Any:
    kind = KINDS[filters.pop("kind", "completions")]
    return query_of(kind, EVERYTHING, timezone=ZONE, now=NOW, **filters)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "yesterday", "0001-01-01", "9999-12-31", "2026", "\0"]
)
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="it takes a date such as"):
        query(since=text)


def test_days_are_read_as_people_write_them() -> None:
    assert query(since="24-11-2026").since == query(since="2026-11-24").since == date(2026, 11, 24)
    assert query(since="", until=" ", unit="", course="").data() == {}


def test_reversed_days_are_refused() -> None:
    with pytest.raises(Invalid, match="exchange them"):
        query(since="2026-11-24", until="2026-11-23")
    assert query(since="2026-11-24", until="2026-11-24").until == date(2026, 11, 24)


@pytest.mark.parametrize("kind", list(KINDS))
def test_unknown_units_and_courses_are_refused_with_the_nearest(
    database: Database, city: dict[str, Any], kind: str
) -> None:
    with database.transaction() as session:
        session.add(CoursePointer(course="kearsipan"))
    with database.reading() as session:
        with pytest.raises(NotFound, match="did you mean DINKES"):
            list(query(kind=kind, unit="dinkess").stream(session))
        if kind in {"completions", "competencies"}:
            with pytest.raises(NotFound, match="did you mean kearsipan"):
                list(query(kind=kind, course="kearsipn").stream(session))
        with pytest.raises(NotFound):
            list(query(kind=kind, unit="\ud800\0'; --").stream(session))


def test_competencies_say_what_was_learned_and_what_is_missing(
    database: Database, city: dict[str, Any]
) -> None:
    completed(database, city["Budi"], "a")
    with database.transaction() as session:
        session.scalars(
            select(Post).where(Post.person_id == city["Budi"].id)
        ).one().post_class = "ADMINISTRATOR"
    asked_for = CompetencyQuery(scope=EVERYTHING, timezone=ZONE, now=NOW)
    with database.reading() as session:
        found = list(asked_for.stream(session))
    assert len(found) == 27
    [mine] = [each for each in found if each.name == "Budi" and each.competency == "M.05"]
    assert (mine.learned, mine.assessed, mine.required, mine.gap, mine.courses) == (
        2,
        None,
        3,
        1,
        ["a"],
    )


def test_competencies_can_be_narrowed_to_what_was_earned_then_or_there(
    database: Database, city: dict[str, Any]
) -> None:
    completed(database, city["Budi"], "a")
    with database.reading() as session:

        def names(**filters: Any) -> list[str]:
            return [
                each.competency for each in query(kind="competencies", **filters).stream(session)
            ]

        assert names(course="a") == ["M.05"]
        assert names(since="2026-11-24", until="2026-11-24") == ["M.05"]
        assert names(until="2026-11-23") == []


def test_hours_of_a_year_show_who_is_behind(database: Database, city: dict[str, Any]) -> None:
    completed(database, city["Budi"], "a", "b", "c", "d")
    completed(database, city["Citra"], "a", now=datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
    completed(database, city["Citra"], "b", now=datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    with database.reading() as session:
        found = list(HoursQuery(scope=EVERYTHING, timezone=ZONE, now=NOW).stream(session))
        assert [
            (each.name, each.year, each.earned, each.missing, each.status) for each in found
        ] == [
            ("Budi", 2026, 24, 0, "fulfilled"),
            ("Citra", 2026, 6, 14, "short"),
            ("Citra", 2025, 6, 14, "short"),
            ("Dewi", 2026, 0, 20, "short"),
        ]
        past = query(kind="hours", since="2025-01-01", until="2025-12-31").stream(session)
        assert [(each.name, each.year, each.earned) for each in past] == [
            ("Budi", 2025, 0),
            ("Citra", 2025, 6),
            ("Dewi", 2025, 0),
        ]


def test_hours_know_no_course() -> None:
    with pytest.raises(Invalid, match="export completions instead"):
        query(kind="hours", course="a")


@pytest.mark.parametrize("kind", [HoursQuery, CompetencyQuery, PeopleQuery])
def test_batches_of_people_lose_nobody(database: Database, kind: type[Any]) -> None:
    by_three = type("ByThree", (kind,), {"BATCH": 3})
    with database.transaction() as session:
        ids = {make.person(session, name="Wayan", password=None).id for _n in range(10)}
    asked_for = by_three(scope=EVERYTHING, timezone=ZONE, now=NOW)
    with database.reading() as session:
        assert {each.person_id for each in asked_for.stream(session)} == ids
        found, after = [], None
        while True:
            page = asked_for.page(session, limit=4, after=after)
            found += page.items
            after = page.next
            if after is None:
                break
        assert found == list(asked_for.stream(session))


def test_people_who_left_are_in_the_list_of_people_but_owe_nothing(
    database: Database, city: dict[str, Any]
) -> None:
    with database.transaction() as session:
        session.get_one(Person, city["Dewi"].id).active = False
    with database.reading() as session:
        people = list(query(kind="people").stream(session))
        assert {each.name: each.active for each in people} == {
            "Budi": True, "Citra": True, "Dewi": False,
        }  # fmt: skip
        assert "Dewi" not in {each.name for each in query(kind="hours").stream(session)}


def test_who_took_what_away_is_in_the_audit_chain(database: Database) -> None:
    asked_for = query(since="2026-01-01", until="2026-12-31")
    with database.transaction() as session:
        audit_export(session, KINDS["completions"], Xlsx(), asked_for, actor_id=7, now=NOW, count=3)
    with database.reading() as session:
        [entry] = session.scalars(select(AuditEntry)).all()
    assert (entry.kind, entry.actor_id) == ("exported", 7)
    assert entry.data == (
        '{"count":3,"filters":{"since":"2026-01-01","until":"2026-12-31"},'
        '"format":"xlsx","what":"completions"}'
    )


def test_a_file_is_named_by_what_unit_and_day() -> None:
    words = {"completed-courses": "kursus-selesai"}
    name = file_name(KINDS["completions"], Xlsx(), query(unit="Dinas É/1"), lambda m: words[str(m)])
    assert name == "kursus-selesai_dinas-e-1_2026-11-24.xlsx"


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="did you mean completions"):
        kind_named("completion")


def test_a_wrong_question_is_refused_before_the_first_byte(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        export_chunks(session, KINDS["hours"], Xlsx(), query(kind="hours", unit="X"), translate=str)
