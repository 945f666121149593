"""A quiz on a bad line: what is called saved is saved, and what is not saved is kept and said."""

import pytest
from playwright.sync_api import expect

from tests.support.driving import sign_in, start_quiz

OFFLINE_WORDS = {"id": "Belum tersimpan", "en": "Not saved yet"}
SAVED = "[data-saved].l-saved--ok"
UNSAVED = "[data-saved].l-saved--off"


@pytest.fixture
def quiz(enter, course):
    """Return a function that opens one of the quizzes of this file on a phone; its page is returned."""

    def open_quiz(role: str, quiz: str):
        page = enter(role, screen="phone")
        start_quiz(page, course, quiz)
        return page

    return open_quiz


def kept_by_server(enter, role: str, address: str) -> list[str]:
    """Return the answers that another device shows for this page."""
    other = enter(role)
    other.goto(address)
    return other.eval_on_selector_all(
        "#answer input:checked, #answer input[type=text]", "fields => fields.map(f => f.value)"
    )


def test_an_answer_given_offline_is_called_unsaved_and_saved_when_the_network_is_back(enter, quiz):
    page = quiz("hr", "luring-1")
    page.click(".l-opt >> nth=0")
    expect(page.locator(SAVED)).to_be_visible()
    first = kept_by_server(enter, "hr", page.url)
    page.context.set_offline(True)
    page.click(".l-opt >> nth=1")
    expect(page.locator(UNSAVED)).to_be_visible()
    said = page.inner_text("[data-saved]")
    assert any(said.startswith(words) for words in OFFLINE_WORDS.values())
    assert kept_by_server(enter, "hr", page.url) == first
    page.context.set_offline(False)
    expect(page.locator(SAVED)).to_be_visible(timeout=15000)
    second = kept_by_server(enter, "hr", page.url)
    assert second != first
    assert len(second) == 1


def test_an_answer_survives_a_page_that_is_reloaded_before_it_was_saved(enter, quiz):
    page = quiz("hr", "luring-2")
    page.goto(f"{page.url.split('?')[0]}?q=2")
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(True)
    page.fill("input[name=answer]", "biru muda")
    expect(page.locator(UNSAVED)).to_be_visible()
    address = page.url
    page.goto(address)  # the page of the service worker, or the browser's own
    assert not page.locator("#answer").count()
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator(SAVED)).to_be_visible(timeout=15000)
    assert page.input_value("input[name=answer]") == "biru muda"
    assert kept_by_server(enter, "hr", address) == ["biru muda"]


def test_a_sign_out_elsewhere_is_said_and_the_answer_waits_for_the_next_sign_in(
    enter, course, sign_ins, browser_of
):
    page = browser_of("auditor")
    attempt = start_quiz(page, course, "luring-1")
    page.goto(f"{attempt}?q=2")
    address = page.url
    other = page.context.new_page()
    other.goto("/")
    other.click(".l-bar__end .l-menu summary")
    other.click("form[action$='/sign-out'] button")
    other.wait_for_url("**/sign-in**")
    page.fill("input[name=answer]", "biru laut")
    expect(page.locator(UNSAVED)).to_be_visible(timeout=10000)
    assert page.inner_text("[data-saved]").strip()
    sign_in(other, sign_ins["auditor"])
    other.close()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    expect(page.locator(SAVED)).to_be_visible(timeout=10000)
    assert page.input_value("input[name=answer]") == "biru laut"


def test_a_stale_tab_does_not_overwrite_what_another_tab_saved(enter, quiz):
    page = quiz("hr", "luring-3")
    page.goto(f"{page.url.split('?')[0]}?q=2")
    stale = page.context.new_page()
    stale.on("dialog", lambda dialog: dialog.accept())
    stale.goto(page.url)
    page.fill("input[name=answer]", "baru")
    expect(page.locator(SAVED)).to_be_visible()
    stale.fill("input[name=answer]", "lama")
    expect(stale.locator(UNSAVED)).to_be_visible()
    assert kept_by_server(enter, "hr", page.url) == ["baru"]


@pytest.fixture
def browser_of(enter, sign_ins):
    """Return a function that signs a role in by itself, so that signing out disturbs no other test."""

    def open_browser(role: str):
        page = enter(screen="phone")
        sign_in(page, sign_ins[role])
        return page

    return open_browser


def test_closing_a_page_with_an_unsaved_answer_asks_first(enter, quiz):
    page = quiz("hr", "luring-2")
    page.goto(f"{page.url.split('?')[0]}?q=2")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.context.set_offline(True)
    page.click("input[name=answer]")
    page.keyboard.type("kelabu")
    expect(page.locator(UNSAVED)).to_be_visible()
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    expect(page.locator(SAVED)).to_be_visible(timeout=15000)
