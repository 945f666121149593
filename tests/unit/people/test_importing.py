from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import func, select

from learn.errors import Forbidden, Invalid
from learn.ledger.models import AuditEntry, LedgerEntry
from learn.people.access import Actor, Role
from learn.people.directory import find_by_number, number_of
from learn.people.imports.services import UnreadableTable, apply_import, plan_import, read_table
from learn.people.models import Person, Post, RoleGrant, Unit
from learn.people.roles import grants_of
from tests.support.people import nip

HEADER = "nip,nama,status,kode_unit,unit_kerja,kode_unit_induk,jabatan,jenis_jabatan,golongan,tmt,surel,aktif"


def sheet(*rows, header=HEADER):
    return read_table("\n".join([header, *rows]).encode(), "people.csv")


def row(serial, name="Ni Made Ayu", unit="DINKES.1,,", rest="Staf,Pelaksana,III/a,01-02-2024,,"):
    return f"{nip(serial)},{name},PNS,{unit},{rest}"


@pytest.fixture
def plan(session, now, settings):
    def plan(table, actor=None):
        session.flush()
        return plan_import(session, table, actor=actor, now=now, settings=settings)

    return plan


@pytest.fixture
def load(session, now, settings, plan):
    def load(table, actor=None):
        planned = plan(table, actor)
        assert [str(error) for error in planned.errors] == []
        apply_import(session, planned, actor=actor, now=now, settings=settings)
        session.flush()
        return planned

    return load


def errors(planned):
    return [(error.row, error.column, str(error.message)) for error in planned.errors]


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_new_people_come_with_number_unit_post_and_entry(city, session, load):
    load(
        sheet(
            row(
                1, "I Gede Bagus", rest='"Kepala, Seksi",JF Ahli Muda,iii.C,2024-02-01,a@b.go.id,ya'
            )
        )
    )
    person = find_by_number(session, nip(1))
    assert (person.name, person.kind, person.post_title, person.post_class, person.grade) == (
        "I Gede Bagus", "PNS", "Kepala, Seksi", "JF_MUDA", "III/c",
    )  # fmt: skip
    assert (person.unit_id, person.email, person.active) == (city.clinic.id, "a@b.go.id", True)
    post = session.scalars(select(Post)).one()
    assert (post.since, post.until) == (date(2024, 2, 1), None)
    kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.person_id == person.id))
    assert kinds.all() == ["person_added"]


def test_importing_the_same_again_writes_nothing(city, session, load):
    table = sheet(row(1, unit="DINKES.9,Puskesmas Baru,DINKES"), row(2, "Gede"))
    load(table)
    before = [count(session, model) for model in (Person, Unit, Post, LedgerEntry, AuditEntry)]
    planned = load(table)
    assert (len(planned.new), len(planned.changed), planned.unchanged) == (0, 0, 2)
    assert planned.empty
    after = [count(session, model) for model in (Person, Unit, Post, LedgerEntry, AuditEntry)]
    assert before == after


def test_a_change_shows_what_differs_and_an_empty_cell_changes_nothing(city, session, load, plan):
    load(sheet(row(1, rest="Staf,Pelaksana,III/a,01-02-2024,a@b.id,")))
    table = sheet(row(1, "Ni Made Ayu Sari", "DPUPR,,", "Kasi,Pengawas,,01-02-2026,,tidak"))
    (change,) = plan(table).changed
    assert {(d.field, d.before, d.after) for d in change.differences} == {
        ("name", "Ni Made Ayu", "Ni Made Ayu Sari"),
        ("active", "ya", "tidak"),
        ("post", "Staf", "Kasi"),
        ("post_class", "PELAKSANA", "PENGAWAS"),
        ("unit_code", "DINKES.1", "DPUPR"),
        ("since", "2024-02-01", "2026-02-01"),
    }
    load(table)
    person = find_by_number(session, nip(1))
    assert (person.email, person.grade, person.unit_id) == ("a@b.id", "III/a", city.roads.id)
    assert load(table).unchanged == 1


def test_a_single_stroke_clears_what_may_be_empty(city, session, load):
    load(sheet(row(1, rest="Staf,Pelaksana,III/a,01-02-2024,a@b.id,")))
    load(sheet(row(1, rest="Staf,Pelaksana,III/a,01-02-2024,-,")))
    assert find_by_number(session, nip(1)).email is None


