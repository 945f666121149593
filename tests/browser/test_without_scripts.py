"""The whole of a learner's work in a browser that runs no scripts."""

import re

from tests.support.driving import hand_in, sign_in, start_quiz

GUIDE = "panduan-learn"


def read_all(page, course: str) -> int:
    """Begin a course and read it module by module, as its own buttons lead; return how many."""
    page.goto(f"/courses/{course}/")
    page.click("form[action$='/enrolment'] button")
    read = 0
    while page.locator("form[action$='/completion']").count():
        page.click("form[action$='/completion'] button")
        read += 1
        if "/quizzes/" in page.url:  # the quiz of the module is for another time
            page.goto(f"/courses/{course}/")
            page.click(".l-card--next a.l-btn--main")
            if "/quizzes/" in page.url:
                page.goto(next_module(page, course))
    return read


def next_module(page, course: str) -> str:
    """Return the first module that the outline calls not completed, or the course itself."""
    page.goto(f"/courses/{course}/")
    rows = page.locator(".l-list > li")
    for row in rows.all():
        href = row.locator("a").first.get_attribute("href")
        if "/quizzes/" not in href and not row.locator(".l-tag--good").count():
            return href
    return page.url


def answer_all(page, attempt: str) -> None:
    """Answer one question of each type, each with its own kind of field, and turn the pages."""
    page.goto(attempt)
    page.check("input[type=radio] >> nth=0")
    page.click("button[value=next]")
    page.check("label:has-text('Nama') input")
    page.check("label:has-text('Keluhan') input")
    page.click("button[value=next]")
    for who, what in (("Petugas", "Mencatat"), ("Kepala seksi", "Menjawab"), ("Warga", "Mengadu")):
        page.select_option(f".l-match li:has(label:text-is('{who}')) select", label=what)
    page.click("button[value=next]")
    for place, step in enumerate(("Catat", "Telaah", "Jawab"), start=1):
        page.select_option(f".l-order li:has-text('{step}') select", str(place))
    page.click("button[value=next]")
    page.fill("input[name=answer]", " Loket ")
    page.click("button[value=next]")
    page.fill("input[name=answer]", "5,2")
    page.click("button[value=flag]")
    assert page.locator("button[value=unflag]").get_attribute("aria-pressed") == "true"
    page.click("button[value=summary]")


def test_a_course_is_taken_from_signing_in_to_the_certificate(
    page_without_scripts, course, sign_ins
):
    page = page_without_scripts
    sign_in(page, sign_ins["assessor"])
    page.click("a[href$='/courses/'] >> visible=true >> nth=0")
    assert page.locator(f"a[href$='/courses/{course}/']").count()
    assert read_all(page, course) == 2
    attempt = start_quiz(page, course, "akhir")
    answer_all(page, attempt)
    assert page.locator(".l-dots .l-done").count() == 6
    hand_in(page, attempt)
    assert "100" in page.inner_text("h1")
    page.click("a[href*='/me/certificates/']")
    assert "I Ketut Alit Mahendra" in page.inner_text(".l-cert__name")
    page.goto("/me/record/")
    assert page.locator("a[href*='/me/certificates/peramban/']").count()


def test_every_module_of_the_guide_is_read_and_a_quiz_checked(page_without_scripts, sign_ins):
    page = page_without_scripts
    sign_in(page, sign_ins["trainer"])
    assert read_all(page, GUIDE) == 12
    attempt = start_quiz(page, GUIDE, "latihan-1")
    page.click("button[value=check]")
    while "/summary/" not in page.url:
        page.click(".l-turn .l-btn--main")
    hand_in(page, attempt)
    assert page.locator("h1").count() == 1


def test_an_order_with_a_place_given_twice_is_not_saved_and_stays_to_be_mended(
    page_without_scripts, course, sign_ins
):
    page = page_without_scripts
    sign_in(page, sign_ins["mentor"])
    attempt = start_quiz(page, course, "akhir")
    page.goto(f"{attempt}?q=4")
    for step in ("Catat", "Telaah", "Jawab"):
        page.select_option(f".l-order li:has-text('{step}') select", "1")
    page.click("button[value=next]")
    assert page.locator("[role=alert]").is_visible()
    assert page.locator(".l-order select").count() == 3
    for place, step in enumerate(("Catat", "Telaah", "Jawab"), start=1):
        page.select_option(f".l-order li:has-text('{step}') select", str(place))
    page.click("button[value=next]")
    assert page.url.endswith("?q=5")


def test_language_and_signing_out_are_buttons(page_without_scripts, sign_ins):
    page = page_without_scripts
    sign_in(page, sign_ins["verifier"])
    for language, word in (("en", "Courses"), ("id", "Kursus")):
        page.click(f".l-lang button[value={language}]")
        assert page.locator("html").get_attribute("lang") == language
        assert re.search(word, page.inner_text("nav >> visible=true >> nth=0"))
    page.click(".l-bar__end .l-menu summary")
    page.click("form[action$='/sign-out'] button")
    page.goto("/me/record/")
    assert "/sign-in" in page.url
