"""What a lesson weighs on the wire, and what is left of a page on paper."""

import pytest

SHOWN_ON_PAPER = (
    "[...document.querySelectorAll('%s')].filter(p => p.getClientRects().length).length"
)
FRAME = ".l-bar, .l-tabs, .l-foot, .l-crumbs, .l-turn, .l-actions, .l-drawer"


class Wire:
    """The bytes that Chromium received for a page, by its own count; a service worker's would not be in it."""

    def __init__(self, page) -> None:
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._count)

    def _count(self, event) -> None:
        self.bytes += event["encodedDataLength"]

    def of(self, page, address: str) -> int:
        self.bytes = 0
        page.goto(address, wait_until="networkidle")
        return int(self.bytes)


def test_a_lesson_weighs_at_most_60_kb_at_first_and_15_kb_after_that(enter):
    page = enter("employee", screen="phone", service_workers="block")
    wire = Wire(page)
    first = wire.of(page, "/courses/manajemen-perubahan/01-mengapa-ditolak/")
    second = wire.of(page, "/courses/manajemen-perubahan/02-adkar/")
    assert first <= 60_000
    assert 1_000 < second <= 15_000


def test_static_files_are_asked_for_once(enter):
    page = enter("employee", screen="phone", service_workers="block")
    page.goto("/courses/", wait_until="networkidle")
    page.goto("/me/record/", wait_until="networkidle")
    fetched = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('/static/') && e.transferSize > 300)"
        ".map(e => e.name)"
    )
    assert fetched == []


@pytest.mark.parametrize("address", ["/courses/panduan-learn/01-peserta/", "certificate"])
def test_on_paper_only_the_text_is_left(enter, address):
    page = enter("hr")
    if address == "certificate":
        page.goto("/me/record/")
        address = page.get_attribute("a[href*='/me/certificates/']", "href")
    page.goto(address)
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN_ON_PAPER % FRAME) == 0
    assert page.locator("h1").is_visible()