def test_errors_come_all_at_once_by_row_and_column_and_nothing_is_imported(
    city, session, plan, now, settings
):
    table = sheet(
        row(1),
        "123,,PNS,DINKES.1,,,,,,,,",
        "",
        f"{nip(2)},Budi,honorer,DINKES.7,,,Staf,Pelaksan,V/z,31-02-2024,budi,mungkin",
        row(1, "Ayu"),
        row(3, rest="Staf,Pelaksana,III/a,01-02-2027,,"),
    )
    planned = plan(table)
    assert sorted(errors(planned)) == [
        (3, "nama", "The name is missing."),
        (3, "nip", "An employee number (NIP) must be 18 digits."),
        (5, "aktif", "mungkin is not known; it can be ya, tidak."),
        (5, "golongan", "V/z is not known; it can be I/a ... IV/e (PNS), I ... XVII (PPPK)."),
        (5, "jenis_jabatan", "Pelaksan is not known; did you mean PELAKSANA?"),
        (5, "status", "honorer is not known; it can be PNS, CPNS, PPPK, other."),
        (5, "surel", "budi is not an email address."),
        (5, "tmt", "31-02-2024 is not a date; write 24-11-2026 or 2026-11-24."),
        (6, "nip", "The same number stands in row 2."),
        (7, "tmt", "This day is in the future; import the post when it starts."),
    ]
    with pytest.raises(Invalid, match="Nothing was imported"):
        apply_import(session, planned, actor=None, now=now, settings=settings)
    assert count(session, Person) == 0


def test_an_unknown_unit_is_named_with_the_nearest_one(city, plan):
    (error,) = errors(plan(sheet(row(1, unit="DINKS.1,,"))))
    assert error == (
        2, "kode_unit",
        "There is no unit DINKS.1; did you mean DINKES.1? A new one needs its name.",
    )  # fmt: skip


def test_unknown_columns_are_told_with_the_nearest_name_and_others_are_left_out(city, plan):
    planned = plan(sheet(f"1,{nip(1)},A,x", header="No,NIP,Nama,Kode Unt"))
    assert errors(planned) == [(1, "Kode Unt", "There is no column of this name; is it kode_unit?")]
    assert [(w.column, str(w.message)) for w in planned.warnings] == [
        ("No", "This column is not read.")
    ]
    (error,) = errors(plan(sheet("A", header="Nama")))
    assert error[:2] == (1, "number")
    assert "nip" in error[2]
    (error,) = errors(plan(sheet("1,2,3", header="nip,nama,name")))
    assert "two columns" in error[2]


def test_units_are_made_below_their_parents_in_whatever_order(city, session, load):
    load(
        sheet(
            row(1, unit="BARU.1,Seksi Baru,BARU"),
            row(2, unit="BARU,Dinas Baru,KOTA"),
            row(3, unit="LAIN,Dinas Lain,"),
        )
    )
    paths = dict(session.execute(select(Unit.code, Unit.path)).all())
    assert paths["BARU.1"].startswith(paths["BARU"])
    assert paths["BARU"].startswith(paths["KOTA"])
    assert paths["LAIN"].startswith(paths["KOTA"])


def test_the_first_import_of_all_makes_a_root_so_that_no_office_reaches_another(session, load):
    load(sheet(row(1, unit="A,Dinas A,"), row(2, unit="B,Dinas B,")))
    paths = dict(session.execute(select(Unit.code, Unit.path)).all())
    assert paths["INSTANSI"].count("/") == 2
    assert paths["A"].count("/") == paths["B"].count("/") == 3


def test_units_that_contradict_themselves_are_refused(city, plan):
    found = errors(
        plan(
            sheet(
                row(1, unit="A,Dinas A,B"),
                row(2, unit="B,Dinas B,A"),
                row(3, unit="C,Dinas C,KOTA"),
                row(4, unit="C,Dinas Ce,KOTA"),
            )
        )
    )
    assert any("below itself" in message for _row, _column, message in found)
    assert (5, "unit_kerja", "The unit C is named Dinas C in row 4.") in found


def test_a_unit_that_exists_keeps_its_name_and_place(city, session, load):
    planned = load(sheet(row(1, unit="DINKES.1,Puskesmas Dua,DPUPR")))
    assert [(w.row, w.column) for w in planned.warnings] == [
        (2, "unit_kerja"),
        (2, "kode_unit_induk"),
    ]
    assert city.clinic.name == "Puskesmas Satu"


