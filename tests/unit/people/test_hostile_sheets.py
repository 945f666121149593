"""Workbooks that nobody means well with, or that a spreadsheet has left in a state that no reader shows."""

from __future__ import annotations

import io
import resource
import zipfile
from time import process_time

import pytest
import xlsxwriter

from learn.people.imports.columns import find_columns
from learn.people.imports.tables import UnreadableTable, read_table, read_tables

HEADERS = ("nip", "nama")


def book(*sheets):
    """Return a workbook; each sheet is a function that fills it, with `hide` where it is hidden."""
    place = io.BytesIO()
    with xlsxwriter.Workbook(place, {"in_memory": True}) as made:
        for fill in sheets:
            fill(made)
    return place.getvalue()


def sheet(name="Data", hidden=False, number="1"):
    def fill(made):
        here = made.add_worksheet(name)
        here.write_row(0, 0, HEADERS)
        here.write_row(1, 0, (number, "A"))
        if hidden:
            here.very_hidden()
        else:
            here.activate()  # the one that shows is never hidden

    return fill


def chart(made):
    drawn = made.add_chart({"type": "line"})
    drawn.add_series({"values": "=Data!$A$1:$A$2"})
    made.add_chartsheet("Grafik").set_chart(drawn)


def changed(content, part, old, new):
    """Return a workbook with other bytes in a part."""
    source, place = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            body = source.read(entry)
            archive.writestr(
                entry.filename, body.replace(old, new, 1) if entry.filename == part else body
            )
    return place.getvalue()


PLAIN = book(sheet())
STRINGS, SHEET = "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"
FILE_ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
GROWING = (
    b'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    + b"]>"
)
STUFFED = {
    "an entity of a file in the texts": changed(PLAIN, STRINGS, b"<sst", FILE_ENTITY + b"<sst"),
    "an entity of a file in the sheet": changed(PLAIN, SHEET, b"<worksheet", FILE_ENTITY + b"<worksheet"),
    "entities that grow": changed(PLAIN, STRINGS, b"<sst", GROWING + b"<sst"),
    "one text of 240 MB": changed(PLAIN, STRINGS, b"<t>A<", b"<t>" + b"A" * 240_000_000 + b"<"),
    "a remark of 240 MB": changed(PLAIN, SHEET, b"<sheetData>", b"<!--" + b"A" * 240_000_000 + b"--><sheetData>"),
    "300 MB": changed(PLAIN, "docProps/app.xml", b"</", b" " * 300_000_000 + b"</"),
    "a million empty rows": changed(
        PLAIN, SHEET, b"</sheetData>",
        b"".join(b'<row r="%d"/>' % row for row in range(3, 1_048_577)) + b"</sheetData>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", STUFFED)
def test_what_would_fill_memory_or_read_other_files_is_refused_soon(what):
    begun, before = process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableTable):
        read_tables(STUFFED[what], "pegawai.xlsx")
    assert process_time() - begun < 5
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 600_000, "kB at once, of 250 MB that may be unpacked"


@pytest.mark.parametrize(
    "content",
    [
        book(sheet("Rahasia", hidden=True, number="9"), sheet()),
        book(sheet(), sheet("Rahasia", hidden=True, number="9")),
        book(chart, sheet()),
    ],
    ids=["hidden first", "hidden second", "a chart first"],
)
def test_a_sheet_that_nobody_sees_is_not_read(content):
    assert read_table(content, "x.xlsx").rows == [(2, ("1", "A"))]
    assert [(table.name, table.rows) for table in read_tables(content, "x.xlsx")] == [
        ("Data", [(2, ("1", "A"))])
    ]


def test_a_cell_that_shows_an_error_is_named_instead_of_being_taken_for_empty():
    def fill(made):
        here = made.add_worksheet()
        here.write_row(0, 0, HEADERS)
        here.write_formula(1, 0, "=VLOOKUP(1,A9:B9,2)", None, "#N/A")
        here.write_formula(2, 1, "=1/0", None, "#DIV/0!")

    with pytest.raises(UnreadableTable, match=r"A2, B3\. Mend them"):
        read_table(book(fill), "x.xlsx")


def test_errors_in_a_sheet_that_is_not_read_hinder_nothing():
    def lookup(made):
        made.add_worksheet("Bantu").write_formula(0, 0, "=1/0", None, "#DIV/0!")
        made.worksheets()[-1].hide()

    assert read_table(book(sheet(), lookup), "x.xlsx").rows == [(2, ("1", "A"))]


def test_a_formula_counts_as_what_it_showed_and_a_joined_cell_stands_in_its_first():
    def fill(made):
        here = made.add_worksheet()
        here.write_row(0, 0, HEADERS)
        here.write_formula(1, 0, '="19"&"92"', None, "1992")
        here.merge_range(2, 0, 3, 0, "7")
        here.write(3, 1, "B")

    rows = read_table(book(fill), "x.xlsx").rows
    assert rows == [(2, ("1992", "")), (3, ("7", "")), (4, ("", "B"))]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"nip,nama\r1,A\r2,B\r", "x.csv", None),
        (b"nip,nama\n1,A\n2,B", "x.xlsx", None),
        ("nip,nama\n1,A".encode("utf-16-le"), "x.csv", "Save it as XLSX or CSV"),
        ("nip,nama\n1,A".encode("utf-16-be"), "x.csv", "Save it as XLSX or CSV"),
        ("\ufeffnip,nama\n1,A".encode("utf-16-le"), "x.csv", "CSV UTF-8"),
        (b"nip,nama\n1,Ni Luh \x96 S\xe9", "x.csv", "CSV UTF-8"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), "x.csv", "too large"),
        (b"nip,nama\n1," + b"x" * 1_000_000, "x.csv", "line 2"),
        (b'nip,nama\n1,"' + b'""' * 1_000_000, "x.csv", "line 2"),
        (b",\n" * 8_000_000, "x.csv", "first row|too large"),
        (PLAIN[:-40], "x.xlsx", "damaged"),
    ],
    ids=["CR alone", "CSV by another name", "UTF-16 LE", "UTF-16 BE", "UTF-16 with a mark", "Windows-1252",
         "10,000 columns", "a cell of 1 MB", "a quotation without end", "8 million rows", "cut"],
)  # fmt: skip
def test_text_in_another_way_is_read_or_told_how_to_be_saved(content, name, told):
    begun = process_time()
    if told is None:
        assert read_table(content, name).rows == [(2, ("1", "A")), (3, ("2", "B"))]
    else:
        with pytest.raises(UnreadableTable, match=told):
            read_table(content, name)
    assert process_time() - begun < 5


def test_a_page_that_calls_itself_a_workbook_lacks_the_columns():
    table = read_table(b"<html><table><tr><td>nip</td></tr></table></html>", "pegawai.xlsx")
    _found, errors, _remarks = find_columns(table.headers)
    assert {error.column for error in errors} == {"number", "name"}
