"""Everything is reached and done by keyboard, and one sees where one is."""

import pytest
from playwright.sync_api import expect

from tests.support.driving import start_quiz

FOCUSABLE = """() => [...document.querySelectorAll(
    'a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, summary, pre[tabindex], [tabindex="0"]')]
    .filter(part => part.checkVisibility({visibilityProperty: true}) && !part.closest('details:not([open]) > :not(summary)'))
    .filter(part => part.tabIndex >= 0)"""
COUNT = f"({FOCUSABLE})().length"
"""Radio buttons of one name are one stop; the others are one each."""
STOPS = f"""() => {{ const names = new Set();
    return ({FOCUSABLE})().filter(part => part.type !== 'radio' || !names.has(part.name) && names.add(part.name)).length; }}"""
HERE = """() => {
    const part = document.activeElement;
    if (!part || part === document.body) return null;
    window.__stops = window.__stops || new Map();
    if (!window.__stops.has(part)) window.__stops.set(part, window.__stops.size);
    const shown = element => {
        const style = getComputedStyle(element);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    };
    const box = part.getBoundingClientRect();
    const bar = document.querySelector('.l-tabs');
    const under = bar && getComputedStyle(bar).position === 'fixed' && !bar.contains(part)
        && box.top >= bar.getBoundingClientRect().top;
    return {
        id: window.__stops.get(part),
        name: part.outerHTML.slice(0, 90),
        visible: shown(part) || !!part.closest('.l-opt') && shown(part.closest('.l-opt')),
        hidden: !!under,
    };
}"""
PARTS = 8
"""A field of a day or a time has so many stops within it at most."""
PAGES = (
    "/", "/courses/", "/courses/peramban/", "/courses/peramban/01-awal/", "/courses/peramban/quizzes/akhir/",
    "/me/record/", "/account", "/trainings/", "/notices/", "/me/claims/new/KL06/", "/mentoring/new/",
)  # fmt: skip


def tab_through(page) -> list[str]:
    """Press Tab from the start of the page to its end; return what is wrong on the way."""
    page.evaluate(
        "window.__stops = new Map(); document.activeElement.blur(); getSelection().empty(); scrollTo(0, 0)"
    )
    wanted = page.evaluate(STOPS)
    seen: list[int] = []
    wrong: list[str] = []
    for _ in range(wanted * PARTS):
        page.keyboard.press("Tab")
        stop = page.evaluate(HERE)
        if stop is not None and seen[-1:] == [stop["id"]]:
            continue
        if stop is None or stop["id"] in seen:
            break
        seen.append(stop["id"])
        if not stop["visible"]:
            wrong.append(f"{page.url}: no outline on {stop['name']}")
        if stop["hidden"]:
            wrong.append(f"{page.url}: under the bottom bar: {stop['name']}")
    if len(seen) < wanted:
        wrong.append(f"{page.url}: {len(seen)} of {wanted} stops")
    return wrong


def test_tab_reaches_everything_on_the_sign_in_page_and_enter_signs_in(enter, sign_ins, screen):
    page = enter(screen=screen)
    page.goto("/sign-in")
    assert tab_through(page) == []
    number, password = sign_ins["employee"]
    page.focus("input[name=number]")
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def test_tab_reaches_everything_and_the_place_is_seen(enter, course, screen):
    page = enter("employee", screen=screen)
    wrong = []
    for address in PAGES:
        page.goto(address)
        wrong += tab_through(page)
    assert not wrong, "\n".join(wrong)


def test_tab_reaches_everything_of_each_type_of_question(enter, course, screen):
    page = enter("trainer", screen=screen)
    attempt = start_quiz(page, course, "akhir")
    wrong = []
    for address in [*(f"{attempt}?q={place}" for place in range(1, 7)), f"{attempt}summary/"]:
        page.goto(address)
        wrong += tab_through(page)
    assert not wrong, "\n".join(wrong)


def test_the_first_tab_skips_to_the_content(enter):
    page = enter("employee")
    page.goto("/courses/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "l-skip"
    assert page.locator(".l-skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#learn-main') !== null")


def test_the_menu_opens_by_enter_and_closes_by_escape_onto_its_button(enter, screen):
    page = enter("admin", screen=screen)
    page.goto("/")
    page.focus(".l-bar__end .l-menu summary")
    page.keyboard.press("Enter")
    assert page.locator(".l-bar__end .l-menu__panel").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.l-menu__panel') !== null")
    page.keyboard.press("Escape")
    assert not page.locator(".l-bar__end .l-menu__panel").is_visible()
    assert page.evaluate("document.activeElement.matches('.l-menu summary')")


def test_items_are_ordered_by_buttons_and_the_new_place_is_said(enter, course):
    page = enter("mentor", screen="phone")
    attempt = start_quiz(page, course, "akhir")
    page.goto(f"{attempt}?q=4")
    items = "[...document.querySelectorAll('.l-order__text')].map(part => part.innerText.trim())"
    before = page.evaluate(items)
    page.focus(".l-order li:last-child [data-move='-1']")
    page.keyboard.press("Enter")
    assert page.evaluate(items) == [before[0], before[2], before[1]]
    assert "2" in page.inner_text("[data-moved]")
    assert page.evaluate("document.activeElement.dataset.move") == "-1"
    page.keyboard.press("Enter")
    assert page.evaluate(items) == [before[2], before[0], before[1]]
    assert page.evaluate("document.activeElement.dataset.move") == "1"  # the way up has ended
    expect(page.locator("[data-saved].l-saved--ok")).to_be_visible()
    page.reload()
    assert page.evaluate(items) == [before[2], before[0], before[1]]


@pytest.mark.parametrize("place", [1, 2])
def test_a_choice_is_made_by_space(enter, course, place):
    page = enter("verifier")
    attempt = start_quiz(page, course, "akhir")
    page.goto(f"{attempt}?q={place}")
    page.focus("#answer .l-opt input >> nth=0")
    page.keyboard.press("Space")
    assert page.locator(".l-opt--picked").count() == 1
    expect(page.locator("[data-saved].l-saved--ok")).to_be_visible()
