"""What an export writes comes back as it was by an import, and no spreadsheet takes a text for a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learn.errors import Message
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import About, Column
from learn.exports.formats.xlsx import Xlsx
from learn.people.imports.tables import read_table

COLUMNS = (
    Column("row", Message("Row"), Message("Row"), "integer", lambda record: record[0]),
    Column("text", Message("Name"), Message("Name"), "text", lambda record: record[1]),
)
ABOUT = About(title=Message("Data"), made_at=datetime(2026, 11, 24, tzinfo=UTC))
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.text("=+-@'\t\r\n＝＋－＠0123456789 a;,\"", max_size=8),
)


def written(exporter, texts):
    return b"".join(exporter.chunks(COLUMNS, list(enumerate(texts, 1)), about=ABOUT))


def tidy(text):
    """Return a text as a cell is read: signs that can be seen, single spaces."""
    kept = "".join(s if s.isprintable() else " " for s in text.replace("\ufeff", ""))
    return " ".join(kept.split())


@pytest.mark.parametrize("exporter", [Csv(), Csv(";"), Xlsx()], ids=["comma", "semicolon", "xlsx"])
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
@example(texts=["=1+1", "'=1+1", "''=1", "-5", "'7", "@x", "\t=1", "\r=1", "＝1", "'"])
def test_any_text_comes_back_as_it_was(exporter, texts):
    texts = [tidy(text) for text in texts]
    rows = read_table(written(exporter, texts), f"x{exporter.suffix}").rows
    assert [cells[1] if len(cells) > 1 else "" for _row, cells in rows] == texts


@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_no_cell_of_a_text_file_begins_as_a_formula(texts):
    lines = csv.reader(io.StringIO(written(Csv(), texts).decode("utf-8-sig"), newline=""))
    for _row, cell in list(lines)[1:]:
        assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", cell)


def test_a_workbook_holds_no_formula_whatever_the_texts_are():
    content = written(Xlsx(), ["=1+1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x"])
    archive = zipfile.ZipFile(io.BytesIO(content))
    sheets = b"".join(archive.read(name) for name in archive.namelist() if "worksheets" in name)
    assert b"<f>" not in sheets and b"<hyperlink" not in sheets
