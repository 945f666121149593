"""Writing, sending files and grading in a real browser, with scripts and without."""

from __future__ import annotations

import re

from tests.browser.test_every_page import walk
from tests.support.accessibility import findings
from tests.support.driving import hand_in, start_quiz
from tests.support.files import HOSTILE, JPG, PDF, PNG

QUIZ = "tulis"
WIDER = "(width) => document.documentElement.scrollWidth <= width"


def sent(name: str, kind: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_words_are_counted_while_they_are_written_and_files_go_when_they_are_chosen(enter, course):
    page = enter("employee", screen="phone")
    start_quiz(page, course, QUIZ)
    page.fill("textarea", "Agar tahu.")
    assert page.inner_text("[data-count]").startswith("2 ")
    few = page.inner_text("[data-count]")
    page.fill("textarea", "Agar warga tahu haknya lebih dulu.")
    assert page.inner_text("[data-count]").startswith("6 ") and len(few) > 10
    page.set_input_files("#answer-files", sent("besar.pdf", "application/pdf", PDF * 3000))
    assert "besar.pdf" in page.inner_text("[data-upload-said]")
    with page.expect_navigation():
        page.set_input_files("#answer-files", sent("palsu.jpg", "image/jpeg", HOSTILE["a page"]))
    assert "palsu.jpg" in page.inner_text("[role=alert]")
    assert page.input_value("textarea").startswith("Agar warga")
    with page.expect_navigation():
        page.set_input_files("#answer-files", sent("bukti.pdf", "application/pdf", PDF))
    assert "bukti.pdf" in page.inner_text(".l-files")
    assert page.locator("input[type=file]").count() == 0
    assert page.evaluate(WIDER, 360)
    assert findings(page) == []
    assert walk(page, [page.url]) == []


def test_essays_and_files_need_no_scripts_and_a_person_grades_them_by_keyboard(enter, course):
    learner = enter("mentor", screen="phone", scripts=False)
    attempt = start_quiz(learner, course, QUIZ)
    learner.fill("textarea", "Supaya warga tahu syarat dan biaya.")
    learner.set_input_files("#answer-files", sent("a.jpg", "image/jpeg", JPG))
    learner.click("[data-upload-button]")
    assert "a.jpg" in learner.inner_text(".l-files")
    learner.click("button[value^='remove:']")
    assert learner.locator(".l-files").count() == 0
    assert learner.input_value("textarea").startswith("Supaya")
    learner.click("button[value=next]")
    learner.set_input_files("#answer-files", [sent("b.png", "image/png", PNG)])
    learner.click("button[value=summary]")
    hand_in(learner, attempt)
    assert "2" in learner.inner_text("h1")

    page = enter("trainer")
    page.goto(f"/studio/{course}/grading/")
    page.click(".l-list a >> nth=0")
    one = page.url
    queue = f"/studio/{course}/grading/"
    assert walk(page, ["/", "/grading/", queue, f"{queue}?show=graded", one]) == []
    assert walk(enter("mentor"), [attempt, f"/courses/{course}/quizzes/{QUIZ}/"]) == []
    page.goto(one)
    page.focus("#mark input[type=radio] >> nth=0")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert "10" in page.inner_text("[data-sum]")
    page.focus("#comment")
    page.keyboard.type("Bagus.")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/grading/", page.url)
    learner.goto(attempt)
    assert "Bagus." in learner.inner_text("main")
    assert walk(enter("mentor"), [attempt]) == []
