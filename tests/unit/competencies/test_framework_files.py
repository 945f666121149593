"""The framework out to sheets and CASE packages, and in again: nothing is lost, nothing half-taken."""

from __future__ import annotations

import io
import json
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.competencies.framework import edits
from learn.competencies.framework.body import body_of
from learn.competencies.framework.case import identifier, package
from learn.competencies.framework.case_in import NoPackage, read_package
from learn.competencies.framework.catalogue import Competency, Level, Succession, shipped_framework
from learn.competencies.framework.changes import compare
from learn.competencies.framework.rules import LEVELS, tidy_text
from learn.competencies.framework.sheets import read_competencies
from learn.competencies.reading import Bilingual
from learn.exports.archives.framework import file_of_version
from learn.exports.formats.choosing import standard_exporters
from learn.people.imports.tables import UnreadableTable, read_table

AT = datetime(2026, 11, 24, tzinfo=UTC)
PUBLISHED = edits.codes_of(shipped_framework())
plain = st.text(max_size=40).map(tidy_text).filter(lambda text: text != "-")
needed = plain.filter(bool)
texts = st.builds(Bilingual, needed, plain)
aliases = st.lists(
    needed.map(lambda text: tidy_text(text.replace("|", ""))).filter(lambda text: text not in {"", "-"}),
    max_size=3, unique=True,
)  # fmt: skip
keys = st.lists(st.from_regex(r"[a-z]{1,8}(-[a-z]{1,5})?", fullmatch=True), max_size=2, unique=True)


@st.composite
def competencies(draw, code):
    levels = tuple(Level(level, draw(texts), tuple(draw(keys))) for level in LEVELS)
    return Competency(
        code, draw(st.sampled_from(["managerial", "sociocultural", "technical"])), draw(texts),
        draw(texts), levels, tuple(draw(aliases)), draw(st.sampled_from(["", "DINKES"])), draw(plain),
    )  # fmt: skip


@st.composite
def frameworks(draw):
    content = shipped_framework()
    for number in range(draw(st.integers(0, 3))):
        content = edits.added(content, draw(competencies(f"T.X.0{number}")))
    content = edits.changed(content, draw(competencies("M.01")))
    if draw(st.booleans()):
        content = edits.renamed(content, "M.05", "M.55", published=PUBLISHED)
    if draw(st.booleans()):
        steps = draw(st.dictionaries(st.integers(1, 5), st.integers(0, 5), max_size=3))
        successors = [Succession("M.02", "M.03", steps), Succession("M.02", "M.04")]
        content = edits.without(content, "M.02", successors, published=PUBLISHED)
    return content


def file(content, format):
    made, _type, _suffix = file_of_version(
        content, format, standard_exporters(), organiser="BKPSDM", made_at=AT, changed_at=AT
    )
    return made


def read(content, sent, format):
    if format == "case":
        return read_package(sent, content)
    return read_competencies(read_table(sent, f"f.{format}"), content)


@settings(max_examples=40)
@given(frameworks(), st.sampled_from(["csv", "xlsx", "case"]))
def test_out_and_in_again_changes_nothing(content, format):
    reading = read(content, file(content, format), format)
    assert not reading.errors
    assert body_of(reading.content) == body_of(content)


@settings(max_examples=40)
@given(frameworks(), st.sampled_from(["csv", "xlsx", "case"]))
def test_another_installation_gets_all_of_it(content, format):
    reading = read(shipped_framework(), file(content, format), format)
    assert not reading.errors
    # of a sheet, an empty cell leaves what the other one has
    assert all(
        format != "case" and change.after == "" for change in compare(reading.content, content)
    )


def test_identifiers_of_a_package_are_the_same_each_time():
    one, two = (package(shipped_framework(), creator=name, changed_at=AT) for name in "AB")
    assert [item["identifier"] for item in one["CFItems"]] == [
        item["identifier"] for item in two["CFItems"]
    ]
    assert uuid.UUID(identifier("competency", "M.05")).version == 5