def test_an_office_imports_into_its_own_units_and_takes_nobody_from_others(
    city, session, plan, load
):
    hr = city.officer(Role.HR, city.health)
    stranger = city.add(city.roads, number=nip(50))
    load(sheet(row(10)), hr)
    found = errors(
        plan(
            sheet(
                row(11, unit="DPUPR,,"),
                row(12, unit="BARU,Dinas Baru,KOTA"),
                row(13, unit=",,"),
                row(50, stranger.name),
            ),
            hr,
        )
    )
    assert [(where, column) for where, column, _message in found] == [
        (2, "kode_unit"), (3, "kode_unit"), (4, "kode_unit"), (5, "nip"),
    ]  # fmt: skip
    with pytest.raises(Forbidden, match="HR officer"):
        plan(sheet(row(11)), Actor(stranger.id))


def test_an_office_makes_units_below_its_own(city, session, load):
    hr = city.officer(Role.HR, city.health)
    load(sheet(row(10, unit="DINKES.2,Puskesmas Dua,DINKES")), hr)
    unit = session.scalars(select(Unit).where(Unit.code == "DINKES.2")).one()
    assert unit.path.startswith(city.health.path)


def test_roles_need_somebody_who_may_grant_them(city, session, plan, load):
    table = sheet(f"{nip(10)},Ayu,DINKES.1,atasan; verifikator", header="nip,nama,kode_unit,peran")
    hr, admin = city.officer(Role.HR, city.health), city.officer(Role.ADMIN, city.health)
    assert errors(plan(table, hr))[0][:2] == (2, "peran")
    load(table, admin)
    person = find_by_number(session, nip(10))
    assert {(g.role, g.unit_path) for g in grants_of(session, person.id)} == {
        ("supervisor", city.clinic.path),
        ("verifier", city.clinic.path),
    }
    assert load(table, admin).unchanged == 1
    assert count(session, RoleGrant) == 4


def test_a_person_is_known_by_a_former_number_and_gets_a_new_one_by_the_old(
    city, session, load, plan
):
    load(sheet(row(1)))
    header = "nip,nama,nip_lama"
    load(sheet(f"{nip(2)},Ni Made Ayu,{nip(1)}", header=header))
    person = find_by_number(session, nip(1))
    assert number_of(session, person.id) == nip(2)
    assert load(sheet(row(1))).unchanged == 1
    assert number_of(session, person.id) == nip(2)
    doubled = plan(sheet(f"{nip(1)},Ni Made Ayu,", f"{nip(2)},Ni Made Ayu,", header=header))
    assert errors(doubled) == [(3, "nip", "Row 2 is about the same person.")]
    load(sheet(row(3, "Lain")))
    two = plan(sheet(f"{nip(3)},Lain,{nip(1)}", header=header))
    assert errors(two)[0][:2] == (2, "nip_lama")


def test_a_post_that_starts_before_the_last_one_ended_is_refused(city, load, plan):
    load(sheet(row(1)))
    load(sheet(row(1, unit="DPUPR,,", rest="Kasi,Pengawas,,01-02-2025,,")))
    found = errors(plan(sheet(row(1, rest="Staf,Pelaksana,,01-02-2024,,"))))
    assert [(where, column) for where, column, _m in found] == [(2, "tmt")]


def test_a_status_that_hr_vouches_for_allows_unusual_digits_and_warns(city, load):
    odd = "199001012015131901"
    planned = load(sheet(f"{odd},Ayu,PPPK", header="nip,nama,status"))
    assert [(w.row, w.column) for w in planned.warnings] == [(2, "nip")]


def workbook(*rows, formats=None):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet()
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for number, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, date):
                page.write_datetime(number, column, value, day)
            else:
                page.write(number, column, value)
    book.close()
    return buffer.getvalue()


def test_xlsx_is_read_with_dates_and_a_number_as_text(city, session, load):
    content = workbook(
        ["NIP", "Nama", "Kode Unit", "TMT", "Aktif"],
        [nip(1), "Ayu", "DINKES.1", date(2024, 2, 1), True],
    )
    load(read_table(content, "people.xlsx"))
    assert session.scalars(select(Post.since)).one() == date(2024, 2, 1)


