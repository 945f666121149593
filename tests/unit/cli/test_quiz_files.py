"""Questions come in and go out by command: a report of each, exit codes, nothing written before its time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from learn.errors import LearnError
from learn.interchange.formats import read_questions
from learn.ledger.models import AuditEntry
from learn.publishing.drafts import start_draft
from learn.publishing.models import DraftFile
from tests.support.learning import publish_course

SAMPLES = Path(__file__).parents[2] / "data/questions"
MOODLE, GIFT = SAMPLES / "every-type.moodle.xml", SAMPLES / "every-form.gift"
SOUND = "::satu:: Apa? {=a ~b}\n\n::dua:: Bagaimana? {T}\n"


@pytest.fixture
def course(app):
    """Publish the small course, which leaves a draft of it."""
    return publish_course(app, datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture
def sound(tmp_path):
    """Give a file of which nothing is lost."""
    file = tmp_path / "a.gift"
    file.write_text(SOUND, encoding="utf-8")
    return file


def draft(database, path):
    with database.reading() as session:
        row = session.get(DraftFile, ("dasar", path))
        return row.text if row else None


def test_a_report_names_every_question_and_writes_nothing(run):
    result = run("quiz", "import", MOODLE)
    assert result.exit_code == 1  # three have no equal here
    lines = result.stdout.splitlines()
    assert "items: 19" in lines
    assert sum(line.startswith("question[") for line in lines) == 19


def test_lines_of_texts_are_named(run):
    result = run("quiz", "import", GIFT, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1 and report["items"] == 18 and report["refused"] == 2
    assert [each["line"] for each in report["questions"]][:3] == [5, 13, 15]
    assert {each["verdict"] for each in report["questions"]} == {"kept", "changed", "refused"}


def test_a_sound_file_is_no_problem(run, sound):
    assert run("quiz", "import", sound).exit_code == 0


def test_questions_are_added_to_a_draft_and_noted(run, course, database, sound):
    assert run("quiz", "import", sound, "--into", "dasar/baru", "--dry-run").exit_code == 0
    assert draft(database, "quizzes/dasar/baru.md") is None
    for keys in (["## satu", "## dua"], ["## satu-2", "## dua-2"]):
        assert run("quiz", "import", sound, "--into", "dasar/baru").exit_code == 0
        assert all(key in draft(database, "quizzes/dasar/baru.md") for key in keys)
    with database.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.kind == "questions_imported")
        ).all()
    assert [json.loads(each.data)["questions"] for each in entries] == [2, 2]


def test_media_come_along_once(run, course, database):
    for quiz in ("satu", "dua"):
        assert run("quiz", "import", MOODLE, "--into", f"dasar/{quiz}").exit_code == 1
    with database.reading() as session:
        paths = session.scalars(select(DraftFile.path).where(DraftFile.path.like("%.png"))).all()
    assert sorted(paths) == ["quizzes/dasar/denah.png", "quizzes/dasar/loket-depan.png"]


def test_a_draft_with_imported_questions_can_be_published(run, course, sound):
    assert run("quiz", "import", MOODLE, "--into", "dasar/baru").exit_code == 1
    result = run("content", "publish", "dasar")
    assert result.exit_code == 0, result.stderr


def test_a_quiz_file_is_written_with_its_pictures(run, tmp_path):
    file = tmp_path / "kuis.md"
    run("quiz", "import", MOODLE, "-o", file)
    assert file.read_text(encoding="utf-8").startswith(
        '---\ntitle: "Dasar"\n---\n\n## standar-pelayanan'
    )
    assert (tmp_path / "loket-depan.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "words", [["--into", "dasar"], ["--into", "/x"], ["--format", "word"], ["--nothing"]]
)
def test_wrong_use_is_told_as_such(run, sound, words):
    assert run("quiz", "import", sound, *words).exit_code == 2


@pytest.mark.parametrize(
    ("into", "said"), [("tidak-ada/x", "tidak-ada"), ("dasar/../x", "../x"), ("dasar/A b", "A b")]
)
def test_a_place_that_cannot_be_is_refused(run, course, sound, into, said):
    with pytest.raises(LearnError, match=said.replace(".", "\\.")):
        run("quiz", "import", sound, "--into", into)


def test_a_quiz_goes_out_to_a_file_and_nothing_else_to_standard_output(run, course, tmp_path):
    file = tmp_path / "a.xml"
    result = run("quiz", "export", "dasar/akhir", "-o", file)
    assert result.stdout == "" and file.read_bytes().startswith(b"<?xml")
    result = run("quiz", "export", "dasar/akhir", "--format", "gift")
    assert read_questions(result.stdout.encode()).entries and "::" in result.stdout
    assert "items" not in result.stdout


@pytest.mark.parametrize("words", [["dasar"], ["dasar/akhir"], ["dasar/akhir", "--format", "word"]])
def test_an_export_needs_a_quiz_and_a_format(run, course, words):
    assert run("quiz", "export", *words).exit_code == 2


def test_a_quiz_that_is_not_there_is_told(run, course):
    with pytest.raises(LearnError, match="tidak-ada"):
        run("quiz", "export", "dasar/tidak-ada", "--format", "gift")


def test_more_than_one_quiz_file_holds_goes_into_several(run, course, database, tmp_path):
    file = tmp_path / "many.gift"
    file.write_text(
        "".join(f"::soal {n}:: Apa {n}? {{T}}\n\n" for n in range(1, 702)), encoding="utf-8"
    )
    result = run("quiz", "import", file, "--into", "dasar/baru")
    assert result.exit_code == 0 and "items: 701" in result.stdout and "baru-2" in result.stdout
    counts = [
        draft(database, f"quizzes/dasar/{name}.md").count("\n## ") for name in ("baru", "baru-2")
    ]
    assert counts == [500, 201]
    with pytest.raises(LearnError, match="baru"):
        run("quiz", "import", file, "--into", "dasar/baru")


def test_true_and_false_speak_the_language_of_the_course(run, state, database, sound):
    with database.transaction() as session:
        start_draft(
            session, state.storage, "english", "English", "en", actor_id=None, now=state.now()
        )
    assert run("quiz", "import", sound, "--into", "english/new").exit_code == 0
    with database.reading() as session:
        text = session.get(DraftFile, ("english", "quizzes/english/new.md")).text
    assert "- (x) True" in text and "Benar" not in text
    out = run("quiz", "export", "english/new", "--format", "gift")
    assert "{T}" in out.stdout and "true and false" not in out.stderr
