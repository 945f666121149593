"""The whole way of a course: begun, written, checked, seen as a learner, published, found."""

from __future__ import annotations

import io
import re

import pytest

from tests.web.studio.conftest import MODULE, text_of

SCRIPT = "<script>alert(1)</script>"


def begin(browser, title="Pelayanan prima", **more):
    browser.get("/studio/new")
    return browser.submit("/studio/new", title=title, **more)


def write(browser, path, change, course="pelayanan-prima"):
    browser.get(f"/studio/{course}/files/{path}")
    return browser.submit("studio-edit", text=change(text_of(browser)), press="save")


def test_a_course_goes_from_nothing_to_the_catalogue_in_the_browser_alone(trainer, signed_in):
    page = begin(trainer)
    assert page.url == "/studio/pelayanan-prima/"
    module = next(href for text, href in page.links if "/files/courses/" in href and "01-" in href)
    path = module.partition("/files/")[2]

    broken = "---\ntitle: Senyum\n---\n\n## Awal\n\nLihat [ini](09-tidak-ada.md).\n"
    write(trainer, path, lambda _text: broken)
    page = trainer.get("/studio/pelayanan-prima/check")
    assert f"{path.split('/')[-1]}:7" in page.text
    jump = next(href for _text, href in page.links if "line=7" in href)
    page = trainer.get(jump)
    assert 'data-start-line="7"' in page.html and "09-tidak-ada" in page.text
    page = trainer.get("/studio/pelayanan-prima/publish")
    assert not any("Publish now" in text for form in page.forms for *_n, text, _a in form.buttons)

    write(trainer, path, lambda text: text.replace("[ini](09-tidak-ada.md)", "**senyum**"))
    assert trainer.get("/studio/pelayanan-prima/check").text.count(":7") == 0
    page = trainer.get(f"/studio/pelayanan-prima/preview/{path.split('/')[-1][:-3]}/")
    assert "<strong>senyum</strong>" in page.html and "Preview of the draft" in page.text

    learner = signed_in()
    assert "Pelayanan prima" not in learner.get("/courses/").text
    trainer.get("/studio/pelayanan-prima/publish")
    page = trainer.submit("/studio/pelayanan-prima/publish", press="Publish now")
    assert "Version 1" in page.text
    assert "Pelayanan prima" in learner.get("/courses/").text
    assert "senyum" in learner.get(f"/courses/pelayanan-prima/{path.split('/')[-1][:-3]}/").text
    row = trainer.get("/studio/").text
    assert "Version 1" in row and "The draft differs" not in row


def test_an_unpublished_course_is_listed_by_its_title_and_a_taken_key_is_refused(trainer):
    begin(trainer)
    page = trainer.get("/studio/")
    assert "Pelayanan prima" in page.text and "Never published" in page.text
    page = begin(trainer)
    assert page.status == 409 and "already a course" in page.text


@pytest.mark.parametrize("title", [SCRIPT, 'a"b: #\\', "Judul\u0007 dengan bel", "日本"])
def test_any_title_gives_a_sound_course_and_stays_text(trainer, title):
    page = begin(trainer, title, key="aneh")
    assert page.status == 200 and SCRIPT not in page.html
    assert "Nothing is wrong" in page.text
    for address in ("/studio/", "/studio/aneh/preview/", "/studio/aneh/publish"):
        page = trainer.get(address)
        assert page.status == 200 and SCRIPT not in page.html


def test_a_course_without_a_key_or_title_says_what_would_be_right(trainer):
    assert begin(trainer, "").status == 422
    assert begin(trainer, "日本").status == 422
    page = begin(trainer, "A", key="Besar Sekali")
    assert page.status == 422 and "small letters" in page.text


def test_script_in_every_text_stays_text_in_preview(editor, trainer):
    editor()
    text = f"---\ntitle: '{SCRIPT}'\n---\n\n## {SCRIPT}\n\n{SCRIPT} [x](javascript:alert(1))\n"
    page = trainer.submit("studio-edit", text=text, press="preview")
    assert SCRIPT not in page.html and "javascript:alert(1)" not in page.addresses
    trainer.submit("studio-edit", text=text, press="save")
    for address in ("/studio/dasar/", "/studio/dasar/check", "/studio/dasar/preview/01-satu/"):
        assert SCRIPT not in trainer.get(address).html


