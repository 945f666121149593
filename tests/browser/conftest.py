"""Fixtures for tests in a real Chromium, on a phone and on a desk, over the demonstration."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support import chromium
from tests.support.driving import sign_in
from tests.support.serving import ROOT, Served

HERE = Path(__file__).parent
SCREENS = {"phone": (360, 740), "desk": (1280, 800)}
ROLES = (
    "employee", "supervisor", "mentor", "trainer", "organiser", "hr", "verifier", "assessor", "auditor", "admin",
)  # fmt: skip
"""The roles, as the demonstration lists its sign-ins."""
EXPECTED = re.compile(r"Failed to load resource.*(status of (4|503)|ERR_INTERNET_DISCONNECTED)")
"""What the console says by itself about a status that a page answers (the service worker's own one too), or about a network taken away."""

Enter = Callable[..., Page]


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
def course(live_server: Served) -> str:
    """Publish the small course of these tests into the running demonstration; return its key."""
    done = subprocess.run(
        [sys.executable, "-m", "learn", "content", "push", str(HERE / "content"), "--publish"],
        env=live_server.environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return "peramban"


@pytest.fixture(scope="session")
def started_chromium() -> Iterator[Browser]:
    """Give the one Chromium of this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.program(), args=chromium.arguments()
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sign_ins(live_server: Served) -> dict[str, tuple[str, str]]:
    """Return number and password of the demonstration's people by role."""
    head, *lines = live_server.sign_ins().splitlines()
    password = head.rsplit(": ", 1)[1].strip()
    numbers = [found[0] for line in lines if (found := re.search(r"\d{18}", line))]
    return {role: (number, password) for role, number in zip(ROLES, numbers, strict=True)}


@pytest.fixture(scope="session")
def cookies(
    started_chromium: Browser, live_server: Served, sign_ins: dict[str, tuple[str, str]]
) -> Callable[[str], Any]:
    """Return a function that gives the cookies of a role's browser, signed in once for all tests."""
    kept: dict[str, Any] = {}

    def of(role: str) -> Any:
        if role not in kept:
            context = _context(started_chromium, live_server, "desk", java_script_enabled=False)
            sign_in(context.new_page(), sign_ins[role])
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return of


@pytest.fixture
def enter(
    started_chromium: Browser, live_server: Served, cookies: Callable[[str], Any]
) -> Iterator[Enter]:
    """Return a function that opens a browser: ``enter("trainer", screen="phone", scripts=False)``.

    Without a role nobody is signed in; other options are those of a context of Playwright.  At the end nothing may have gone wrong in any of them: no
    script error, nothing that the page's own policy refused, no request to another host.
    """
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def opener(
        role: str = "", *, screen: str = "desk", scripts: bool = True, **options: Any
    ) -> Page:
        context = _context(
            started_chromium, live_server, screen, java_script_enabled=scripts,
            storage_state=cookies(role) if role else None, **options,
        )  # fmt: skip
        opened.append(context)
        _listen(context, live_server, wrong)
        return context.new_page()

    yield opener
    for context in opened:
        context.close()
    assert wrong == []


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> str:
    """Return the name of a screen: once a phone, once a desk."""
    return str(request.param)


@pytest.fixture
def page(enter: Enter, screen: str) -> Page:
    """Give a page of a fresh browser; `page.goto("/courses/")` is relative to the server."""
    return enter(screen=screen)


@pytest.fixture
def page_without_scripts(enter: Enter) -> Page:
    """Give a page of a phone whose browser runs no scripts."""
    return enter(screen="phone", scripts=False)


def _context(browser: Browser, served: Served, screen: str, **options: Any) -> BrowserContext:
    width, height = SCREENS[screen]
    return browser.new_context(
        base_url=served.url,
        viewport={"width": width, "height": height},
        locale="id-ID",
        reduced_motion="reduce",
        **options,
    )


def _listen(context: BrowserContext, served: Served, wrong: list[str]) -> None:
    here = urlsplit(served.url).netloc
    context.on("console", lambda message: wrong.extend(_complaints(message)))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("request", lambda sent: wrong.extend(_elsewhere(sent.url, here)))


def _complaints(message: ConsoleMessage) -> list[str]:
    wrong = message.type == "error" and not EXPECTED.search(message.text)
    return [message.text] if wrong else []


def _elsewhere(url: str, here: str) -> list[str]:
    target = urlsplit(url)
    return [f"request to {url}"] if target.scheme != "data" and target.netloc != here else []
