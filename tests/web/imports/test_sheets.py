"""Sheets of units, people, posts and older records on pages: first shown, then done, errors as a file."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import func, select

from learn.claims.models import Claim
from learn.people.models import Person, Post, Unit
from tests.support import make


def book(**sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as made:
        for name, lines in sheets.items():
            sheet = made.add_worksheet(name)
            for number, line in enumerate(lines):
                for place, cell in enumerate(line.split(",")):
                    sheet.write_string(number, place, cell)
    return out.getvalue()


@pytest.fixture
def learn(app):
    return app.extensions["learn"]


@pytest.fixture
def hr(signed_in):
    browser = signed_in("hr")
    browser.client.set_cookie("learn_language", "en")
    return browser


def send(browser, page, content, name="all.xlsx"):
    browser.get(page)
    return browser.submit(page, file=(io.BytesIO(content), name))


def count(learn, table):
    with learn.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_workbook_is_shown_then_done_and_then_nothing_is_left_to_do(hr, learn):
    number = make.nip()
    content = book(
        units=["kode,nama,kode_induk", "DINKES,Dinas Kesehatan,", "PKM,Puskesmas,DINKES"],
        people=["nip,nama", f"{number},Ni Luh Baru"],
        posts=[
            "nip,kode_unit,jabatan,tmt,sampai",
            f"{number},DINKES,Staf,2019-01-01,2020-12-31",
            f"{number},PKM,Kepala,2021-01-01,",
        ],
    )
    before = count(learn, Post)
    page = send(hr, "/admin/import/", content)
    assert "Ni Luh Baru" in page.text and "Puskesmas" in page.text and "Kepala" in page.text
    assert count(learn, Post) == before, "nothing is done yet"
    done = hr.submit("/admin/import/apply")
    assert "The import is done: 2 units, 1 person added" in done.text
    with learn.database.reading() as session:
        person = session.scalars(select(Person).where(Person.name == "Ni Luh Baru")).one()
        clinic = session.scalars(select(Unit).where(Unit.code == "PKM")).one()
        held = session.scalars(select(Post).where(Post.person_id == person.id).order_by(Post.since))
        assert [post.until for post in held] == [date(2020, 12, 31), None]
        assert person.unit_id == clinic.id
    assert "Everything is as the sheet says" in send(hr, "/admin/import/", content).text


def test_many_errors_are_told_by_kind_and_all_of_them_as_a_file(hr, learn):
    rows = [f"{make.nip()},Orang {n},NOWHERE" for n in range(300)] + ["12,=Jahat,"]
    content = ("\n".join(["nip,nama,kode_unit", *rows])).encode()
    people = count(learn, Person)
    page = send(hr, "/admin/import/", content, "people.csv")
    assert page.status == 422
    assert "301 errors" in page.text and "Errors by kind" in page.text
    answer = hr.get(page.link("All errors (CSV)"))
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert (lines[0], len(lines)) == ("sheet,row,column,message", 302)
    assert lines[1].startswith(",2,kode_unit,")
    assert count(learn, Person) == people
    other = hr.get("/admin/import/errors/" + "0" * 32 + ".csv")
    assert other.status == 409


def test_each_sheet_has_a_template_that_it_reads(hr):
    for what in ("units", "people", "posts"):
        for format in ("xlsx", "csv"):
            answer = hr.get(f"/admin/import/template.{format}?what={what}")
            assert answer.status == 200
            page = send(hr, "/admin/import/", answer.data, f"x.{format}")
            assert page.status == 200, (what, format)


def test_older_records_are_shown_then_brought_in_once(hr, learn, app):
    with learn.database.transaction() as session:
        number = make.nip()
        make.person(session, number=number, name="Ni Putu Lama", password=None)
    lines = [
        "nip;bentuk;judul;penyelenggara;selesai;jp;nomor_sertifikat",
        f"{number};KL08;Kursus arsip;LAN;2019-05-06;10;77/LAN/2019",
    ]
    content = "\n".join(lines).encode()
    page = send(hr, "/hr/records/import/", content, "old.csv")
    assert "Kursus arsip" in page.text
    assert count(learn, Claim) == 0
    assert (
        "1 records with 10 JP have been brought in." in hr.submit("/hr/records/import/apply").text
    )
    assert count(learn, Claim) == 1
    assert (
        "Everything is as the sheet says"
        in send(hr, "/hr/records/import/", content, "old.csv").text
    )
    wrong = send(hr, "/hr/records/import/", content.replace(b";10;", b";-1;"), "old.csv")
    assert wrong.status == 422 and "whole number" in wrong.text


def test_what_changed_meanwhile_is_shown_again_instead_of_being_done(hr, signed_in, learn):
    with learn.database.transaction() as session:
        number = make.nip()
        make.person(session, number=number, name="Ni Putu Lama", password=None)
    content = f"nip,bentuk,judul,selesai,jp\n{number},KL08,Kursus,2019-05-06,10".encode()
    other = signed_in("hr")
    for browser in (hr, other):
        send(browser, "/hr/records/import/", content, "old.csv")
    assert other.submit("/hr/records/import/apply").status == 200
    page = hr.submit("/hr/records/import/apply")
    assert "Something has changed since you looked." in page.text
    assert "The file that you sent" in page.text
    assert 'name="mark"' not in page.html
    assert count(learn, Claim) == 1


@pytest.mark.parametrize(
    "page",
    [
        "/admin/import/", "/admin/framework/import/", "/admin/framework/requirements/import/",
        "/hr/levels/import/", "/hr/records/import/", "/hr/siasn/people/", "/hr/siasn/results/",
    ],
)  # fmt: skip
def test_without_a_file_it_is_asked_for_again(hr, page):
    answer = send(hr, page, b"", "x.csv")
    assert answer.status == 422
    assert "Choose a file first." in answer.text


def test_who_exports_alone_brings_in_nothing(signed_in):
    auditor = signed_in("auditor")
    for page in ("/hr/records/import/", "/admin/import/"):
        assert auditor.get(page).status == 403
