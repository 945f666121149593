"""Pointing at a picture, dragging labels, walking through a case: with a pointer, with a finger, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_keyboard import tab_through
from tests.support.accessibility import findings
from tests.support.driving import start_quiz

SPOT, SEVERAL, LABELS, NUMBER, CASE = 1, 2, 3, 4, 5
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def attempt(enter, course, screen):
    """Give a page of an attempt at the practice with pictures, and the attempt's address."""
    page = enter("mentor", screen=screen)
    return page, start_quiz(page, course, "gambar")


def test_a_click_on_the_picture_is_a_choice_in_the_list(attempt):
    page, address = attempt
    page.goto(f"{address}?q={SEVERAL}")
    boxes = page.locator(".l-numbered input")
    for place in range(3):
        boxes.nth(place).uncheck()
    page.locator(".l-spot__area").nth(0).click(force=True)
    page.locator(".l-spot__area").nth(2).click(force=True)
    expect(boxes.nth(0)).to_be_checked()
    expect(boxes.nth(2)).to_be_checked()
    expect(page.locator(".l-spot").nth(0)).to_have_class(re.compile("l-spot--picked"))
    expect(page.locator("[data-saved]")).to_have_text(re.compile("Tersimpan"))
    page.reload()
    expect(page.locator(".l-spot--picked")).to_have_count(2)


def test_the_place_whose_name_has_the_focus_is_seen_on_the_picture(attempt):
    page, address = attempt
    page.goto(f"{address}?q={SPOT}")
    page.locator(".l-numbered input").nth(0).focus()
    expect(page.locator(".l-spot").nth(0)).to_have_class(re.compile("l-spot--here"))
    page.keyboard.press("ArrowDown")
    expect(page.locator(".l-spot").nth(1)).to_have_class(re.compile("l-spot--here"))
    expect(page.locator(".l-numbered input").nth(1)).to_be_checked()


def test_labels_are_dragged_or_pressed_and_stand_in_the_lists(attempt):
    page, address = attempt
    page.goto(f"{address}?q={LABELS}")
    lists = page.locator("[data-labels] select")
    for place in range(3):
        lists.nth(place).select_option("")
    expect(page.locator("[data-saved]")).to_have_text(
        re.compile("Tersimpan")
    )  # it moves what is below
    chip, spot = page.locator(".l-chip").nth(1), page.locator(".l-spot__badge").nth(0)
    wanted = chip.get_attribute("data-chip")
    for _try in range(3):  # a busy machine may drop it beside: a hand drags again
        chip.drag_to(spot, force=True, steps=8)
        if lists.nth(0).input_value() == wanted:
            break
        page.wait_for_timeout(500)
    expect(lists.nth(0)).to_have_value(wanted)
    page.locator(".l-chip").nth(2).click()
    page.locator(".l-spot__number").nth(1).click(force=True)
    expect(lists.nth(1)).to_have_value(page.locator(".l-chip").nth(2).get_attribute("data-chip"))
    expect(page.locator("[data-saved]")).to_have_text(re.compile("Tersimpan"))


def test_a_case_goes_on_by_enter_and_the_focus_stands_where_it_goes_on(enter, course, screen):
    page = enter("hr", screen=screen)
    address = start_quiz(page, course, "gambar")
    page.goto(f"{address}?q={CASE}")
    if page.locator("button.l-opt").count() and not page.locator(".l-way").count():
        page.locator("button.l-opt").nth(0).focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    expect(page).to_have_url(re.compile(rf"q={CASE}"))
    expect(page.locator(".l-way > li")).to_have_count(1)
    assert page.evaluate("document.activeElement.matches('.l-way__here')")


def test_every_one_of_these_questions_is_reached_by_tab_and_is_sound(attempt):
    page, address = attempt
    wrong = []
    for place in range(1, 6):
        page.goto(f"{address}?q={place}")
        wrong += [f"{place}: {each}" for each in findings(page)]
        wrong += [f"{place}: wider than the screen"] if page.evaluate(WIDE) else []
        wrong += tab_through(page)
    assert not wrong, "\n".join(wrong)
