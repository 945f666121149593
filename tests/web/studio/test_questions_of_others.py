"""Questions of other systems in the studio: a report first, then a choice; and a quiz taken away."""

import io
from pathlib import Path

import pytest

from learn.publishing.models import DraftFile

SAMPLES = Path(__file__).parents[2] / "data/questions"
IMPORT, TAKE = "/studio/dasar/questions", "/studio/dasar/questions/take"
EXPORT = "/studio/dasar/quizzes/akhir/export"
GIFT = b"""::Satu:: Apa *itu* <b>?{=benar#Ya ~salah}

::Dua:: Bumi bulat?{T}

::Rusak:: tanpa jawaban { apa saja }

Hanya teks.
"""


def send(browser, content, quiz="impor", name="a.gift", **fields):
    browser.get(IMPORT)
    return browser.submit(IMPORT, file=(io.BytesIO(content), name), quiz=quiz, **fields)


def text_of(app, path):
    with app.extensions["learn"].database.reading() as session:
        row = session.get(DraftFile, ("dasar", path))
        return row.text if row else None


def test_a_file_is_shown_before_anything_is_written(app, trainer, published):
    page = send(trainer, GIFT)
    assert page.status == 200
    for said in (
        "Satu",
        "Rusak",
        "refused",
        "No answer begins with = or ~.",
        "line 5",
        "- (x) benar",
    ):
        assert said in page.text, said
    assert text_of(app, "quizzes/dasar/impor.md") is None


def test_only_what_was_ticked_begins_the_quiz(app, trainer, published):
    send(trainer, GIFT)
    page = trainer.submit(TAKE, take=["0", "2"])
    assert "2 questions were added to the quiz." in page.text
    text = text_of(app, "quizzes/dasar/impor.md")
    assert "## satu" in text and "## hanya-teks {description}" in text and "## dua" not in text


def test_a_quiz_that_is_there_keeps_its_questions(app, trainer, published):
    before = text_of(app, "quizzes/dasar/akhir.md")
    send(trainer, b"::spbe:: Lagi? {=a ~b}", quiz="akhir")
    trainer.submit(TAKE)
    after = text_of(app, "quizzes/dasar/akhir.md")
    assert after.startswith(before.rstrip()) and "## spbe-2" in after


def test_a_second_click_adds_nothing_twice(app, trainer, published):
    (seen,) = send(trainer, GIFT).form(TAKE).fields["seen"].values
    trainer.submit(TAKE, take=["0"])
    before = text_of(app, "quizzes/dasar/impor.md")
    send(trainer, GIFT)
    again = trainer.submit(TAKE, take=["0"], seen=seen)
    assert again.status == 409 and "Read the file again" in again.text
    assert text_of(app, "quizzes/dasar/impor.md") == before


def test_pictures_come_to_lie_beside_the_quiz(app, trainer, published):
    page = send(trainer, (SAMPLES / "every-type.moodle.xml").read_bytes(), name="moodle.xml")
    assert "There is no type like stack here." in page.text
    trainer.submit(TAKE)
    assert "![Loket depan](loket-depan.png)" in text_of(app, "quizzes/dasar/impor.md")
    with app.extensions["learn"].database.reading() as session:
        assert session.get(DraftFile, ("dasar", "quizzes/dasar/loket-depan.png")).size_bytes > 50


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.gift", "Choose a file."),
        (b"\x00\x01\x02", "a.gift", "This is no text"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><quiz>&b;</quiz>", "a.xml", "declares entities"),
        (b"<quiz><question type='essay'>", "a.xml", "not sound XML"),
        (b"<html></html>", "a.xml", "no format of questions that is known"),
        (b"// nothing here\n", "a.gift", "There is no question in this file."),
        (b"<quiz></quiz>", "a.xml", "There is no question in this file."),
    ],
)
def test_a_file_that_is_none_gets_a_clear_answer(trainer, published, content, name, said):
    page = send(trainer, content, name=name)
    assert page.status == 422 and said in page.text


@pytest.mark.parametrize("quiz", ["../akhir", "A B", "a" * 65, "x.en"])
def test_a_quiz_needs_a_good_name(trainer, published, quiz):
    assert send(trainer, GIFT, quiz=quiz).status == 422


def test_scripts_in_a_file_stay_text(trainer, published):
    page = send(trainer, b"::<script>alert(1)</script>:: a <script>alert(2)</script> b {=x ~y}")
    assert "<script>alert" not in page.html and "&lt;script&gt;alert(1)" in page.html


def test_a_quiz_is_taken_away_with_what_is_lost_said_before(trainer, published):
    trainer.get("/studio/dasar/")
    page = trainer.get(f"{EXPORT}?format=gift")
    assert "What would be lost" in page.text and "The settings of the quiz stay here" in page.text
    for format_, sign in (("gift", b"::"), ("moodle-xml", b"<quiz>"), ("aiken", b"ANSWER")):
        answer = trainer.client.get(f"{EXPORT}/{format_}")
        assert answer.status_code == 200 and sign in answer.data
        assert "attachment" in answer.headers["Content-Disposition"]


def test_another_format_or_quiz_is_not_found_with_a_message(trainer, published):
    assert trainer.client.get(f"{EXPORT}/word").status_code == 422
    assert trainer.client.get("/studio/dasar/quizzes/none/export/gift").status_code == 404


def test_a_trainer_of_another_course_takes_nothing_in(trainer_of, published):
    browser = trainer_of("lain")
    assert browser.client.get(IMPORT).status_code == 403
    assert browser.client.get(f"{EXPORT}/gift").status_code == 403


def test_a_file_of_which_nothing_can_come_in_is_still_reported(app, trainer, published):
    page = send(trainer, b"::a:: x { y }\n")
    assert page.status == 200 and "No answer begins with = or ~." in page.text
    assert "Begin the quiz" not in page.text
