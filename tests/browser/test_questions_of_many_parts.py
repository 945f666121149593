"""Steps, gaps, grids and ratings: dragged, by keyboard, without scripts, and for everybody to use."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessibility import findings
from tests.support.driving import hand_in, start_quiz

KEYS = ("pengantar", "urut", "celah", "grid", "sikap", "nilai", "ujung", "saran")
PLACE = {key: place for place, key in enumerate(KEYS, start=1)}
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def taking(enter, course):
    """Return a function that opens the quiz as a role with a screen: the page and the attempt's address."""

    def start(role, **options):
        page = enter(role, **options)
        return page, start_quiz(page, course, "bagian")

    return start


def at(page, attempt, key):
    page.goto(f"{attempt}?q={PLACE[key]}")
    return page


def saved(page):
    expect(page.locator(".l-saved--ok")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_question_fits_a_phone_and_can_be_used_by_everybody(taking, scheme):
    page, attempt = taking("auditor", screen="phone", color_scheme=scheme)
    for key in KEYS:
        at(page, attempt, key)
        assert not page.evaluate(OVERFLOW), key
        assert findings(page) == [], key


def test_a_step_is_dragged_to_its_place_and_saved(taking):
    page, attempt = taking("verifier")
    at(page, attempt, "urut")
    items = page.locator("[data-order] > li")
    before = items.locator(".l-order__text").all_inner_texts()
    grip, last = items.first.locator("[data-grip]").bounding_box(), items.last.bounding_box()
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(grip["x"] + 10, last["y"] + last["height"] + 5, steps=8)
    page.mouse.up()
    assert items.locator(".l-order__text").all_inner_texts() == [*before[1:], before[0]]
    saved(page)
    at(page, attempt, "urut")
    assert items.locator(".l-order__text").all_inner_texts() == [*before[1:], before[0]]
    assert [each.input_value() for each in items.locator("select").all()] == ["1", "2", "3"]


def test_a_word_is_dragged_into_its_gap_or_pressed_for_the_next(taking):
    page, attempt = taking("hr", screen="phone")
    at(page, attempt, "celah")
    gaps, words = page.locator("[data-word-gap]"), page.locator("[data-word]")
    word, gap = words.filter(has_text="maklumat").bounding_box(), gaps.last.bounding_box()
    page.mouse.move(word["x"] + 10, word["y"] + 10)
    page.mouse.down()
    page.mouse.move(gap["x"] + 10, gap["y"] + 10, steps=8)
    page.mouse.up()
    assert gaps.last.evaluate("gap => gap.selectedOptions[0].text") == "maklumat"
    words.filter(has_text="petugas").focus()
    page.keyboard.press("Enter")
    assert gaps.first.evaluate("gap => gap.selectedOptions[0].text") == "petugas"
    saved(page)
    expect(words.filter(has_text="petugas")).to_have_class(re.compile("used"))
    at(page, attempt, "celah")
    assert gaps.first.evaluate("gap => gap.selectedOptions[0].text") == "petugas"


def test_gaps_grids_and_ratings_are_answered_by_keyboard(taking):
    page, attempt = taking("organiser")
    at(page, attempt, "celah").get_by_label("Bagian rumpang 1").focus()
    page.keyboard.type("45")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    saved(page)
    at(page, attempt, "grid").locator(".l-grid input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.locator(".l-grid__row").first.locator("input").nth(1).is_checked()
    saved(page)


def test_everything_is_answered_and_checked_without_scripts(enter, course):
    page = enter("mentor", screen="phone", scripts=False)
    attempt = start_quiz(page, course, "bagian")
    at(page, attempt, "urut")
    for place, text in enumerate(("Terima", "Verifikasi", "Terbitkan"), start=1):
        page.locator("li", has_text=text).locator("select").select_option(str(place))
    page.click("button[value=next]")
    at(page, attempt, "celah").locator("input.l-gap").fill("45")
    for gap, text in zip(
        page.locator("select.l-gap").all(), ("20", "petugas", "maklumat"), strict=True
    ):
        gap.select_option(text)
    page.click("button[value=check]")
    expect(page.locator(".l-gapdone.l-opt--right")).to_have_count(4)
    for key, cells in (("grid", (0, 3)), ("nilai", (4, 5)), ("ujung", (0, 3)), ("sikap", (1,))):
        at(page, attempt, key)
        for cell in cells:
            page.locator(".l-grid input").nth(cell).check()
        page.click("button[value=next]")
    page.goto(f"{attempt}summary/")
    expect(page.locator(".l-card .l-strong").first).to_contain_text(": 7")
    hand_in(page, attempt)
    expect(page.locator(".l-verdict h1")).to_contain_text("100")
