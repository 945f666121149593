"""A sheet of attendance of 100,000 rows, one in twenty wrong: each told by row and column, soon, and nothing done."""

from __future__ import annotations

import resource
from collections import Counter
from datetime import date, timedelta
from time import process_time

import pytest
from sqlalchemy import func, insert, select

from learn.people.imports.tables import read_table
from learn.people.services import NewPerson, add_people
from learn.schema import load_projections
from learn.trainings.models import Attendance, Seat
from learn.trainings.uploads import plan_upload
from tests.support import make
from tests.support.trainings import MORNING, NOW, published, sitting

load_projections()
PEOPLE, SESSIONS = 2_000, 50
EVERY = 20
NUMBERS = [make.nip(serial) for serial in range(PEOPLE)]
WRONG = {
    "number": lambda row: f"{make.nip(PEOPLE + row % 1000)},{{session}},hadir,",
    "session": lambda _row: "{number},51,hadir,",
    "state": lambda _row: "{number},{session},mungkin,",
    "minutes": lambda _row: "{number},{session},terlambat,500",
}


def sheet():
    """Return the sheet, and of each wrong row the column that is wrong."""
    lines, wrong = ["nip,sesi,kehadiran,menit"], {}
    for place in range(1, SESSIONS + 1):
        for number in NUMBERS:
            row, line = len(lines) + 1, "{number},{session},hadir,"
            if row % EVERY == 0:
                wrong[row] = tuple(WRONG)[row // EVERY % len(WRONG)]
                line = WRONG[wrong[row]](row)
            lines.append(line.format(number=number, session=place))
    return "\n".join(lines).encode(), wrong


@pytest.fixture
def training(database):
    with database.writing() as session:
        made = published(
            session, capacity=5_000,
            sittings=tuple(sitting(MORNING + timedelta(hours=4 * n)) for n in range(SESSIONS)),
        )  # fmt: skip
        people = [
            NewPerson(number=number, name="Made", since=date(2026, 1, 1)) for number in NUMBERS
        ]
        ids = add_people(session, people, actor_id=None, now=NOW)
        session.execute(insert(Seat), [
            {"person_id": each, "training_id": made.id, "state": "confirmed", "turn": turn,
             "seq": 1, "asked_at": NOW, "since": NOW}
            for turn, each in enumerate(ids)
        ])  # fmt: skip
        yield session, made


def test_of_100000_rows_each_of_5000_wrong_ones_is_told_by_row_and_column(training):
    session, made = training
    content, wrong = sheet()
    begun, before = process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = read_table(content, "presensi.csv")
    planned = plan_upload(session, made, table)
    taken = process_time() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert len(table.rows) == PEOPLE * SESSIONS and len(wrong) == 5_000
    known = {"nip": "number", "sesi": "session", "kehadiran": "state", "menit": "minutes"}
    assert {each.row: known[each.column] for each in planned.errors} == wrong
    assert len(planned.errors) == len(wrong)
    assert len(planned.changes) == PEOPLE * SESSIONS - len(wrong)
    assert set(Counter(wrong.values()).values()) == {1_250}
    assert session.scalar(select(func.count()).select_from(Attendance)) == 0
    assert taken < 20 and grown < 400_000, f"{taken:.1f} s, {grown} kB"