def test_a_package_is_what_case_1_0_asks_for():
    made = package(shipped_framework(), creator="BKPSDM", changed_at=AT)
    head = {"identifier", "uri", "creator", "title", "lastChangeDateTime", "CFPackageURI"}
    assert head <= made["CFDocument"].keys()
    for item in made["CFItems"]:
        wanted = {"identifier", "fullStatement", "uri", "CFDocumentURI", "lastChangeDateTime"}
        assert wanted <= item.keys()
    ids = {item["identifier"] for item in made["CFItems"]} | {made["CFDocument"]["identifier"]}
    for tie in made["CFAssociations"]:
        assert {"identifier", "associationType", "uri", "lastChangeDateTime"} <= tie.keys()
        assert {tie[end]["identifier"] for end in ("originNodeURI", "destinationNodeURI")} <= ids
    kinds = {tie["associationType"] for tie in made["CFAssociations"]}
    assert kinds == {"isChildOf", "isTranslationOf"}


def test_what_became_of_a_code_is_replaced_by_and_a_mere_renaming_an_exact_match():
    content = edits.renamed(shipped_framework(), "M.05", "M.55", published=PUBLISHED)
    made = package(content, creator="BKPSDM", changed_at=AT)
    kinds = {tie["associationType"] for tie in made["CFAssociations"]}
    assert {"replacedBy", "exactMatchOf"} <= kinds


def test_a_package_of_another_system_becomes_technical_competencies():
    def item(key, text, **more):
        return {"identifier": key, "fullStatement": text, "uri": f"urn:{key}", **more}

    def child(key, parent, number):
        return {
            "identifier": f"{key}-{parent}", "associationType": "isChildOf",
            "originNodeURI": {"identifier": key}, "destinationNodeURI": {"identifier": parent},
            "sequenceNumber": number,
        }  # fmt: skip

    sent = {
        "CFDocument": {"identifier": "d", "title": "SKKNI"},
        "CFItems": [
            item("c", "Melayani penduduk", humanCodingScheme="T.DUKCAPIL.01", CFItemType="Unit"),
            *(item(f"l{n}", f"Tingkat {n}") for n in LEVELS),
        ],
        "CFAssociations": [child("c", "d", 1), *(child(f"l{n}", "c", n * 10) for n in LEVELS)],
    }
    reading = read_package(json.dumps(sent).encode(), shipped_framework())
    assert not reading.errors
    made = reading.content.competency("T.DUKCAPIL.01")
    assert made.kind == "technical"
    assert [level.descriptors.id for level in made.levels] == [f"Tingkat {n}" for n in LEVELS]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"", "not JSON: line 1"),
        (b'{"CFDocument": {},\n"x" 1}', "line 2, column 5"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "CFDocument, CFItems and CFAssociations"),
        (b"NaN", "numbers that are none"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"CFDocument": {}, "CFItems": {}, "CFAssociations": []}', "CFItems"),
    ],
)
def test_what_is_no_package_is_refused_with_what_one_is(sent, told):
    with pytest.raises(NoPackage, match=told):
        read_package(sent, shipped_framework())


@pytest.mark.parametrize(
    ("items", "row", "column"),
    [
        ([{"fullStatement": "x"}], "CFItems[1]", "identifier"),
        ([{"identifier": "i", "humanCodingScheme": "M.01"}], "i", "fullStatement"),
        ([{"identifier": "i", "fullStatement": "x"}], "i", "humanCodingScheme"),
        (["nonsense", 5, None], "CFItems[1]", "identifier"),
        ([{"identifier": "i", "fullStatement": "x", "humanCodingScheme": "T.A"},
          {"identifier": "j", "fullStatement": "x", "humanCodingScheme": "T.A"}], "j", "humanCodingScheme"),
    ],
)  # fmt: skip
def test_mistakes_of_a_package_are_told_by_identifier_and_field(items, row, column):
    sent = {"CFDocument": {"identifier": "d"}, "CFItems": items, "CFAssociations": [7, {}]}
    reading = read_package(json.dumps(sent).encode(), shipped_framework())
    assert (row, column) in {(each.row, each.column) for each in reading.errors}
    assert reading.content is shipped_framework()