def test_a_preview_without_scripts_keeps_what_was_typed_and_saves_nothing(editor, trainer):
    editor()
    before = text_of(trainer)
    page = trainer.submit("studio-edit", text=before + "\n*baru*\n", press="preview")
    assert "<em>baru</em>" in page.html and "Not saved yet" in page.text
    assert text_of(trainer).endswith("*baru*\n")
    editor()
    assert text_of(trainer) == before


def test_a_quiz_shows_its_questions_as_learners_see_them_and_the_key(editor, trainer):
    page = editor("quizzes/dasar/akhir.md").page
    assert "Apa kepanjangan SPBE?" in page.text and "RAHASIA umpan salah" in page.text
    page = trainer.get("/studio/dasar/preview/quizzes/akhir/")
    assert "Apa kepanjangan SPBE?" in page.text and "20 JP" in page.text


def test_the_fragment_for_htmx_has_preview_and_problems_with_their_lines(editor, trainer):
    editor("quizzes/dasar/akhir.md")
    page = trainer.post(
        "/studio/dasar/render/quizzes/dasar/akhir.md",
        {"text": "---\ntitle: A\npas: 3\n---\n## satu\nApa?\n- (x) a\n- ( ) b\n"},
        token=True,
    )
    assert page.status == 200
    assert 'id="studio-preview-body"' in page.html
    assert 'data-line="3"' in page.html and "pass" in page.text


@pytest.mark.parametrize("text", ["x" * 200_001, "[" * 12_000, "> " * 5_000 + "x", "\x00", ""])
def test_a_hostile_text_is_answered_in_words(editor, trainer, text):
    editor()
    page = trainer.post(f"/studio/dasar/render/{MODULE}", {"text": text}, token=True)
    assert page.status in {200, 422} and "script" not in page.text


def picture(
    name="peta.png",
    content=b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x10\x08\x06\x00\x00\x00",
):
    return (io.BytesIO(content), name)


def test_a_picture_needs_words_and_gives_the_markdown_to_paste(trainer, published):
    trainer.get("/studio/dasar/add/media")
    page = trainer.submit("/studio/dasar/add/media", file=picture("Peta Kota.PNG"))
    assert page.status == 422 and "Say what the picture shows" in page.text
    page = trainer.submit(
        "/studio/dasar/add/media", file=picture("Peta Kota.PNG"), alt="Peta [kota]"
    )
    assert page.status == 200
    assert "![Peta \\[kota\\]](peta-kota.png)" in page.html
    (source,) = re.findall(r'<img src="([^"]+)"', page.html)
    assert trainer.get(source).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("name, content", [
    ("a.png", b"<script>alert(1)</script>"),
    ("a.exe", b"MZ"),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ("", b""),
])  # fmt: skip
def test_a_file_is_judged_by_its_content(trainer, published, name, content):
    trainer.get("/studio/dasar/add/media")
    page = trainer.submit("/studio/dasar/add/media", file=picture(name, content), alt="x")
    assert page.status == 422


def test_modules_quizzes_and_translations_are_added_and_deleted(trainer, published):
    trainer.get("/studio/dasar/add/module")
    page = trainer.submit("/studio/dasar/add/module", title="Modul tiga: baru")
    assert page.url.endswith("/courses/dasar/03-modul-tiga-baru.md")
    trainer.get("/studio/dasar/add/quiz")
    page = trainer.submit(
        "/studio/dasar/add/quiz", title="Kuis tiga", role="module", module="03-modul-tiga-baru"
    )
    assert page.url.endswith("/quizzes/dasar/kuis-tiga.md")
    trainer.get("/studio/dasar/add/language")
    page = trainer.submit("/studio/dasar/add/language", text=MODULE, code="en")
    assert page.url.endswith("/01-satu.en.md")
    assert "Nothing is wrong" in trainer.get("/studio/dasar/").text
    trainer.get("/studio/dasar/add/language")
    assert trainer.submit("/studio/dasar/add/language", text=MODULE, code="id").status == 409

    page = trainer.get("/studio/dasar/delete/quizzes/dasar/kuis-tiga.md")
    page = trainer.submit("Delete it from the draft")
    assert page.url == "/studio/dasar/" and "Kuis tiga" not in page.text
