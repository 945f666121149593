"""Each format says the same, opens where it should, and needs no memory for its size."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from arro3.io import read_parquet
from python_calamine import CalamineWorkbook

from learn.errors import Invalid, Message
from learn.exports.columns import COMPLETIONS, HOURS
from learn.exports.formats.choosing import find_exporter, standard_exporters
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import About, Column, Exporter
from learn.exports.formats.json import Json, JsonLines
from learn.exports.formats.parquet import Parquet
from learn.exports.formats.xlsx import Xlsx
from learn.exports.records import HoursRecord

MADE = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ABOUT = About(Message("Completed courses"), MADE, "BKPSDM", [(Message("Unit"), "DINKES")])
NUMBER = "199001012015031999"


@dataclass(frozen=True)
class Thing:
    number: str | None = NUMBER
    name: str | None = "Ni Luh “Ayu”; S.Kom., M.T.\nBarat"
    count: int | None = 3
    score: float | None = 87.5
    day: date | None = date(2026, 11, 24)
    active: bool | None = True


def column(key: str, kind: Any) -> Column:
    return Column(key, Message(key.title()), Message("Meaning."), kind, lambda r: getattr(r, key))


COLUMNS = (
    column("number", "text"),
    column("name", "text"),
    column("count", "integer"),
    column("score", "decimal"),
    column("day", "date"),
    column("active", "flag"),
)
KEYS = [each.key for each in COLUMNS]
NOTHING = Thing(None, None, None, None, None, None)


def written(exporter: Exporter, records: Iterable[Any], columns: Any = COLUMNS) -> bytes:
    return b"".join(exporter.chunks(columns, iter(records), about=ABOUT))


def csv_rows(content: bytes, delimiter: str = ",") -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_csv_has_a_mark_a_header_and_what_was_given() -> None:
    assert csv_rows(written(Csv(), [Thing(), NOTHING])) == [
        KEYS,
        [NUMBER, Thing.name, "3", "87.5", "2026-11-24", "True"],
        ["", "", "", "", "", ""],
    ]


def test_csv_for_indonesian_spreadsheets_has_decimal_commas() -> None:
    assert csv_rows(written(Csv(";"), [Thing()]), ";")[1][2:5] == ["3", "87,5", "2026-11-24"]
    with pytest.raises(Invalid, match="separated by"):
        Csv("|")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_csv_starts_no_formula(sign: str) -> None:
    row = csv_rows(written(Csv(), [Thing(name=f'{sign}HYPERLINK("x")')]))[1]
    assert row[1] == f'\'{sign}HYPERLINK("x")'
    assert csv_rows(written(Csv(), [Thing(name=f"a{sign}b")]))[1][1] == f"a{sign}b"


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 450])
def test_no_record_is_lost_between_chunks(count: int) -> None:
    things = [Thing(count=n) for n in range(count)]
    assert [row[2] for row in csv_rows(written(Csv(), things))[1:]] == [
        str(n) for n in range(count)
    ]
    assert [each["count"] for each in json.loads(written(Json(), things))] == list(range(count))
    lines = written(JsonLines(), things).decode().splitlines()
    assert [json.loads(line)["count"] for line in lines] == list(range(count))


def test_json_keeps_kinds_and_letters() -> None:
    assert json.loads(written(Json(), [Thing(), NOTHING])) == [
        {
            "number": NUMBER, "name": Thing.name, "count": 3, "score": 87.5, "day": "2026-11-24",
            "active": True,
        },
        dict.fromkeys(KEYS),
    ]  # fmt: skip
    assert "“Ayu”".encode() in written(Json(), [Thing()])


def test_letters_that_are_none_stop_no_export() -> None:
    broken = Thing(name="a\ud800b\x01")
    for exporter in (Csv(), Json(), JsonLines(), Xlsx()):
        assert written(exporter, [broken])


def book(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def test_xlsx_keeps_numbers_of_people_as_text_and_dates_as_dates() -> None:
    rows = (
        book(written(Xlsx(), [Thing(name="=1+1"), NOTHING, Thing()]))
        .get_sheet_by_name("Data")
        .to_python()
    )
    assert rows[0] == KEYS
    assert rows[1] == [NUMBER, "=1+1", 3.0, 87.5, date(2026, 11, 24), True]
    assert rows[2] == [""] * 6
    assert rows[3][1] == Thing.name


def test_xlsx_has_no_formula_and_no_link() -> None:
    content = written(Xlsx(), [Thing(name="=1+1"), Thing(name="https://x.test/")])
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Data"]
    assert sheet["B2"].data_type == "s"
    assert sheet["B3"].hyperlink is None
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"


def test_xlsx_explains_its_columns_in_the_language_of_the_reader() -> None:
    words = {"Explanation": "Keterangan", "Score": "Nilai"}
    about = About(Message("Completed courses"), MADE, filters=ABOUT.filters,
                  translate=lambda message: words.get(str(message), str(message)))  # fmt: skip
    content = b"".join(Xlsx().chunks(COMPLETIONS, [], about=about))
    sheet = book(content).get_sheet_by_name("Keterangan").to_python()
    explained = {row[0]: row[1:] for row in sheet}
    assert set(explained) >= {column.key for column in COMPLETIONS}
    assert explained["score"][0] == "Nilai"
    assert explained["score"][1].startswith("From 0 to 100")
    assert explained["Unit"][0] == "DINKES"


def test_xlsx_goes_on_in_another_sheet_when_one_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("learn.exports.formats.xlsx.LAST_ROW", 3)
    content = book(written(Xlsx(), [Thing(count=n) for n in range(7)]))
    assert content.sheet_names == ["Data", "Data 2", "Data 3", "Explanation"]
    rows = [row[2] for name in content.sheet_names[:3]
            for row in content.get_sheet_by_name(name).to_python()[1:]]  # fmt: skip
    assert rows == [float(n) for n in range(7)]


def test_parquet_keeps_kinds() -> None:
    table = read_parquet(io.BytesIO(written(Parquet(), [Thing(), NOTHING]))).read_all()
    assert table.column_names == KEYS
    rows = [[column[n].as_py() for column in table.columns] for n in range(2)]
    assert rows == [
        [NUMBER, Thing.name, 3, 87.5, date(2026, 11, 24), True],
        [None] * 6,
    ]


@pytest.mark.parametrize("exporter", list(standard_exporters()), ids=lambda each: each.key)
def test_without_records_a_file_is_still_one(exporter: Exporter) -> None:
    content = written(exporter, [])
    match exporter.key:
        case "csv":
            assert csv_rows(content) == [KEYS]
        case "xlsx":
            assert book(content).get_sheet_by_name("Data").to_python() == [KEYS]
        case "json":
            assert json.loads(content) == []
        case "jsonl":
            assert content == b""
        case _:
            assert content[:4] == b"PAR1"


@pytest.mark.parametrize("exporter", [Csv(), Json(), JsonLines()], ids=["csv", "json", "jsonl"])
def test_size_needs_no_memory(exporter: Exporter) -> None:
    def things(count: int) -> Iterator[Thing]:
        day = date(2000, 1, 1)
        return (Thing(count=n, day=day + timedelta(days=n % 9000)) for n in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        for _chunk in exporter.chunks(COLUMNS, things(count), about=ABOUT):
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(20_000) < peak(1_000) + 200_000


def test_a_format_is_found_by_name_then_by_suffix_then_it_is_csv() -> None:
    exporters = standard_exporters()
    assert find_exporter(exporters).key == "csv"
    assert find_exporter(exporters, file_name="a.XLSX").key == "xlsx"
    assert find_exporter(exporters, file_name="a.txt").key == "csv"
    assert find_exporter(exporters, "json", file_name="a.xlsx").key == "json"
    with pytest.raises(Invalid, match="did you mean xlsx.*csv, xlsx, json"):
        find_exporter(exporters, "xls")


def test_records_are_written_with_their_own_columns() -> None:
    record = HoursRecord(1, NUMBER, "Made", "U", "Unit", "PNS", 2026, 18, 20, 2, "short")
    row = csv_rows(written(Csv(), [record], HOURS))[1]
    assert row == [NUMBER, "Made", "U", "Unit", "PNS", "2026", "18", "20", "2", "short"]