def sheet(*rows, columns="code;level;name_id;descriptor_id"):
    return read_table("\n".join((columns, *rows)).encode(), "x.csv")


@pytest.mark.parametrize(
    ("table", "row", "column", "told"),
    [
        (sheet("M.01;6;;"), 2, "level", "“6” is no level"),
        (sheet("M.01;0;;"), 2, "level", "“0” is no level"),
        (sheet("M.01;=1+1;;"), 2, "level", "is no level"),
        (sheet("M.01;1;;a", "M.01;1;;b"), 3, "level", "Row 2 has the same"),
        (sheet("M.01;1;A;", "M.01;2;B;"), 3, "name_id", "Row 2 says something else"),
        (sheet("M.01;;;x"), 2, "level", "for which level"),
        (sheet("T.BARU.01;1;;x"), 2, "name_id", "needs an Indonesian name"),
        (sheet("=cmd|x;1;;"), 2, "code", "cannot be a code"),
        (sheet("M.01;1;;" + "x" * 1001), 2, "descriptor_id", "1001 signs"),
        (sheet("M.01;1;;x;more"), 2, "code", "more cells"),
        (sheet("M.01", columns="code;colour"), 1, "colour", "no such column"),
        (sheet("M.01", columns="kode;code"), 1, "code", "stands twice"),
        (sheet("M.01", columns="level"), 1, "code", "is missing"),
        (sheet("M.01;maybe", columns="code;state"), 2, "state", "active or retired"),
        (sheet("M.01;M.02", columns="code;replaced_by"), 2, "replaced_by", "Only a retired"),
        (sheet("M.01;retired;??", columns="code;state;replaced_by"), 2, "replaced_by", "Write the codes"),
        (sheet("M.01;keras", columns="code;kind"), 2, "kind", "managerial"),
    ],
)  # fmt: skip
def test_mistakes_of_a_sheet_are_told_by_row_and_column_and_nothing_is_taken(
    table, row, column, told
):
    reading = read_competencies(table, shipped_framework())
    [found] = [each for each in reading.errors if (each.row, each.column) == (row, column)]
    assert told in str(found.message)
    assert reading.content is shipped_framework()


def test_what_a_sheet_does_not_name_stays_and_a_dash_empties():
    reading = read_competencies(sheet("M.01;1;;Baru", "M.02;1;;-"), shipped_framework())
    changed = {
        (each.code, each.field, each.after)
        for each in compare(shipped_framework(), reading.content)
    }
    assert changed == {("M.01", "levels.1.id", "Baru"), ("M.02", "levels.1.id", "")}


def test_a_formula_stays_text():
    content = edits.changed(
        shipped_framework(),
        replace(shipped_framework().competency("M.01"), names=Bilingual("=HYPERLINK(1)", "+1")),
    )
    assert b"'=HYPERLINK(1)" in file(content, "csv")
    assert body_of(read(content, file(content, "csv"), "csv").content) == body_of(content)


def test_a_sheet_of_100_000_rows_is_answered_soon():
    rows = "\n".join(f"T.X{n // 5:05d}.01;{n % 5 + 1};Nama;Uraian" for n in range(100_000))
    table = read_table(f"code;level;name_id;descriptor_id\n{rows}".encode(), "x.csv")
    began = time.monotonic()
    reading = read_competencies(table, shipped_framework())
    assert "at most 2000 competencies" in str(reading.errors[0].message)
    assert time.monotonic() - began < 20


def test_a_sheet_in_another_encoding_says_how_to_save_it():
    with pytest.raises(UnreadableTable, match="CSV UTF-8"):
        read_table("kode;nama\nM.01;Pelayanan Prim\u00e4\n".encode("latin-1"), "x.csv")


def test_the_sheets_open_in_a_spreadsheet():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(file(shipped_framework(), "xlsx")))
    assert book.worksheets[0].max_row == 46
    assert book.worksheets[0]["A1"].value == "code"
