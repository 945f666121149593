"""``learn quiz overrides``: all of a sheet, or with any error nothing."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from learn.quizzes.models import PersonOverride, UnitOverride
from tests.support import make
from tests.support.learning import publish_course


@pytest.fixture
def sheet(app, database, tmp_path):
    """Return a function that writes a sheet for the one person there is, of unit A."""
    publish_course(app, datetime.now(UTC))
    number = make.nip()
    with database.transaction() as session:
        make.person(session, unit=make.unit(session, "A"), number=number, password=None)

    def write(rows):
        path = tmp_path / "terms.csv"
        path.write_text(rows.format(number=number), encoding="utf-8")
        return path

    return write


def test_a_sheet_is_done_at_once_or_only_looked_at(run, sheet, database):
    path = sheet("number,unit_code,attempts,minutes,reason\n{number},,5,,Sakit\n,A,,50,Padam\n")
    found = run("quiz", "overrides", "dasar/akhir", path, "--dry-run", "--json")
    assert found.exit_code == 0 and json.loads(found.output)["set"] == 2
    with database.reading() as session:
        assert session.scalars(select(PersonOverride)).all() == []
    assert run("quiz", "overrides", "dasar/akhir", path).exit_code == 0
    with database.reading() as session:
        assert session.scalars(select(PersonOverride.attempts)).all() == [5]
        assert session.scalars(select(UnitOverride.time_limit)).all() == [3000]


@pytest.mark.parametrize(
    ("rows", "quiz", "words"),
    [
        ("number,attempts,reason\n{number},x,a\n", "dasar/akhir", "row 2, column attempts"),
        ("number,attempts,reason\n{number},1,a\n", "dasar/nothing", "dasar/nothing"),
        ("number,attempts,reason\n{number},1,a\n", "akhir", "akhir"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_set(run, sheet, database, rows, quiz, words):
    found = run("quiz", "overrides", quiz, sheet(rows))
    assert found.exit_code == 1 and words in found.output
    with database.reading() as session:
        assert session.scalars(select(PersonOverride)).all() == []
