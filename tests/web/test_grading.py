"""Answers that a person grades: handed in, waiting, graded by a rubric, and the course completed with the last mark."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import select

from learn.hours.models import HoursCredit
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.progress.models import Completion
from learn.quizzes.models import AnswerFile, Attempt, Step
from tests.support import make
from tests.support.files import HOSTILE, JPG, PDF, PNG
from tests.support.learning import files_of_course, publish_course
from tests.support.statements import Counted

QUIZ = """\
    ---
    title: Tes akhir
    role: final
    pass: 70
    ---
    ## spbe
    Apa kepanjangan SPBE?

    - ( ) Sistem Pelayanan
    - (x) Sistem Pemerintahan

    ## alasan {essay words=3..50 points=2}
    Mengapa maklumat wajib ditempel?

    - Kejelasan => 2: RUBRIK jelas | 1: RUBRIK cukup | 0: RUBRIK tidak
    - Isi => 2: RUBRIK lengkap | 0: RUBRIK kosong

    > RAHASIA umpan umum.

    ### kunci
    RAHASIA jawaban contoh.

    ## foto {upload files=2 types="pdf,jpg,png" size="100 kB"}
    Kirim foto maklumat.
    """
ESSAY, PHOTO = 2, 3


def rows(app, query):
    with app.extensions["learn"].database.reading() as session:
        return session.scalars(query).all()


@pytest.fixture
def published(app):
    """Publish the small course with a final test that a person has to grade."""
    files = files_of_course(**{"quizzes__dasar__akhir.md": QUIZ})
    return publish_course(app, datetime.now(UTC), files)


@pytest.fixture
def learner(published, signed_in):
    """Give the browser of somebody who has read the course and begun its final test."""
    return begin(signed_in(name="Ni Luh Ayu"))


@pytest.fixture
def trainer(published, signed_in):
    """Give the browser of somebody who trains everywhere."""
    return signed_in("trainer", name="I Made Guru")


def begin(browser):
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    for module in ("01-satu", "02-dua"):
        browser.get(f"/courses/dasar/{module}/")
        browser.submit(f"/courses/dasar/{module}/completion")
    browser.get("/courses/dasar/quizzes/akhir/")
    browser.submit("/courses/dasar/quizzes/akhir/attempts")
    browser.attempt = browser.page.address.split("?")[0].rstrip("/")
    return browser


def question(browser, place):
    return browser.get(f"{browser.attempt}/?q={place}")


def send(browser, *files, press="stay", **fields):
    """Send files with the form of the third question."""
    question(browser, PHOTO)
    sent = {"answer.files": [(BytesIO(content), name) for name, content in files], **fields}
    form = {name: field.values for name, field in browser.page.form("answer").fields.items()}
    form = {name: values for name, values in form.items() if values and name != "answer.files"}
    return browser.post(
        f"{browser.attempt}/", {**form, **sent, "answer.go": press}, follow_redirects=True
    )


def answer_all(browser):
    """Answer the choice and the essay and send a file."""
    page = question(browser, 1)
    keys = re.findall(
        r'value="(\w+)"[^>]*>\s*<span class="l-opt__body">(.*?)</span>', page.html, re.S
    )
    right = next(key for key, text in keys if "Pemerintahan" in text)
    browser.submit("answer", {"answer": right}, press="next")
    browser.submit("answer", {"answer": "Karena warga berhak tahu."}, press="next")
    send(browser, ("maklumat.jpg", JPG))


def hand_in(browser):
    browser.get(f"{browser.attempt}/summary/")
    return browser.submit("submission")


def grade(trainer, **values):
    """Grade the answer on the page: levels by their text, other fields by name."""
    page = trainer.page
    levels = re.findall(
        r'name="(rubric\.\w+)"\s+value="(\w+)".*?</strong>\s*(.*?)</span>', page.html, re.S
    )
    chosen = {name: key for name, key, text in levels if text.strip() in values.get("levels", ())}
    values.pop("levels", None)
    press = values.pop("press", "next")
    return trainer.submit("mark", {**chosen, **values}, press=press)


def test_the_whole_way_from_an_essay_to_the_certificate(app, learner, trainer):
    answer_all(learner)
    page = hand_in(learner)
    assert "menunggu" in page.text.lower() or "wait" in page.text
    assert "RAHASIA jawaban" not in page.html and "RUBRIK" not in page.html
    assert rows(app, select(Completion)) == [] and rows(app, select(HoursCredit)) == []
    (attempt,) = rows(app, select(Attempt))
    assert (attempt.state, attempt.waiting, attempt.score) == ("waiting", 2, None)

    home = trainer.get("/")
    assert "/grading/" in home.html
    page = trainer.get("/studio/dasar/grading/")
    assert page.html.count("Ni Luh Ayu") == 2
    trainer.click("Mengapa maklumat")
    assert "Karena warga berhak tahu." in trainer.page.text
    assert "RAHASIA jawaban contoh" in trainer.page.html
    grade(trainer, levels=("RUBRIK cukup", "RUBRIK lengkap"), comment="Bagus, lengkapi lagi.")
    assert rows(app, select(Completion)) == []
    trainer.get("/studio/dasar/grading/")
    trainer.click("Kirim foto")
    grade(trainer, points="1")

    (completion,) = rows(app, select(Completion))
    assert completion.score == pytest.approx((1 + 1.5 + 1) / 4)
    assert completion.hours == 6 and completion.certificate
    assert len(rows(app, select(HoursCredit))) == 1
    page = learner.get(learner.attempt)
    assert "Bagus, lengkapi lagi." in page.text and "RUBRIK cukup" in page.html
    assert "RUBRIK tidak" not in page.html and "RAHASIA jawaban" not in page.html
    assert "RAHASIA umpan umum" in page.html and completion.certificate in page.text
    assert completion.certificate in learner.get("/me/record/").text
    with app.extensions["learn"].database.writing() as session:
        assert not list(verify(session))
        rebuild_person(session, learner.person_id)
        assert session.scalars(select(Attempt)).one().score == pytest.approx(completion.score)


def test_no_byte_of_rubric_and_model_answer_reaches_the_learner_before_its_time(learner):
    for place in (1, ESSAY, PHOTO):
        html = question(learner, place).html
        assert "RUBRIK" not in html and "RAHASIA" not in html
    answer_all(learner)
    for page in (learner.get(f"{learner.attempt}/summary/"), hand_in(learner)):
        assert "RUBRIK" not in page.html and "RAHASIA jawaban" not in page.html
    told = learner.get(f"/api/v1{learner.attempt}")
    assert told.status == 200 and "RUBRIK" not in told.html and "RAHASIA jawaban" not in told.html


def test_a_file_is_sent_removed_and_replaced_without_scripts(app, learner):
    page = send(learner, ("../foto maklumat.jpg", JPG))
    assert "foto maklumat.jpg" in page.text
    page = send(learner, ("surat.pdf", PDF))
    assert "foto maklumat.jpg" in page.text and "surat.pdf" in page.text
    digest = next(row.digest for row in rows(app, select(AnswerFile)) if row.name == "surat.pdf")
    page = send(learner, press=f"remove:{digest}")
    assert "surat.pdf" not in page.text and "foto maklumat.jpg" in page.text
    assert len(rows(app, select(AnswerFile))) == 2
    kept = [step.data["files"] for step in rows(app, select(Step).order_by(Step.seq))]
    assert [len(files) for files in kept] == [1, 2, 1]


@pytest.mark.parametrize("what", ["a page", "a picture and an archive", "a program", "nothing"])
def test_a_hostile_file_is_refused_in_words_and_hinders_nothing_else(app, learner, what):
    page = send(learner, ("baik.png", PNG), ("tugas.jpg", HOSTILE[what]))
    assert page.status == 422 and "tugas.jpg" in page.text
    assert [row.name for row in rows(app, select(AnswerFile))] == ["baik.png"]
    assert "baik.png" in question(learner, PHOTO).text


def test_more_or_larger_files_than_allowed_are_refused_in_words(learner):
    page = send(learner, ("a.png", PNG), ("b.jpg", JPG), ("c.pdf", PDF))
    assert page.status == 422 and "2" in page.text
    page = send(learner, ("besar.pdf", PDF[:-6] + b" " * 200_000 + b"%%EOF"), press="stay")
    assert page.status == 422


def test_a_file_goes_to_its_owner_and_to_graders_alone_and_no_page_runs_it(
    app, learner, trainer, signed_in
):
    send(learner, ("maklumat.jpg", JPG))
    (row,) = rows(app, select(AnswerFile))
    address = f"{learner.attempt}/answers/foto/files/{row.digest}"
    for browser in (learner, trainer):
        reply = browser.client.get(address)
        assert reply.status_code == 200 and reply.data == JPG
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in reply.headers["Content-Security-Policy"]
        assert "no-store" in reply.headers["Cache-Control"]
        reply.close()
    stranger = signed_in()
    assert stranger.client.get(address).status_code == 404
    for wrong in ("0" * 64, "..%2f..%2fetc", "x"):
        assert (
            learner.client.get(f"{learner.attempt}/answers/foto/files/{wrong}").status_code == 404
        )


def test_nothing_is_taken_in_after_handing_in(app, learner):
    hand_in(learner)
    learner.get("/")
    data = {"question": "foto", "place": "3", "answer.files": [(BytesIO(JPG), "a.jpg")]}
    learner.post(f"{learner.attempt}/", data, token=True)
    assert rows(app, select(AnswerFile)) == []


def test_two_graders_at_once_see_each_other(app, learner, trainer, signed_in):
    answer_all(learner)
    hand_in(learner)
    other = signed_in("trainer", name="Ni Komang Penilai")
    for browser in (trainer, other):
        browser.get("/studio/dasar/grading/")
        browser.click("Kirim foto")
    grade(trainer, points="1")
    page = grade(other, points="0")
    assert page.status == 409 and "I Made Guru" in page.text
    assert "100" in page.text
    page = grade(other, points="0,5")
    assert page.status == 200
    marks = rows(app, select(Step).where(Step.kind == "mark").order_by(Step.seq))
    assert [mark.data["score"] for mark in marks] == [1, 0.5]


def test_a_mark_changes_later_with_a_reason_as_an_entry(app, learner, trainer):
    answer_all(learner)
    hand_in(learner)
    for word, values in (
        ("Mengapa", {"levels": ("RUBRIK jelas", "RUBRIK lengkap")}),
        ("Kirim", {"points": "1"}),
    ):
        trainer.get("/studio/dasar/grading/")
        trainer.click(word)
        grade(trainer, **values)
    trainer.get("/studio/dasar/grading/?show=graded")
    trainer.click("Kirim foto")
    assert grade(trainer, points="0").status == 422
    grade(trainer, points="0", reason="Foto orang lain.", press="stay")
    (attempt,) = rows(app, select(Attempt))
    assert attempt.score == 0.75
    assert len(rows(app, select(Completion))) == 1


def test_a_mark_that_cannot_be_read_is_told_and_keeps_what_was_written(learner, trainer):
    answer_all(learner)
    hand_in(learner)
    trainer.get("/studio/dasar/grading/")
    trainer.click("Mengapa maklumat")
    for values in ({"points": "banyak"}, {"points": "7"}, {"points": "nan"}, {}):
        page = grade(trainer, comment="Catatan saya", **values)
        assert page.status == 422 and "Catatan saya" in page.html


def test_nobody_grades_their_own_answers(app, signed_in, published):
    both = begin(signed_in("trainer", name="Guru Belajar"))
    answer_all(both)
    hand_in(both)
    page = both.get("/studio/dasar/grading/")
    assert "Mengapa maklumat" not in page.text
    name = both.attempt.rsplit("/", 1)[1]
    assert both.get(f"/studio/dasar/grading/{name}/alasan").status == 403


def test_an_assessor_grades_the_people_of_the_unit_alone(app, signed_in, learner):
    answer_all(learner)
    hand_in(learner)
    with app.extensions["learn"].database.transaction() as session:
        elsewhere = make.unit(session, "B")
    name = learner.attempt.rsplit("/", 1)[1]
    near, far = signed_in("assessor"), signed_in("assessor", unit=elsewhere)
    assert "Mengapa maklumat" in near.get("/studio/dasar/grading/").text
    assert near.get(f"/studio/dasar/grading/{name}/alasan").status == 200
    assert "Mengapa maklumat" not in far.get("/studio/dasar/grading/").text
    assert far.get(f"/studio/dasar/grading/{name}/alasan").status == 403
    (row,) = rows(app, select(AnswerFile))
    assert far.client.get(f"{learner.attempt}/answers/foto/files/{row.digest}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?after=x",
        "?after=2026-01-01~a",
        "?quiz=%00&question=%27",
        "?show=x&after=9999-12-31T23:59:59%2B00:00~" + "a" * 26,
    ],
)
def test_an_address_of_the_queue_that_means_nothing_is_no_error(trainer, query):
    assert trainer.get(f"/studio/dasar/grading/{query}").status == 200


def test_every_page_about_the_course_opens_while_answers_wait(app, learner, signed_in):
    answer_all(learner)
    hand_in(learner)
    for address in ("/", "/courses/dasar/", "/courses/dasar/quizzes/akhir/", "/me/record/"):
        assert learner.get(address).status == 200, address
    admin = signed_in("admin")
    pages = (
        "/studio/dasar/", "/studio/dasar/results/", "/studio/dasar/results/akhir/",
        "/studio/dasar/results/akhir/attempts/", "/studio/dasar/results/akhir/running/",
        "/studio/dasar/results/akhir/questions/alasan/", "/studio/dasar/results/akhir/regrade/",
        "/studio/dasar/preview/quizzes/akhir/", "/studio/dasar/check", "/grading/", "/hr/",
        f"/hr/people/{learner.person_id}/",
    )  # fmt: skip
    for address in pages:
        page = admin.get(address)
        assert page.status == (404 if "/questions/" in address else 200), address
    assert "waits to be graded" in learner.get("/courses/dasar/quizzes/akhir/").text or (
        "menunggu" in learner.page.text
    )


def test_the_preview_shows_authors_the_fields_and_never_takes_anything(app, published, trainer):
    page = trainer.get("/studio/dasar/preview/quizzes/akhir/")
    assert page.status == 200
    assert "<textarea" in page.html and 'type="file"' in page.html
    assert rows(app, select(AnswerFile)) == []


def test_a_quiz_without_names_shows_graders_neither_name_nor_names_of_files(
    app, published, signed_in, trainer
):
    quiz = QUIZ.replace("    pass: 70\n", "    pass: 70\n    anonymous_grading: true\n", 1)
    publish_course(app, datetime.now(UTC), files_of_course(**{"quizzes__dasar__akhir.md": quiz}))
    learner = begin(signed_in(name="Ni Luh Ayu"))
    answer_all(learner)
    hand_in(learner)
    html = trainer.get("/studio/dasar/grading/").html
    trainer.click("Kirim foto")
    assert "Ni Luh Ayu" not in html + trainer.page.html
    assert "maklumat.jpg" not in trainer.page.html and "JPG" in trainer.page.html


def test_on_a_page_with_all_questions_files_come_in_beside_the_other_answers(
    app, published, signed_in
):
    quiz = QUIZ.replace("    pass: 70\n", "    pass: 70\n    page: all\n", 1)
    publish_course(app, datetime.now(UTC), files_of_course(**{"quizzes__dasar__akhir.md": quiz}))
    learner = begin(signed_in())
    page = learner.get(learner.attempt)
    form = {name: field.values for name, field in page.form("answer").fields.items()}
    form = {name: values for name, values in form.items() if values and ".files" not in name}
    files = [(BytesIO(JPG), "satu.jpg"), (BytesIO(HOSTILE["a page"]), "dua.jpg")]
    sent = {"answer2": "Karena warga berhak tahu.", "answer3.files": files, "answer3.go": "stay"}
    page = learner.post(f"{learner.attempt}/", {**form, **sent}, follow_redirects=True)
    assert page.status == 422 and "dua.jpg" in page.text
    page = learner.get(learner.attempt)
    assert "Karena warga berhak tahu." in page.html and "satu.jpg" in page.text
    assert [row.name for row in rows(app, select(AnswerFile))] == ["satu.jpg"]
    digest = rows(app, select(AnswerFile))[0].digest
    form = {name: field.values for name, field in page.form("answer").fields.items()}
    form = {name: values for name, values in form.items() if values and ".files" not in name}
    page = learner.post(
        f"{learner.attempt}/", {**form, "answer3.go": f"remove:{digest}"}, follow_redirects=True
    )
    assert page.status == 200 and "satu.jpg" not in page.text


def test_what_waits_costs_the_same_however_many_have_handed_in(app, learner, signed_in, trainer):
    database = app.extensions["learn"].database

    def cost(address):
        trainer.get(address)
        with Counted(database) as counted:
            assert trainer.get(address).status == 200
        return len(counted.statements)

    answer_all(learner)
    hand_in(learner)
    addresses = [
        "/grading/",
        "/studio/dasar/grading/",
        "/studio/dasar/results/",
        "/studio/dasar/results/akhir/",
    ]
    one = [cost(address) for address in addresses]
    for name in ("Made", "Wayan"):
        other = begin(signed_in(name=name))
        answer_all(other)
        hand_in(other)
    assert [cost(address) for address in addresses] == one
    assert max(one) <= 8
