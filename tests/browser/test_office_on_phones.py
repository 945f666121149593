"""HR's lists on a phone, without scripts: folded filters, later places in a menu, rows as named lines."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def page(enter):
    """Give a phone of an HR officer whose browser runs no scripts."""
    return enter("hr", screen="phone", scripts=False)


def test_a_filter_opens_at_a_touch_and_by_keyboard(page):
    page.goto("/hr/people/")
    field = page.locator("[name=q]")
    expect(field).to_be_hidden()
    page.click("label[for=filter-open]")
    expect(field).to_be_visible()
    page.focus("#filter-open")
    page.keyboard.press("Space")
    expect(field).to_be_hidden()
    page.keyboard.press("Space")
    field.fill("Pratiwi")
    page.click("form.l-filter button")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("form.l-filter a")).to_be_visible()  # takes the filter away


def test_the_later_places_stand_in_a_menu(page):
    page.goto("/hr/")
    page.click(".l-subnav summary")
    page.click(".l-subnav a[href*='/hr/siasn/']")
    expect(page.locator(".l-subnav summary")).to_have_attribute("aria-current", "true")


def test_each_line_says_what_it_is(page):
    page.goto("/hr/people/")
    cell = page.locator("tbody tr").first.locator("td[data-label]").first
    shown = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert shown.strip('"') == cell.get_attribute("data-label")
    expect(page.locator("tbody tr").first.locator("input[name=who]")).to_be_visible()


def test_lists_are_sorted_there_too(page):
    page.goto("/hr/hours/")
    page.click("thead a >> nth=0")
    expect(page.locator("thead th[aria-sort=ascending]")).to_be_visible()
