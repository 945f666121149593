"""Several people and several versions: nothing is lost, nobody reaches further than they may."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from learn.publishing.drafts import start_draft
from learn.publishing.models import DraftFile, Version
from tests.support import make
from tests.support.learning import files_of_course, publish_course
from tests.support.statements import Counted
from tests.web.studio.conftest import MODULE, text_of


def stored(app, path=MODULE):
    with app.extensions["learn"].database.reading() as session:
        return session.scalar(select(DraftFile.text).where(DraftFile.path == path))


def test_a_stale_save_shows_both_texts_and_loses_neither(app, editor, trainer, other_trainer):
    editor(browser=trainer)
    editor(browser=other_trainer)
    text = text_of(trainer)
    trainer.submit("studio-edit", text=text + "\nPunya satu.\n", press="save")
    page = other_trainer.submit("studio-edit", text=text + "\nPunya dua.\n", press="save")
    assert page.status == 409
    assert "Punya satu." in page.text and "Punya dua." in page.html
    assert "Punya satu." in stored(app)
    page = other_trainer.submit("Save my text")
    assert page.status == 200 and "Punya dua." in stored(app)


def test_a_stale_autosave_answers_both_texts(app, editor, trainer, other_trainer):
    editor(browser=trainer)
    editor(browser=other_trainer)
    old = trainer.page.form("studio-edit").fields["revision"].values[0]
    address = f"/studio/dasar/autosave/{MODULE}"
    page = trainer.post(address, {"text": "---\ntitle: Satu\n---\nA", "revision": old}, token=True)
    assert page.status == 200 and page.json["saved_at"]
    again = {"text": "---\ntitle: Satu\n---\nA", "revision": old}
    editor(browser=trainer)
    assert trainer.post(address, again, token=True).status == 200
    page = other_trainer.post(address, {"text": "B", "revision": old}, token=True)
    assert page.status == 409
    assert (page.json["mine"], page.json["theirs"]) == ("B", "---\ntitle: Satu\n---\nA")
    assert "Press Save" in page.json["message"]
    assert stored(app).endswith("A")


def test_line_ends_of_browsers_do_not_change_a_file(app, editor, trainer):
    editor()
    before = stored(app)
    trainer.submit("studio-edit", text=before.replace("\n", "\r\n"), press="save")
    assert stored(app) == before


def test_moving_a_module_keeps_links_rules_and_quizzes_valid(app, trainer, published):
    page = trainer.get("/studio/dasar/")
    page = trainer.submit("/studio/dasar/order", press="down:01-satu")
    assert page.status == 200 and "Nothing is wrong" in page.text
    assert stored(app, "courses/dasar/01-dua.md") and stored(app, "courses/dasar/02-satu.md")
    assert "[modul dua](01-dua.md)" in stored(app, "courses/dasar/02-satu.md")
    assert "module: 02-satu" in stored(app, "quizzes/dasar/latihan.md")
    trainer.get("/studio/dasar/")
    old = {"move": "up:02-satu", "seen": "something older"}
    assert trainer.post("/studio/dasar/order", old, token=True).status == 409
    wrong = {"move": "up:09-tidak", "seen": ""}
    trainer.get("/studio/dasar/")
    assert trainer.post("/studio/dasar/order", wrong, token=True).status == 404


def test_publishing_says_what_changes_and_who_is_in_the_middle(app, editor, trainer, signed_in):
    learner = None
    editor()
    learner = signed_in()
    learner.get("/courses/dasar/")
    learner.submit("/courses/dasar/enrolment")
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    attempt = learner.page.url
    trainer.submit("studio-edit", text=text_of(trainer) + "\nTambahan.\n", press="save")
    editor("courses/dasar/course.md")
    trainer.submit(
        "studio-edit", text=text_of(trainer).replace("hours: 6", "hours: 8"), press="save"
    )
    page = trainer.get("/studio/dasar/publish")
    assert "changed: Modul satu" in page.text and "6 JP before, 8 JP now" in page.text
    assert "1 person has begun" in page.text and "1 quiz attempt is open" in page.text
    page = trainer.submit("/studio/dasar/publish", press="Publish now")
    assert "Version 2" in page.text
    assert learner.get(attempt).status == 200
    page = trainer.get("/studio/dasar/publish")
    assert "Nothing: the draft is what is published" in page.text


def test_what_was_not_seen_is_not_published(app, editor, trainer, other_trainer):
    editor()
    trainer.submit("studio-edit", text=text_of(trainer) + "\nA\n", press="save")
    trainer.get("/studio/dasar/publish")
    editor(browser=other_trainer)
    other_trainer.submit("studio-edit", text=text_of(other_trainer) + "\nB\n", press="save")
    page = trainer.submit("/studio/dasar/publish", press="Publish now")
    assert page.status == 409 and "has changed since" in page.text
    with app.extensions["learn"].database.reading() as session:
        assert len(session.scalars(select(Version)).all()) == 1


def test_versions_are_compared_and_restored(app, editor, trainer):
    editor()
    before = stored(app)
    trainer.submit("studio-edit", text=text_of(trainer) + "\nTambahan baru.\n", press="save")
    trainer.get("/studio/dasar/publish")
    trainer.submit("/studio/dasar/publish", press="Publish now")
    page = trainer.get("/studio/dasar/versions/")
    assert "Version 2" in page.text and "I Gede Putra" in page.text
    page = trainer.click("What was new")
    assert "Tambahan baru." in page.text
    page = trainer.get("/studio/dasar/versions/")
    restore = [href for _text, href in page.links if href.endswith("/restore")][-1]
    trainer.get(restore)
    page = trainer.submit("Restore it into the draft")
    assert page.status == 200 and stored(app) == before


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return (io.BytesIO(out.getvalue()), "kursus.zip")


NEW = {
    "courses/baru/course.md": "---\ntitle: Kursus baru\nhours: 2\n---\n\nIsi.\n",
    "courses/baru/01-satu.md": "---\ntitle: Satu\n---\n\nLihat [x](07-hilang.md).\n",
}


def upload(browser, files):
    browser.get("/studio/upload")
    return browser.submit("/studio/upload", file=zipped(files))


def test_a_zip_is_reported_before_anything_is_taken_in(app, trainer):
    page = upload(trainer, NEW)
    assert page.status == 200
    assert "01-satu.md:5" in page.text and "new here" in page.text
    assert trainer.get("/studio/baru/").status == 404
    upload(trainer, NEW)
    page = trainer.submit("/studio/upload/take")
    assert page.url == "/studio/baru/check" and "01-satu.md:5" in page.text


def test_an_edited_draft_is_replaced_only_on_purpose_and_kept(app, editor, trainer):
    editor()
    trainer.submit("studio-edit", text=text_of(trainer) + "\nDari peramban.\n", press="save")
    files = {
        "courses/dasar/course.md": "---\ntitle: Dari zip\n---\n",
        MODULE: "---\ntitle: Satu\n---\nDari zip.\n",
    }
    page = upload(trainer, files)
    assert "the draft was edited here" in page.text and "Dari peramban." in page.text
    trainer.submit("/studio/upload/take")
    assert "Dari peramban." in stored(app)
    upload(trainer, files)
    trainer.submit("/studio/upload/take", {"take-dasar": "replace"})
    assert "Dari zip." in stored(app)
    assert "Draft that was kept" in trainer.get("/studio/dasar/versions/").text


@pytest.mark.parametrize("name", ["../../etc/passwd.md", "courses/baru/../../x.md", "/abs/x.md"])
def test_a_zip_that_leads_out_of_itself_is_refused(trainer, name):
    page = upload(trainer, {**NEW, name: "x"})
    assert page.status == 422 and "leads out of the zip" in page.text


def test_no_zip_at_all_is_said_in_words(trainer):
    trainer.get("/studio/upload")
    page = trainer.submit("/studio/upload", file=(io.BytesIO(b"no zip"), "a.zip"))
    assert page.status == 422 and "no" in page.text
    page = trainer.submit("/studio/upload", file=(io.BytesIO(b""), ""))
    assert page.status == 422
    trainer.get("/studio/upload")
    gone = {"digest": "../../etc", "take-baru": "yes"}
    assert trainer.post("/studio/upload/take", gone, token=True).status == 422


def test_the_export_goes_back_in_unchanged(trainer, published):
    page = trainer.get("/studio/dasar/export.zip")
    with zipfile.ZipFile(io.BytesIO(page.response.get_data())) as archive:
        assert "courses/dasar/course.md" in archive.namelist()
    trainer.get("/studio/upload")
    content = io.BytesIO(page.response.get_data())
    page = trainer.submit("/studio/upload", file=(content, "dasar.zip"))
    assert "the same as the draft here" in page.text


PAGES = (
    "/studio/dasar/", "/studio/dasar/check", "/studio/dasar/publish", "/studio/dasar/versions/",
    "/studio/dasar/preview/", "/studio/dasar/preview/01-satu/", "/studio/dasar/add/module",
    "/studio/dasar/preview/quizzes/akhir/", f"/studio/dasar/files/{MODULE}",
    f"/studio/dasar/delete/{MODULE}", "/studio/dasar/export.zip", "/studio/dasar/results/",
    "/studio/dasar/results/akhir/",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_only_those_who_may_edit_this_course_see_its_draft(
    published, trainer_of, signed_in, client, address
):
    assert trainer_of("dasar").get(address).status == 200
    assert trainer_of("lain").get(address).status == 403
    assert signed_in().get(address).status == 403
    assert client.get(address, follow_redirects=False).status in {302, 303}


POSTS = (
    "order", "publish", "add/module", "add/quiz", "add/language", "add/media", f"files/{MODULE}",
    f"autosave/{MODULE}", f"render/{MODULE}", f"delete/{MODULE}", "versions/abc/restore",
)  # fmt: skip


@pytest.mark.parametrize("part", POSTS)
def test_only_those_who_may_edit_this_course_change_its_draft(app, published, trainer_of, part):
    before = stored(app)
    limited = trainer_of("lain")
    values = {"text": "diganti", "title": "x", "move": "up:02-dua", "seen": "x"}
    assert limited.post(f"/studio/dasar/{part}", values, token=True).status == 403
    assert stored(app) == before


def test_a_file_of_another_course_is_not_reached_through_ones_own(app, published, trainer_of):
    state = app.extensions["learn"]
    with state.database.transaction() as session:
        start_draft(session, state.storage, "lain", "Lain", actor_id=None, now=make.JOINED)
    limited = trainer_of("lain")
    assert limited.get("/studio/lain/").status == 200
    for part in (f"files/{MODULE}", f"delete/{MODULE}"):
        assert limited.get(f"/studio/lain/{part}").status == 404
        limited.get("/studio/lain/")
        assert limited.post(f"/studio/lain/{part}", {"text": "x"}, token=True).status == 404
    assert limited.get(f"/studio/lain/versions/compare?before={published.id}").status == 404
    assert limited.get(f"/studio/lain/versions/{published.id}/restore").status == 404


def test_a_trainer_of_one_course_lists_it_alone_and_begins_no_other(app, published, trainer_of):
    limited = trainer_of("lain")
    page = limited.get("/studio/")
    assert "Dasar pelayanan" not in page.text and "no course here yet" in page.text
    assert limited.get("/studio/new").status == 403
    page = upload(limited, {**NEW, MODULE: "diganti"})
    assert page.text.count("not yours to edit") == 2
    digest = page.form("/studio/upload/take").fields["digest"].values[0]
    chosen = {"digest": digest, "take-baru": "yes", "take-dasar": "yes"}
    page = limited.post("/studio/upload/take", chosen, token=True, follow_redirects=True)
    assert "Nothing was taken in" in page.text
    assert stored(app, "courses/baru/course.md") is None and "diganti" not in stored(app)


def test_looking_writes_nothing(app, trainer, published):
    with Counted(app.extensions["learn"].database) as counted:
        for address in ("/studio/", *PAGES):
            assert trainer.get(address).status == 200
    assert counted.writes == []


def test_results_count_in_few_statements_and_name_people_to_those_who_may(
    app, trainer, published, signed_in
):
    for name in ("Ni Luh Satu", "I Made Dua", "I Ketut Tiga"):
        learner = signed_in(name=name)
        learner.get("/courses/dasar/")
        learner.submit("/courses/dasar/enrolment")
        learner.get("/courses/dasar/quizzes/akhir/")
        learner.submit("/courses/dasar/quizzes/akhir/attempts")
        learner.submit("answer", press="next")
        learner.submit("answer", {"answer": "20"}, press="summary")
        learner.submit("submission")
    page = trainer.get("/studio/dasar/results/")
    assert "Tes akhir" in page.text and "50" in page.text
    with Counted(app.extensions["learn"].database) as counted:
        page = trainer.get("/studio/dasar/results/akhir/")
    assert len(counted.statements) <= 9
    assert "100%" in page.text and "0%" in page.text
    with Counted(app.extensions["learn"].database) as counted:
        page = trainer.get("/studio/dasar/results/akhir/attempts/")
    assert len(counted.statements) <= 8 and "Ni Luh Satu" in page.text
    page = trainer.get("/studio/dasar/results/akhir/attempts/?after=999999999-1-1")
    assert "Ni Luh Satu" not in page.text
    office = signed_in("organiser")
    assert "Ni Luh Satu" in office.get("/studio/dasar/results/akhir/attempts/").text


def test_results_of_a_quiz_that_is_no_longer_there_still_count(app, trainer, published, signed_in):
    learner = signed_in()
    learner.get("/courses/dasar/")
    learner.submit("/courses/dasar/enrolment")
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    learner.submit("submission")
    course = "---\ntitle: Dasar\nhours: 6\n---\n"
    files = files_of_course(**{"courses/dasar/course.md": course, "quizzes/dasar/akhir.md": ""})
    publish_course(app, datetime.now(UTC), files)
    page = trainer.get("/studio/dasar/results/")
    assert page.status == 200 and "akhir (no longer there)" in page.text
    assert trainer.get("/studio/dasar/results/akhir/").status == 404


def test_results_before_any_attempt_say_what_will_be_here(trainer, published):
    assert "Tes akhir" in trainer.get("/studio/dasar/results/").text
    assert "No attempt has been graded yet" in trainer.get("/studio/dasar/results/akhir/").text
