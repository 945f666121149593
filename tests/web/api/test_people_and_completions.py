"""Lists of people and completions, files, imports and withdrawals over HTTP."""

import io

import pytest
from sqlalchemy import func, select

from learn.ledger.models import AuditEntry
from learn.people.models import Person
from tests.support import make
from tests.web.api.conftest import walk

SHEET = "NIP;Nama;Kode unit;Nama unit\n198501152010012003;Ni Luh Sekar;DPUPR;Dinas PU\n"


def import_sheet(call, text=SHEET, query="", **options):
    return call(
        "POST", f"/people/imports{query}", data=text.encode(), content_type="text/csv", **options
    )


def people(learn) -> int:
    with learn.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person))


def test_an_import_makes_people_and_a_dry_run_only_says_what_it_would_make(caller, learn):
    hr = caller("hr")
    before = people(learn)
    dry = import_sheet(hr, query="?dry_run=true")
    assert (dry.status_code, dry.json["new"], dry.json["units"], people(learn)) == (
        200,
        1,
        1,
        before,
    )
    done = import_sheet(hr)
    assert (done.status_code, done.json["new"], people(learn)) == (201, 1, before + 1)
    assert import_sheet(hr).json["unchanged"] == 1


def test_a_form_with_the_file_does_the_same(caller):
    data = {"file": (io.BytesIO(SHEET.encode()), "orang.csv")}
    assert caller("hr")("POST", "/people/imports", data=data).json["new"] == 1
    assert (
        caller("hr")("POST", "/people/imports", data={"other": (io.BytesIO(b"x"), "x")}).status_code
        == 400
    )


def test_errors_of_an_import_come_by_row_and_column_and_nothing_is_imported(caller, learn):
    before = people(learn)
    reply = import_sheet(caller("hr"), "NIP;Nama\n123;Ni Made\n198501152010012003;\n")
    assert reply.status_code == 422
    assert {(each["row"], each["column"]) for each in reply.json["errors"]} == {
        (2, "NIP"),
        (3, "Nama"),
    }
    assert people(learn) == before + 1  # only who asked


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"PK\x03\x04broken", b"\xff\xff", b'a;b\n"x']
)
def test_a_file_that_is_no_sheet_is_told(caller, content):
    reply = caller("hr")(
        "POST", "/people/imports", data=content, content_type="application/octet-stream"
    )
    assert reply.status_code == 422


def test_pages_of_people_follow_each_other_without_gap_or_repetition(caller):
    hr = caller("hr", unit="DINKES")
    numbers = {caller(unit="DINKES", name=f"Ni Wayan {letter}").number for letter in "ABCDEFG"}
    found, cursor = [], ""
    while True:
        page = hr("GET", f"/people?limit=3{cursor}").json
        found += [each["number"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(found) == len(set(found)) == 8
    assert set(found) == numbers | {hr.number}
    assert len(hr("GET", "/people?q=wayan%20c").json["items"]) == 1
    assert len(hr("GET", f"/people?q={min(numbers)}").json["items"]) == 1


def test_a_record_is_found_by_a_number_written_with_spaces(course, caller):
    learner = caller(unit="DINKES")
    walk(learner)
    number = (
        f"{learner.number[:8]} {learner.number[8:14]} {learner.number[14:15]} {learner.number[15:]}"
    )
    record = caller("hr")("GET", f"/people/{number}/record").json
    assert record == learner("GET", "/me/record").json
    assert caller("hr")("GET", f"/people/{make.nip()}/record").status_code == 404


def test_completions_are_paged_and_narrowed_by_unit_course_and_day(course, caller):
    learners = [caller(unit=unit) for unit in ("DINKES", "DINKES", "DPUPR")]
    for learner in learners:
        walk(learner)
    hr = caller("hr")
    first = hr("GET", "/completions?limit=2").json
    rest = hr("GET", f"/completions?limit=2&cursor={first['next']}").json
    numbers = [each["number"] for each in first["items"] + rest["items"]]
    assert sorted(numbers) == sorted(each.number for each in learners)
    assert rest["next"] is None
    assert first["items"][0]["score"] == 1.0
    assert len(hr("GET", "/completions?unit=DINKES").json["items"]) == 2
    assert len(hr("GET", "/completions?course=dasar").json["items"]) == 3
    assert hr("GET", "/completions?until=2020-01-01").json == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("format", "begins"),
    [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("jsonl", b"{"), ("parquet", b"PAR1")],
)
def test_a_file_of_completions_is_streamed_named_and_noted(course, caller, learn, format, begins):
    walk(caller(unit="DINKES"))
    reply = caller("hr")("GET", f"/completions?format={format}")
    assert reply.get_data().startswith(begins)
    assert f".{format}" in reply.headers["Content-Disposition"]
    with learn.database.reading() as session:
        assert "exported" in session.scalars(select(AuditEntry.kind)).all()
    reply.close()


def test_looking_at_completions_page_by_page_is_no_export(course, caller, learn):
    caller("hr")("GET", "/completions")
    with learn.database.reading() as session:
        assert "exported" not in session.scalars(select(AuditEntry.kind)).all()


def test_a_withdrawn_completion_stays_visible_and_counts_no_more(course, caller):
    learner, hr = caller(unit="DINKES"), caller("hr", unit="DINKES")
    walk(learner)
    address = f"/people/{learner.number}/completions/dasar/1/withdrawal"
    assert hr("POST", address, {"reason": "  "}).status_code == 422
    assert hr("POST", address, {"reason": "Bukan orangnya"}).json["status"] == "withdrawn"
    assert hr("POST", address, {"reason": "Lagi"}).status_code == 409
    record = learner("GET", "/me/record").json
    assert record["hours"][0]["earned"] == 0
    assert record["completions"][0]["status"] == "withdrawn"
    evidence = next(each["evidence"] for each in record["competencies"] if each["evidence"])
    assert (evidence[0]["counts"], evidence[0]["reason"]) == (False, "withdrawn")
