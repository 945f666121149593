"""Every page of every role, on a phone and on a desk, light and dark.

The pages are found by following links (see `tests.support.walking`), so a new page is walked as soon
as something leads to it; a view that nothing leads to makes the last test here fail.
"""

from __future__ import annotations

import pytest
from flask import Flask

from learn.app import create_app
from tests.browser.conftest import ROLES, SCREENS
from tests.support import walking
from tests.support.accessibility import findings
from tests.support.driving import hand_in, start_quiz

OPEN = ["/sign-in", "/sign-in/code", "/verify/", "/verify/AAAA-BBBB-CCCC", "/help", "/nowhere"]
"""Addresses that need nobody signed in."""
BESIDES = {
    "employee": ["/courses/?q=kucing", "/hr/", "/courses/nothing/", "/me/certificates/nothing/1/"],
    "hr": ["/hr/people/?q=kucing", "/hr/?per=nothing"],
    "admin": ["/admin/people/?q=kucing"],
}
"""Addresses that no link leads to: filters without a hit, and what is refused."""
UNLINKED = {
    "learn.sign_in", "learn.first_sign_in", "learn.verify_form",  # walked by nobody in particular
    "learn.attempt", "learn.attempt_summary",  # walked with attempts of their own
    "learn.studio_published",  # stands behind the button that publishes
    "learn.claim", "learn.claim_edit", "learn.verification_claim",  # walked with a claim of their own
    "learn.prior_request", "learn.prior_edit", "learn.assess_request",  # walked with a request of their own
    "learn.level_piece",  # of evidence that may be suspended
    "learn.studio_override_removal", "learn.studio_question_results",  # need other terms, and attempts
    "learn.studio_download_quiz", "learn.job_file", "learn.admin_import_errors",  # files
    "learn.training", "learn.training_here", "learn.training_calendar",  # walked with a training of their own
    *(f"learn.organise_{name}" for name in (
        "training", "edit", "copy", "screen", "code", "attendance", "sheet", "upload", "participants"
    )),
    "learn.grading", "learn.studio_grading", "learn.studio_grade", "learn.answer_file",  # walked with answers of their own
}  # fmt: skip
WIDER = """() => [...document.querySelectorAll('body *')]
    .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(part => part.tagName + '.' + part.className)"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CUT_ROWS = """() => [...document.querySelectorAll('.l-scroll')]
    .filter(box => box.querySelector('.l-grid--lines') && box.scrollWidth > box.clientWidth + 1)
    .map(box => box.getAttribute('aria-label'))"""
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def views(tmp_path_factory):
    """Return which view answers which address."""
    folder = tmp_path_factory.mktemp("views")
    app = create_app(
        {
            "LEARN_DATABASE_URL": f"sqlite:///{folder}/learn.db",
            "LEARN_DATA_DIR": str(folder),
            "LEARN_SECRET_KEY": "a key for tests alone",
        }
    )
    yield app
    app.extensions["learn"].database.dispose()


def adapter(views: Flask):
    return walking.adapter(views)


@pytest.fixture(scope="session")
def pages_of(started_chromium, live_server, cookies, course, views) -> dict[str, dict[str, str]]:
    """Return for each role the pages that links lead to, by kind."""
    found = {}
    for role in ROLES:
        context = started_chromium.new_context(
            base_url=live_server.url, storage_state=cookies(role)
        )
        found[role] = walking.pages(context.request, adapter(views), ["/", f"/courses/{course}/"])
        context.close()
    return found


def attempt_pages(page, course) -> list[str]:
    """Begin a quiz with a question of each type; return the addresses of its pages and of a result."""
    graded = start_quiz(page, course, "latihan")
    page.click(".l-opt >> nth=1")
    page.click("button[value=check]")
    hand_in(page, graded)
    checked = start_quiz(page, course, "latihan")
    page.click(".l-opt >> nth=0")
    page.click("button[value=check]")
    blank = start_quiz(page, course, "akhir")
    hand_in(page, blank)
    attempt = start_quiz(page, course, "akhir")
    places = [f"{attempt}?q={place}" for place in range(1, 7)]
    return [graded, checked, blank, *places, f"{attempt}summary/"]


def walk(page, addresses: list[str]) -> list[str]:
    """Return what is wrong on these pages."""
    wrong = []
    for address in addresses:
        for screen, (width, height) in SCREENS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="light")
            answer = page.goto(address)
            assert answer.status < 500, address
            found = [*structure(page), *findings(page)]
            if screen == "phone":
                found += [f"rows are cut: {name}" for name in page.evaluate(CUT_ROWS)]
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {finding}" for finding in findings(page, "color-contrast")]
            wrong += [f"{address} on a {screen}: {finding}" for finding in found]
    return wrong


def structure(page) -> list[str]:
    """Return what is wrong with the page as a whole."""
    wrong = []
    if page.evaluate(WIDE):
        wrong.append(f"wider than the screen: {page.evaluate(WIDER)[:4]}")
    if page.locator("h1").count() != 1:
        wrong.append(f"{page.locator('h1').count()} h1")
    if not page.title().strip():
        wrong.append("no title")
    if page.locator("html").get_attribute("lang") not in {"id", "en"}:
        wrong.append("no language")
    return wrong


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_is_accessible_and_fits_the_screen(role, enter, pages_of):
    known = {kind for other in ROLES[: ROLES.index(role)] for kind in pages_of[other]}
    new = [address for kind, address in pages_of[role].items() if kind not in known]
    wrong = walk(enter(role), ["/", *new, *BESIDES.get(role, [])])
    assert not wrong, "\n".join(wrong)


def test_every_page_of_a_quiz_is_accessible_and_fits_the_screen(enter, course):
    page = enter("organiser")
    wrong = walk(page, attempt_pages(page, course))
    assert not wrong, "\n".join(wrong)


def test_every_page_of_a_claim_is_accessible_and_fits_the_screen(enter):
    page = enter("employee")
    page.goto("/me/claims/new/KL06/")
    page.fill("[name=title]", "Seminar " + "pelayananpublikberbasiselektronik" * 3)
    page.fill("[name=organiser]", "BKPSDM")
    page.fill("[name=starts_on]", "2026-03-03")
    page.fill("[name=ends_on]", "2026-03-03")
    page.fill("[name=minutes]", "360")
    page.set_input_files(
        "[name=document]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.click("main form button >> nth=0")
    claim = page.url
    wrong = walk(page, [claim, f"{claim}change/", "/me/claims/"])
    page.goto(claim)
    page.click("form[action$='/submission/'] button")
    office = enter("hr")
    office.goto("/verification/")
    office.click("a[href*='/verification/'] >> nth=-1")
    wrong += walk(office, [office.url])
    assert not wrong, "\n".join(wrong)


def test_every_page_of_prior_learning_is_accessible_and_fits_the_screen(enter):
    page = enter("employee")
    page.goto("/me/prior/new/?competency=M.05")
    page.fill("[name=about]", "Magister " + "pelayananpublikberbasiselektronik" * 3)
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.set_input_files("[name=documents]", file)
    page.click("main form .l-actions button")
    request = page.url
    wrong = walk(page, [request, "/me/prior/"])
    reviewer = enter("verifier")
    reviewer.goto("/assess/prior/")
    reviewer.click("tbody a >> nth=-1")
    wrong += walk(reviewer, [reviewer.url])
    reviewer.fill("[name=reason]", "Buram")
    reviewer.click("button[value=return]")
    wrong += walk(page, [f"{request}change/"])
    assert not wrong, "\n".join(wrong)


def test_every_page_without_signing_in_is_accessible_and_fits_the_screen(enter):
    wrong = walk(enter(), OPEN)
    assert not wrong, "\n".join(wrong)


def test_every_page_is_reached_by_links(views, pages_of):
    shown = {kind for found in pages_of.values() for kind in found}
    files = ("static", "media", "export.zip", "data/zip", "template.", "sw.js", "health", "badge",
             "pdf", "document", "sample", "/file")  # fmt: skip
    pages = {
        rule.endpoint
        for rule in views.url_map.iter_rules()
        if "GET" in rule.methods and rule.endpoint.startswith("learn.")
        if not any(part in rule.rule for part in files)
    }
    assert sorted(pages - shown - UNLINKED) == []
