"""The sign-in page and the first page in a real browser, with and without scripts."""

import re

WIDER = """(width) => document.documentElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width)
    .map(e => e.tagName + '.' + e.className)"""


def employee(live_server) -> tuple[str, str]:
    text = live_server.sign_ins()
    number = re.search(r"^\s*(?:Employee|Pegawai)\s+(\d{18})", text, re.MULTILINE)
    password = re.search(r":\s*(\S+)\s*$", text.splitlines()[0])
    return number.group(1), password.group(1)


def sign_in(page, live_server):
    number, password = employee(live_server)
    page.goto("/sign-in")
    page.fill("input[name=number]", number)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/")


def test_an_employee_signs_in_and_nothing_is_wider_than_the_screen(page, live_server):
    sign_in(page, live_server)
    for address in ("/", "/courses/", "/me/record/"):
        page.goto(address)
        assert page.locator("h1").count() == 1
        assert page.evaluate(WIDER, page.viewport_size["width"]) == [], address


def test_signing_in_needs_no_scripts(page_without_scripts, live_server):
    sign_in(page_without_scripts, live_server)
    page_without_scripts.click("a[href$='/courses/'] >> visible=true >> nth=0")
    assert page_without_scripts.locator("h1").count() == 1
