"""The terms of a quiz on a phone, with and without scripts: told, asked for, changed by a trainer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import WIDE, WIDER
from tests.support.accessibility import findings
from tests.support.driving import start_quiz

PAGE = "/courses/ketentuan/quizzes/dijaga/"
TERMS = "/studio/ketentuan/quizzes/dijaga/terms/"
BEGIN = "form[action$='/attempts']"
PASSWORD = "Sungai Ayung"


def sound(page):
    """Assert that the page fits its screen and that nobody is shut out."""
    page.wait_for_load_state("networkidle")  # while a page comes in, it may be wider for a moment
    assert not page.evaluate(WIDE), page.evaluate(WIDER)
    assert findings(page) == []


@pytest.mark.parametrize(("role", "theme"), [("hr", "light"), ("auditor", "dark")])
def test_what_must_come_first_then_password_and_honesty(enter, course, role, theme):
    page = enter(role, screen="phone", color_scheme=theme)
    page.goto(PAGE)
    sound(page)
    assert page.locator(f"{BEGIN} button[disabled]").count() == 1
    page.click("text=Bekal sebelum tes")
    page.click("form[action$='/completion'] button")
    page.goto(PAGE)
    sound(page)
    page.eval_on_selector_all(
        f"{BEGIN} [required]", "all => all.forEach(one => one.required = false)"
    )
    page.click(f"{BEGIN} button")
    assert page.locator(".l-errors li").count() == 2
    sound(page)
    page.fill("#password", "salah")
    page.check("#honesty")
    page.click(f"{BEGIN} button")
    assert page.locator(".l-errors li").count() == 1 and page.is_checked("#honesty")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/attempts/**")


def test_all_of_it_works_without_scripts(enter, course):
    page = enter("verifier", screen="phone", scripts=False)
    page.goto(PAGE)
    page.click("text=Bekal sebelum tes")
    page.click("form[action$='/completion'] button")
    page.goto(PAGE)
    page.fill("#password", "salah")
    page.check("#honesty")
    page.click(f"{BEGIN} button")
    assert page.locator(".l-errors li").count() == 1 and page.is_checked("#honesty")
    page.fill("#password", PASSWORD)
    page.click(f"{BEGIN} button")
    page.wait_for_url("**/attempts/**")
    assert page.locator("h1").count() == 1


def test_a_trainer_gives_more_time_by_keyboard_and_the_learner_sees_it(enter, course, sign_ins):
    trainer = enter("trainer", screen="phone")
    trainer.goto(TERMS)
    sound(trainer)
    trainer.click("a[href$='/terms/set']")
    sound(trainer)
    trainer.fill("#number", sign_ins["supervisor"][0])
    trainer.fill("#minutes", "150")
    trainer.fill("#reason", "Rabun jauh")
    trainer.press("#reason", "Enter")
    trainer.wait_for_url(f"**{TERMS}")
    assert "Rabun jauh" in trainer.inner_text("table")
    sound(trainer)
    learner = enter("supervisor", screen="phone")
    learner.goto(PAGE)
    sound(learner)
    told = learner.inner_text(".l-note")
    assert re.search(r"1 \w+", told) and "Rabun" not in learner.inner_text("main")
    trainer.click("a[href$='/removal']")
    sound(trainer)
    trainer.click("form button.l-btn--danger")
    trainer.wait_for_url(f"**{TERMS}")
    learner.reload()
    assert learner.locator(".l-note.l-is-good").count() == 0


def test_a_sheet_is_looked_at_before_it_is_done(enter, course, sign_ins):
    page = enter("trainer", screen="phone")
    page.goto(f"{TERMS}sheet")
    sound(page)
    rows = f"number,minutes,reason\n{sign_ins['mentor'][0]},120,Sakit\n"
    page.set_input_files(
        "#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.click("form[enctype] button")
    sound(page)
    page.click("form[action$='/apply'] button")
    page.wait_for_url(f"**{TERMS}")
    assert "Sakit" in page.inner_text("table")
    wrong = f"number,minutes,reason\n{sign_ins['mentor'][0]},dua,\n"
    page.goto(f"{TERMS}sheet")
    page.set_input_files(
        "#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": wrong.encode()}
    )
    page.click("form[enctype] button")
    assert page.locator("table tbody tr").count() == 2
    sound(page)


def test_more_time_that_is_given_while_somebody_works_is_theirs(enter, course, sign_ins):
    learner = enter("organiser", screen="phone")
    attempt = start_quiz(learner, "ketentuan", "sebentar")
    trainer = enter("trainer", screen="phone", scripts=False)
    trainer.goto("/studio/ketentuan/quizzes/sebentar/terms/set")
    trainer.fill("#number", sign_ins["organiser"][0])
    trainer.fill("#minutes", "30")
    trainer.fill("#reason", "Layar mati")
    trainer.click("form.l-form button")
    expect(learner.locator("[data-left]")).to_have_text(re.compile("^(29|30):"), timeout=60000)
    assert learner.url.split("?")[0] == attempt
    assert learner.locator("form#answer").count() == 1
