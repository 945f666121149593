"""Fixtures for tests in a real Chromium, on a phone and on a desk, over the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support import chromium
from tests.support.serving import Served

HERE = Path(__file__).parent
SCREENS = {"phone": (360, 740), "desk": (1280, 800)}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a running `learn serve --demo`; its address is `url`, its data lie in `folder`."""
    served = Served(tmp_path_factory.mktemp("demo"), demo=True).start()
    yield served
    served.stop()


@pytest.fixture(scope="session")
def started_chromium() -> Iterator[Browser]:
    """Give the one Chromium of this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.program(), args=chromium.arguments()
        )
        yield browser
        browser.close()


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Return width and height: once a phone, once a desk."""
    return SCREENS[request.param]


@pytest.fixture
def page(started_chromium: Browser, live_server: Served, screen: tuple[int, int]) -> Iterator[Page]:
    """Give a page of a fresh browser; `page.goto("/courses/")` is relative to the server.

    At the end nothing may have gone wrong in the console: no script error, no refused address.
    """
    context = _context(started_chromium, live_server, screen)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.extend(_complaints(message)))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def page_without_scripts(started_chromium: Browser, live_server: Served) -> Iterator[Page]:
    """Give a page of a phone whose browser runs no scripts."""
    context = _context(started_chromium, live_server, SCREENS["phone"], java_script_enabled=False)
    yield context.new_page()
    context.close()


def _context(
    browser: Browser, served: Served, screen: tuple[int, int], **options: bool
) -> BrowserContext:
    width, height = screen
    return browser.new_context(
        base_url=served.url,
        viewport={"width": width, "height": height},
        locale="id-ID",
        **options,  # type: ignore[arg-type]
    )


def _complaints(message: ConsoleMessage) -> list[str]:
    """Return what the console complains of, but not of a status that the page itself answers."""
    status = "Failed to load resource" in message.text and "status of 4" in message.text
    return [message.text] if message.type == "error" and not status else []