def test_a_number_that_a_spreadsheet_has_rounded_is_refused(city, plan):
    content = workbook(["NIP", "Nama"], [int(nip(1)), "Ayu"])
    found = errors(plan(read_table(content, "people.xlsx")))
    found += errors(plan(sheet("1.99001E+17,Ayu", header="nip,nama")))
    assert len(found) == 2
    for where, column, message in found:
        assert (where, column.lower()) == (2, "nip")
        assert (
            message == "This is a number; format the column as text, a spreadsheet keeps 15 digits."
        )


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_with_comma_semicolon_or_tab_and_with_or_without_mark(sign, mark):
    text = f'{mark}nip{sign}nama\n1{sign}"A{sign} B"\n\n2{sign}C\n'
    table = read_table(text.encode(), "x.csv")
    assert table.headers == ("nip", "nama")
    assert table.rows == [
        (2, ("1", f"A{sign} B".replace("\t", " ").replace("  ", " "))),
        (4, ("2", "C")),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("nip,nama\n1,Ren\u00e9".encode("cp1252"), "CSV UTF-8"),
        ("nip,nama".encode("utf-16"), "UTF-8"),
        (b"", "first row is empty"),
        (b"\n\nnip,nama", "first row is empty"),
        (b'nip,nama\n"1,A\n', "quotation mark"),
        (b'nip,nama\n"1"x,A\n', "quotation mark"),
        (b"a\0b,c\n", "not a table"),
        (b"PK\x03\x04 not a workbook", "damaged"),
        (b"\xd0\xcf\x11\xe0 old Excel", "Save it as XLSX"),
        (b"a," * 200, "too large"),
        (b'a,"' + b"x" * 200_000 + b'"', "quotation mark"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_how_to_be_saved(content, why):
    with pytest.raises(UnreadableTable, match=why):
        read_table(content, "people.csv")


def with_parts(change):
    """Return a workbook of one row whose parts went through `change(name, body)`, by name."""
    source = zipfile.ZipFile(io.BytesIO(workbook(["nip", "nama"], ["1", "A"])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            for name, body in change(entry.filename, source.read(entry)).items():
                archive.writestr(name, body)
    return target.getvalue()


def with_sheet(*replaced):
    """Return a workbook whose sheet has other texts in these places."""

    def change(name, body):
        if name.endswith("sheet1.xml"):
            for old, new in replaced:
                body = body.replace(old, new)
        return {name: body}

    return with_parts(change)


def elsewhere(name, body):
    """Move a far-away cell's sheet to where nobody looks for one."""
    body = body.replace(b'"B2"', b'"XFD1048576"').replace(b"worksheets/sheet1.xml", b"other.dat")
    return {name.replace("xl/worksheets/sheet1.xml", "xl/other.dat"): body}


FAR = {
    "a far column": with_sheet((b'r="B2"', b'r="XFD2"')),
    "a far row": with_sheet((b'r="2"', b'r="1048576"'), (b'2"', b'1048576"')),
    "other quotation marks": with_sheet((b'r="B2"', b"r='XFD1048576'")),
    "spaces": with_sheet((b'r="B2"', b'r = "XFD1048576"')),
    "small letters": with_sheet((b'r="B2"', b'r="xfd1048576"')),
    "a column that no sheet has": with_sheet((b'r="B2"', b'r="ZZZZZZZ99999999999999999999"')),
    "rows without an address": with_sheet((b"</sheetData>", b"<row/>" * 300_000 + b"</sheetData>")),
    "cells without an address": with_sheet((b'<c r="B2"', b"<c/>" * 200 + b"<c")),
    "two cells at both ends": with_sheet((b'r="B2"', b'r="CV200001"')),
    "another place": with_parts(elsewhere),
    "another kind": with_parts(lambda name, body: {name.replace("docProps/app", "content"): body}),
}


@pytest.mark.parametrize("content", FAR.values(), ids=FAR)
def test_a_workbook_with_a_far_away_cell_does_not_fill_memory(content):
    with pytest.raises(UnreadableTable):
        read_table(content, "x.xlsx")


def test_a_workbook_that_is_cut_is_damaged():
    content = with_parts(
        lambda name, body: {name: b"<worksheet" if name.endswith("sheet1.xml") else body}
    )
    with pytest.raises(UnreadableTable):
        read_table(content, "x.xlsx")
