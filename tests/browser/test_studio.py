"""The editor in a real browser: the preview follows the typing, problems jump to their line, nothing is lost."""

import re
import time

import pytest


@pytest.fixture
def trainer(page, live_server):
    """Sign the trainer of the demonstration in."""
    text = live_server.sign_ins()
    number = re.search(r"^\s*(?:Trainer|Pengajar)\s+(\d{18})", text, re.MULTILINE)[1]
    page.goto("/sign-in")
    page.fill("input[name=number]", number)
    page.fill("input[name=password]", re.search(r":\s*(\S+)\s*$", text.splitlines()[0])[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/")
    return page


@pytest.fixture
def editor(trainer):
    """Begin a course of its own for each screen, and open its module in the editor."""
    key = f"coba-{trainer.viewport_size['width']}-{id(trainer)}"
    trainer.goto("/studio/new")
    trainer.fill("input[name=title]", "Coba")
    trainer.fill("input[name=key]", key)
    trainer.click("form.l-form button")
    trainer.wait_for_url(f"**/studio/{key}/")
    trainer.click("#modules ~ form h3 a")
    trainer.wait_for_selector("#studio-text")
    return trainer


def show(page, tab):
    """Show the text or the preview, which are side by side where there is room."""
    label = page.locator(f"label[for=studio-view-{tab}]")
    if label.is_visible():
        label.click()


def type_text(page, text):
    show(page, "text")
    page.fill("#studio-text", text)


def test_the_preview_follows_the_typing_and_the_draft_is_saved_by_itself(editor):
    type_text(editor, "---\ntitle: Senyum\n---\n\n## Awal\n\nHalo **dunia**.\n")
    editor.wait_for_selector("#studio-preview strong:text-is('dunia')", state="attached")
    show(editor, "preview")
    assert editor.locator("#studio-preview h2").is_visible()
    editor.wait_for_selector("[data-saved].l-saved--ok")
    editor.reload()
    assert "Halo **dunia**." in editor.input_value("#studio-text")


def test_a_problem_jumps_to_its_line(editor):
    type_text(editor, "---\ntitle: Senyum\n---\n\n## Awal\n\nLihat [x](09-hilang.md).\n")
    button = editor.locator("#studio-problems button[data-line='7']")
    button.wait_for()
    button.click()
    area = "document.getElementById('studio-text')"
    assert editor.evaluate(f"document.activeElement === {area}")
    chosen = editor.evaluate(f"{area}.value.slice({area}.selectionStart, {area}.selectionEnd)")
    assert chosen == "Lihat [x](09-hilang.md)."
    editor.wait_for_selector("[data-saved].l-saved--ok")


def test_what_somebody_else_saved_is_not_overwritten_by_the_page(editor, live_server):
    other = editor.context.new_page()
    other.goto(editor.url)
    type_text(other, "---\ntitle: Lain\n---\n\nDari halaman lain.\n")
    other.wait_for_selector("[data-saved].l-saved--ok")
    type_text(editor, "---\ntitle: Saya\n---\n\nDari halaman ini.\n")
    editor.wait_for_selector("[data-saved].l-saved--off")
    editor.click("button[value=save]")
    editor.wait_for_selector("#studio-mine")
    assert "Dari halaman ini." in editor.input_value("#studio-mine")
    assert "Dari halaman lain." in editor.input_value("#studio-theirs")


def test_saving_while_a_slow_save_is_on_its_way_meets_nobody_else(editor):
    def slowly(route):
        time.sleep(1)
        route.continue_()

    editor.route("**/autosave/**", slowly)
    with editor.expect_request("**/autosave/**"):
        type_text(editor, "---\ntitle: Senyum\n---\n\nSatu.\n")
    type_text(editor, "---\ntitle: Senyum\n---\n\nSatu dan dua.\n")
    editor.click("button[value=save]")
    editor.wait_for_selector(".l-flash__item")
    assert "Satu dan dua." in editor.input_value("#studio-text")
    assert editor.locator("#studio-mine").count() == 0


def test_the_toolbar_marks_the_chosen_text(editor):
    type_text(editor, "kata")
    editor.evaluate("document.getElementById('studio-text').select()")
    editor.click("md-bold")
    assert editor.input_value("#studio-text") == "**kata**"
    editor.wait_for_selector("[data-saved].l-saved--ok")


def test_no_page_of_the_studio_is_wider_than_the_screen(editor):
    course = re.search(r"/studio/([^/]+)/", editor.url)[1]
    for part in ("", "check", "preview/", "publish", "versions/", "add/quiz", "add/media"):
        editor.goto(f"/studio/{course}/{part}")
        width = editor.viewport_size["width"]
        assert editor.evaluate("document.documentElement.scrollWidth") <= width, part
        assert editor.locator("h1").count() == 1
